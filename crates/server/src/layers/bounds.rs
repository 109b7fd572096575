//! How much the API takes on: requests at once, time, bytes. Beyond the first it refuses early with 503, so that what runs
//! already finishes in good time and memory stays flat.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;
use kernel::Problem;
use platform::{Fault, http::BODY_BYTES_MAX};
use tokio::{sync::Semaphore, time::timeout};

/// API requests that run at the same time; far above what a few cores keep busy, far below what memory bears.
pub const REQUESTS_AT_ONCE_MAX: usize = 512;
/// Longest run of a request.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest run of an upload: ten megabytes over a slow phone line.
pub const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);
/// The one route that takes large bodies. It bounds the file itself.
pub const UPLOAD_PATH: &str = "/api/messages/upload";
/// What the upload route may read beyond the largest file: the rest of the form, and enough of a file that is too large to
/// say so in its own words.
const UPLOAD_SLACK_BYTES: u64 = 33 * 1024 * 1024;

/// The bounds of this process.
#[derive(Clone)]
pub struct Bounds {
    places: Arc<Semaphore>,
    upload_bytes_max: u64,
}

impl Bounds {
    /// With every place free.
    pub fn new(attachment_bytes_max: u64) -> Self {
        let upload_bytes_max = attachment_bytes_max.saturating_add(UPLOAD_SLACK_BYTES);
        Self { places: Arc::new(Semaphore::new(REQUESTS_AT_ONCE_MAX)), upload_bytes_max }
    }

    fn of(&self, path: &str) -> (usize, Duration) {
        if path == UPLOAD_PATH {
            return (usize::try_from(self.upload_bytes_max).unwrap_or(usize::MAX), UPLOAD_TIMEOUT);
        }
        (BODY_BYTES_MAX, REQUEST_TIMEOUT)
    }
}

/// The middleware.
pub async fn keep_within(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let Ok(_place) = bounds.places.try_acquire() else {
        metrics::counter!("frontdesk_requests_refused_total", "reason" => "overload").increment(1);
        return refusal(Problem::unavailable("Too much is going on right now; please try again in a moment."));
    };
    let (bytes_max, longest) = bounds.of(request.uri().path());
    let (parts, body) = request.into_parts();
    if body.size_hint().lower() > bytes_max as u64 {
        return refusal(Problem::new(413, "PAYLOAD_TOO_LARGE", format!("The body is larger than {bytes_max} bytes.")));
    }
    let request = Request::from_parts(parts, Body::new(Limited::new(body, bytes_max)));
    match timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refusal(Problem::new(408, "REQUEST_TIMEOUT", "The request took too long and was given up.")),
    }
}

fn refusal(problem: Problem) -> Response {
    Fault::from(problem).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn_with_state, routing::post};
    use http::{Request as HttpRequest, StatusCode};
    use http_body_util::BodyExt;
    use tokio::sync::Notify;
    use tower::ServiceExt;

    use super::*;

    fn request(body: impl Into<Body>) -> Request {
        HttpRequest::post("/api/anything").body(body.into()).unwrap()
    }

    #[tokio::test]
    async fn beyond_the_bound_a_request_is_refused_at_once_and_a_free_place_is_used_again() {
        let (begun, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (begun.clone(), finish.clone());
        let slow = move || async move {
            tell.notify_one();
            wait.notified().await;
        };
        let bounds = Bounds { places: Arc::new(Semaphore::new(1)), upload_bytes_max: 1 };
        let router: Router =
            Router::new().route("/api/anything", post(slow)).layer(from_fn_with_state(bounds, keep_within));
        let first = tokio::spawn(router.clone().oneshot(request("")));
        begun.notified().await;
        let second = router.clone().oneshot(request("")).await.unwrap();
        assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
        finish.notify_one();
        assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
        finish.notify_one();
        assert_eq!(router.oneshot(request("")).await.unwrap().status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_handler_never_gets_more_bytes_than_the_bound() {
        let count =
            |body: Body| async move { body.collect().await.map_or(0, |whole| whole.to_bytes().len()).to_string() };
        let bounds = Bounds::new(0);
        let router: Router =
            Router::new().route("/api/anything", post(count)).layer(from_fn_with_state(bounds, keep_within));
        let fits = router.clone().oneshot(request(vec![0; BODY_BYTES_MAX])).await.unwrap();
        assert_eq!(fits.status(), StatusCode::OK);
        let too_large = router.clone().oneshot(request(vec![0; BODY_BYTES_MAX + 1])).await.unwrap();
        assert_eq!(too_large.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let pieces =
            futures_util::stream::iter((0..BODY_BYTES_MAX / 1024 + 1).map(|_| Ok::<_, std::io::Error>(vec![0; 1024])));
        let unsaid = router.oneshot(request(Body::from_stream(pieces))).await.unwrap();
        let counted = unsaid.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(counted.as_ref(), b"0", "the body broke off at the bound");
    }
}
