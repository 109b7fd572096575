//! Optimistic concurrency for settings-like resources: the answer carries `ETag`, a change may carry `If-Match`.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use kernel::Problem;

/// The tag of a version.
pub fn of(version: i64) -> String {
    format!("\"v{version}\"")
}

/// Refuses with 412 when the client saw another version; without the header anything goes.
pub fn check_if_match(headers: &HeaderMap, version: i64) -> Result<(), Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else { return Ok(()) };
    let wanted = wanted.to_str().unwrap_or("");
    let tag = of(version);
    if wanted == "*" || wanted.split(',').any(|t| t.trim() == tag) {
        return Ok(());
    }
    Err(Problem::new(
        412,
        "PRECONDITION_FAILED",
        "Somebody changed this meanwhile. Load it again and repeat your change.",
    ))
}

/// An answer with its tag.
#[derive(Debug)]
pub struct Tagged<T>(pub i64, pub T);

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if let Ok(value) = HeaderValue::from_str(&of(self.0)) {
            response.headers_mut().insert(header::ETAG, value);
        }
        response
    }
}
