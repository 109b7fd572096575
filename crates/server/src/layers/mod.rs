//! What every request passes on its way in and out. Outermost first: CORS and security headers, so that refusals carry them
//! too; the edge (request id, problems, metrics); panics as problems; what extractors need to know; for API routes then the
//! rate limits, a bound on how many run at once, on their time and their body, the limits by account, no writes by who only
//! looks, and last the idempotency keys.

mod bounds;
mod cors;
mod headers;
mod limits;
mod read_only;
mod shared;
mod unread;

use std::{any::Any, sync::Arc};

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use people::People;
use platform::{
    Fault, Platform,
    http::{
        BODY_BYTES_MAX,
        auth::{AuthPort, Authenticator},
        client::{TrustedProxies, note_peer},
        edge::edge,
        idempotency::{Keeper, idempotency},
    },
};
use tower_http::catch_panic::CatchPanicLayer;

use shared::Shared;

pub use bounds::{Bounds, REQUEST_TIMEOUT, REQUESTS_AT_ONCE_MAX, UPLOAD_PATH, UPLOAD_TIMEOUT};

/// The layers of the API's routes alone.
pub fn wrap_api(api: Router, platform: &Platform, people: &People) -> Router {
    let bounds = Bounds::new(platform.config().attachment_bytes_max);
    let keeper = Keeper { db: platform.db().clone(), crypto: platform.crypto().clone() };
    api.layer((from_fn_with_state(keeper, idempotency), Shared))
        .layer((from_fn(read_only::refuse_writes), Shared))
        .layer((from_fn_with_state((platform.limits().clone(), people.clone()), limits::count_account), Shared))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer((from_fn_with_state(bounds, bounds::keep_within), Shared))
        .layer((from_fn_with_state(platform.limits().clone(), limits::count), Shared))
        .layer((from_fn(note_peer), Shared))
}

/// The layers of everything that is answered.
pub fn wrap_all(router: Router, platform: &Platform, people: &People, authenticator: Arc<dyn Authenticator>) -> Router {
    let config = platform.config();
    router
        .layer(Extension(TrustedProxies(config.trusted_proxies.clone().into())))
        .layer(Extension(AuthPort(authenticator)))
        .layer(CatchPanicLayer::custom(refuse_panic))
        .layer((from_fn_with_state(platform.world().clone(), edge), Shared))
        .layer((from_fn_with_state(headers::Headers::new(config, people.clone()), headers::add), Shared))
        .layer(cors::layer(config))
        .layer((from_fn_with_state(unread::Unread::default(), unread::read_on), Shared))
}

/// A handler that panicked is our fault like any other: logged with its words, answered without them.
fn refuse_panic(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Fault::internal("a handler panicked", words.unwrap_or("without words").to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http::{Request, StatusCode};
    use http_body_util::BodyExt;
    use kernel::World;
    use platform::clock::{OsEntropy, SystemClock};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_problem_without_its_words() {
        let panics = || async {
            if true {
                panic!("the vault code is 1234")
            }
        };
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let router: Router = Router::new()
            .route("/", get(panics))
            .layer(CatchPanicLayer::custom(refuse_panic))
            .layer(from_fn_with_state(world, edge));
        let reply = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let text = reply.into_body().collect().await.unwrap().to_bytes();
        let text = std::str::from_utf8(&text).unwrap();
        assert!(text.contains("INTERNAL") && !text.contains("1234"), "{text}");
    }
}
