//! Every query on what people chose.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use kernel::{Id, Timestamp, id, text};
use platform::{Fault, Result, Tx};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entity::{ActiveModel, Column, Entity, Model},
    model::{Person, Stored},
};

fn read(row: Model) -> Result<Stored> {
    let choices = serde_json::from_str(&row.choices).map_err(|e| Fault::internal("reading stored preferences", e))?;
    Ok(Stored { choices, digest_due: row.digest_due, digest_at: row.digest_at, version: row.version })
}

pub(crate) async fn find(db: &impl ConnectionTrait, person: Person) -> Result<Option<Stored>> {
    Entity::find_by_id((person.tenant, person.id)).one(db).await?.map(read).transpose()
}

/// The zone that somebody chose, if they did.
pub async fn find_zone(db: &impl ConnectionTrait, tenant: Id<id::Tenant>, person: Uuid) -> Result<Option<TimeZone>> {
    let found = Entity::find_by_id((tenant, person)).one(db).await?.map(read).transpose()?;
    Ok(found.and_then(|stored| text::parse_zone(stored.choices.timezone.as_deref()?).ok()))
}

/// The same, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, person: Person) -> Result<Option<Stored>> {
    let found = Entity::find_by_id((person.tenant, person.id)).lock_exclusive().one(tx.conn()).await?;
    found.map(read).transpose()
}

/// Those of these people who chose anything.
pub(super) async fn find_many(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    people: &[Uuid],
) -> Result<HashMap<Uuid, Stored>> {
    let found = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::PersonId.is_in(people.iter().copied()))
        .all(db)
        .await?;
    found.into_iter().map(|row| Ok((row.person_id, read(row)?))).collect()
}

/// Whether anybody of this business chose anything at all.
pub(super) async fn is_any(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<bool> {
    Ok(Entity::find().filter(Column::TenantId.eq(tenant)).limit(1).count(db).await? > 0)
}

/// Stores the first choices of somebody, or changed ones; `false` when somebody else stored the first meanwhile.
pub(super) async fn save(tx: &Tx, person: Person, next: &Stored) -> Result<bool> {
    let choices =
        serde_json::to_string(&next.choices).map_err(|e| Fault::internal("writing preferences to be stored", e))?;
    let row = ActiveModel {
        tenant_id: Set(person.tenant),
        person_id: Set(person.id),
        choices: Set(choices),
        digest_due: Set(next.digest_due),
        digest_at: Set(next.digest_at),
        version: Set(next.version),
        updated_at: Set(tx.now()),
    };
    if next.version > 1 {
        let changed = Entity::update_many()
            .set(row)
            .filter(Column::TenantId.eq(person.tenant))
            .filter(Column::PersonId.eq(person.id))
            .exec(tx.conn())
            .await?;
        return Ok(changed.rows_affected > 0);
    }
    let once = OnConflict::columns([Column::TenantId, Column::PersonId]).do_nothing().to_owned();
    let stored = Entity::insert(row).on_conflict(once).try_insert().exec_without_returning(tx.conn()).await?;
    Ok(matches!(stored, sea_orm::TryInsertResult::Inserted(1..)))
}

/// People whose daily mail is due, the most overdue first.
pub(crate) async fn find_digests_due(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(Id<id::Tenant>, Uuid)>> {
    let due = Entity::find()
        .select_only()
        .columns([Column::TenantId, Column::PersonId])
        .filter(Column::DigestDue.lte(now))
        .order_by_asc(Column::DigestDue)
        .limit(limit);
    Ok(due.into_tuple().all(db).await?)
}

/// Puts the next daily mail off; `false` when somebody else just did.
pub(crate) async fn move_digest(tx: &Tx, person: Person, stored: &Stored, next: Option<Timestamp>) -> Result<bool> {
    let changed = Entity::update_many()
        .col_expr(Column::DigestDue, Expr::value(next))
        .col_expr(Column::DigestAt, Expr::value(Some(tx.now())))
        .filter(Column::TenantId.eq(person.tenant))
        .filter(Column::PersonId.eq(person.id))
        .filter(Column::DigestDue.eq(stored.digest_due))
        .exec(tx.conn())
        .await?;
    Ok(changed.rows_affected > 0)
}
