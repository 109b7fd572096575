//! Calls a webhook once with made-up data, shows how it went and keeps a line of it. Nothing is queued and nothing repeated,
//! and a failure does not count against it; a success does count.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Timestamp, id};
use platform::{Result, http::ClientInfo};
use serde_json::{Value as Json, json};

use super::audit;
use crate::{
    Delivery, catalogue,
    channels::{Attempted, Outcome},
    deliveries::mended::{look_again_after, webhook_lane},
    model::{ChannelKind, DeliveryStatus, EventFacts},
    webhooks::{
        access::{access_webhook, access_webhook_locked},
        call::call,
        health::note,
        logs::shorten,
        message,
        model::Endpoint,
        test_calls,
        view::{CallView, LogView},
    },
};

/// The type of a test that names none.
const TEST_EVENT: &str = "webhook.test";

pub(in crate::webhooks) async fn call_once(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    webhook: Id<id::Webhook>,
    spelling: Option<&str>,
) -> Result<CallView> {
    let row = access_webhook(delivery, caller, webhook).await?;
    let platform = delivery.platform();
    let (kind, data) = sample(delivery, caller, webhook, spelling).await?;
    let began = platform.world().now();
    let event = EventFacts {
        id: platform.world().id(),
        tenant: caller.tenant,
        kind: Arc::from(kind),
        data: Arc::new(data),
        at: began,
    };
    let endpoint = Endpoint::of(platform.crypto(), &row);
    let id = platform.world().id();
    let attempted = call(delivery, &endpoint, &event, id).await;
    if matches!(attempted.outcome, Outcome::Delivered { .. }) {
        note(delivery, &endpoint, &attempted.outcome).await;
    }
    let body = message::body(&event)?;
    let view = show(attempted, &body, began, platform.world().now());
    let line = LogView {
        delivery_id: id,
        event_id: event.id,
        event: event.kind.to_string(),
        attempt: 1,
        status: if view.ok { DeliveryStatus::Delivered } else { DeliveryStatus::Dead },
        is_test: true,
        started_at: began,
        call: view,
    };
    let mut tx = platform.db().begin().await?;
    // It may have been removed while it was called.
    access_webhook_locked(&tx, caller, webhook).await?;
    if line.call.ok {
        look_again_after(&mut tx, ChannelKind::Webhook, &webhook_lane(webhook));
    }
    test_calls::keep(&tx, caller.tenant, webhook, &line).await?;
    let view = line.call;
    let details = json!({ "event": event.kind.as_ref(), "httpStatus": view.http_status, "code": view.code });
    audit(&mut tx, caller, client, "webhook.tested", webhook, details).await?;
    tx.commit().await?;
    Ok(view)
}

/// The good example of a type, marked as one.
async fn sample(
    delivery: &Delivery,
    caller: &Caller,
    webhook: Id<id::Webhook>,
    spelling: Option<&str>,
) -> Result<(String, Json)> {
    let Some(spelling) = spelling else {
        return Ok((TEST_EVENT.to_owned(), json!({ "webhookId": webhook, "message": "It works." })));
    };
    let kind = catalogue::find(delivery, caller.tenant, &catalogue::normalize(spelling)).await?;
    let unknown = || Problem::field("event", "UNKNOWN_EVENT_TYPE", "is no event type; see /api/webhooks/events");
    let kind = kind.ok_or_else(unknown)?;
    Ok((kind.name.clone(), kind.example.clone()))
}

fn show(attempted: Attempted, body: &[u8], began: Timestamp, ended: Timestamp) -> CallView {
    let failure = match attempted.outcome {
        Outcome::Sent { .. } | Outcome::Delivered { .. } | Outcome::Later { .. } => None,
        Outcome::Retry { failure, .. } | Outcome::Dead { failure } => Some(failure),
        Outcome::Held { reason } | Outcome::Unwanted { reason } => Some(reason),
    };
    CallView {
        ok: failure.is_none(),
        http_status: attempted.http_status,
        code: failure.as_ref().map(|failure| failure.code.to_owned()),
        error: failure.map(|failure| failure.error),
        request_body: attempted.request.as_ref().map(|_| shorten(&String::from_utf8_lossy(body))),
        request: attempted.request,
        response: attempted.response.as_deref().map(shorten),
        response_headers: attempted.response_headers,
        duration_ms: i64::try_from(ended.since(began).as_millis()).unwrap_or(i64::MAX),
    }
}
