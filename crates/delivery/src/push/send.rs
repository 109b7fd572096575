//! One message to one browser, by its push service (RFC 8030).

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION},
};
use kernel::Timestamp;
use people::sessions::find_live_caller;
use platform::{
    Fault, Result,
    outbound::{Request, Response},
};
use serde::Serialize;
use url::Url;

use super::{
    access::trust_in,
    encrypt::{BrowserKeys, PLAIN_BYTES_MAX, seal},
    entity::Model,
    store, vapid,
};
use crate::{
    Delivery,
    channels::{Attempted, Failure, Outcome, not_prepared},
    webhooks::retry_after,
};

/// What a push service says of a browser that is signed off.
pub(crate) const GONE: &str = "SUBSCRIPTION_GONE";
/// Its push service did not answer, or not well, until the tries were used up.
pub(crate) const SERVICE_AWAY: &str = "PUSH_SERVICE_AWAY";
/// Why a message to a browser never arrives.
pub(crate) const LOST_FOR_GOOD: [&str; 5] = [GONE, TOO_LARGE, REFUSED, SERVICE_AWAY, "INTERNAL"];
const TOO_LARGE: &str = "MESSAGE_TOO_LARGE";
const REFUSED: &str = "PUSH_REFUSED";
/// For one request.
const SEND_TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read and kept.
const ANSWER_BYTES_MAX: usize = 4 * 1024;
/// How long a push service keeps what it cannot deliver.
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// Characters of a topic (RFC 8030).
const TOPIC_CHARS_MAX: usize = 32;
/// Characters of a text that is cut because a message must stay small.
const TEXT_CHARS_MAX: usize = 1_000;

/// What a service worker shows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Payload {
    /// First line.
    pub title: String,
    /// Below it.
    pub body: String,
    /// Opened by a click; within the app.
    pub url: String,
    /// A newer one with the same tag takes its place.
    pub tag: String,
    /// Of the preferences.
    pub category: &'static str,
    /// How many lines wait to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badge: Option<u64>,
}

/// How much a message presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// When the device is awake anyway.
    Low,
    /// Soon.
    Normal,
    /// Now: somebody waits for it.
    High,
}

