//! The outermost layer: gives every request an id, renders refusals as `application/problem+json`, logs each internal
//! fault once with its chain, counts and times requests.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kernel::{Problem, World};
use tracing::{Instrument, field::Empty};

use super::{answer::Refused, client::RequestId};
use crate::{
    limits::{RATE_LIMIT, RATE_LIMIT_POLICY},
    telemetry::{self, TRACES},
};

/// Longest request id taken from a client.
const REQUEST_ID_CHARS_MAX: usize = 100;

/// What a refusal keeps of the answer that it stands in for.
const KEPT: [HeaderName; 3] = [header::ALLOW, RATE_LIMIT, RATE_LIMIT_POLICY];

/// Which credential a 401 asks for (RFC 6750 §3).
const CHALLENGE: &str = "Bearer realm=\"frontdesk\"";
/// The same when a token came along and is no good: expired, revoked, or of the wrong kind.
const CHALLENGE_REFUSED: &str = "Bearer realm=\"frontdesk\", error=\"invalid_token\"";

fn request_id(request: &Request, world: &World) -> Arc<str> {
    let sent = request.headers().get("x-request-id").and_then(|v| v.to_str().ok());
    let usable = |id: &&str| {
        !id.is_empty()
            && id.len() <= REQUEST_ID_CHARS_MAX
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    match sent.filter(usable) {
        Some(id) => Arc::from(id),
        None => Arc::from(world.uuid().simple().to_string()),
    }
}

fn sends_token(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    sent.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
}

/// The middleware.
pub async fn edge(State(world): State<World>, mut request: Request, next: Next) -> Response {
    let id = request_id(&request, &world);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // What is logged and counted: a path may hold a secret, such as that of an invitation.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |m| m.as_str().to_owned());
    let token_sent = sends_token(request.headers());
    let started = Instant::now();
    // Lines name the route and not the address, which may hold the secret of an invitation.
    let span = tracing::info_span!(
        target: TRACES, "request",
        otel.name = format!("{method} {route}"), otel.kind = "server", http.request.method = %method, http.route = route,
        http.response.status_code = Empty, request_id = %id,
    );
    telemetry::follow(&span, request.headers());
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = started.elapsed();

    let kept = KEPT.map(|name| response.headers_mut().remove(&name).map(|value| (name, value)));
    let mut wrong_login = false;
    if let Some(Refused(fault)) = response.extensions_mut().remove::<Refused>() {
        if let crate::Fault::Internal { .. } = &*fault {
            let trace_id = telemetry::trace_id(&span);
            tracing::error!(request_id = %id, trace_id, %method, route, cause = fault.chain(), "a request failed");
        }
        let problem = fault.problem();
        wrong_login = problem.code != Problem::unauthorized().code;
        response = render(&problem, &path, &id);
    } else if let Some(problem) = unexplained(&response) {
        response = render(&problem, &path, &id);
    }
    response.headers_mut().extend(kept.into_iter().flatten());
    let status = response.status();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = if token_sent && !wrong_login { CHALLENGE_REFUSED } else { CHALLENGE };
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    span.record("http.response.status_code", status.as_u16());
    tracing::debug!(request_id = %id, %method, route, status = status.as_u16(), ?took, "answered");
    let labels = [("method", method.to_string()), ("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Renders a refusal before it reaches the edge, for whoever must keep the body; the edge leaves it as it is.
pub(super) fn explained(mut response: Response, path: &str, request_id: &str) -> Response {
    let Some(Refused(fault)) = response.extensions().get::<Refused>().cloned() else { return response };
    if matches!(&*fault, crate::Fault::Internal { .. }) {
        return response;
    }
    response.extensions_mut().remove::<Refused>();
    render(&fault.problem(), path, request_id)
}

/// Refusals that a library made without a body of ours.
fn unexplained(response: &Response) -> Option<Problem> {
    let typed = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if typed.contains("json") || typed.contains("html") || response.headers().contains_key("x-own-body") {
        return None;
    }
    match response.status() {
        // Of an address that is no text: every body and query is read by ourselves.
        StatusCode::BAD_REQUEST => Some(Problem::new(400, "INVALID_ADDRESS", "The address is not readable text.")),
        StatusCode::NOT_FOUND => Some(Problem::not_found()),
        StatusCode::METHOD_NOT_ALLOWED => {
            Some(Problem::new(405, "METHOD_NOT_ALLOWED", "This address does not take that method."))
        }
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::new(413, "PAYLOAD_TOO_LARGE", "The body is too large.")),
        StatusCode::REQUEST_TIMEOUT => Some(Problem::new(408, "REQUEST_TIMEOUT", "The request took too long.")),
        StatusCode::SERVICE_UNAVAILABLE => {
            Some(Problem::unavailable("The server is busy; please try again in a moment."))
        }
        StatusCode::INTERNAL_SERVER_ERROR => Some(Problem::internal()),
        _ => None,
    }
}

/// A problem as a response.
pub fn render(problem: &Problem, path: &str, request_id: &str) -> Response {
    let body = problem.to_json(Some(path), Some(request_id)).to_string();
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(after) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
    }
    response
}
