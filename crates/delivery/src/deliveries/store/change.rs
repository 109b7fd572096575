//! Changes that people make to deliveries: calling off, trying again, letting go what was held.

use std::collections::BTreeMap;

use kernel::{Id, Timestamp, id};
use platform::{
    Result, Tx,
    db::{Dialect, statement},
};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::{
    deliveries::live::Counters,
    model::{DeliveryStatus, EventStatus},
    sql,
};

/// Calls off what no worker has in hand, some at a time; gives how many. What somebody has locked at this moment is left to
/// them.
pub(crate) async fn cancel_some(tx: &Tx, event: Id<id::Event>, limit: u64) -> Result<u64> {
    let skip = if tx.dialect() == Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "UPDATE deliveries SET status = 'cancelled', due_at = NULL, finished_at = ?, updated_at = ? \
         WHERE id IN (SELECT id FROM deliveries WHERE event_id = ? AND status IN ('pending', 'held', 'failed') \
         LIMIT {limit}{skip})"
    );
    tx.execute(&text, vec![tx.now().into(), tx.now().into(), event.into()]).await
}

/// A delivery that a person wants to be tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub id: Uuid,
    pub event: Uuid,
    pub status: DeliveryStatus,
}

/// Lets deliveries be tried again from the beginning of their schedule, now. They must be locked. Gives the events that go
/// on, since one of their deliveries had ended, and how far each is now.
pub(crate) async fn restart(tx: &Tx, rows: &[Ended]) -> Result<Vec<(Uuid, Counters)>> {
    let now = tx.now();
    let mut events: BTreeMap<Uuid, (i32, i32, i32)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.status.is_final()) {
        let counts = events.entry(row.event).or_default();
        counts.0 += 1;
        counts.1 += i32::from(row.status == DeliveryStatus::Dead);
        counts.2 += i32::from(row.status == DeliveryStatus::Cancelled);
    }
    for range in sql::chunks(rows.len()) {
        let text = format!(
            "UPDATE deliveries SET status = 'pending', due_at = ?, earlier_attempts = attempts, finished_at = NULL, \
             updated_at = ? WHERE id IN ({})",
            sql::marks(range.len())
        );
        let mut values: Vec<Value> = vec![now.into(), now.into()];
        values.extend(rows[range].iter().map(|row| Value::from(row.id)));
        tx.execute(&text, values).await?;
    }
    if tx.dialect() == Dialect::Postgres {
        lock_events(tx, events.keys().copied().collect()).await?;
    }
    let events: Vec<(Uuid, (i32, i32, i32))> = events.into_iter().collect();
    let mut reopened = Vec::with_capacity(events.len());
    for range in sql::chunks(events.len()) {
        let text = format!(
            "UPDATE events SET finished = finished - v.column2, dead = dead - v.column3, \
             cancelled = cancelled - v.column4, status = 'processing', completed_at = NULL \
             FROM (VALUES {}) AS v WHERE events.id = v.column1 RETURNING id, total, finished, dead, cancelled",
            sql::rows(range.len(), 4)
        );
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 4);
        for (event, (finished, dead, cancelled)) in &events[range] {
            values.extend([(*event).into(), (*finished).into(), (*dead).into(), (*cancelled).into()]);
        }
        for row in tx.conn().query_all_raw(statement(tx.dialect(), &text, values)).await? {
            let counters = Counters {
                total: row.try_get_by_index(1)?,
                finished: row.try_get_by_index(2)?,
                dead: row.try_get_by_index(3)?,
                cancelled: row.try_get_by_index(4)?,
                status: EventStatus::Processing,
            };
            reopened.push((row.try_get_by_index(0)?, counters));
        }
    }
    Ok(reopened)
}

/// Locks events in the order of ids: an update of many rows locks them in any order, and two nodes could wait for each other.
async fn lock_events(tx: &Tx, ids: Vec<Uuid>) -> Result<()> {
    for range in sql::chunks(ids.len()) {
        let text = format!("SELECT id FROM events WHERE id IN ({}) ORDER BY id FOR UPDATE", sql::marks(range.len()));
        let values = ids[range].iter().map(|id| Value::from(*id)).collect();
        tx.conn().query_all_raw(statement(tx.dialect(), &text, values)).await?;
    }
    Ok(())
}

/// Makes what a channel holds due now, some at a time; gives how many.
pub(crate) async fn release_some(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    channel: &str,
    now: Timestamp,
    limit: u64,
) -> Result<u64> {
    let skip = if tx.dialect() == Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "UPDATE deliveries SET status = 'pending', due_at = ?, error_code = NULL, error = NULL, updated_at = ? \
         WHERE id IN (SELECT id FROM deliveries WHERE tenant_id = ? AND channel = ? AND status = 'held' \
         ORDER BY id LIMIT {limit}{skip})"
    );
    tx.execute(&text, vec![now.into(), now.into(), tenant.into(), channel.into()]).await
}

/// Makes what is held anywhere due now, some at a time; gives how many. They stay held until somebody has looked.
pub(crate) async fn make_held_due(tx: &Tx, now: Timestamp, limit: u64) -> Result<u64> {
    let skip = if tx.dialect() == Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "UPDATE deliveries SET due_at = ? WHERE id IN (SELECT id FROM deliveries WHERE status = 'held' AND due_at > ? \
         LIMIT {limit}{skip})"
    );
    tx.execute(&text, vec![now.into(), now.into()]).await
}
