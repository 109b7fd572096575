//! Calling an event off. The event itself first, in a transaction of its own: whoever takes one of its deliveries from then
//! on ends it instead of trying it (`deliveries/worker.rs`, `deliveries/called_off.rs`), so nothing of it begins to leave.
//! Then its waiting deliveries, some at a time, so that a large event locks nobody out. A process that dies on the way, and
//! a delivery that somebody had in hand at that moment, leave something to be ended: a job looks once more.

use kernel::{
    Id, Problem, id,
    sender::{Scope, Sender},
};
use platform::{
    AuditEntry, Result, Tx,
    db::{is_conflict, statement},
    http::ClientInfo,
};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::json;

use super::{error, jobs, personal::shared, spread::lock};
use crate::{
    Delivery,
    deliveries::{
        live::{Counters, tell_progress},
        store::{
            change::cancel_some,
            claim::{CARD, read_card},
        },
    },
    model::EventStatus,
    signals::EVENT_CALLED_OFF,
};

/// Deliveries of one transaction.
const CANCELLED_AT_ONCE: u64 = 500;
/// How often one piece is tried again when the database breaks it off because another transaction was in its way.
const CONFLICTS_MAX: u32 = 5;

/// Calls an event off: what has not begun to leave does not any more, also of what a worker has in hand.
pub(crate) async fn cancel_event(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    event: Id<id::Event>,
) -> Result<()> {
    sender.check(Scope::EventsWrite)?;
    let mut tx = delivery.db().begin().await?;
    let (shared, lock) = (shared("events"), lock(&tx));
    let text = format!("SELECT {CARD}, status FROM events WHERE tenant_id = ? AND id = ? AND {shared}{lock}");
    let values = vec![sender.tenant.into(), event.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &text, values)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let status: String = row.try_get_by_index(7)?;
    if !matches!(
        EventStatus::parse(&status),
        Some(EventStatus::Pending | EventStatus::Scheduled | EventStatus::Processing)
    ) {
        return Err(error::is_over(&format!("event is {status}")).into());
    }
    // What is not written by now never will be, and does not count.
    let text = "UPDATE events SET status = 'cancelled', spread_at = NULL, completed_at = ?, \
                total = (SELECT COUNT(*) FROM deliveries WHERE event_id = events.id) WHERE id = ?";
    tx.execute(text, vec![tx.now().into(), event.into()]).await?;
    tx.audit(&AuditEntry {
        tenant: Some(sender.tenant),
        actor: sender.actor(),
        action: "event.cancelled",
        object: event.to_string(),
        details: json!({}),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.signal(&EVENT_CALLED_OFF, &event);
    jobs::look_again(&mut tx, event).await?;
    tx.commit().await?;
    // From here on it is called off, whatever becomes of what follows.
    match end_waiting(delivery, event).await {
        Ok(Some(counters)) => tell_progress(delivery.platform(), &read_card(&row)?, counters).await,
        Ok(None) => {}
        Err(fault) => {
            tracing::warn!(%event, cause = fault.chain(), "deliveries of an event that was called off end a little later");
        }
    }
    Ok(())
}

/// Ends what waits of an event that was called off, some at a time; gives how far the event is then, or nothing when it goes
/// on, since somebody sent a delivery of it again.
pub(crate) async fn end_waiting(delivery: &Delivery, event: Id<id::Event>) -> Result<Option<Counters>> {
    let mut conflicts = 0;
    loop {
        match end_some(delivery, event).await {
            Ok((counters, ended)) if ended < CANCELLED_AT_ONCE || counters.is_none() => return Ok(counters),
            Ok(_) => conflicts = 0,
            Err(fault) if is_conflict(&fault) && conflicts < CONFLICTS_MAX => conflicts += 1,
            Err(fault) => return Err(fault),
        }
    }
}

async fn end_some(delivery: &Delivery, event: Id<id::Event>) -> Result<(Option<Counters>, u64)> {
    let tx = delivery.db().begin().await?;
    // Deliveries are locked before their event, here as everywhere.
    let ended = cancel_some(&tx, event, CANCELLED_AT_ONCE).await?;
    let count = i32::try_from(ended).unwrap_or(i32::MAX);
    let text = "UPDATE events SET finished = finished + ?, cancelled = cancelled + ? \
                WHERE id = ? AND status = 'cancelled' RETURNING total, finished, dead, cancelled";
    let values = vec![count.into(), count.into(), event.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), text, values)).await?;
    let Some(row) = row else { return Ok((None, 0)) };
    let counters = read_counters(&row)?;
    tx.commit().await?;
    Ok((Some(counters), ended))
}

fn read_counters(row: &QueryResult) -> Result<Counters> {
    Ok(Counters {
        total: row.try_get_by_index(0)?,
        finished: row.try_get_by_index(1)?,
        dead: row.try_get_by_index(2)?,
        cancelled: row.try_get_by_index(3)?,
        status: EventStatus::Cancelled,
    })
}

/// Whether the event was called off. Its deliveries are ended before one of them is sent again, or that one would take the
/// others along.
pub(crate) async fn is_cancelled(tx: &Tx, event: Id<id::Event>) -> Result<bool> {
    let text = "SELECT 1 FROM events WHERE id = ? AND status = 'cancelled'";
    Ok(tx.conn().query_one_raw(statement(tx.dialect(), text, vec![event.into()])).await?.is_some())
}
