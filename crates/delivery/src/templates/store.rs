//! Every query on the texts that businesses wrote themselves.

use kernel::{Id, id};
use platform::{Result, Tx, db::unique_violation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::{
    entity::{ActiveModel, Column, Entity, Model},
    model::OwnTemplate,
    rules::OWN_TEMPLATES_MAX,
};
use crate::model::ChannelKind;

/// All of a business, without an order that means anything.
pub(super) async fn find_all(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<OwnTemplate>> {
    let query = Entity::find().filter(Column::TenantId.eq(tenant)).order_by_asc(Column::Id).limit(OWN_TEMPLATES_MAX);
    query.all(db).await?.into_iter().map(OwnTemplate::try_from).collect()
}

/// Those of one type and channel.
pub(super) async fn find_of(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    kind: &str,
    channel: ChannelKind,
) -> Result<Vec<OwnTemplate>> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Channel.eq(channel.as_str()))
        .limit(OWN_TEMPLATES_MAX);
    query.all(db).await?.into_iter().map(OwnTemplate::try_from).collect()
}

/// One, locked until the transaction ends.
pub(super) async fn find_locked(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    kind: &str,
    channel: ChannelKind,
    language: &str,
) -> Result<Option<Model>> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Channel.eq(channel.as_str()))
        .filter(Column::Language.eq(language));
    Ok(query.lock_exclusive().one(tx.conn()).await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<u64> {
    Ok(Entity::find().filter(Column::TenantId.eq(tenant)).count(db).await?)
}

/// Stores a new one; `false` when somebody else did at this moment.
pub(super) async fn try_insert(tx: &Tx, row: Model) -> Result<bool> {
    match Entity::insert(row.into_active_model()).exec_without_returning(tx.conn()).await {
        Ok(_) => Ok(true),
        Err(err) if unique_violation(&err) => Ok(false),
        Err(err) => Err(DbErr::into(err)),
    }
}

pub(super) async fn update(tx: &Tx, row: Model) -> Result<()> {
    let columns = ActiveModel {
        subject: Set(row.subject),
        text: Set(row.text),
        html: Set(row.html),
        version: Set(row.version),
        updated_by: Set(row.updated_by),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    let mine = Entity::update_many().set(columns).filter(Column::TenantId.eq(row.tenant_id));
    mine.filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx, tenant: Id<id::Tenant>, template: Id<id::Template>) -> Result<()> {
    let mine = Entity::delete_many().filter(Column::TenantId.eq(tenant)).filter(Column::Id.eq(template));
    mine.exec(tx.conn()).await?;
    Ok(())
}

/// Every text of a type.
pub(super) async fn delete_of_type(tx: &Tx, tenant: Id<id::Tenant>, kind: &str) -> Result<()> {
    let mine = Entity::delete_many().filter(Column::TenantId.eq(tenant)).filter(Column::Kind.eq(kind));
    mine.exec(tx.conn()).await?;
    Ok(())
}
