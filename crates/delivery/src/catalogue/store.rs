//! Every query on own event types.

use kernel::{Id, id};
use platform::{Fault, Result, Tx, db::unique_violation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    entity::{self, Column, Entity, Model},
    model::EventType,
    rules::{Definition, OWN_TYPES_MAX},
};

/// Every own type of a business, by name.
pub(super) async fn find_all(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<EventType>> {
    let query = Entity::find().filter(Column::TenantId.eq(tenant)).order_by_asc(Column::Name).limit(OWN_TYPES_MAX);
    query.all(db).await?.into_iter().map(EventType::try_from).collect()
}

/// One of them, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, tenant: Id<id::Tenant>, name: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((tenant, name.to_owned())).lock_exclusive().one(tx.conn()).await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<u64> {
    Ok(Entity::find().filter(Column::TenantId.eq(tenant)).count(db).await?)
}

/// Stores a new type; `false` when there is one of this name.
pub(super) async fn try_insert(tx: &Tx, row: Model) -> Result<bool> {
    match Entity::insert(row.into_active_model()).exec_without_returning(tx.conn()).await {
        Ok(_) => Ok(true),
        Err(err) if unique_violation(&err) => Ok(false),
        Err(err) => Err(DbErr::into(err)),
    }
}

pub(super) async fn update(tx: &Tx, row: Model) -> Result<()> {
    let columns = entity::ActiveModel {
        definition: Set(row.definition),
        version: Set(row.version),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    let mine = Column::TenantId.eq(row.tenant_id).and(Column::Name.eq(row.name));
    Entity::update_many().set(columns).filter(mine).exec(tx.conn()).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx, tenant: Id<id::Tenant>, name: &str) -> Result<()> {
    Entity::delete_by_id((tenant, name.to_owned())).exec(tx.conn()).await?;
    Ok(())
}

impl TryFrom<Model> for EventType {
    type Error = Fault;
    fn try_from(row: Model) -> Result<Self> {
        let definition: Definition =
            serde_json::from_str(&row.definition).map_err(|e| Fault::internal("reading a stored event type", e))?;
        definition.check(&row.name, row.version).map_err(|e| Fault::internal("reading a stored event type", e))
    }
}
