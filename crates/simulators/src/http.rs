//! The control interface, for tests that run outside the process: reading the mailbox and setting faults.
//!
//! | call | answer |
//! |---|---|
//! | `GET /mailbox?to=&after=&waitMs=` | `{success,messages:[…]}` oldest first; with `waitMs` (and `to`) it waits for the first |
//! | `GET /mailbox/{id}` | `{success,message,raw}` |
//! | `DELETE /mailbox` | `{success,deleted}` |
//! | `GET /faults` | `{success,faults:[…]}` |
//! | `POST /faults {faults:[…]}` | replaces the rules in force |
//! | `DELETE /faults` | the server behaves again |
//!
//! It listens on loopback and answers only requests that name a loopback host, so that no page in a browser of
//! this machine can read the mailbox by pointing a name of its own at 127.0.0.1.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::mailbox::{Mailbox, ReceivedMail};
use crate::smtp::{FaultRule, Faults};
use crate::start::stopped;

/// The largest body a call may have.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// The longest wait for a message in one call.
pub const WAIT_MS_MAX: u64 = 30_000;

#[derive(Clone)]
struct Controlled {
    mailbox: Mailbox,
    faults: Faults,
}

/// The routes above over a mailbox and its faults.
pub fn router(mailbox: Mailbox, faults: Faults) -> Router {
    Router::new()
        .route("/mailbox", get(list_mail).delete(clear_mail))
        .route("/mailbox/{id}", get(show_mail))
        .route("/faults", get(list_faults).post(set_faults).delete(clear_faults))
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Controlled { mailbox, faults })
}

pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let stopped = async move { stopped(&mut stop).await };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "the control interface of the simulators failed");
    }
}

pub(crate) async fn check_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let named = host.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    if named.is_some_and(is_loopback) {
        next.run(request).await
    } else {
        refuse(StatusCode::FORBIDDEN, "the simulators answer on loopback only")
    }
}

pub(crate) fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[derive(Serialize)]
struct Refusal {
    success: bool,
    error: String,
}

pub(crate) fn refuse(status: StatusCode, error: impl Into<String>) -> Response {
    (status, Json(Refusal { success: false, error: error.into() })).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MailQuery {
    to: Option<String>,
    #[serde(default)]
    after: u64,
    wait_ms: Option<u64>,
}

#[derive(Serialize)]
struct MailList {
    success: bool,
    messages: Vec<Arc<ReceivedMail>>,
}

async fn list_mail(State(controlled): State<Controlled>, Query(query): Query<MailQuery>) -> Response {
    let mailbox = &controlled.mailbox;
    if let Some(wait_ms) = query.wait_ms {
        let Some(to) = &query.to else {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, "waitMs needs a recipient in `to`");
        };
        if wait_ms > WAIT_MS_MAX {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, format!("waitMs is at most {WAIT_MS_MAX}"));
        }
        if let Err(timed_out) = mailbox.wait_for_after(to, query.after, Duration::from_millis(wait_ms)).await {
            return refuse(StatusCode::NOT_FOUND, timed_out.to_string());
        }
    }
    let mut messages = query.to.map_or_else(|| mailbox.list(), |to| mailbox.list_for(&to));
    messages.retain(|mail| mail.id > query.after);
    Json(MailList { success: true, messages }).into_response()
}

#[derive(Serialize)]
struct OneMail<'a> {
    success: bool,
    message: &'a ReceivedMail,
    raw: std::borrow::Cow<'a, str>,
}

async fn show_mail(State(controlled): State<Controlled>, Path(id): Path<u64>) -> Response {
    let Some(mail) = controlled.mailbox.find(id) else {
        return refuse(StatusCode::NOT_FOUND, "no such message is kept");
    };
    Json(OneMail { success: true, message: &mail, raw: String::from_utf8_lossy(&mail.raw) }).into_response()
}

#[derive(Serialize)]
struct Deleted {
    success: bool,
    deleted: usize,
}

