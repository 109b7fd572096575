//! Every REST route of the house in one list and one document.

use axum::Router;
use platform::http::ApiRouter;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document, RefOr, Response,
        path::Operation,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::{
    nulls,
    pages::{self, System},
};

/// The frame of the document; paths and schemas come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Frontdesk",
        description = "Bookings, conversations and what follows from them. Answers are `{\"success\":true,\"data\":…}` or \
            the named keys shown; refusals are `application/problem+json` (RFC 9457) with a stable `code`, listed at \
            `/docs/errors`. Every POST takes an `Idempotency-Key`. Socket events are described in \
            `/api-docs/asyncapi.json`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "This house")),
    modifiers(&Credentials),
    components(schemas(ProblemBody, kernel::FieldError))
)]
struct Frame;

/// How a refusal looks (RFC 9457 with our members).
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// Few words, the same for every problem of this status.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened and what to do, for a person.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// Always false.
    pub success: bool,
    /// Same as `detail`.
    pub error: String,
    /// Same as `detail`.
    pub message: String,
    /// Stable, upper snake case.
    pub code: String,
    /// To be named when asking for help.
    pub request_id: String,
    /// Refused fields, for validation problems.
    #[schema(required = false)]
    pub errors: Vec<kernel::FieldError>,
}

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut Document) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        bearer.description =
            Some("Access token of a user or a customer; the two are never interchangeable.".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let words = "A key of one business, for its other systems; it may do what its scopes say.";
        let key = ApiKeyValue::with_description("X-API-Key", words);
        components.add_security_scheme("apiKey", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The routes of the floors, the routes about the house itself, and the document that describes both.
pub fn all(floors: Vec<ApiRouter>, system: &System) -> (Router, Router, Document) {
    let (api, of_floors) = floors.into_iter().fold(ApiRouter::new(), ApiRouter::merge).split_for_parts();
    let (fixed, of_fixed) = pages::routes(system).split_for_parts();
    let mut document = Frame::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.merge(of_floors);
    document.merge(of_fixed);
    name_operations(&mut document);
    nulls::require_in_answers(&mut document);
    (api, fixed, document)
}

/// Names every operation by its method and path: two functions may share a name, two routes cannot.
fn name_operations(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        let words: Vec<&str> = path.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let methods = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{}", words.join("_")));
                add_usual_refusals(path, operation);
                describe_answers(operation);
            }
        }
    }
}

/// What any operation of its kind may be refused with, whether its own declaration says so or not: what is read is judged,
/// what is protected asks who it is, what is limited says when to come back.
fn add_usual_refusals(path: &str, operation: &mut Operation) {
    let has_parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let has_body = operation.request_body.is_some();
    let is_api = path.starts_with("/api/") || path.starts_with("/auth/") || path.starts_with("/whatsapp/");
    let mut usual: Vec<u16> = Vec::new();
    if has_parameters || has_body {
        usual.extend([400, 422]);
    }
    if has_body {
        usual.extend([408, 413, 415]);
    }
    if has_parameters && path.contains('{') {
        usual.push(404);
    }
    if is_api {
        usual.extend([429, 503]);
    }
    if operation.security.as_ref().is_some_and(|security| !security.is_empty()) {
        usual.extend([401, 403]);
    }
    let answers = &mut operation.responses.responses;
    for status in usual {
        answers.entry(status.to_string()).or_insert_with(|| RefOr::T(Response::new("")));
    }
}

/// Every answer needs a description; those that the route does not explain get the usual words of their status.
fn describe_answers(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        let RefOr::T(answer) = answer else { continue };
        if answer.description.is_empty() {
            let known = status.parse().ok().and_then(|code: http::StatusCode| code.canonical_reason());
            answer.description = known.unwrap_or("Another answer").to_owned();
        }
    }
}
