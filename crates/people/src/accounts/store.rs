//! Every query on the table of users.

use kernel::{Id, id};
use platform::{Fault, Result, Tx, db::unique_violation};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use super::{entity, error};
use crate::addresses::is_kept_for_another;

pub(crate) async fn find(db: &impl ConnectionTrait, user: Id<id::User>) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id(user).one(db).await?)
}

pub(crate) async fn find_many(db: &impl ConnectionTrait, users: &[Id<id::User>]) -> Result<Vec<entity::Model>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let found = entity::Entity::find().filter(entity::Column::Id.is_in(users.iter().copied()));
    Ok(found.all(db).await?)
}

pub(crate) async fn find_by_emails(db: &impl ConnectionTrait, emails: &[&str]) -> Result<Vec<entity::Model>> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let found = entity::Entity::find().filter(entity::Column::Email.is_in(emails.iter().copied()));
    Ok(found.all(db).await?)
}

pub(crate) async fn find_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find().filter(entity::Column::Email.eq(email)).one(db).await?)
}

/// A user, locked until the transaction ends.
pub(crate) async fn find_locked(tx: &Tx, user: Id<id::User>) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id(user).lock_exclusive().one(tx.conn()).await?)
}

/// Stores what somebody may change about themselves.
pub(crate) async fn set_profile(db: &impl ConnectionTrait, user: &entity::Model) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Name, Expr::value(user.name.clone()))
        .col_expr(entity::Column::FirstName, Expr::value(user.first_name.clone()))
        .col_expr(entity::Column::LastName, Expr::value(user.last_name.clone()))
        .col_expr(entity::Column::Phone, Expr::value(user.phone.clone()))
        .filter(entity::Column::Id.eq(user.id))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores a new user, or tells that the address has one, or is kept for one who may take it back.
pub(crate) async fn insert(db: &impl ConnectionTrait, user: entity::Model) -> Result<entity::Model> {
    if is_kept_for_another(db, &user.email, None, user.created_at).await? {
        return Err(error::email_exists().into());
    }
    let stored = user.clone();
    let row = entity::ActiveModel {
        id: Set(user.id),
        email: Set(user.email),
        name: Set(user.name),
        first_name: Set(user.first_name),
        last_name: Set(user.last_name),
        phone: Set(user.phone),
        password_hash: Set(user.password_hash),
        email_verified_at: Set(user.email_verified_at),
        two_factor_enabled_at: Set(user.two_factor_enabled_at),
        operator: Set(user.operator),
        suspended_at: Set(user.suspended_at),
        created_at: Set(user.created_at),
    };
    match entity::Entity::insert(row).exec_without_returning(db).await {
        Ok(_) => Ok(stored),
        Err(err) if unique_violation(&err) => Err(error::email_exists().into()),
        Err(err) => Err(Fault::from(err)),
    }
}
