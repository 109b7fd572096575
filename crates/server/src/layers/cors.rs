//! Which browser origins may call: those of `ALLOWED_ORIGINS`, and the one that mails link to. Ours needs no permission.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use platform::config::Config;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may remember a permission.
const REMEMBERED_FOR: Duration = Duration::from_secs(3600);

const METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

const ASKED: [HeaderName; 9] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::ACCEPT,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::RANGE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("x-api-key"),
    HeaderName::from_static("x-request-id"),
];

const EXPOSED: [HeaderName; 9] = [
    HeaderName::from_static("x-total-count"),
    HeaderName::from_static("x-page"),
    HeaderName::from_static("x-limit"),
    HeaderName::from_static("x-request-id"),
    header::LINK,
    header::RETRY_AFTER,
    HeaderName::from_static("ratelimit"),
    header::CONTENT_DISPOSITION,
    header::ETAG,
];

/// The layer.
pub fn layer(config: &Config) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins(config)))
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(ASKED)
        .expose_headers(EXPOSED)
        .max_age(REMEMBERED_FOR)
}

/// The allowed origins in the form that browsers send: scheme, host, and port unless it is the usual one.
fn origins(config: &Config) -> Vec<HeaderValue> {
    let named = config.allowed_origins.iter().chain(std::iter::once(&config.client_url));
    let read = named.filter_map(|text| url::Url::parse(text).ok()).map(|url| url.origin().ascii_serialization());
    read.filter_map(|origin| HeaderValue::from_str(&origin).ok()).collect()
}
