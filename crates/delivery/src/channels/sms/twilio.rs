//! Twilio's Messages API: one form out, one JSON back. Where the API answers is the operator's setting, so the guard
//! against private addresses has nothing to say about it; whose account is used is the business's matter.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use platform::{
    config::TwilioAccount,
    outbound::{Outbound, Request, Response, Trust},
};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{
    super::{Attempted, Outcome},
    SMS_CHARS_MAX, segments,
    verdict::TWILIO,
};
use crate::webhooks::retry_after;

/// From the first byte out to the last byte in.
const SEND_TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read; a real one has less than a thousand.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// A text message on its way.
pub(super) struct Message<'a> {
    pub to: &'a str,
    pub body: &'a str,
    /// Where Twilio tells how it went on, when it can reach us.
    pub status_callback: Option<String>,
}

/// What Twilio answers, whether it took the message or not.
#[derive(Debug, Deserialize)]
struct Answer {
    sid: Option<String>,
    code: Option<u32>,
    message: Option<String>,
}

/// Tries to send one message and says how that ended.
pub(super) async fn send(
    outbound: &Outbound,
    base_url: &str,
    account: &TwilioAccount,
    message: &Message<'_>,
    now: kernel::Timestamp,
) -> Attempted {
    if message.body.trim().is_empty() {
        return Attempted::dead("MESSAGE_EMPTY", "There is no text to send.");
    }
    if message.body.chars().count() > SMS_CHARS_MAX {
        return Attempted::dead("MESSAGE_TOO_LARGE", format!("A text message has at most {SMS_CHARS_MAX} characters."));
    }
    let Some(request) = compose(base_url, account, message) else {
        return Attempted::held("SMS_SETTINGS", "The Twilio account's settings cannot be used in a request.");
    };
    let parts = segments::count(message.body);
    let log = format!(
        "To: {}\nFrom: {}\nSegments: {} ({})\n\n{}",
        message.to,
        account.from,
        parts.count,
        parts.encoding.as_str(),
        message.body
    );
    let mut attempted = match outbound.send(request, Trust::Operator).await {
        Ok(answer) => read(&answer, now),
        Err(error) => Attempted::retry("SMS_UNREACHABLE", format!("Twilio could not be reached: {error}.")),
    };
    attempted.request = Some(log);
    attempted
}

fn compose(base_url: &str, account: &TwilioAccount, message: &Message<'_>) -> Option<Request> {
    let mut url = Url::parse(base_url).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend([
        "2010-04-01",
        "Accounts",
        account.account_sid.as_str(),
        "Messages.json",
    ]);
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("To", message.to);
    let sender = if account.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
    form.append_pair(sender, &account.from);
    form.append_pair("Body", message.body);
    if let Some(callback) = &message.status_callback {
        form.append_pair("StatusCallback", callback);
    }
    let login = STANDARD.encode(format!("{}:{}", account.account_sid, account.auth_token.0));
    let mut login = HeaderValue::from_str(&format!("Basic {login}")).ok()?;
    login.set_sensitive(true);
    let mut request = Request::new(Method::POST, url);
    request.headers = HeaderMap::from_iter([
        (header::AUTHORIZATION, login),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
        (header::ACCEPT, HeaderValue::from_static("application/json")),
    ]);
    request.body = Bytes::from(form.finish());
    request.timeout = SEND_TIMEOUT;
    request.answer_bytes_max = ANSWER_BYTES_MAX;
    Some(request)
}

fn read(answer: &Response, now: kernel::Timestamp) -> Attempted {
    let status = answer.status.as_u16();
    let said: Option<Answer> = serde_json::from_slice(&answer.body).ok();
    let sid = said.as_ref().and_then(|said| said.sid.clone()).filter(|_| answer.status.is_success());
    let outcome = match sid {
        Some(sid) => Outcome::Sent { message_id: Some(sid) },
        None => {
            let words = said.as_ref().and_then(|said| said.message.as_deref()).unwrap_or_default();
            let after = retry_after(&answer.headers, now);
            TWILIO.decide(status, said.as_ref().and_then(|said| said.code), words, after)
        }
    };
    let response = String::from_utf8_lossy(&answer.body).replace('\0', "\u{fffd}");
    Attempted { response: Some(response), http_status: Some(status), ..Attempted::new(outcome) }
}
