//! Paired phones, in a small protocol of our own.
//!
//! | call | answer |
//! |---|---|
//! | `POST /sessions/{name} {paired}` | opens the session: a code follows, or it connects when it was paired |
//! | `GET /sessions/{name}/signals?after=` | `{signals:[{number,kind,text}]}`, waits until there is one |
//! | `POST /sessions/{name}/pairing-code {phone}` | `{code}` |
//! | `GET /sessions/{name}/contacts/{phone}` | `{known}` |
//! | `POST /sessions/{name}/messages {id,to,kind,text,…}` | `{id}`; 409 while it is not connected |
//! | `DELETE /sessions/{name}` | lets the phone go |

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PHONES_MAX, SentWhatsApp, WhatsApp};
use crate::http::refuse;
use crate::messages::MessageFault;

/// How long a listener waits for something to happen.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(20);
/// How many signals of one session are kept.
const SIGNALS_MAX: usize = 100;

/// Where a simulated phone stands.
#[derive(Default)]
pub(super) struct Phone {
    paired: bool,
    connected: bool,
    signals: Vec<Told>,
    told: u64,
}

#[derive(Clone, Serialize)]
struct Told {
    number: u64,
    kind: &'static str,
    text: String,
}

impl Phone {
    fn tell(&mut self, kind: &'static str, text: impl Into<String>) {
        self.told += 1;
        self.signals.push(Told { number: self.told, kind, text: text.into() });
        if self.signals.len() > SIGNALS_MAX {
            self.signals.remove(0);
        }
    }
}

impl WhatsApp {
    /// The names of the sessions that wait for their code to be scanned.
    pub fn waiting(&self) -> Vec<String> {
        self.lock().phones.iter().filter(|(_, phone)| !phone.paired).map(|(name, _)| name.clone()).collect()
    }

    /// Somebody scans the code of a session; `false` when it shows none.
    pub fn scan(&self, name: &str) -> bool {
        self.with(name, |phone| {
            if phone.paired {
                return false;
            }
            (phone.paired, phone.connected) = (true, true);
            phone.tell("paired", "");
            phone.tell("connected", "");
            true
        })
    }

    /// The connection of a session is lost, until [`WhatsApp::connect`].
    pub fn lose(&self, name: &str, why: &str) -> bool {
        self.with(name, |phone| {
            phone.connected = false;
            phone.tell("lost", why);
            true
        })
    }

    /// A lost connection comes back.
    pub fn connect(&self, name: &str) -> bool {
        self.with(name, |phone| {
            phone.connected = phone.paired;
            if phone.paired {
                phone.tell("connected", "");
            }
            phone.paired
        })
    }

    /// WhatsApp refuses the session.
    pub fn refuse(&self, name: &str, why: &str) -> bool {
        self.with(name, |phone| {
            (phone.paired, phone.connected) = (false, false);
            phone.tell("refused", why);
            true
        })
    }

    /// The phone's owner ends the pairing on the phone.
    pub fn unlink(&self, name: &str) -> bool {
        self.with(name, |phone| {
            (phone.paired, phone.connected) = (false, false);
            phone.tell("ended", "Unlinked on the phone.");
            true
        })
    }

    /// A recipient's phone tells that a message arrived.
    pub fn arrive(&self, name: &str, message: &str) -> bool {
        self.with(name, |phone| {
            phone.tell("arrived", message);
            true
        })
    }

    fn with(&self, name: &str, act: impl FnOnce(&mut Phone) -> bool) -> bool {
        let done = self.lock().phones.get_mut(name).is_some_and(act);
        self.wake();
        done
    }
}

pub(super) fn router() -> Router<WhatsApp> {
    Router::new()
        .route("/sessions/{name}", post(open).delete(let_go))
        .route("/sessions/{name}/signals", get(listen))
        .route("/sessions/{name}/pairing-code", post(pairing_code))
        .route("/sessions/{name}/contacts/{phone}", get(contact))
        .route("/sessions/{name}/messages", post(send))
}

#[derive(Deserialize)]
struct Opening {
    paired: bool,
}

