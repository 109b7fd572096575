//! Every query on invitations. A row is an open one; it goes when it is accepted or withdrawn.

mod entity;

use kernel::{Id, Problem, Role, Timestamp, id};
use platform::{Fault, Result, Tx, crypto::Digest, db::unique_violation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

pub(super) use entity::Model;
use entity::{ActiveModel, Column, Entity};

use super::{error, rules::INVITATIONS_MAX};

impl Model {
    /// The role it gives.
    pub(super) fn role(&self) -> Result<Role> {
        Role::parse(&self.role).ok_or_else(|| Fault::internal("reading an invitation", "its role is not known"))
    }
}

pub(super) async fn find_of_tenant(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<Model>> {
    let found = Entity::find().filter(Column::TenantId.eq(tenant)).order_by_desc(Column::CreatedAt);
    Ok(found.limit(INVITATIONS_MAX).all(db).await?)
}

pub(super) async fn count_of_tenant(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<u64> {
    Ok(Entity::find().filter(Column::TenantId.eq(tenant)).count(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, invitation: Id<id::Invitation>) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(invitation).one(db).await?)
}

/// One of a business, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, tenant: Id<id::Tenant>, invitation: Id<id::Invitation>) -> Result<Model> {
    let found = Entity::find_by_id(invitation).filter(Column::TenantId.eq(tenant)).lock_exclusive();
    found.one(tx.conn()).await?.ok_or_else(|| Problem::not_found().into())
}

/// The one that this secret opens, if it is still good.
pub(super) async fn find_by_digest(db: &impl ConnectionTrait, digest: &Digest, now: Timestamp) -> Result<Model> {
    let found = Entity::find().filter(Column::Digest.eq(digest.to_vec())).filter(Column::ExpiresAt.gt(now));
    found.one(db).await?.ok_or_else(|| error::invalid_invitation().into())
}

/// Stores a new one, or tells that the address has one.
pub(super) async fn insert(db: &impl ConnectionTrait, row: &Model) -> Result<()> {
    let new = ActiveModel {
        id: Set(row.id),
        tenant_id: Set(row.tenant_id),
        email: Set(row.email.clone()),
        name: Set(row.name.clone()),
        role: Set(row.role.clone()),
        digest: Set(None),
        invited_by: Set(row.invited_by),
        created_at: Set(row.created_at),
        expires_at: Set(row.expires_at),
    };
    match Entity::insert(new).exec_without_returning(db).await {
        Ok(_) => Ok(()),
        Err(err) if unique_violation(&err) => Err(error::already_invited().into()),
        Err(err) => Err(err.into()),
    }
}

/// The secret of the mail that is about to leave; the one before it is good no more.
pub(super) async fn set_digest(tx: &Tx, invitation: Id<id::Invitation>, digest: &Digest) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Digest, Expr::value(digest.to_vec()))
        .filter(Column::Id.eq(invitation))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The old link is good no more, and the next is good as long as this says, in the name of whoever renews it.
pub(super) async fn renew(tx: &Tx, renewed: &Model) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Digest, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::ExpiresAt, Expr::value(renewed.expires_at))
        .col_expr(Column::InvitedBy, Expr::value(renewed.invited_by))
        .filter(Column::Id.eq(renewed.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Takes it away; whether it was there, with this secret.
pub(super) async fn delete(tx: &Tx, invitation: Id<id::Invitation>, digest: Option<&Digest>) -> Result<bool> {
    let mut gone = Entity::delete_many().filter(Column::Id.eq(invitation));
    if let Some(digest) = digest {
        gone = gone.filter(Column::Digest.eq(digest.to_vec()));
    }
    Ok(gone.exec(tx.conn()).await?.rows_affected == 1)
}

/// Takes away one that was never accepted in time, so that the address can be invited anew.
pub(super) async fn delete_expired(tx: &Tx, tenant: Id<id::Tenant>, email: &str) -> Result<()> {
    Entity::delete_many()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Email.eq(email))
        .filter(Column::ExpiresAt.lte(tx.now()))
        .exec(tx.conn())
        .await?;
    Ok(())
}
