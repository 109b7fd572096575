//! The Cloud API itself.

use std::future::pending;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{SentWhatsApp, WhatsApp};
use crate::messages::MessageFault;

/// Longest text of a message.
const BODY_CHARS_MAX: usize = 4096;
/// Longest text under a picture or file.
const CAPTION_CHARS_MAX: usize = 1024;
/// Digits of a number that could be reached.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

pub(super) fn router() -> Router<WhatsApp> {
    Router::new().route("/{version}/{number}/messages", post(send))
}

fn refuse(status: StatusCode, code: u32, message: &str, details: &str) -> Response {
    let error = json!({
        "message": format!("(#{code}) {message}"),
        "type": "OAuthException",
        "code": code,
        "error_data": { "messaging_product": "whatsapp", "details": details },
        "fbtrace_id": "simulated",
    });
    (status, Json(json!({ "error": error }))).into_response()
}

#[derive(Deserialize)]
struct Body {
    messaging_product: Option<String>,
    to: Option<String>,
    #[serde(rename = "type", default = "text")]
    kind: String,
    text: Option<Words>,
    image: Option<File>,
    document: Option<File>,
    biz_opaque_callback_data: Option<String>,
}

fn text() -> String {
    "text".to_owned()
}

#[derive(Deserialize)]
struct Words {
    body: String,
}

#[derive(Deserialize)]
struct File {
    link: String,
    filename: Option<String>,
    #[serde(default)]
    caption: String,
}

#[derive(Serialize)]
struct Accepted<'a> {
    messaging_product: &'static str,
    contacts: [Contact<'a>; 1],
    messages: [Taken<'a>; 1],
}

#[derive(Serialize)]
struct Contact<'a> {
    input: &'a str,
    wa_id: &'a str,
}

#[derive(Serialize)]
struct Taken<'a> {
    id: &'a str,
}

async fn send(
    State(whatsapp): State<WhatsApp>,
    Path((_, number)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Body>,
) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token.and_then(|token| token.strip_prefix("Bearer ")).is_none_or(str::is_empty) {
        return refuse(StatusCode::UNAUTHORIZED, 190, "Invalid OAuth access token", "The access token is missing");
    }
    let message = match check(&whatsapp, number, body) {
        Ok(message) => message,
        Err(refusal) => return *refusal,
    };
    let fault = whatsapp.log.strike(&message.to);
    match fault {
        Some(MessageFault::Refuse { status, code, retry_after_seconds }) => {
            return refuse_as_told(status, code, retry_after_seconds);
        }
        Some(MessageFault::Hang) => return pending().await,
        Some(MessageFault::Undelivered { .. } | MessageFault::Silent) | None => {}
    }
    let message = whatsapp.keep(message);
    match fault {
        Some(MessageFault::Undelivered { code }) => whatsapp.announce(&message.id, "failed", Some(code)),
        None => {
            whatsapp.announce(&message.id, "sent", None);
            whatsapp.announce(&message.id, "delivered", None);
        }
        Some(_) => {}
    }
    let digits = message.to.trim_start_matches('+');
    Json(Accepted {
        messaging_product: "whatsapp",
        contacts: [Contact { input: digits, wa_id: digits }],
        messages: [Taken { id: &message.id }],
    })
    .into_response()
}

fn check(whatsapp: &WhatsApp, number: String, body: Body) -> Result<SentWhatsApp, Box<Response>> {
    let bad = |code, words: &str| Box::new(refuse(StatusCode::BAD_REQUEST, code, "Invalid parameter", words));
    if body.messaging_product.as_deref() != Some("whatsapp") {
        return Err(bad(100, "The parameter messaging_product is required."));
    }
    let to = body.to.ok_or_else(|| bad(131_008, "Required parameter is missing: to"))?;
    let digits = to.trim_start_matches('+');
    if !PHONE_DIGITS.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad(131_009, "Parameter value is not valid: to"));
    }
    let (text, file) = match (body.kind.as_str(), body.text, body.image, body.document) {
        ("text", Some(words), ..) => (words.body, None),
        ("image", _, Some(file), _) | ("document", _, _, Some(file)) => (file.caption.clone(), Some(file)),
        ("text" | "image" | "document", ..) => return Err(bad(131_008, "Required parameter is missing")),
        _ => return Err(bad(131_051, "Unsupported message type")),
    };
    let most = if file.is_some() { CAPTION_CHARS_MAX } else { BODY_CHARS_MAX };
    if text.chars().count() > most || (file.is_none() && text.is_empty()) {
        return Err(bad(100, "Param text['body'] must be between 1 and 4096 characters long."));
    }
    Ok(SentWhatsApp {
        id: String::new(),
        from: number,
        to: format!("+{digits}"),
        kind: body.kind,
        text,
        link: file.as_ref().map(|file| file.link.clone()),
        name: file.and_then(|file| file.filename),
        bytes: 0,
        by_phone: false,
        received_at_ms: (whatsapp.now)(),
        opaque: body.biz_opaque_callback_data,
    })
}

fn refuse_as_told(status: u16, code: Option<u32>, retry_after_seconds: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match code {
        Some(code) => refuse(status, code, "refused as told", "refused as told"),
        None => (status, "<html>bad gateway</html>").into_response(),
    };
    if let Some(seconds) = retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
