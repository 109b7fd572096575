//! Every query on passkeys.

use std::collections::HashSet;

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result, db::unique_violation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{entity, error, model::Holder, rules::PASSKEYS_PER_PERSON_MAX};

fn of(holder: Holder) -> Select<entity::Entity> {
    entity::Entity::find()
        .filter(entity::Column::PersonId.eq(holder.person))
        .filter(entity::Column::Kind.eq(holder.kind.as_str()))
}

/// One's passkeys, oldest first.
pub(crate) async fn find_all(db: &impl ConnectionTrait, holder: Holder) -> Result<Vec<entity::Model>> {
    let limit = PASSKEYS_PER_PERSON_MAX as u64;
    let found = of(holder).order_by_asc(entity::Column::CreatedAt).order_by_asc(entity::Column::Id).limit(limit);
    Ok(found.all(db).await?)
}

/// How many passkeys a person has.
pub(crate) async fn count_of(db: &impl ConnectionTrait, person: Uuid) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::PersonId.eq(person)).count(db).await?)
}

/// Which of these people have any.
pub(crate) async fn find_holders(db: &impl ConnectionTrait, people: &[Uuid]) -> Result<HashSet<Uuid>> {
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    let found = entity::Entity::find()
        .select_only()
        .column(entity::Column::PersonId)
        .distinct()
        .filter(entity::Column::PersonId.is_in(people.iter().copied()));
    Ok(found.into_tuple::<Uuid>().all(db).await?.into_iter().collect())
}

/// One of one's own.
pub(super) async fn find_own(
    db: &impl ConnectionTrait,
    holder: Holder,
    passkey: Id<id::Passkey>,
) -> Result<Option<entity::Model>> {
    Ok(of(holder).filter(entity::Column::Id.eq(passkey)).one(db).await?)
}

/// By what the device calls it, locked until the transaction ends: its counter must not go back.
pub(super) async fn find_by_credential(db: &impl ConnectionTrait, credential: &[u8]) -> Result<Option<entity::Model>> {
    let found = entity::Entity::find().filter(entity::Column::CredentialId.eq(credential.to_vec())).lock_exclusive();
    Ok(found.one(db).await?)
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: entity::Model) -> Result<()> {
    let active = entity::ActiveModel {
        id: Set(row.id),
        kind: Set(row.kind),
        person_id: Set(row.person_id),
        tenant_id: Set(row.tenant_id),
        credential_id: Set(row.credential_id),
        credential: Set(row.credential),
        name: Set(row.name),
        created_at: Set(row.created_at),
        last_used_at: Set(row.last_used_at),
    };
    match entity::Entity::insert(active).exec_without_returning(db).await {
        Ok(_) => Ok(()),
        Err(err) if unique_violation(&err) => Err(error::exists().into()),
        Err(err) => Err(Fault::from(err)),
    }
}

pub(super) async fn mark_used(
    db: &impl ConnectionTrait,
    passkey: Id<id::Passkey>,
    credential: &str,
    now: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Credential, Expr::value(credential))
        .col_expr(entity::Column::LastUsedAt, Expr::value(now))
        .filter(entity::Column::Id.eq(passkey))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn rename(db: &impl ConnectionTrait, passkey: Id<id::Passkey>, name: &str) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Name, Expr::value(name))
        .filter(entity::Column::Id.eq(passkey))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes all of a person's.
pub(crate) async fn delete_all(db: &impl ConnectionTrait, holder: Holder) -> Result<()> {
    entity::Entity::delete_many()
        .filter(entity::Column::PersonId.eq(holder.person))
        .filter(entity::Column::Kind.eq(holder.kind.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn delete(db: &impl ConnectionTrait, passkey: Id<id::Passkey>) -> Result<()> {
    entity::Entity::delete_by_id(passkey).exec(db).await?;
    Ok(())
}
