//! Addresses that want no more of something, whether we know the person behind them or not: a link in a mail was followed,
//! or `STOP` came back to a text message.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    entity::optout::{ActiveModel, Column, Entity},
    model::Category,
};
use crate::model::ChannelKind;

/// Stands for every category.
const ALL: &str = "*";

/// Everybody who sends by the operator's number: whoever answers `STOP` to it cannot say whom they mean.
pub(crate) fn everybody() -> Id<id::Tenant> {
    Id::from_uuid(Uuid::nil())
}

/// An address by a channel, as opt-outs are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address<'a> {
    pub channel: ChannelKind,
    /// In lower case, or E.164.
    pub address: &'a str,
}

/// Whether this address wants no more of this category of a business, or of anybody who sends the same way.
pub(crate) async fn is_out(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    to: Address<'_>,
    category: Category,
) -> Result<bool> {
    let found = Entity::find()
        .filter(Column::TenantId.is_in([tenant, everybody()]))
        .filter(Column::Channel.eq(to.channel.as_str()))
        .filter(Column::Address.eq(to.address))
        .filter(Column::Category.is_in([category.as_str(), ALL]));
    Ok(found.limit(1).count(db).await? > 0)
}

/// The categories that this address left; all of them for one that wants nothing.
pub(super) async fn left(db: &impl ConnectionTrait, tenant: Id<id::Tenant>, to: Address<'_>) -> Result<Vec<Category>> {
    let rows: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Category)
        .filter(Column::TenantId.is_in([tenant, everybody()]))
        .filter(Column::Channel.eq(to.channel.as_str()))
        .filter(Column::Address.eq(to.address))
        .into_tuple()
        .all(db)
        .await?;
    if rows.iter().any(|word| word == ALL) {
        return Ok(Category::ALL.to_vec());
    }
    Ok(rows.iter().filter_map(|word| Category::parse(word)).collect())
}

/// Notes it; `false` when it was noted before. Without a category, all are meant.
pub(crate) async fn add(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    to: Address<'_>,
    category: Option<Category>,
    at: Timestamp,
) -> Result<bool> {
    let row = ActiveModel {
        tenant_id: Set(tenant),
        channel: Set(to.channel.as_str().to_owned()),
        address: Set(to.address.to_owned()),
        category: Set(category.map_or(ALL, Category::as_str).to_owned()),
        created_at: Set(at),
    };
    let insert = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(1..)))
}

/// Takes it back for one category, or for all with everything that was left before; gives how many rows went.
pub(crate) async fn remove(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    to: Address<'_>,
    category: Option<Category>,
) -> Result<u64> {
    let mut rows = Entity::delete_many()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Channel.eq(to.channel.as_str()))
        .filter(Column::Address.eq(to.address));
    if let Some(category) = category {
        rows = rows.filter(Column::Category.eq(category.as_str()));
    }
    Ok(rows.exec(tx.conn()).await?.rows_affected)
}
