//! Stating an event again.

use kernel::{
    Id, id,
    sender::{Scope, Sender},
};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::json;

use super::{
    accept::{Accepted, NewEvent, Origin, Source, find_type, state},
    browse::show_event,
    error,
};
use crate::{Delivery, model::EventStatus};

/// States an event again: a new one with the same data, which goes to everybody who hears of it now.
pub(super) async fn replay_event(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    event: Id<id::Event>,
) -> Result<Accepted> {
    sender.check(Scope::EventsWrite)?;
    let first = show_event(delivery, sender, event).await?;
    if first.event.status == EventStatus::Scheduled {
        return Err(error::not_out_yet().into());
    }
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
    audit(&mut tx, sender, client, event).await?;
    tx.commit().await?;
    Ok(accepted)
}

async fn audit(tx: &mut Tx, sender: &Sender, client: &ClientInfo, event: Id<id::Event>) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(sender.tenant),
        actor: sender.actor(),
        action: "event.replayed",
        object: event.to_string(),
        details: json!({}),
        ip: Some(client.ip.to_string()),
    })
    .await
}
