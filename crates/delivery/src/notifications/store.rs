//! Every query on the lines of the notice centre. Each is about one person.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, TryInsertResult,
    sea_query::{Expr, Func, OnConflict},
};
use uuid::Uuid;

use crate::preferences::Category;

use super::entity::{ActiveModel, Column, Entity, Model};

/// Whose lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    pub tenant: Id<id::Tenant>,
    pub person: Uuid,
}

/// Unread lines that a daily mail counts.
const UNREAD_MAX: u64 = 1_000;

/// Which lines of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// From below this one.
    pub before: Option<Id<id::Notification>>,
    pub unread_only: bool,
    pub category: Option<Category>,
    pub limit: usize,
}

fn of(reader: Reader) -> Select<Entity> {
    Entity::find().filter(Column::TenantId.eq(reader.tenant)).filter(Column::PersonId.eq(reader.person))
}

/// Writes a line; `false` when its delivery has made one before.
pub(super) async fn try_insert(tx: &Tx, row: Model) -> Result<bool> {
    let once = OnConflict::column(Column::DeliveryId).do_nothing().to_owned();
    match Entity::insert(row.into_active_model())
        .on_conflict(once)
        .try_insert()
        .exec_without_returning(tx.conn())
        .await?
    {
        TryInsertResult::Inserted(rows) => Ok(rows > 0),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(false),
    }
}

/// Newest first, from below this one.
pub(super) async fn find_page(
    db: &impl ConnectionTrait,
    reader: Reader,
    Page { before, unread_only, category, limit }: Page,
) -> Result<Vec<Model>> {
    let mut query = of(reader).order_by_desc(Column::Id).limit(u64::try_from(limit).unwrap_or(u64::MAX));
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    if unread_only {
        query = query.filter(Column::ReadAt.is_null());
    }
    if let Some(category) = category {
        let word = Expr::expr(Func::lower(Expr::col(Column::Category)));
        query = query.filter(match category {
            Category::Team => word.is_not_in(Category::ALL.into_iter().flat_map(Category::words).copied()),
            _ => word.is_in(category.words().iter().copied()),
        });
    }
    Ok(query.all(db).await?)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    reader: Reader,
    notification: Id<id::Notification>,
) -> Result<Option<Model>> {
    Ok(of(reader).filter(Column::Id.eq(notification)).one(db).await?)
}

pub(super) async fn count_unread(db: &impl ConnectionTrait, reader: Reader) -> Result<u64> {
    Ok(of(reader).filter(Column::ReadAt.is_null()).count(db).await?)
}

/// Lines of the last look that were not read, newest first: title and text.
pub(super) async fn find_unread_since(
    db: &impl ConnectionTrait,
    reader: Reader,
    since: Option<Timestamp>,
) -> Result<Vec<(String, String)>> {
    let mut unread = of(reader).filter(Column::ReadAt.is_null());
    if let Some(since) = since {
        unread = unread.filter(Column::CreatedAt.gt(since));
    }
    let lines = unread.select_only().columns([Column::Title, Column::Body]).order_by_desc(Column::Id);
    Ok(lines.limit(UNREAD_MAX).into_tuple().all(db).await?)
}

/// Marks one line, or all, as read at this time; those that are read keep theirs.
pub(super) async fn mark_read(
    tx: &Tx,
    reader: Reader,
    notification: Option<Id<id::Notification>>,
    at: Timestamp,
) -> Result<u64> {
    let mut update = Entity::update_many()
        .set(ActiveModel { read_at: Set(Some(at)), ..Default::default() })
        .filter(Column::TenantId.eq(reader.tenant))
        .filter(Column::PersonId.eq(reader.person))
        .filter(Column::ReadAt.is_null());
    if let Some(notification) = notification {
        update = update.filter(Column::Id.eq(notification));
    }
    Ok(update.exec(tx.conn()).await?.rows_affected)
}

pub(super) async fn delete(tx: &Tx, reader: Reader, notification: Id<id::Notification>) -> Result<bool> {
    let mine = Entity::delete_many().filter(Column::TenantId.eq(reader.tenant));
    let gone =
        mine.filter(Column::PersonId.eq(reader.person)).filter(Column::Id.eq(notification)).exec(tx.conn()).await?;
    Ok(gone.rows_affected > 0)
}

/// Removes up to so many lines, of whoever's, that are older than this.
pub(super) async fn delete_older(tx: &Tx, than: Timestamp, rows_max: u64) -> Result<u64> {
    let old = Entity::find().select_only().column(Column::Id).filter(Column::CreatedAt.lt(than)).limit(rows_max);
    let ids: Vec<Id<id::Notification>> = old.into_tuple().all(tx.conn()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(Entity::delete_many().filter(Column::Id.is_in(ids)).exec(tx.conn()).await?.rows_affected)
}
