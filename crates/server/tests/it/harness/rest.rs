//! Asking over HTTP, and reading what comes back with the shape it must have.

use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use super::App;

/// A request being put together.
pub struct Ask {
    request: reqwest::RequestBuilder,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body, when it is JSON.
    pub body: Value,
}

impl App {
    pub fn get(&self, path: &str) -> Ask {
        self.ask(Method::GET, path)
    }
    pub fn post(&self, path: &str) -> Ask {
        self.ask(Method::POST, path)
    }
    pub fn put(&self, path: &str) -> Ask {
        self.ask(Method::PUT, path)
    }
    pub fn patch(&self, path: &str) -> Ask {
        self.ask(Method::PATCH, path)
    }
    pub fn delete(&self, path: &str) -> Ask {
        self.ask(Method::DELETE, path)
    }
    /// Any method; the path begins with a slash.
    pub fn ask(&self, method: Method, path: &str) -> Ask {
        Ask { request: self.http().request(method, format!("http://{}{path}", self.address())) }
    }
}

impl Ask {
    /// With an access token; none when it is empty.
    pub fn bearer(self, token: &str) -> Self {
        if token.is_empty() { self } else { Self { request: self.request.bearer_auth(token) } }
    }
    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value) }
    }
    /// With an `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }
    pub fn json(self, body: Value) -> Self {
        Self { request: self.request.json(&body) }
    }
    /// Bytes as they are, called JSON.
    pub fn raw_json(self, body: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.header("content-type", "application/json").body(body) }
    }
    /// Bytes as they are, called whatever the test says.
    pub fn raw(self, kind: &str, body: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.header("content-type", kind).body(body) }
    }
    /// Bytes as they are, called nothing.
    pub fn untyped(self, body: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.body(body) }
    }
    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        Self { request: self.request.multipart(form) }
    }
    /// A file of a conversation, as the web app uploads it.
    pub fn file(self, conversation: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let file = reqwest::multipart::Part::bytes(bytes.into()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("conversationId", conversation.to_owned());
        self.multipart(form.part("file", file))
    }
    pub async fn send(self) -> Reply {
        let response = self.request.send().await.expect("the house answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("the whole body comes").to_vec();
        Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), bytes }
    }
}

impl Reply {
    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.shown());
        self.body
    }
    /// `data` of a success.
    #[track_caller]
    pub fn data(self, status: u16) -> Value {
        let mut body = self.expect(status);
        assert_eq!(body["success"], json!(true), "{body:#}");
        body["data"].take()
    }
    /// The code of a refusal, whose whole shape is looked at.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.shown());
        let request_id = self.header("x-request-id").to_owned();
        let body = self.expect(status);
        let detail = text(&body["detail"]);
        assert!(!detail.is_empty() && body["error"] == body["detail"] && body["message"] == body["detail"], "{body:#}");
        assert_eq!(body["success"], json!(false), "{body:#}");
        assert_eq!(body["status"], json!(status), "{body:#}");
        assert_eq!(text(&body["requestId"]), request_id, "{body:#}");
        let code = text(&body["code"]).to_owned();
        assert_eq!(text(&body["type"]), format!("/docs/errors#{}", code.to_lowercase().replace('_', "-")));
        code
    }
    /// `field/CODE` of each refused field of a 422.
    #[track_caller]
    pub fn fields(self) -> Vec<String> {
        let body = self.expect(422);
        let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no fields are named: {body:#}"));
        errors.iter().map(|e| format!("{}/{}", text(&e["field"]), text(&e["code"]))).collect()
    }
    /// A header's text; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.get(name).map_or("", |value: &HeaderValue| value.to_str().unwrap())
    }
    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }
    fn shown(&self) -> String {
        format!("{} {:#?}\n{}", self.status, self.headers, String::from_utf8_lossy(&self.bytes))
    }
}

/// A text of an answer.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
