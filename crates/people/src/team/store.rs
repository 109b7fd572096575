//! Every query on memberships.

use kernel::{Id, Role, Timestamp, id};
use platform::{Result, Tx, db::statement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::entity;
use crate::tenants;

/// Members of one business that are listed.
pub(crate) const MEMBERS_MAX: u64 = 1000;
/// Businesses of one user that are listed.
pub(crate) const MEMBERSHIPS_MAX: u64 = 200;

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id((tenant, user)).one(db).await?)
}

pub(crate) async fn find_of_tenant(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<entity::Model>> {
    let found = entity::Entity::find().filter(entity::Column::TenantId.eq(tenant)).limit(MEMBERS_MAX);
    Ok(found.all(db).await?)
}

/// Last used first.
pub(crate) async fn find_of_user(db: &impl ConnectionTrait, user: Id<id::User>) -> Result<Vec<entity::Model>> {
    let found = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user))
        .order_by_desc(entity::Column::LastUsedAt)
        .order_by_desc(entity::Column::CreatedAt)
        .limit(MEMBERSHIPS_MAX);
    Ok(found.all(db).await?)
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    let row = entity::ActiveModel {
        tenant_id: Set(tenant),
        user_id: Set(user),
        role: Set(role.as_str().to_owned()),
        created_at: Set(now),
        last_used_at: Set(now),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(crate) async fn mark_used(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
    now: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LastUsedAt, Expr::value(now))
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::UserId.eq(user))
        .exec(db)
        .await?;
    Ok(())
}

/// Lets the team be changed by one at a time, until the transaction ends.
pub(super) async fn lock(tx: &Tx, tenant: Id<id::Tenant>) -> Result<()> {
    tenants::entity::Entity::find_by_id(tenant).lock_exclusive().one(tx.conn()).await?;
    Ok(())
}

/// How many others can answer for the business: an owner whose account is closed cannot.
pub(super) async fn count_other_owners(tx: &Tx, tenant: Id<id::Tenant>, but: Id<id::User>) -> Result<usize> {
    let sql = "SELECT COUNT(*) AS n FROM memberships m JOIN users u ON u.id = m.user_id \
               WHERE m.tenant_id = ? AND m.role = ? AND m.user_id <> ? AND u.suspended_at IS NULL";
    let values = vec![tenant.into(), Role::Owner.as_str().into(), but.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
    let owners = row.map(|row| row.try_get::<i64>("", "n")).transpose()?.unwrap_or_default();
    Ok(usize::try_from(owners).unwrap_or_default())
}

pub(super) async fn set_role(tx: &Tx, tenant: Id<id::Tenant>, user: Id<id::User>, role: Role) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Role, Expr::value(role.as_str()))
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::UserId.eq(user))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx, tenant: Id<id::Tenant>, user: Id<id::User>) -> Result<()> {
    entity::Entity::delete_by_id((tenant, user)).exec(tx.conn()).await?;
    Ok(())
}
