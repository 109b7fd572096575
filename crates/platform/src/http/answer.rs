//! How answers look: `{"success":true,"data":…}`, or the named keys that a source document fixes; refusals travel as
//! [`Fault`] and get their body at the edge, where request id and path are known.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;

use crate::Fault;

const JSON: &str = "application/json";

/// `{"success":true,"data":…,"message":"…"?}` with 200.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Data<T> {
    /// Always true.
    pub success: bool,
    /// The answer.
    pub data: T,
    /// A sentence for a person, where one helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
}

impl<T> Data<T> {
    /// Just the data.
    pub fn new(data: T) -> Self {
        Self { success: true, data, message: None }
    }
    /// With a sentence.
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.message = Some(text.into());
        self
    }
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// What most answers fit into; longer ones grow.
const ANSWER_BYTES: usize = 1024;

/// Through a plain vector, which takes small pieces better than the buffer of [`axum::Json`].
fn json(answer: &impl Serialize) -> Response {
    let mut bytes = Vec::with_capacity(ANSWER_BYTES);
    match serde_json::to_writer(&mut bytes, answer) {
        Ok(()) => ([(CONTENT_TYPE, HeaderValue::from_static(JSON))], bytes).into_response(),
        Err(err) => Fault::internal("writing an answer", err).into_response(),
    }
}

/// The same with 201.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        *response.status_mut() = StatusCode::CREATED;
        response
    }
}

/// Named keys beside `success`, as the messaging documents show them. `T` must serialise to an object.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Answer<T> {
    /// Always true.
    pub success: bool,
    /// The named keys.
    #[serde(flatten)]
    pub keys: T,
}

impl<T> Answer<T> {
    /// Wraps the named keys.
    pub fn new(keys: T) -> Self {
        Self { success: true, keys }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// A refusal on its way to the edge, which renders it.
#[derive(Clone)]
pub(crate) struct Refused(pub Arc<Fault>);

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Refused(Arc::new(self)));
        response
    }
}
