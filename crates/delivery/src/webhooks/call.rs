//! Calls an address once and says how it went. Whether to call again, and what it means for the webhook, others decide.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header::RETRY_AFTER};
use kernel::{Id, Timestamp, id};
use platform::outbound::{Request, Response, Trust};

use super::{
    heads, message,
    model::Endpoint,
    rules::{ANSWER_BYTES_MAX, CALL_TIMEOUT, CUT_MARK, RETRY_AFTER_MAX},
};
use crate::{
    Delivery,
    channels::{Attempted, Failure, Outcome},
    model::EventFacts,
};

/// What a receiver says that wants no more calls.
pub(crate) const GONE: &str = "RECEIVER_GONE";

/// One call, signed now.
pub(crate) async fn call(
    delivery: &Delivery,
    endpoint: &Endpoint,
    event: &EventFacts,
    id: Id<id::Delivery>,
) -> Attempted {
    let Some(url) = &endpoint.url else {
        return Attempted::dead("URL_NOT_ALLOWED", "The stored address is no web address.");
    };
    let Some(keys) = &endpoint.keys else {
        return Attempted::held("SECRET_UNREADABLE", "The signing secret cannot be read; make a new one.");
    };
    let now = delivery.platform().world().now();
    let composed = message::body(event).and_then(|body| {
        let headers = message::headers(keys, event, id, now, &body)?;
        Ok((body, headers))
    });
    let (body, headers) = match composed {
        Ok(composed) => composed,
        Err(fault) => {
            tracing::error!(webhook = %endpoint.id, cause = fault.chain(), "a webhook's request could not be written");
            return Attempted::dead("INTERNAL", "The request could not be written.");
        }
    };
    let request = Some(message::describe(url.as_str(), &headers));
    let mut out = Request::new(Method::POST, url.clone());
    (out.headers, out.body) = (headers, Bytes::from(body));
    (out.timeout, out.answer_bytes_max) = (CALL_TIMEOUT, ANSWER_BYTES_MAX);
    match delivery.platform().outbound().send(out, Trust::Tenant).await {
        Ok(answer) => Attempted {
            outcome: judge(&answer, now),
            request,
            response: Some(text_of(&answer)),
            response_headers: Some(heads::describe(&answer.headers)),
            http_status: Some(answer.status.as_u16()),
        },
        Err(error) => Attempted { request, ..Attempted::retry(error.code(), sentence(&error.to_string())) },
    }
}

fn judge(answer: &Response, now: Timestamp) -> Outcome {
    let status = answer.status;
    let failure = |code, error: String| Failure { code, error };
    if status.is_success() {
        return Outcome::Delivered { message_id: None };
    }
    if status == StatusCode::GONE {
        return Outcome::Dead { failure: failure(GONE, "The receiver wants no more calls (410).".to_owned()) };
    }
    let after = retry_after(&answer.headers, now);
    // An answer that nothing has changed (304) leads nowhere.
    let failure = if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
        failure("REDIRECT", format!("The receiver points elsewhere ({}); redirects are not followed.", status.as_u16()))
    } else {
        failure("HTTP_STATUS", format!("The receiver answered {}.", status.as_u16()))
    };
    Outcome::Retry { failure, after }
}

/// `Retry-After`: seconds, or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            Timestamp::from_jiff(at).since(now)
        }
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

/// What can be stored and shown: no NUL, and what is no text is replaced.
fn text_of(answer: &Response) -> String {
    let mut text = String::from_utf8_lossy(&answer.body).replace('\0', "\u{fffd}");
    if answer.is_cut {
        text.push_str(CUT_MARK);
    }
    text
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(value: &'static str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, http::HeaderValue::from_static(value));
        // Friday, 20 November 2026, 9:00 in Nairobi.
        retry_after(&headers, Timestamp::parse("2026-11-20T06:00:00Z").unwrap())
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        assert_eq!(after("120"), Some(Duration::from_secs(120)));
        assert_eq!(after(" 0 "), Some(Duration::ZERO));
        assert_eq!(after("Fri, 20 Nov 2026 06:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(after("Thu, 19 Nov 2026 06:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("99999999999"), Some(RETRY_AFTER_MAX));
        for bad in ["", "soon", "-1", "1.5"] {
            assert_eq!(after(bad), None, "{bad}");
        }
    }
}
