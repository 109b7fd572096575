//! What a manager does with webhooks.

mod call_once;
mod change;
mod create;
mod follow_settings;
mod remove;
mod replay;
mod rotate_secret;

use kernel::{Caller, Id, id, problem::Fields, text};
use platform::{
    AuditEntry, Result, Tx,
    http::ClientInfo,
    outbound::{OutboundError, Trust},
};
use serde_json::{Value as Json, json};

pub(super) use call_once::call_once;
pub(super) use change::{WebhookPatch, change_webhook};
pub(super) use create::{WebhookDraft, create_webhook};
pub use follow_settings::follow_settings;
pub(super) use remove::remove_webhook;
pub(super) use replay::{ReplayWindow, replay};
pub(super) use rotate_secret::rotate_secret;

use super::{
    model::EVERY,
    rules::{DESCRIPTION_CHARS_MAX, EVENTS_MAX},
};
use crate::{Delivery, catalogue, model::ChannelKind};

/// An address that may be called. What its name leads to today is looked at as well: who gives an address inside is told at
/// once, and not after the first event.
pub(crate) async fn check_address(delivery: &Delivery, fields: &mut Fields, field: &str, sent: &str) -> Option<String> {
    let outbound = delivery.platform().outbound();
    let url = match outbound.check_url(sent.trim(), Trust::Tenant) {
        Ok(url) => url,
        Err(refused) => {
            fields.refuse(field, refused.code(), refused.to_string());
            return None;
        }
    };
    let host = url.host_str().unwrap_or_default();
    // A name that is not found now may be there tomorrow.
    let led = outbound.resolve_checked(host, url.port_or_known_default().unwrap_or_default()).await;
    if let Err(refused @ OutboundError::NotAllowed(_)) = led {
        fields.refuse(field, refused.code(), refused.to_string());
        return None;
    }
    Some(url.into())
}

/// Types that exist, dotted and each once; `*` alone when it is among them.
async fn check_events(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    fields: &mut Fields,
    sent: &[String],
) -> Result<Vec<String>> {
    if sent.is_empty() {
        fields.refuse("events", "REQUIRED", "name at least one event, or * for all");
    }
    if sent.len() > EVENTS_MAX {
        fields.refuse("events", "TOO_MANY", format!("at most {EVENTS_MAX}; use * for all"));
        return Ok(Vec::new());
    }
    let mut names: Vec<String> = Vec::with_capacity(sent.len());
    for (at, spelling) in sent.iter().enumerate() {
        let dotted = catalogue::normalize(spelling);
        let is_heard = |kind: &catalogue::EventType| kind.goes_by(ChannelKind::Webhook);
        if dotted != EVERY && !catalogue::find(delivery, tenant, &dotted).await?.is_some_and(|kind| is_heard(&kind)) {
            fields.refuse(&format!("events[{at}]"), "UNKNOWN_EVENT_TYPE", "is no event type; see /api/webhooks/events");
        } else if !names.contains(&dotted) {
            names.push(dotted);
        }
    }
    let hears_every = names.iter().any(|name| name == EVERY);
    Ok(if hears_every { vec![EVERY.to_owned()] } else { names })
}

fn check_description(fields: &mut Fields, sent: &str) -> Option<String> {
    let text = fields.take("description", "INVALID_TEXT", text::parse_prose(sent, DESCRIPTION_CHARS_MAX));
    text.filter(|text| !text.is_empty())
}

fn to_text(names: &[String]) -> String {
    json!(names).to_string()
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    webhook: Id<id::Webhook>,
    details: Json,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: webhook.to_string(),
        details,
        ip: Some(client.ip.to_string()),
    })
    .await
}
