//! What a webhook is sent: the body that both schemes share, and the headers of both.

use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE};
use kernel::{Id, Timestamp, id};
use platform::{Fault, Result};
use serde::Serialize;
use serde_json::Value as Json;

use super::sign::Keys;
use crate::model::EventFacts;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
const OLDER_EVENT: HeaderName = HeaderName::from_static("x-webhook-event");
const OLDER_TIMESTAMP: HeaderName = HeaderName::from_static("x-webhook-timestamp");
const OLDER_SIGNATURE: HeaderName = HeaderName::from_static("x-webhook-signature");
const OLDER_PREVIOUS: HeaderName = HeaderName::from_static("x-webhook-signature-previous");
const DELIVERY: HeaderName = HeaderName::from_static("x-webhook-delivery");

#[derive(Serialize)]
struct Body<'a> {
    id: Id<id::Event>,
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: Timestamp,
    data: &'a Json,
    /// As the older scheme calls the type.
    event: &'a str,
}

/// The body: the same bytes at every attempt, for every webhook.
pub(super) fn body(event: &EventFacts) -> Result<Vec<u8>> {
    let body = Body { id: event.id, kind: &event.kind, timestamp: event.at, data: &event.data, event: &event.kind };
    serde_json::to_vec(&body).map_err(|e| Fault::internal("writing a webhook's body", e))
}

/// The headers of one attempt. The event's id is the message's id: whoever has several addresses, or is called again, knows
/// by it what they have seen.
pub(super) fn headers(
    keys: &Keys,
    event: &EventFacts,
    delivery: Id<id::Delivery>,
    at: Timestamp,
    body: &[u8],
) -> Result<HeaderMap> {
    let id = event.id.to_string();
    let signed = keys.sign(&id, at, body);
    let mut headers = HeaderMap::with_capacity(10);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut put = |name: HeaderName, value: &str| -> Result<()> {
        let value = HeaderValue::from_str(value).map_err(|e| Fault::internal("writing a webhook's headers", e))?;
        headers.insert(name, value);
        Ok(())
    };
    put(ID, &id)?;
    put(TIMESTAMP, &at.seconds().to_string())?;
    put(SIGNATURE, &signed.standard)?;
    put(OLDER_EVENT, &event.kind)?;
    put(OLDER_TIMESTAMP, &at.millis().to_string())?;
    put(OLDER_SIGNATURE, &signed.shown)?;
    if let Some(previous) = &signed.previous {
        put(OLDER_PREVIOUS, previous)?;
    }
    put(DELIVERY, &delivery.to_string())?;
    Ok(headers)
}

/// A request's head for the log; the body can be written again from the event.
pub(super) fn describe(url: &str, headers: &HeaderMap) -> String {
    let mut text = format!("POST {url}\n");
    for (name, value) in headers {
        text.push_str(name.as_str());
        text.push_str(": ");
        text.push_str(&String::from_utf8_lossy(value.as_bytes()));
        text.push('\n');
    }
    text
}
