//! What a person does with their own lines. There is no other door: the reader is always whoever asks.

use kernel::{Caller, Id, Problem, id};
use platform::{Push, Result, Room, Tx};
use serde_json::json;

use super::{
    LIVE_READ, LIVE_REMOVED,
    entity::Model,
    store::{self, Page, Reader},
    view::NotificationView,
};
use crate::{Delivery, preferences::Person};

fn reader(caller: &Caller) -> Reader {
    Reader { tenant: caller.tenant, person: caller.person() }
}

/// A page of lines, and where the next one begins.
pub(super) struct Listed {
    pub lines: Vec<NotificationView>,
    pub last: Option<Id<id::Notification>>,
}

pub(super) async fn list(delivery: &Delivery, caller: &Caller, page: Page) -> Result<Listed> {
    let limit = page.limit;
    // One more than asked for tells whether there is a next page.
    let mut rows = store::find_page(delivery.db().read(), reader(caller), Page { limit: limit + 1, ..page }).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().map(|row| row.id).filter(|_| has_more);
    let lines = rows.into_iter().map(NotificationView::try_from).collect::<Result<_>>()?;
    Ok(Listed { lines, last })
}

pub(super) async fn count_unread(delivery: &Delivery, caller: &Caller) -> Result<u64> {
    store::count_unread(delivery.db().read(), reader(caller)).await
}

/// The same of anybody, for the floor.
pub(crate) async fn count_unread_of(delivery: &Delivery, person: Person) -> Result<u64> {
    store::count_unread(delivery.db().read(), Reader { tenant: person.tenant, person: person.id }).await
}

async fn find_own(tx: &Tx, caller: &Caller, notification: Id<id::Notification>) -> Result<Model> {
    let found = store::find(tx.conn(), reader(caller), notification).await?;
    found.ok_or_else(|| Problem::not_found().into())
}

/// Marks a line as read; doing it again changes nothing.
pub(super) async fn mark_read(
    delivery: &Delivery,
    caller: &Caller,
    notification: Id<id::Notification>,
) -> Result<NotificationView> {
    let mut tx = delivery.db().begin().await?;
    let marked = store::mark_read(&tx, reader(caller), Some(notification), tx.now()).await?;
    let row = find_own(&tx, caller, notification).await?;
    if marked > 0 {
        tell(&mut tx, caller, LIVE_READ, Some(notification)).await?;
    }
    tx.commit().await?;
    NotificationView::try_from(row)
}

/// Marks every line as read; returns how many were not.
pub(super) async fn mark_all_read(delivery: &Delivery, caller: &Caller) -> Result<u64> {
    let mut tx = delivery.db().begin().await?;
    let marked = store::mark_read(&tx, reader(caller), None, tx.now()).await?;
    if marked > 0 {
        tell(&mut tx, caller, LIVE_READ, None).await?;
    }
    tx.commit().await?;
    Ok(marked)
}

pub(super) async fn remove(delivery: &Delivery, caller: &Caller, notification: Id<id::Notification>) -> Result<()> {
    let mut tx = delivery.db().begin().await?;
    if !store::delete(&tx, reader(caller), notification).await? {
        return Err(Problem::not_found().into());
    }
    tell(&mut tx, caller, LIVE_REMOVED, Some(notification)).await?;
    tx.commit().await
}

/// Tells the reader's other screens what became of a line, or of all, and how many still wait.
async fn tell(
    tx: &mut Tx,
    caller: &Caller,
    event: &'static str,
    notification: Option<Id<id::Notification>>,
) -> Result<()> {
    let unread = store::count_unread(tx.conn(), reader(caller)).await?;
    let body = json!({ "id": notification, "tenantId": caller.tenant, "unreadCount": unread });
    tx.push(Push::new([Room::person(caller.person())], event, body));
    Ok(())
}
