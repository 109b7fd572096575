//! Events that a webhook hears of and never got, because it was off or did not hear of them then: each gets its delivery now,
//! and goes on until that has ended.

use kernel::{Id, Timestamp, events::MESSAGE_CREATED, id};
use platform::{
    Result, Tx,
    db::{Dialect, statement},
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::store::insert::{NewDelivery, insert_deliveries};
use crate::{
    Delivery,
    events::personal::shared,
    model::{ChannelKind, Recipient},
    sql,
};

/// Events that one call looks at; whoever has more calls again.
pub const MISSED_EVENTS_SEEN_MAX: usize = 20_000;
/// Events of one transaction.
const EVENTS_AT_ONCE: usize = 500;

/// From one instant to before another.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Stated at this instant or later.
    pub from: Timestamp,
    /// Stated before this instant.
    pub to: Timestamp,
}

/// Sends a webhook what it hears of and never got, the oldest first; gives how many, and whether there may be more.
/// Authorised by whoever calls; not to be called inside a transaction.
pub async fn send_missed(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    webhook: Id<id::Webhook>,
    hears: impl Fn(&str) -> bool + Send + Sync,
    span: Span,
) -> Result<(usize, bool)> {
    let recipient = Recipient { channel: ChannelKind::Webhook, address: webhook.to_string() };
    let (mut sent, mut seen, mut after) = (0, 0, Uuid::nil());
    let has_more = loop {
        let tx = delivery.db().begin().await?;
        let found = find_locked(&tx, tenant, &recipient, span, after).await?;
        let Some(last) = found.last() else { break false };
        after = last.id;
        seen += found.len();
        let missed = found.iter().filter(|found| hears(&found.kind) && !found.is_personal);
        let missed: Vec<Uuid> = missed.map(|found| found.id).collect();
        add_deliveries(delivery, &tx, tenant, &missed, &recipient).await?;
        tx.commit().await?;
        sent += missed.len();
        if found.len() < EVENTS_AT_ONCE {
            break false;
        }
        if seen >= MISSED_EVENTS_SEEN_MAX {
            break true;
        }
    };
    if sent > 0 {
        delivery.wake();
    }
    Ok((sent, has_more))
}

/// An event without a delivery for the webhook.
struct Found {
    id: Uuid,
    kind: String,
    /// It tells a person of something that other systems heard of by an event of its own.
    is_personal: bool,
}

/// Events without a delivery for it. Those that are not spread yet will have theirs.
async fn find_locked(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    recipient: &Recipient,
    span: Span,
    after: Uuid,
) -> Result<Vec<Found>> {
    let lock = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let text = format!(
        "SELECT id, type, CASE WHEN type = '{MESSAGE_CREATED}' THEN data END FROM events WHERE tenant_id = ? AND id > ? AND created_at >= ? AND created_at < ? \
         AND status IN ('processing', 'completed', 'failed') AND {} AND NOT EXISTS (SELECT 1 FROM deliveries d \
         WHERE d.event_id = events.id AND d.channel = ? AND d.recipient = ?) ORDER BY id LIMIT {EVENTS_AT_ONCE}{lock}",
        shared("events")
    );
    let values: Vec<Value> = vec![
        tenant.into(),
        after.into(),
        span.from.into(),
        span.to.into(),
        recipient.channel.as_str().into(),
        recipient.address.as_str().into(),
    ];
    let rows = tx.conn().query_all_raw(statement(tx.dialect(), &text, values)).await?;
    let read = |row: &QueryResult| -> Result<Found> {
        let data: Option<String> = row.try_get_by_index(2)?;
        let data: Option<Json> = data.and_then(|text| serde_json::from_str(&text).ok());
        let is_personal = data.is_some_and(|data| data["recipient"].is_object());
        Ok(Found { id: row.try_get_by_index(0)?, kind: row.try_get_by_index(1)?, is_personal })
    };
    rows.iter().map(read).collect()
}

async fn add_deliveries(
    delivery: &Delivery,
    tx: &Tx,
    tenant: Id<id::Tenant>,
    events: &[Uuid],
    recipient: &Recipient,
) -> Result<()> {
    let due = tx.now();
    let row = |event: &Uuid| {
        let (id, event) = (delivery.platform().world().id(), Id::from_uuid(*event));
        NewDelivery { id, tenant, event, recipient, due }
    };
    let rows: Vec<NewDelivery<'_>> = events.iter().map(row).collect();
    insert_deliveries(tx, &rows).await?;
    for range in sql::chunks(events.len()) {
        // Counted anew, since somebody may have added the same a moment ago.
        let text = format!(
            "UPDATE events SET total = (SELECT COUNT(*) FROM deliveries d WHERE d.event_id = events.id), \
             status = 'processing', completed_at = NULL WHERE id IN ({})",
            sql::marks(range.len())
        );
        tx.execute(&text, events[range].iter().map(|id| Value::from(*id)).collect()).await?;
    }
    Ok(())
}
