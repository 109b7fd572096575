//! The conventions of the REST side in one place: how a caller is known, how bodies and queries are read, how answers and
//! refusals look. A slice's `http.rs` only extracts, calls its action and answers.

pub mod answer;
pub mod auth;
pub mod body;
pub mod client;
pub mod cursor;
pub mod edge;
pub mod etag;
pub mod idempotency;
pub mod page;

pub use answer::{Answer, Created, Data};
pub use auth::{Auth, CustomerAuth, MaybeAuth, SenderAuth, SetupAuth, UserAuth};
pub use body::{Body, Form, Params, PathId};
pub use client::ClientInfo;
pub use page::{Page, Paged};
pub use utoipa_axum::{router::OpenApiRouter as ApiRouter, routes};

/// Longest JSON body.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
