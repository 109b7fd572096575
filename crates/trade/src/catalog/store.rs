//! Every query on services.

use std::collections::HashMap;

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::{
    entity::{self, Column, Entity, service_provider},
    model::Service,
};

/// Services one storefront shows; more could not be browsed.
const LISTED_MAX: u64 = 500;

fn of_tenant(tenant: Id<id::Tenant>) -> Select<Entity> {
    Entity::find().filter(Column::TenantId.eq(tenant))
}

/// A service that is not in the archive.
pub async fn find_service(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    service: Id<id::Service>,
) -> Result<Option<Service>> {
    let found = find_any_service(db, tenant, service).await?;
    Ok(found.filter(|service| service.archived_at.is_none()))
}

/// A service, in the archive or not.
pub(crate) async fn find_any_service(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    service: Id<id::Service>,
) -> Result<Option<Service>> {
    let Some(row) = of_tenant(tenant).filter(Column::Id.eq(service)).one(db).await? else { return Ok(None) };
    Ok(with_providers(db, tenant, vec![row]).await?.pop())
}

/// The same, locked until the transaction ends.
pub(crate) async fn find_service_locked(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    service: Id<id::Service>,
) -> Result<Option<Service>> {
    let row = of_tenant(tenant).filter(Column::Id.eq(service)).lock_exclusive().one(tx.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(with_providers(tx.conn(), tenant, vec![row]).await?.pop())
}

/// The active services, oldest first.
pub async fn find_active_services(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<Service>> {
    let active = of_tenant(tenant).filter(Column::Active.eq(true)).filter(Column::ArchivedAt.is_null());
    let query = active.order_by_asc(Column::CreatedAt).limit(LISTED_MAX);
    let rows = query.order_by_asc(Column::Id).all(db).await?;
    with_providers(db, tenant, rows).await
}

/// A page of the services in the archive or outside of it, and how many there are.
pub(crate) async fn list_services(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    archived: bool,
    limit: u64,
    offset: u64,
) -> Result<(Vec<Service>, u64)> {
    let place = if archived { Column::ArchivedAt.is_not_null() } else { Column::ArchivedAt.is_null() };
    let wanted = of_tenant(tenant).filter(place);
    let total = wanted.clone().count(db).await?;
    let query = wanted.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
    let rows = query.limit(limit).offset(offset).all(db).await?;
    Ok((with_providers(db, tenant, rows).await?, total))
}

async fn with_providers(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    rows: Vec<entity::Model>,
) -> Result<Vec<Service>> {
    let pairs = service_provider::Entity::find()
        .filter(service_provider::Column::TenantId.eq(tenant))
        .filter(service_provider::Column::ServiceId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(service_provider::Column::UserId)
        .all(db)
        .await?;
    let mut givers: HashMap<Id<id::Service>, Vec<Id<id::User>>> = HashMap::new();
    for pair in pairs {
        givers.entry(pair.service_id).or_default().push(pair.user_id);
    }
    rows.into_iter()
        .map(|row| {
            let who = givers.remove(&row.id).unwrap_or_default();
            Service::from_row(row, who)
        })
        .collect()
}

fn columns(service: &Service, now: Timestamp) -> Result<entity::ActiveModel> {
    let minutes =
        i32::try_from(service.duration_minutes).map_err(|e| platform::Fault::internal("storing a duration", e))?;
    Ok(entity::ActiveModel {
        name: Set(service.name.clone()),
        description: Set(service.description.clone()),
        category: Set(service.category.clone()),
        duration_minutes: Set(minutes),
        price_amount: Set(service.price.amount),
        price_currency: Set(service.price.currency.to_string()),
        active: Set(service.active),
        archived_at: Set(service.archived_at),
        version: Set(service.version),
        updated_at: Set(now),
        ..Default::default()
    })
}

pub(super) async fn insert(tx: &Tx, tenant: Id<id::Tenant>, service: &Service) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(service.id),
        tenant_id: Set(tenant),
        created_at: Set(service.created_at),
        ..columns(service, service.created_at)?
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    insert_providers(tx, tenant, service).await
}

/// Stores a changed service whose row the transaction has locked.
pub(super) async fn update(tx: &Tx, tenant: Id<id::Tenant>, service: &Service) -> Result<()> {
    let changed = Entity::update_many().set(columns(service, tx.now())?);
    changed.filter(Column::TenantId.eq(tenant)).filter(Column::Id.eq(service.id)).exec(tx.conn()).await?;
    service_provider::Entity::delete_many()
        .filter(service_provider::Column::TenantId.eq(tenant))
        .filter(service_provider::Column::ServiceId.eq(service.id))
        .exec(tx.conn())
        .await?;
    insert_providers(tx, tenant, service).await
}

async fn insert_providers(tx: &Tx, tenant: Id<id::Tenant>, service: &Service) -> Result<()> {
    if service.provider_ids.is_empty() {
        return Ok(());
    }
    let rows = service.provider_ids.iter().map(|user| service_provider::ActiveModel {
        tenant_id: Set(tenant),
        service_id: Set(service.id),
        user_id: Set(*user),
    });
    service_provider::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}
