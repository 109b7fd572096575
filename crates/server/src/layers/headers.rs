//! What browsers are told about how to treat an answer. A handler that set one of these itself knows better and keeps it.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use platform::config::Config;

/// Scripts come from us alone; styles may stand inline, because the component library writes them there.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self' ws: wss:; \
     worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; ";

/// Pages that others may show in a frame of their own site, as far as the tenant lists it; none is listed so far.
const STOREFRONT: &str = "/s/";

/// The headers of this house.
#[derive(Clone)]
pub struct Headers {
    closed_policy: HeaderValue,
    storefront_policy: HeaderValue,
    /// Whether browsers reach us over TLS only.
    behind_tls: bool,
}

impl Headers {
    /// As the settings say.
    pub fn new(config: &Config) -> Self {
        let policy = |ancestors: &str| {
            HeaderValue::from_str(&format!("{POLICY}frame-ancestors {ancestors}")).expect("the policy is plain text")
        };
        Self {
            closed_policy: policy("'none'"),
            storefront_policy: policy("'self'"),
            behind_tls: config.client_url.starts_with("https://"),
        }
    }
}

/// The middleware.
pub async fn add(State(known): State<Headers>, request: Request, next: Next) -> Response {
    let is_storefront = request.uri().path().starts_with(STOREFRONT);
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = if is_storefront { &known.storefront_policy } else { &known.closed_policy };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| policy.clone());
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(headers, HeaderName::from_static("permissions-policy"), "geolocation=(), payment=(), usb=()");
    if !is_storefront {
        set(headers, header::X_FRAME_OPTIONS, "DENY");
    }
    if is_api {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    if known.behind_tls {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert_with(|| HeaderValue::from_static(value));
}
