//! Every query on registered browsers.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::entity::{Column, Entity, Model};
use crate::preferences::Person;

fn of(person: Person) -> Select<Entity> {
    Entity::find().filter(Column::TenantId.eq(person.tenant)).filter(Column::PersonId.eq(person.id))
}

pub(super) async fn list(db: &impl ConnectionTrait, person: Person) -> Result<Vec<Model>> {
    Ok(of(person).order_by_asc(Column::Id).all(db).await?)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    subscription: Id<id::PushSubscription>,
) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(subscription).filter(Column::TenantId.eq(tenant)).one(db).await?)
}

/// The registration of one browser, whosever it is.
pub(super) async fn find_by_digest(db: &impl ConnectionTrait, digest: &[u8]) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::EndpointDigest.eq(digest.to_vec())).one(db).await?)
}

pub(super) async fn is_any(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<bool> {
    Ok(Entity::find().filter(Column::TenantId.eq(tenant)).limit(1).count(db).await? > 0)
}

pub(super) async fn find_of_people(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    people: &[Uuid],
) -> Result<Vec<(Uuid, Id<id::PushSubscription>)>> {
    let found = Entity::find()
        .select_only()
        .columns([Column::PersonId, Column::Id])
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::PersonId.is_in(people.iter().copied()))
        .order_by_asc(Column::Id);
    Ok(found.into_tuple().all(db).await?)
}

/// Stores a registration. A browser has one: whoever registers it now takes it over, since they have it in their hands.
pub(super) async fn save(tx: &Tx, row: Model) -> Result<Model> {
    let over = [
        Column::TenantId,
        Column::PersonId,
        Column::IsCustomer,
        Column::SessionId,
        Column::P256dh,
        Column::Auth,
        Column::DeviceName,
    ];
    let taken_over = OnConflict::column(Column::EndpointDigest).update_columns(over).to_owned();
    let digest = row.endpoint_digest.clone();
    Entity::insert(row.clone().into_active_model()).on_conflict(taken_over).exec_without_returning(tx.conn()).await?;
    Ok(find_by_digest(tx.conn(), &digest).await?.unwrap_or(row))
}

pub(super) async fn delete(tx: &Tx, person: Person, subscription: Id<id::PushSubscription>) -> Result<bool> {
    let mine = Entity::delete_many().filter(Column::TenantId.eq(person.tenant));
    let gone = mine.filter(Column::PersonId.eq(person.id)).filter(Column::Id.eq(subscription)).exec(tx.conn()).await?;
    Ok(gone.rows_affected > 0)
}

/// Its push service says that it is no more.
pub(super) async fn forget(tx: &Tx, subscription: Id<id::PushSubscription>) -> Result<()> {
    Entity::delete_by_id(subscription).exec(tx.conn()).await?;
    Ok(())
}

pub(super) async fn note_use(tx: &Tx, subscription: Id<id::PushSubscription>, at: Timestamp) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(Some(at)))
        .filter(Column::Id.eq(subscription))
        .exec(tx.conn())
        .await?;
    Ok(())
}
