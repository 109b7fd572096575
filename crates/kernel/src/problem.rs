//! What a client is told when something is refused. One type for REST and sockets; the codes are stable and listed in
//! `docs/errors.md`. A problem never carries exception text: causes are logged at the edge with the request id.

use std::{borrow::Cow, fmt, time::Duration};

use serde::Serialize;
use serde_json::{Map, Value};

/// One refused field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field in the body, dotted.
    pub field: String,
    /// Stable code, for example `REQUIRED`.
    pub code: Cow<'static, str>,
    /// What to do about it, in plain words.
    pub message: String,
}

/// A refusal with its stable code (RFC 9457).
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable code, upper snake case.
    pub code: &'static str,
    /// Plain words for a person.
    pub detail: Cow<'static, str>,
    /// Refused fields, for validation problems.
    pub errors: Vec<FieldError>,
    /// When trying again makes sense.
    pub retry_after: Option<Duration>,
    /// Members beside the fixed ones, for example `alternatives`.
    pub extra: Map<String, Value>,
}

impl Problem {
    /// A refusal with status, code and words.
    pub fn new(status: u16, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after: None, extra: Map::new() }
    }
    /// 404: absent, or not yours; the two read the same.
    pub fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "There is nothing here, or it is not yours to see.")
    }
    /// 403: signed in, but without the right.
    pub fn forbidden() -> Self {
        Self::new(403, "FORBIDDEN", "You do not have the right to do this.")
    }
    /// 403: an operator looks into a business and may change nothing there.
    pub fn read_only_session() -> Self {
        Self::new(403, "READ_ONLY_SESSION", "You are looking at this business and cannot change anything in it.")
    }
    /// 401: no usable credential.
    pub fn unauthorized() -> Self {
        Self::new(401, "UNAUTHORIZED", "Sign in to do this.")
    }
    /// 400: the body could not be read at all.
    pub fn invalid_body(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "INVALID_BODY", detail)
    }
    /// 422 with the refused fields.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.message),
            many => format!("{} fields are not right.", many.len()),
        };
        Self { errors, ..Self::new(422, "VALIDATION_ERROR", detail) }
    }
    /// 422 for a single field.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::validation(vec![FieldError { field: field.into(), code: code.into(), message: message.into() }])
    }
    /// 409 with its own code.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(409, code, detail)
    }
    /// 503: a part we need is away; try again soon.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { retry_after: Some(Duration::from_secs(1)), ..Self::new(503, "UNAVAILABLE", detail) }
    }
    /// 500: our fault; the cause is in the log under the request id.
    pub fn internal() -> Self {
        Self::new(500, "INTERNAL", "Something went wrong on our side. Nothing was changed; please try again.")
    }
    /// Adds a member beside the fixed ones.
    #[must_use]
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.extra.insert(key.to_owned(), value);
        self
    }
    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }
    /// The reason phrase used as `title`.
    pub fn title(&self) -> &'static str {
        match self.status {
            400 => "Bad request",
            401 => "Not signed in",
            403 => "Not allowed",
            404 => "Not found",
            409 => "Conflict",
            412 => "Changed meanwhile",
            413 => "Too large",
            415 => "Unsupported type",
            422 => "Not valid",
            423 => "Locked",
            429 => "Too many requests",
            503 => "Not available",
            _ => "Error",
        }
    }
    /// The JSON members of RFC 9457 plus ours. `instance` and `request_id` are given where there is a request.
    pub fn to_json(&self, instance: Option<&str>, request_id: Option<&str>) -> Value {
        let mut body = self.extra.clone();
        body.insert("type".into(), format!("/docs/errors#{}", self.code.to_lowercase().replace('_', "-")).into());
        body.insert("title".into(), self.title().into());
        body.insert("status".into(), self.status.into());
        body.insert("detail".into(), self.detail.as_ref().into());
        body.insert("success".into(), false.into());
        body.insert("error".into(), self.detail.as_ref().into());
        body.insert("message".into(), self.detail.as_ref().into());
        body.insert("code".into(), self.code.into());
        if let Some(instance) = instance {
            body.insert("instance".into(), instance.into());
        }
        if let Some(id) = request_id {
            body.insert("requestId".into(), id.into());
        }
        if !self.errors.is_empty() {
            let errors =
                self.errors.iter().map(|e| serde_json::json!({"field": e.field, "code": e.code, "message": e.message}));
            body.insert("errors".into(), Value::Array(errors.collect()));
        }
        Value::Object(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)
    }
}
impl std::error::Error for Problem {}

/// Collects the refused fields of one body, so that a person sees all of them at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    errors: Vec<FieldError>,
    /// How many of them could not be read; nothing further is said of those.
    unread: usize,
}

impl Fields {
    /// None refused yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Those that could not be read.
    pub fn unread(errors: Vec<FieldError>) -> Self {
        Self { unread: errors.len(), errors }
    }
    /// Whether this field could not be read.
    pub fn has_unread(&self, field: &str) -> bool {
        self.errors[..self.unread].iter().any(|known| known.field == field)
    }
    /// Notes a refused field. What could not be read was refused for that.
    pub fn refuse(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        if self.has_unread(field) {
            return;
        }
        self.errors.push(FieldError { field: field.to_owned(), code: code.into(), message: message.into() });
    }
    /// Keeps the value, or notes why the field was refused.
    pub fn take<T, E: fmt::Display>(&mut self, field: &str, code: &'static str, value: Result<T, E>) -> Option<T> {
        value.map_err(|e| self.refuse(field, code, e.to_string())).ok()
    }
    /// 422 when anything was refused.
    pub fn check(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::validation(self.errors)) }
    }
}
