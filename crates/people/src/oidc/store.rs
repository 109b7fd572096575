//! Every query on accounts at other houses.

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result, db::unique_violation};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    entity,
    model::{Door, Found},
};
use crate::sessions::PersonKind;

/// The word and the business of a door, as they are stored.
const fn place(door: Door) -> (&'static str, Id<id::Tenant>) {
    match door {
        Door::Desk => (PersonKind::User.as_str(), Id::from_uuid(Uuid::nil())),
        Door::Front(tenant) => (PersonKind::Customer.as_str(), tenant),
    }
}

/// Whose account this is here.
pub(super) async fn find_person(db: &impl ConnectionTrait, found: &Found) -> Result<Option<Uuid>> {
    let (kind, tenant) = place(found.door);
    let row = entity::Entity::find()
        .filter(entity::Column::Issuer.eq(&found.issuer))
        .filter(entity::Column::Subject.eq(&found.subject))
        .filter(entity::Column::Kind.eq(kind))
        .filter(entity::Column::TenantId.eq(tenant));
    Ok(row.one(db).await?.map(|row| row.person_id))
}

/// Remembers it from now on; one that came in at the same moment is the same one.
pub(super) async fn insert(db: &impl ConnectionTrait, found: &Found, person: Uuid, now: Timestamp) -> Result<()> {
    let (kind, tenant) = place(found.door);
    let row = entity::ActiveModel {
        issuer: Set(found.issuer.clone()),
        subject: Set(found.subject.clone()),
        kind: Set(kind.to_owned()),
        tenant_id: Set(tenant),
        person_id: Set(person),
        created_at: Set(now),
    };
    match entity::Entity::insert(row).exec_without_returning(db).await {
        Err(err) if !unique_violation(&err) => Err(Fault::from(err)),
        _ => Ok(()),
    }
}

/// Where the accounts are that open this person's, each house once.
pub(super) async fn find_issuers(db: &impl ConnectionTrait, kind: PersonKind, person: Uuid) -> Result<Vec<String>> {
    let found = entity::Entity::find()
        .select_only()
        .column(entity::Column::Issuer)
        .distinct()
        .filter(entity::Column::PersonId.eq(person))
        .filter(entity::Column::Kind.eq(kind.as_str()))
        .order_by_asc(entity::Column::Issuer);
    Ok(found.into_tuple().all(db).await?)
}

pub(super) async fn forget(db: &impl ConnectionTrait, kind: PersonKind, person: Uuid) -> Result<()> {
    entity::Entity::delete_many()
        .filter(entity::Column::PersonId.eq(person))
        .filter(entity::Column::Kind.eq(kind.as_str()))
        .exec(db)
        .await?;
    Ok(())
}