impl Urgency {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Sends it once and says what that means. A browser that is signed off is forgotten at once.
pub(crate) async fn send(
    delivery: &Delivery,
    to: &Model,
    payload: &Payload,
    urgency: Urgency,
) -> std::result::Result<Attempted, Attempted> {
    check_session(delivery, to).await?;
    let request = compose(delivery, to, payload, urgency).await?;
    let shown = format!("POST {}\nUrgency: {}\n\n{}", origin(&request.url), urgency.as_str(), payload.title);
    let trust = trust_in(delivery, &request.url);
    let answer = match delivery.platform().outbound().send(request, trust).await {
        Ok(answer) => answer,
        Err(error) => {
            return Ok(Attempted { request: Some(shown), ..Attempted::retry(error.code(), error.to_string()) });
        }
    };
    let now = delivery.platform().world().now();
    let outcome = judge(&answer, now);
    note(delivery, to, &outcome).await;
    Ok(Attempted {
        request: Some(shown),
        response: Some(String::from_utf8_lossy(&answer.body).replace('\0', "\u{fffd}")),
        http_status: Some(answer.status.as_u16()),
        ..Attempted::new(outcome)
    })
}

/// Whoever signed out, or was signed out, is told nothing more on that browser.
async fn check_session(delivery: &Delivery, to: &Model) -> std::result::Result<(), Attempted> {
    let found = find_live_caller(delivery.people(), to.session_id).await;
    if found.map_err(|fault| not_prepared(&fault))?.is_some() {
        return Ok(());
    }
    let ended = gone("The session that registered this browser has ended.");
    note(delivery, to, &ended.outcome).await;
    Err(ended)
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

async fn compose(
    delivery: &Delivery,
    to: &Model,
    payload: &Payload,
    urgency: Urgency,
) -> std::result::Result<Request, Attempted> {
    let platform = delivery.platform();
    let url = Url::parse(&to.endpoint).map_err(|_| gone("The stored address is no web address."))?;
    let browser = BrowserKeys::parse(&to.p256dh, &to.auth).map_err(|_| gone("The browser's keys cannot be read."))?;
    let prepared: Result<(Vec<u8>, String)> = async {
        let own = vapid::draw(platform.world())?;
        let plain = fitted(payload)?;
        let body = seal(&plain, &browser, &own, platform.world().random())
            .map_err(|e| Fault::internal("sealing a push message", e))?;
        let authorization = vapid::key(delivery).await?.authorization(&url, platform.world().now());
        Ok((body, authorization))
    }
    .await;
    let (body, authorization) = prepared.map_err(|fault| not_prepared(&fault))?;
    let mut request = Request::new(Method::POST, url);
    request.headers = headers(&authorization, &topic(&payload.tag), urgency)
        .ok_or_else(|| Attempted::dead("INTERNAL", "The request could not be written."))?;
    (request.body, request.timeout, request.answer_bytes_max) = (Bytes::from(body), SEND_TIMEOUT, ANSWER_BYTES_MAX);
    Ok(request)
}

fn gone(error: &str) -> Attempted {
    Attempted::dead(GONE, error)
}

/// The payload as JSON; its text is cut until it fits.
fn fitted(payload: &Payload) -> Result<Vec<u8>> {
    let mut payload = payload.clone();
    let mut chars = TEXT_CHARS_MAX;
    loop {
        payload.body = kernel::text::preview(&payload.body, chars).to_owned();
        payload.title = kernel::text::preview(&payload.title, chars).to_owned();
        let plain = serde_json::to_vec(&payload).map_err(|e| Fault::internal("writing a push message", e))?;
        if plain.len() <= PLAIN_BYTES_MAX || chars == 0 {
            return Ok(plain);
        }
        chars /= 2;
    }
}

/// A topic has letters of base64url only.
fn topic(tag: &str) -> String {
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let letters: Vec<char> = tag.chars().filter(fits).collect();
    letters[letters.len().saturating_sub(TOPIC_CHARS_MAX)..].iter().collect()
}

fn headers(authorization: &str, topic: &str, urgency: Urgency) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let mut secret = HeaderValue::from_str(authorization).ok()?;
    secret.set_sensitive(true);
    headers.insert(AUTHORIZATION, secret);
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(HeaderName::from_static("ttl"), HeaderValue::from(KEPT_FOR.as_secs()));
    headers.insert(HeaderName::from_static("urgency"), HeaderValue::from_static(urgency.as_str()));
    if !topic.is_empty() {
        headers.insert(HeaderName::from_static("topic"), HeaderValue::from_str(topic).ok()?);
    }
    Some(headers)
}

fn judge(answer: &Response, now: Timestamp) -> Outcome {
    let failure = |code, error: String| Failure { code, error };
    match answer.status {
        status if status.is_success() => {
            let id = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
            Outcome::Sent { message_id: id }
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Outcome::Dead { failure: failure(GONE, "The browser was signed off at its push service.".to_owned()) }
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            Outcome::Dead { failure: failure(TOO_LARGE, "The push service takes no messages so large.".into()) }
        }
        // Our statement was not believed: another key, or a clock that is wrong. Trying again at once would not help.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST => {
            let error = format!("The push service refused us ({}).", answer.status.as_u16());
            Outcome::Dead { failure: failure(REFUSED, error) }
        }
        status => {
            let error = format!("The push service answered {}.", status.as_u16());
            Outcome::Retry { failure: failure("HTTP_STATUS", error), after: retry_after(&answer.headers, now) }
        }
    }
}

/// What the outcome means for the registration; losing the note loses no message.
async fn note(delivery: &Delivery, to: &Model, outcome: &Outcome) {
    let noted: Result<()> = async {
        let tx = delivery.db().begin().await?;
        match outcome {
            Outcome::Dead { failure } if failure.code == GONE => store::forget(&tx, to.id).await?,
            Outcome::Sent { .. } => store::note_use(&tx, to.id, tx.now()).await?,
            _ => return Ok(()),
        }
        tx.commit().await
    }
    .await;
    if let Err(fault) = noted {
        tracing::warn!(subscription = %to.id, cause = fault.chain(), "the use of a browser could not be noted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_short_and_of_plain_letters() {
        assert_eq!(topic("conv_01ksm7hz4fe6vs2mqx5hcnqj7e"), "conv_01ksm7hz4fe6vs2mqx5hcnqj7e");
        assert_eq!(topic("appointment.created:appt_01ksm7hz4fe6vs2mqx5hcnqj7e").len(), TOPIC_CHARS_MAX);
        assert_eq!(topic("ünï · \r\n"), "n");
    }

    #[test]
    fn a_long_text_is_cut_until_the_message_fits() {
        let payload = Payload {
            title: "T".repeat(3_000),
            body: "\u{1F600}".repeat(3_000),
            url: "/".to_owned(),
            tag: "x".to_owned(),
            category: "team",
            badge: None,
        };
        let plain = fitted(&payload).unwrap();
        assert!(plain.len() <= PLAIN_BYTES_MAX && plain.len() > 500, "{}", plain.len());
    }
}
