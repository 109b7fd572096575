//! WhatsApp's Cloud API: one JSON out, one JSON back. Where the API answers is the operator's setting, so the guard against
//! private addresses has nothing to say about it; whose number is used is the business's matter.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use platform::outbound::{Request, Response, Trust};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use url::Url;

use super::{
    super::{Attempted, Outcome},
    Letter,
    verdict::CLOUD_API,
};
use crate::{Delivery, settings::CloudAccount, webhooks::retry_after};

/// The version of the API that this speaks.
const GRAPH_VERSION: &str = "v23.0";
/// From the first byte out to the last byte in.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read; a real one has less than two thousand.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    messages: Vec<Taken>,
    error: Option<GraphError>,
}

#[derive(Debug, Deserialize)]
struct Taken {
    id: String,
}

#[derive(Debug, Deserialize)]
struct GraphError {
    code: Option<u32>,
    message: Option<String>,
    error_data: Option<ErrorData>,
}

#[derive(Debug, Deserialize)]
struct ErrorData {
    details: Option<String>,
}

/// Tries to send one message and says how that ended.
pub(super) async fn send(delivery: &Delivery, account: &CloudAccount, letter: &Letter<'_>) -> Attempted {
    let platform = delivery.platform();
    let Some(request) = compose(&platform.config().whatsapp.cloud_base_url, account, letter) else {
        return Attempted::held("WHATSAPP_SETTINGS", "The settings of the Cloud API cannot be used in a request.");
    };
    let log = format!("To: {}\nFrom: {}\n\n{}", letter.to, account.phone_number_id, letter.text);
    let mut attempted = match platform.outbound().send(request, Trust::Operator).await {
        Ok(answer) => read(&answer, platform.world().now()),
        Err(error) => Attempted::retry("WHATSAPP_UNREACHABLE", format!("The Cloud API could not be reached: {error}.")),
    };
    attempted.request = Some(log);
    attempted
}

fn compose(base_url: &str, account: &CloudAccount, letter: &Letter<'_>) -> Option<Request> {
    let mut url = Url::parse(base_url).ok()?;
    let mut path = url.path_segments_mut().ok()?;
    path.pop_if_empty().extend([GRAPH_VERSION, account.phone_number_id.as_str(), "messages"]);
    drop(path);
    let mut login = HeaderValue::from_str(&format!("Bearer {}", account.access_token.0)).ok()?;
    login.set_sensitive(true);
    let mut request = Request::new(Method::POST, url);
    request.headers = HeaderMap::from_iter([
        (header::AUTHORIZATION, login),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ]);
    request.body = Bytes::from(body(letter).to_string());
    request.timeout = SEND_TIMEOUT;
    request.answer_bytes_max = ANSWER_BYTES_MAX;
    Some(request)
}

fn body(letter: &Letter<'_>) -> Json {
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": letter.to.trim_start_matches('+'),
    });
    match &letter.media {
        None => {
            body["type"] = "text".into();
            body["text"] = json!({ "preview_url": false, "body": letter.text });
        }
        Some(media) if media.is_picture => {
            body["type"] = "image".into();
            body["image"] = json!({ "link": media.url, "caption": letter.text });
        }
        Some(media) => {
            body["type"] = "document".into();
            body["document"] = json!({ "link": media.url, "filename": media.name, "caption": letter.text });
        }
    }
    if let Some(delivery) = letter.delivery {
        // Comes back with every report about this message.
        body["biz_opaque_callback_data"] = delivery.to_string().into();
    }
    body
}

fn read(answer: &Response, now: kernel::Timestamp) -> Attempted {
    let status = answer.status.as_u16();
    let mut said: Answer = serde_json::from_slice(&answer.body).unwrap_or_default();
    let taken = said.messages.pop().filter(|_| answer.status.is_success());
    let outcome = match taken {
        Some(taken) => Outcome::Sent { message_id: Some(taken.id) },
        None => {
            let error = said.error.as_ref();
            let details = error.and_then(|error| error.error_data.as_ref()).and_then(|data| data.details.as_deref());
            let words = details.or_else(|| error.and_then(|error| error.message.as_deref())).unwrap_or_default();
            CLOUD_API.decide(status, error.and_then(|error| error.code), words, retry_after(&answer.headers, now))
        }
    };
    let response = String::from_utf8_lossy(&answer.body).replace('\0', "\u{fffd}");
    Attempted { response: Some(response), http_status: Some(status), ..Attempted::new(outcome) }
}
