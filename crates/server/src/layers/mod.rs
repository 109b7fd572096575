//! What every request passes on its way in and out. Outermost first: CORS and security headers, so that refusals carry them
//! too; the edge (request id, problems, metrics); panics as problems; what extractors need to know; for API routes then a
//! bound on how many run at once, on their time and their body, and last the idempotency keys.

mod bounds;
mod cors;
mod headers;

use std::{any::Any, sync::Arc};

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use platform::{
    Fault, Platform,
    http::{
        BODY_BYTES_MAX,
        auth::{AuthPort, Authenticator},
        client::TrustedProxies,
        edge::edge,
        idempotency::{Keeper, idempotency},
    },
};
use tower_http::catch_panic::CatchPanicLayer;

pub use bounds::{Bounds, REQUEST_TIMEOUT, REQUESTS_AT_ONCE_MAX, UPLOAD_PATH, UPLOAD_TIMEOUT};

/// The layers of the API's routes alone.
pub fn wrap_api(api: Router, platform: &Platform) -> Router {
    let bounds = Bounds::new(platform.config().attachment_bytes_max);
    let keeper = Keeper { db: platform.db().clone(), crypto: platform.crypto().clone() };
    api.layer(from_fn_with_state(keeper, idempotency))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(bounds, bounds::keep_within))
}

/// The layers of everything that is answered.
pub fn wrap_all(router: Router, platform: &Platform, authenticator: Arc<dyn Authenticator>) -> Router {
    let config = platform.config();
    router
        .layer(Extension(TrustedProxies(config.trusted_proxies.clone().into())))
        .layer(Extension(AuthPort(authenticator)))
        .layer(CatchPanicLayer::custom(refuse_panic))
        .layer(from_fn_with_state(platform.world().clone(), edge))
        .layer(from_fn_with_state(headers::Headers::new(config), headers::add))
        .layer(cors::layer(config))
}

/// A handler that panicked is our fault like any other: logged with its words, answered without them.
fn refuse_panic(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Fault::internal("a handler panicked", words.unwrap_or("without words").to_owned()).into_response()
}
