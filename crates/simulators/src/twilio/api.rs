//! The API itself, on a listener of its own.

use std::future::pending;

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing;
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::{Callback, SentMessage, Twilio};
use crate::http::{self, BODY_BYTES_MAX, check_host};
use crate::messages::MessageFault;
use crate::post;
use crate::start::stopped;

/// Longest text of a message.
const BODY_CHARS_MAX: usize = 1600;
/// Digits of a number that could be called.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

pub(crate) async fn serve(
    listener: TcpListener,
    twilio: Twilio,
    waiting: mpsc::Receiver<Callback>,
    stop: watch::Receiver<bool>,
) {
    let router = Router::new()
        .route("/2010-04-01/Accounts/{sid}/Messages.json", routing::post(send))
        .fallback(async || refuse(StatusCode::NOT_FOUND, 20_404, "The requested resource was not found"))
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(twilio);
    let mut cut = stop.clone();
    // A request that hangs on purpose must not hold up the end.
    tokio::select! {
        ((), ()) = async { tokio::join!(http::serve(listener, router, stop.clone()), post::post_all(waiting, stop)) } => {}
        () = async { stopped(&mut cut).await } => {}
    }
}

#[derive(Serialize)]
struct Refusal {
    code: u32,
    message: String,
    more_info: String,
    status: u16,
}

fn refuse(status: StatusCode, code: u32, message: &str) -> Response {
    let more_info = format!("https://www.twilio.com/docs/errors/{code}");
    (status, Json(Refusal { code, message: message.to_owned(), more_info, status: status.as_u16() })).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MessageForm {
    to: Option<String>,
    from: Option<String>,
    messaging_service_sid: Option<String>,
    body: Option<String>,
    status_callback: Option<String>,
}

#[derive(Serialize)]
struct Accepted<'a> {
    account_sid: &'a str,
    api_version: &'static str,
    body: &'a str,
    direction: &'static str,
    error_code: Option<u32>,
    error_message: Option<&'static str>,
    from: &'a str,
    num_media: &'static str,
    sid: &'a str,
    status: &'static str,
    to: &'a str,
    uri: String,
}

async fn send(
    State(twilio): State<Twilio>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    Form(form): Form<MessageForm>,
) -> Response {
    let Some(auth_token) = login(&headers, &sid) else {
        return refuse(StatusCode::UNAUTHORIZED, 20_003, "Authenticate");
    };
    let message = match check(&twilio, sid, auth_token, form) {
        Ok(message) => message,
        Err(refusal) => return *refusal,
    };
    let fault = twilio.log.strike(&message.to);
    match fault {
        Some(MessageFault::Refuse { status, code, retry_after_seconds }) => {
            return refuse_as_told(status, code, retry_after_seconds);
        }
        Some(MessageFault::Hang) => return pending().await,
        Some(MessageFault::Undelivered { .. } | MessageFault::Silent) | None => {}
    }
    let message = twilio.keep(message);
    match fault {
        Some(MessageFault::Undelivered { code }) => {
            twilio.announce(&message, "sent", None);
            twilio.announce(&message, "undelivered", Some(code));
        }
        None => {
            twilio.announce(&message, "sent", None);
            twilio.announce(&message, "delivered", None);
        }
        Some(_) => {}
    }
    (StatusCode::CREATED, Json(accepted(&message))).into_response()
}

/// The token, when the login names the account of the path.
fn login(headers: &HeaderMap, sid: &str) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (user, token) = text.split_once(':')?;
    (user == sid && !token.is_empty()).then(|| token.to_owned())
}

fn check(twilio: &Twilio, sid: String, auth_token: String, form: MessageForm) -> Result<SentMessage, Box<Response>> {
    let bad = |code, words: &str| Box::new(refuse(StatusCode::BAD_REQUEST, code, words));
    let to = form.to.filter(|to| !to.is_empty()).ok_or_else(|| bad(21_604, "A 'To' phone number is required."))?;
    let digits = to.strip_prefix('+').unwrap_or_default();
    if !PHONE_DIGITS.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
        return Err(bad(21_211, &format!("Invalid 'To' Phone Number: {to}")));
    }
    let from = form.from.or(form.messaging_service_sid).filter(|from| !from.is_empty());
    let from = from.ok_or_else(|| bad(21_603, "A 'From' phone number is required."))?;
    let body = form.body.filter(|body| !body.is_empty()).ok_or_else(|| bad(21_602, "Message body is required."))?;
    if body.chars().count() > BODY_CHARS_MAX {
        return Err(bad(21_617, "The concatenated message body exceeds the 1600 character limit"));
    }
    Ok(SentMessage {
        sid: String::new(),
        account_sid: sid,
        to,
        from,
        body,
        status_callback: form.status_callback,
        received_at_ms: (twilio.now)(),
        auth_token,
    })
}

fn refuse_as_told(status: u16, code: Option<u32>, retry_after_seconds: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match code {
        Some(code) => refuse(status, code, "refused as told"),
        None => (status, "<html>bad gateway</html>").into_response(),
    };
    if let Some(seconds) = retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn accepted(message: &SentMessage) -> Accepted<'_> {
    Accepted {
        account_sid: &message.account_sid,
        api_version: "2010-04-01",
        body: &message.body,
        direction: "outbound-api",
        error_code: None,
        error_message: None,
        from: &message.from,
        num_media: "0",
        sid: &message.sid,
        status: "queued",
        to: &message.to,
        uri: format!("/2010-04-01/Accounts/{}/Messages/{}.json", message.account_sid, message.sid),
    }
}
