//! What a person can do about an event: state it again, or call it off.

use kernel::{
    Id, Problem, id,
    sender::{Scope, Sender},
};
use platform::{AuditEntry, Result, Tx, db::statement, http::ClientInfo};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{
    accept::{Accepted, NewEvent, Origin, Source, find_type, state},
    browse::show_event,
    error,
    personal::shared,
};
use crate::{
    Delivery,
    deliveries::{
        live::{Counters, tell_progress},
        store::{
            change::cancel_waiting,
            claim::{CARD, read_card},
        },
    },
    model::EventStatus,
    signals::EVENT_CALLED_OFF,
};

/// States an event again: a new one with the same data, which goes to everybody who hears of it now.
pub(super) async fn replay_event(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    event: Id<id::Event>,
) -> Result<Accepted> {
    sender.check(Scope::EventsWrite)?;
    let first = show_event(delivery, sender, event).await?;
    let kind = find_type(delivery, sender.tenant, &first.event.kind).await?;
    if !kind.postable && first.event.source != Source::House.as_str() && first.event.source != Source::Replay.as_str() {
        // From a time when anybody could state what only this house knows.
        return Err(error::reserved_type(&first.event_type).into());
    }
    let again = NewEvent { spelling: first.event_type, data: first.event_data, key: None, scheduled_for: None };
    let origin = Origin { source: Source::Replay, actor: sender.actor(), token: None, replay_of: Some(event) };
    let now = delivery.platform().world().now();
    let accepted = state(delivery, &kind, again, origin, now, sender.tenant).await?;
    let mut tx = delivery.platform().db().begin().await?;
    audit(&mut tx, sender, client, "event.replayed", event).await?;
    tx.commit().await?;
    Ok(accepted)
}

/// Calls an event off: what has not begun to leave does not any more, also of what a worker has in hand.
pub(crate) async fn cancel_event(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    event: Id<id::Event>,
) -> Result<()> {
    sender.check(Scope::EventsWrite)?;
    let mut tx = delivery.platform().db().begin().await?;
    // Deliveries are locked before their event, here as everywhere.
    let cancelled = cancel_waiting(&tx, sender.tenant, event).await?;
    let (shared, lock) = (shared("type"), super::spread::lock(&tx));
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
    let text = "UPDATE events SET status = 'cancelled', spread_at = NULL, completed_at = ?, finished = finished + ? \
                WHERE id = ? RETURNING total, finished, dead";
    let values = vec![tx.now().into(), cancelled.into(), event.into()];
    let counted = tx.conn().query_one_raw(statement(tx.dialect(), text, values)).await?;
    audit(&mut tx, sender, client, "event.cancelled", event).await?;
    tx.signal(&EVENT_CALLED_OFF, &event);
    tx.commit().await?;
    if let Some(counted) = counted {
        let counters = Counters {
            total: counted.try_get_by_index(0)?,
            finished: counted.try_get_by_index(1)?,
            dead: counted.try_get_by_index(2)?,
            status: EventStatus::Cancelled,
        };
        tell_progress(delivery.platform(), &read_card(&row)?, counters).await;
    }
    Ok(())
}

async fn audit(
    tx: &mut Tx,
    sender: &Sender,
    client: &ClientInfo,
    action: &'static str,
    event: Id<id::Event>,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(sender.tenant),
        actor: sender.actor(),
        action,
        object: event.to_string(),
        details: json!({}),
        ip: Some(client.ip.to_string()),
    })
    .await
}
