//! What browsers are told about how to treat an answer. A handler that set one of these itself knows better and keeps it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use people::{People, tenants::find_by_code_or_slug};
use platform::{Fault, config::Config};

/// Scripts come from us alone; styles may stand inline, because the component library writes them there.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; \
     worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; ";

/// An answer of the API is no page: nothing in it is ever run, shown or framed.
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What pages may do with the machine they are shown on; calls need camera and microphone.
const PERMISSIONS: &str =
    "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";

/// Pages that others may show in a frame of their own site, as far as the tenant lists it.
const STOREFRONT: &str = "/s/";

/// The headers of this house.
#[derive(Clone)]
pub struct Headers {
    people: People,
    /// What every page of ours may do, up to who may frame it.
    policy: Arc<str>,
    closed_policy: HeaderValue,
    storefront_policy: HeaderValue,
    /// Whether browsers reach us over TLS only.
    behind_tls: bool,
}

impl Headers {
    /// As the settings say.
    pub fn new(config: &Config, people: People) -> Self {
        let begin = format!("{POLICY}connect-src 'self'{}; frame-ancestors", live_origin(&config.client_url));
        let policy =
            |ancestors: &str| HeaderValue::from_str(&format!("{begin} {ancestors}")).expect("the policy is plain text");
        Self {
            people,
            closed_policy: policy("'none'"),
            storefront_policy: policy("'self'"),
            policy: begin.as_str().into(),
            behind_tls: config.client_url.starts_with("https://"),
        }
    }
}

impl Headers {
    /// What the storefront of this business may do: the other sites that it lists may frame it.
    async fn policy_of(&self, business: &str) -> HeaderValue {
        let origins = match find_by_code_or_slug(&self.people, business).await {
            Ok(tenant) => tenant.embed_origins.join(" "),
            // The page itself says that there is no such business.
            Err(Fault::Problem(_)) => String::new(),
            Err(fault) => {
                tracing::warn!(cause = fault.chain(), "who may frame a storefront could not be looked up");
                String::new()
            }
        };
        if origins.is_empty() {
            return self.storefront_policy.clone();
        }
        let text = format!("{} 'self' {origins}", self.policy);
        HeaderValue::from_str(&text).unwrap_or_else(|_| self.storefront_policy.clone())
    }
}

/// Where live sockets go, for browsers that do not count them as 'self'.
fn live_origin(client_url: &str) -> String {
    let Ok(url) = url::Url::parse(client_url) else { return String::new() };
    let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
    let origin = url.origin().ascii_serialization();
    origin.split_once("://").map_or_else(String::new, |(_, host)| format!(" {scheme}://{host}"))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().starts_with(b"application/") && kind.as_bytes().windows(4).any(|part| part == b"json")
    })
}

/// The middleware.
pub async fn add(State(known): State<Headers>, request: Request, next: Next) -> Response {
    let storefront = request.uri().path().strip_prefix(STOREFRONT);
    let storefront = storefront.map(|rest| rest.split('/').next().unwrap_or_default().to_owned());
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_json(headers) {
        set(headers, header::CONTENT_SECURITY_POLICY, DATA_POLICY);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = match &storefront {
            Some(business) => known.policy_of(business).await,
            None => known.closed_policy.clone(),
        };
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
    // A page that opened another window (a payment's) may still talk to it, and no foreign page to ours.
    set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");
    if storefront.is_none() {
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
