//! Paging of growing logs, newest first: the cursor is the last id of the page before, and `Link: rel="next"` leads on.

use std::fmt::Display;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header::LINK};
use kernel::{Id, Kind, Problem};
use url::form_urlencoded;

/// Rows of a page unless asked otherwise.
pub const LIMIT_DEFAULT: usize = 50;
/// Most rows of a page.
pub const LIMIT_MAX: usize = 200;

/// Reads `?limit=`.
pub fn check_limit(limit: Option<usize>) -> Result<usize, Problem> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    if (1..=LIMIT_MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::field("limit", "OUT_OF_RANGE", format!("must be 1 to {LIMIT_MAX}")))
}

/// Reads `?cursor=`.
pub fn check_cursor<K: Kind>(cursor: Option<&str>) -> Result<Option<Id<K>>, Problem> {
    let words = "is no cursor of this list; begin without one";
    cursor.map(|text| Id::parse(text).map_err(|_| Problem::field("cursor", "INVALID_VALUE", words))).transpose()
}

/// A page with the way to the next.
#[derive(Debug)]
pub struct Slice<T> {
    /// What is shown.
    pub body: T,
    /// Where the next page is, when there is one.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// `query` is the present one, as it was asked; its cursor is replaced.
    pub fn new<K: Kind>(body: T, last: Option<Id<K>>, path: &str, query: Option<&str>) -> Self {
        Self::by(body, last.map(|last| ("cursor", last)), path, query)
    }

    /// The same for lists that are paged by a number: which parameter leads on, and with which value.
    pub fn by(body: T, next: Option<(&str, impl Display)>, path: &str, query: Option<&str>) -> Self {
        let next = next.map(|(leads, value)| {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            for (name, value) in form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
                if name != leads {
                    pairs.append_pair(&name, &value);
                }
            }
            pairs.append_pair(leads, &value.to_string());
            format!("<{path}?{}>; rel=\"next\"", pairs.finish())
        });
        Self { body, next }
    }
}

impl<T: IntoResponse> IntoResponse for Slice<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        if let Some(value) = self.next.and_then(|next| HeaderValue::from_str(&next).ok()) {
            response.headers_mut().insert(LINK, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use kernel::id::Event;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_way_on_keeps_the_filters() {
        let last = Id::<Event>::from_uuid(Uuid::from_u128(7));
        let slice = Slice::new((), Some(last), "/api/events", Some("status=dead&cursor=old&q=a%20b"));
        assert_eq!(slice.next, Some(format!("</api/events?status=dead&q=a+b&cursor={last}>; rel=\"next\"")));
        assert_eq!(Slice::new::<Event>((), None, "/api/events", None).next, None);
    }
}
