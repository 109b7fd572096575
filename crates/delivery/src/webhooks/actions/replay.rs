//! Sends a webhook what it did not get within a time: what was given up, and what happened while it was off.

use kernel::{Caller, Id, Problem, Timestamp, id};
use platform::{Result, http::ClientInfo};
use serde_json::json;

use super::audit;
use crate::{
    Delivery,
    deliveries::{
        Span, Window,
        mended::{look_again_after, webhook_lane},
        retry_dead, send_missed,
    },
    model::ChannelKind,
    webhooks::{
        access::access_webhook,
        error,
        model::{Heard, names_of},
        view::ReplayedView,
    },
};

/// From one instant to before another.
#[derive(Debug, Clone, Copy)]
pub(in crate::webhooks) struct ReplayWindow {
    pub from: Timestamp,
    pub to: Timestamp,
}

pub(in crate::webhooks) async fn replay(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    webhook: Id<id::Webhook>,
    window: ReplayWindow,
) -> Result<ReplayedView> {
    let row = access_webhook(delivery, caller, webhook).await?;
    if window.from >= window.to {
        return Err(Problem::field("to", "OUT_OF_RANGE", "must be after from").into());
    }
    if !row.enabled {
        return Err(error::is_disabled().into());
    }
    let dead = Window {
        from: Some(window.from),
        to: Some(window.to),
        channel: Some(ChannelKind::Webhook),
        recipient: Some(webhook.to_string()),
    };
    let (replayed, has_more) = retry_dead(delivery, caller.tenant, &dead).await?;
    let heard = Heard::new(names_of(&row));
    // What happened before there was this webhook is none of its business.
    let span = Span { from: window.from.max(row.created_at), to: window.to };
    let hears = |dotted: &str| heard.hears(dotted);
    let (missed, misses_more) = send_missed(delivery, caller.tenant, webhook, hears, span).await?;
    let mut tx = delivery.platform().db().begin().await?;
    look_again_after(&mut tx, ChannelKind::Webhook, &webhook_lane(webhook));
    let details = json!({ "from": window.from, "to": window.to, "replayed": replayed, "missed": missed });
    audit(&mut tx, caller, client, "webhook.replayed", webhook, details).await?;
    tx.commit().await?;
    Ok(ReplayedView { replayed: replayed + missed, missed, has_more: has_more || misses_more })
}
