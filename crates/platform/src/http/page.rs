//! Paging of small lists: `?page=&limit=`, answered with `X-Total-Count`, `X-Page` and `X-Limit`.

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use kernel::Problem;
use serde::Deserialize;

/// Rows of a page unless asked otherwise.
pub const LIMIT_DEFAULT: u64 = 50;
/// Most rows of a page.
pub const LIMIT_MAX: u64 = 200;

/// The page asked for. Flatten it into a query struct, or use its fields.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// From 1.
    pub page: Option<u64>,
    /// At most 200.
    pub limit: Option<u64>,
}

impl Page {
    /// `(limit, offset, page)`, or 422 for zero or too much.
    pub fn check(self) -> Result<(u64, u64, u64), Problem> {
        let (page, limit) = (self.page.unwrap_or(1), self.limit.unwrap_or(LIMIT_DEFAULT));
        if page == 0 || page > 1_000_000 {
            return Err(Problem::field("page", "OUT_OF_RANGE", "counts from 1"));
        }
        if limit == 0 || limit > LIMIT_MAX {
            return Err(Problem::field("limit", "OUT_OF_RANGE", format!("must be 1 to {LIMIT_MAX}")));
        }
        Ok((limit, (page - 1) * limit, page))
    }
}

/// An answer with its paging headers.
#[derive(Debug)]
pub struct Paged<T> {
    /// The answer.
    pub body: T,
    /// Rows in all.
    pub total: u64,
    /// This page, from 1.
    pub page: u64,
    /// Rows of a page.
    pub limit: u64,
}

impl<T: IntoResponse> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        for (name, value) in [("x-total-count", self.total), ("x-page", self.page), ("x-limit", self.limit)] {
            response.headers_mut().insert(name, HeaderValue::from(value));
        }
        response
    }
}
