//! Sending again what was given up: one delivery, or all of a time.

use kernel::{
    Id, Problem, Timestamp, id,
    sender::{Scope, Sender},
};
use platform::{
    AuditEntry, Result, Tx,
    db::{Dialect, statement},
    http::ClientInfo,
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde_json::json;
use uuid::Uuid;

use super::{
    live::{Counters, tell_progress},
    mended::{lane_of, look_again_after},
    store::{
        change::{Ended, restart},
        claim::{CARD, read_card},
    },
    view::read_status,
};
use crate::{
    Delivery,
    channels::Lane,
    events::{cancel::is_cancelled, error, personal::shared, spread::lock},
    model::{ChannelKind, DeliveryStatus},
    sql,
};

/// Deliveries that one call sends again; whoever has more calls again.
pub const RETRIED_MAX: usize = 10_000;
/// Deliveries of one transaction.
const RETRIED_AT_ONCE: usize = 500;
/// Events that are read at once to tell of them; each may be large.
const CARDS_AT_ONCE: usize = 50;

/// Which dead letters are meant.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Given up at this instant or later.
    pub from: Option<Timestamp>,
    /// Given up before this instant.
    pub to: Option<Timestamp>,
    /// Of this channel.
    pub channel: Option<ChannelKind>,
    /// For this recipient: an address, a number or an id.
    pub recipient: Option<String>,
}

fn read(row: &QueryResult) -> Result<Ended> {
    Ok(Ended {
        id: row.try_get_by_index(0)?,
        event: row.try_get_by_index(1)?,
        status: read_status(row.try_get_by_index(2)?)?,
    })
}

/// Sends one delivery again, now.
pub(super) async fn retry_delivery(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    id: Id<id::Delivery>,
) -> Result<()> {
    sender.check(Scope::EventsWrite)?;
    let way = find_way(delivery, sender.tenant, id).await?;
    let mut tx = delivery.platform().db().begin().await?;
    let text = format!("SELECT id, event_id, status FROM deliveries WHERE tenant_id = ? AND id = ?{}", lock(&tx));
    let values = vec![sender.tenant.into(), id.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &text, values)).await?;
    let row = read(&row.ok_or_else(Problem::not_found)?)?;
    if !row.status.is_final() && is_cancelled(&tx, Id::from_uuid(row.event)).await? {
        // It ends in a moment, like the others of its event; sent again now it would take them along.
        return Err(error::is_over("event was called off").into());
    }
    if matches!(row.status, DeliveryStatus::Sent | DeliveryStatus::Delivered | DeliveryStatus::Sending) {
        return Err(error::is_over(&format!("delivery is {}", row.status.as_str())).into());
    }
    let reopened = restart(&tx, &[row]).await?;
    if let Some((channel, lane)) = way {
        look_again_after(&mut tx, channel, &lane);
    }
    audit(&mut tx, sender, client, "delivery.retried", id.to_string(), json!({})).await?;
    tx.commit().await?;
    tell(delivery, &reopened).await;
    delivery.wake();
    Ok(())
}

/// Tells whoever listens that events go on.
async fn tell(delivery: &Delivery, reopened: &[(Uuid, Counters)]) {
    if let Err(fault) = try_tell(delivery, reopened).await {
        tracing::warn!(cause = fault.chain(), "nobody is told that events go on");
    }
}

async fn try_tell(delivery: &Delivery, reopened: &[(Uuid, Counters)]) -> Result<()> {
    let db = delivery.db();
    for some in reopened.chunks(CARDS_AT_ONCE) {
        let text = format!("SELECT {CARD} FROM events WHERE id IN ({})", sql::marks(some.len()));
        let values = some.iter().map(|(event, _)| Value::from(*event)).collect();
        for row in db.read().query_all_raw(statement(db.dialect(), &text, values)).await? {
            let card = read_card(&row)?;
            if let Some((_, counters)) = some.iter().find(|(event, _)| *event == card.facts.id.uuid()) {
                tell_progress(delivery.platform(), &card, *counters).await;
            }
        }
    }
    Ok(())
}