async fn open(State(whatsapp): State<WhatsApp>, Path(name): Path<String>, Json(body): Json<Opening>) -> Response {
    {
        let mut state = whatsapp.lock();
        if state.phones.len() >= PHONES_MAX && !state.phones.contains_key(&name) {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "too many sessions are open");
        }
        let mut phone = Phone { paired: body.paired, connected: body.paired, ..Phone::default() };
        if body.paired {
            phone.tell("connected", "");
        } else {
            phone.tell("code", format!("2@simulated,{name},scan-me-with-the-simulator"));
        }
        state.phones.insert(name, phone);
    }
    whatsapp.wake();
    Json(json!({ "success": true })).into_response()
}

async fn let_go(State(whatsapp): State<WhatsApp>, Path(name): Path<String>) -> Response {
    whatsapp.lock().phones.remove(&name);
    whatsapp.wake();
    Json(json!({ "success": true })).into_response()
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn listen(State(whatsapp): State<WhatsApp>, Path(name): Path<String>, Query(query): Query<After>) -> Response {
    let mut happened = whatsapp.happened.subscribe();
    let told = async {
        loop {
            happened.mark_unchanged();
            let signals: Option<Vec<Told>> = whatsapp
                .lock()
                .phones
                .get(&name)
                .map(|phone| phone.signals.iter().filter(|told| told.number > query.after).cloned().collect());
            match signals {
                Some(signals) if signals.is_empty() => {}
                found => return found,
            }
            if happened.changed().await.is_err() {
                return None;
            }
        }
    };
    match tokio::time::timeout(LISTEN_TIMEOUT, told).await {
        Ok(Some(signals)) => Json(json!({ "signals": signals })).into_response(),
        Ok(None) => refuse(StatusCode::NOT_FOUND, "no such session is open"),
        Err(_) => Json(json!({ "signals": [] })).into_response(),
    }
}

#[derive(Deserialize)]
struct PairingBody {
    phone: String,
}

async fn pairing_code(
    State(whatsapp): State<WhatsApp>,
    Path(name): Path<String>,
    Json(body): Json<PairingBody>,
) -> Response {
    if whatsapp.lock().strangers.contains(&body.phone.trim_start_matches('+').to_owned()) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "this number is not on WhatsApp");
    }
    match whatsapp.lock().phones.get(&name) {
        Some(phone) if !phone.paired => Json(json!({ "code": "SIM12345" })).into_response(),
        _ => refuse(StatusCode::CONFLICT, "the session waits for no phone"),
    }
}

async fn contact(State(whatsapp): State<WhatsApp>, Path((name, phone)): Path<(String, String)>) -> Response {
    let state = whatsapp.lock();
    match state.phones.get(&name) {
        Some(session) if session.connected => {
            Json(json!({ "known": !state.strangers.contains(&phone) })).into_response()
        }
        _ => refuse(StatusCode::CONFLICT, "the session is not connected"),
    }
}

#[derive(Deserialize)]
struct Message {
    id: String,
    to: String,
    kind: String,
    text: String,
    name: Option<String>,
    #[serde(default)]
    bytes: u64,
}

async fn send(State(whatsapp): State<WhatsApp>, Path(name): Path<String>, Json(body): Json<Message>) -> Response {
    if !whatsapp.lock().phones.get(&name).is_some_and(|phone| phone.connected) {
        return refuse(StatusCode::CONFLICT, "the session is not connected");
    }
    match whatsapp.log.strike(&body.to) {
        Some(MessageFault::Refuse { status, .. }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return refuse(status, "refused as told");
        }
        Some(MessageFault::Hang) => return std::future::pending().await,
        _ => {}
    }
    let Message { id, to, kind, text, name: file, bytes } = body;
    let received_at_ms = (whatsapp.now)();
    let message = SentWhatsApp {
        id,
        from: name,
        to,
        kind,
        text,
        link: None,
        name: file,
        bytes,
        by_phone: true,
        received_at_ms,
        opaque: None,
    };
    let message = whatsapp.keep(message);
    Json(json!({ "id": message.id })).into_response()
}
