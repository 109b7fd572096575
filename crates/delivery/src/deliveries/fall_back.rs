//! Somebody who is away should have been reached on their devices, and none of them took it: the next way that is open, mail
//! or phone, gets a delivery of the same event. The event goes on until that has ended.

use platform::{
    Result, Tx,
    db::{Dialect, statement},
};
use sea_orm::{ConnectionTrait, Value};

use super::{
    plan,
    store::insert::{NewDelivery, insert_deliveries},
};
use crate::{
    Delivery, catalogue,
    channels::{Failure, Task},
    model::ChannelKind,
    push::LOST_FOR_GOOD,
    sql,
};

/// A device took no message and never will. When it was the last of its event, the next way is taken. Doing it again changes
/// nothing: there is one delivery per event, channel and recipient. Gives whether there is a next way for this event. Not to
/// be called inside a transaction.
pub(crate) async fn fall_back(delivery: &Delivery, task: &Task, failure: &Failure) -> Result<bool> {
    let event = &task.event;
    let Some(kind) = catalogue::find(delivery, event.tenant, &event.kind).await? else { return Ok(false) };
    if !plan::is_reach_back(&kind, event) {
        return Ok(false);
    }
    let recipients = plan::letter_boxes(delivery, &kind, event).await?;
    if recipients.is_empty() {
        return Ok(false);
    }
    let tx = delivery.db().begin().await?;
    if !is_last_device(&tx, task, failure).await? {
        tx.commit().await?;
        return Ok(true);
    }
    let due = tx.now();
    let row = |recipient| {
        let id = delivery.platform().world().id();
        NewDelivery { id, tenant: event.tenant, event: event.id, recipient, due }
    };
    let rows: Vec<NewDelivery<'_>> = recipients.iter().map(row).collect();
    insert_deliveries(&tx, &rows).await?;
    // Counted anew, since another node may have added the same a moment ago.
    let text =
        "UPDATE events SET total = (SELECT COUNT(*) FROM deliveries d WHERE d.event_id = events.id) WHERE id = ?";
    tx.execute(text, vec![event.id.into()]).await?;
    tx.commit().await?;
    delivery.wake();
    Ok(true)
}

/// Whether every other device of the event is gone too. Of several that go at the same moment each waits here for the one
/// before, and finds its failure noted.
async fn is_last_device(tx: &Tx, task: &Task, failure: &Failure) -> Result<bool> {
    if tx.dialect() == Dialect::Postgres {
        let text = "SELECT id FROM events WHERE id = ? FOR UPDATE";
        tx.conn().query_one_raw(statement(tx.dialect(), text, vec![task.event.id.into()])).await?;
    }
    let text = "UPDATE deliveries SET error_code = ? WHERE id = ? AND finished_at IS NULL";
    tx.execute(text, vec![failure.code.into(), task.delivery.into()]).await?;
    let text = format!(
        "SELECT COUNT(*) FROM deliveries WHERE event_id = ? AND channel = ? AND id <> ? \
         AND status NOT IN ('dead', 'cancelled') AND COALESCE(error_code, '') NOT IN ({})",
        sql::marks(LOST_FOR_GOOD.len())
    );
    let push = ChannelKind::Push.as_str();
    let mut values: Vec<Value> = vec![task.event.id.into(), push.into(), task.delivery.into()];
    values.extend(LOST_FOR_GOOD.map(Value::from));
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &text, values)).await?;
    Ok(row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or(0) == 0)
}