async fn clear_mail(State(controlled): State<Controlled>) -> Json<Deleted> {
    Json(Deleted { success: true, deleted: controlled.mailbox.clear() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    faults: Vec<FaultRule>,
}

#[derive(Serialize)]
struct FaultList {
    success: bool,
    faults: Vec<FaultRule>,
}

async fn list_faults(State(controlled): State<Controlled>) -> Json<FaultList> {
    Json(FaultList { success: true, faults: controlled.faults.list() })
}

async fn set_faults(State(controlled): State<Controlled>, Json(body): Json<FaultBody>) -> Response {
    match controlled.faults.set(body.faults) {
        Ok(()) => Json(FaultList { success: true, faults: controlled.faults.list() }).into_response(),
        Err(bad) => refuse(StatusCode::UNPROCESSABLE_ENTITY, bad.to_string()),
    }
}

async fn clear_faults(State(controlled): State<Controlled>) -> Json<FaultList> {
    controlled.faults.clear();
    Json(FaultList { success: true, faults: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailbox::Envelope;
    use axum::body::{Body, to_bytes};
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    struct App {
        router: Router,
        mailbox: Mailbox,
        faults: Faults,
    }

    impl App {
        fn new() -> Self {
            let (mailbox, faults) = (Mailbox::new(), Faults::default());
            Self { router: router(mailbox.clone(), faults.clone()), mailbox, faults }
        }

        fn keep(&self, to: &str, subject: &str) -> u64 {
            let envelope = Envelope { from: "a@b.test".into(), to: vec![to.into()], authenticated_as: None };
            self.mailbox.keep(5, envelope, format!("Subject: {subject}\r\n\r\nHi\r\n").into_bytes())
        }

        async fn call(&self, method: &str, uri: &str, body: Option<Value>) -> (StatusCode, Value) {
            let request = Request::builder().method(method).uri(uri).header("host", "localhost:1025");
            let request = match body {
                Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
                None => request.body(Body::empty()),
            };
            let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
            let status = response.status();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
        }
    }

    #[tokio::test]
    async fn mail_is_listed_read_and_forgotten() {
        let app = App::new();
        app.keep("ann@example.test", "one");
        let second = app.keep("bob@example.test", "two");
        let (_, all) = app.call("GET", "/mailbox", None).await;
        assert_eq!(all["messages"].as_array().unwrap().len(), 2);
        assert_eq!(all["messages"][0]["receivedAtMs"], 5);
        let (_, bobs) = app.call("GET", "/mailbox?to=bob@example.test&waitMs=10", None).await;
        assert_eq!(bobs["messages"][0]["subject"], "two");
        let (status, one) = app.call("GET", &format!("/mailbox/{second}"), None).await;
        assert_eq!((status, &one["raw"]), (StatusCode::OK, &json!("Subject: two\r\n\r\nHi\r\n")));
        assert_eq!(app.call("GET", "/mailbox/99", None).await.0, StatusCode::NOT_FOUND);
        assert_eq!(app.call("DELETE", "/mailbox", None).await.1["deleted"], 2);
        assert_eq!(app.call("GET", "/mailbox", None).await.1["messages"], json!([]));
    }

    #[tokio::test]
    async fn a_wait_ends_with_the_mail_or_with_a_404() {
        let app = App::new();
        let after = app.keep("ann@example.test", "old");
        let uri = format!("/mailbox?to=ann@example.test&after={after}");
        assert_eq!(app.call("GET", &format!("{uri}&waitMs=1"), None).await.0, StatusCode::NOT_FOUND);
        let new = format!("{uri}&waitMs=5000");
        let (waited, _) = tokio::join!(app.call("GET", &new, None), async { app.keep("ann@example.test", "new") });
        assert_eq!(waited.1["messages"][0]["subject"], "new");
        let refused = app.call("GET", "/mailbox?waitMs=1", None).await.0;
        assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
        let too_long = app.call("GET", &format!("/mailbox?to=a@b.test&waitMs={}", WAIT_MS_MAX + 1), None).await.0;
        assert_eq!(too_long, StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[tokio::test]
    async fn faults_are_set_shown_and_cleared() {
        let app = App::new();
        let rules = json!({"faults": [{"fault": "reject_recipient", "code": 550, "recipient": "ann@example.test"}]});
        assert_eq!(app.call("POST", "/faults", Some(rules.clone())).await.0, StatusCode::OK);
        assert_eq!(app.call("GET", "/faults", None).await.1["faults"], rules["faults"]);
        let bad = json!({"faults": [{"fault": "reject_recipient", "code": 250}]});
        assert_eq!(app.call("POST", "/faults", Some(bad)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(app.faults.list().len(), 1);
        app.call("DELETE", "/faults", None).await;
        assert!(app.faults.list().is_empty());
    }

    #[tokio::test]
    async fn a_foreign_host_name_is_refused() {
        let app = App::new();
        let request = Request::builder().uri("/mailbox").header("host", "evil.example:1025").body(Body::empty());
        let response = app.router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        for good in ["localhost", "LOCALHOST:1", "127.0.0.1:80", "127.8.0.1", "[::1]:80", "[::1]"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in ["", "localhost.evil.example", "10.0.0.1:80", "127.0.0.1.evil.example", "[::2]:1"] {
            assert!(!is_loopback(bad), "{bad}");
        }
    }
}
