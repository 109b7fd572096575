//! `/api-docs`: both documents and Swagger UI, whose files lie in the binary. Nothing is fetched from elsewhere, and nothing
//! inline is run, so the house's own content policy holds here too.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use bytes::Bytes;
use http::header;
use kernel::Problem;
use platform::{Fault, Result};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::asyncapi;

/// Both documents, written out when first asked for.
pub struct Described {
    openapi: OpenApi,
    openapi_text: OnceLock<Bytes>,
    asyncapi_text: OnceLock<Bytes>,
}

impl Described {
    /// From the routes' document.
    pub fn new(openapi: OpenApi) -> Self {
        Self { openapi, openapi_text: OnceLock::new(), asyncapi_text: OnceLock::new() }
    }
    /// The REST side.
    pub fn openapi(&self) -> &OpenApi {
        &self.openapi
    }
    /// The REST side as JSON.
    pub fn openapi_json(&self) -> Result<Bytes> {
        written(&self.openapi_text, || serde_json::to_vec_pretty(&self.openapi))
    }
    /// The socket side as JSON.
    pub fn asyncapi_json(&self) -> Result<Bytes> {
        written(&self.asyncapi_text, || serde_json::to_vec_pretty(&asyncapi::document()))
    }
}

fn written(kept: &OnceLock<Bytes>, write: impl FnOnce() -> serde_json::Result<Vec<u8>>) -> Result<Bytes> {
    if let Some(text) = kept.get() {
        return Ok(text.clone());
    }
    let text = Bytes::from(write().map_err(|e| Fault::internal("writing an API document", e))?);
    Ok(kept.get_or_init(|| text).clone())
}

/// The page and the documents.
pub fn routes(described: Arc<Described>) -> Router {
    Router::new()
        .route("/api-docs", get(|| async { Redirect::to("/api-docs/") }))
        .route("/api-docs/", get(|| show_file("index.html".to_owned())))
        .route("/api-docs/openapi.json", get(openapi))
        .route("/api-docs/asyncapi.json", get(asyncapi))
        .route("/api-docs/{*file}", get(|Path(file): Path<String>| show_file(file)))
        .with_state(described)
}

async fn openapi(State(described): State<Arc<Described>>) -> Result<Response> {
    Ok(json(described.openapi_json()?))
}

async fn asyncapi(State(described): State<Arc<Described>>) -> Result<Response> {
    Ok(json(described.asyncapi_json()?))
}

fn json(text: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn show_file(name: String) -> Result<Response> {
    let config = Config::new(["/api-docs/openapi.json"]).validator_url("none").try_it_out_enabled(true);
    let found = utoipa_swagger_ui::serve(&name, Arc::new(config));
    let file = found.map_err(|e| Fault::internal("showing the API page", e.to_string()))?;
    let file = file.ok_or_else(Problem::not_found)?;
    let bytes = file.bytes.into_owned();
    let mut response = ([(header::CONTENT_TYPE, file.content_type), (header::CACHE_CONTROL, "no-cache".into())], bytes)
        .into_response();
    if file.gzpipped {
        response.headers_mut().insert(header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
