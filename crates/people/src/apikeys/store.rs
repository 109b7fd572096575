//! Every query on API keys.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{entity, rules::KEYS_PER_TENANT_MAX};
use crate::tenants;

/// A key that is not revoked.
pub(super) async fn find(db: &impl ConnectionTrait, key: Id<id::ApiKey>) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id(key).filter(entity::Column::RevokedAt.is_null()).one(db).await?)
}

/// The same in one business, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, tenant: Id<id::Tenant>, key: Id<id::ApiKey>) -> Result<Option<entity::Model>> {
    let found = entity::Entity::find_by_id(key)
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::RevokedAt.is_null())
        .lock_exclusive();
    Ok(found.one(tx.conn()).await?)
}

/// Those of a business that are not revoked, newest first.
pub(super) async fn find_of_tenant(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<entity::Model>> {
    let found = entity::Entity::find()
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::RevokedAt.is_null())
        .order_by_desc(entity::Column::Id)
        .limit(KEYS_PER_TENANT_MAX);
    Ok(found.all(db).await?)
}

/// How many those are, with the business locked, so that two new keys do not both take the last place.
pub(super) async fn count_locked(tx: &Tx, tenant: Id<id::Tenant>) -> Result<u64> {
    tenants::entity::Entity::find_by_id(tenant).lock_exclusive().one(tx.conn()).await?;
    let found =
        entity::Entity::find().filter(entity::Column::TenantId.eq(tenant)).filter(entity::Column::RevokedAt.is_null());
    Ok(found.count(tx.conn()).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, key: entity::Model) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(key.id),
        tenant_id: Set(key.tenant_id),
        name: Set(key.name),
        scopes: Set(key.scopes),
        digest: Set(key.digest),
        created_by: Set(key.created_by),
        created_at: Set(key.created_at),
        expires_at: Set(key.expires_at),
        last_used_at: Set(key.last_used_at),
        revoked_at: Set(key.revoked_at),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn revoke(db: &impl ConnectionTrait, key: Id<id::ApiKey>, now: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::RevokedAt, Expr::value(now))
        .filter(entity::Column::Id.eq(key))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that these were used.
pub(super) async fn mark_used(db: &impl ConnectionTrait, keys: &[Id<id::ApiKey>], now: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LastUsedAt, Expr::value(now))
        .filter(entity::Column::Id.is_in(keys.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}