/// By which channel a delivery goes, and through whom.
async fn find_way(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    id: Id<id::Delivery>,
) -> Result<Option<(ChannelKind, Lane)>> {
    let db = delivery.db();
    let text = format!(
        "SELECT d.channel, d.recipient FROM deliveries d JOIN events e ON e.id = d.event_id \
         WHERE d.tenant_id = ? AND d.id = ? AND {}",
        shared("e")
    );
    let row = db.read().query_one_raw(statement(db.dialect(), &text, vec![tenant.into(), id.into()])).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let (channel, recipient): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let Some(channel) = ChannelKind::parse(&channel) else { return Ok(None) };
    Ok(lane_of(delivery, tenant, channel, &recipient).await.map(|lane| (channel, lane)))
}

/// Sends dead letters again for a person; gives how many, and whether there are more.
pub(super) async fn replay_dead(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    window: &Window,
) -> Result<(usize, bool)> {
    sender.check(Scope::EventsWrite)?;
    let (retried, has_more) = retry_dead(delivery, sender.tenant, window).await?;
    let details = json!({
        "from": window.from, "to": window.to, "channel": window.channel, "recipient": window.recipient,
        "retried": retried,
    });
    let mut tx = delivery.platform().db().begin().await?;
    audit(&mut tx, sender, client, "deliveries.replayed", sender.tenant.to_string(), details).await?;
    tx.commit().await?;
    Ok((retried, has_more))
}

/// Sends dead letters again, the oldest first; gives how many, and whether there are more than [`RETRIED_MAX`]. Authorised
/// by whoever calls.
pub async fn retry_dead(delivery: &Delivery, tenant: Id<id::Tenant>, window: &Window) -> Result<(usize, bool)> {
    let mut retried = 0;
    let mut has_more = true;
    while has_more && retried < RETRIED_MAX {
        let tx = delivery.platform().db().begin().await?;
        let rows = find_dead_locked(&tx, tenant, window).await?;
        let reopened = restart(&tx, &rows).await?;
        tx.commit().await?;
        tell(delivery, &reopened).await;
        has_more = rows.len() == RETRIED_AT_ONCE;
        retried += rows.len();
    }
    if retried > 0 {
        delivery.wake();
    }
    Ok((retried, has_more))
}

async fn find_dead_locked(tx: &Tx, tenant: Id<id::Tenant>, window: &Window) -> Result<Vec<Ended>> {
    let mut text = format!(
        "SELECT id, event_id, status FROM deliveries WHERE tenant_id = ? AND status = 'dead' \
         AND EXISTS (SELECT 1 FROM events e WHERE e.id = deliveries.event_id AND {})",
        shared("e")
    );
    let mut values: Vec<Value> = vec![tenant.into()];
    let mut narrow = |condition: &str, value: Value| {
        text.push_str(condition);
        values.push(value);
    };
    if let Some(from) = window.from {
        narrow(" AND finished_at >= ?", from.into());
    }
    if let Some(to) = window.to {
        narrow(" AND finished_at < ?", to.into());
    }
    if let Some(channel) = window.channel {
        narrow(" AND channel = ?", channel.as_str().into());
    }
    if let Some(recipient) = &window.recipient {
        narrow(" AND recipient = ?", recipient.as_str().into());
    }
    let skip = if tx.dialect() == Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!("{text} ORDER BY id LIMIT {RETRIED_AT_ONCE}{skip}");
    let rows = tx.conn().query_all_raw(statement(tx.dialect(), &text, values)).await?;
    rows.iter().map(read).collect()
}

async fn audit(
    tx: &mut Tx,
    sender: &Sender,
    client: &ClientInfo,
    action: &'static str,
    object: String,
    details: serde_json::Value,
) -> Result<()> {
    let ip = Some(client.ip.to_string());
    tx.audit(&AuditEntry { tenant: Some(sender.tenant), actor: sender.actor(), action, object, details, ip }).await
}
