//! Twilio's Messages API, as far as an application that sends text messages sees it: `POST
//! /2010-04-01/Accounts/{sid}/Messages.json` with a form and HTTP Basic, answers and error codes in its form, and status
//! callbacks signed with the account's token. Any token is right, as long as account and path agree. Callbacks go to
//! addresses on loopback only; one for elsewhere is kept, and [`Twilio::callback`] gives it to a test.

mod api;
mod callback;
mod control;

pub use callback::Callback;

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::mpsc;

pub(crate) use api::serve;
pub(crate) use control::router as control_router;

use crate::messages::{Addressed, MessageLog};
use crate::start::NowMillis;

/// How many callbacks may wait to be posted; further ones are dropped, as on a bad day of the real service.
const CALLBACKS_WAITING_MAX: usize = 256;

/// One message, as the simulated service took it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentMessage {
    /// `SM…`.
    pub sid: String,
    /// Whose account, `AC…`.
    pub account_sid: String,
    /// E.164.
    pub to: String,
    /// A number, a name, or a messaging service `MG…`.
    pub from: String,
    /// The text.
    pub body: String,
    /// Where to tell how it went on.
    pub status_callback: Option<String>,
    /// When it was taken, in milliseconds since the Unix epoch.
    pub received_at_ms: i64,
    /// Signs the callbacks.
    #[serde(skip)]
    pub(crate) auth_token: String,
}

impl Addressed for SentMessage {
    fn to(&self) -> &str {
        &self.to
    }
}

/// A shared handle on the simulated service.
#[derive(Clone)]
pub struct Twilio {
    log: MessageLog<SentMessage>,
    now: NowMillis,
    callbacks: mpsc::Sender<Callback>,
}

impl Twilio {
    pub(crate) fn new(now: NowMillis) -> (Self, mpsc::Receiver<Callback>) {
        let (callbacks, waiting) = mpsc::channel(CALLBACKS_WAITING_MAX);
        (Self { log: MessageLog::new(), now, callbacks }, waiting)
    }

    /// What it took, and the rules by which it misbehaves.
    pub fn log(&self) -> &MessageLog<SentMessage> {
        &self.log
    }

    fn keep(&self, message: SentMessage) -> Arc<SentMessage> {
        self.log.keep(message, |message, count| {
            message.sid = format!("SM{:016x}{count:016x}", message.received_at_ms);
        })
    }

    /// Forgets every message and every rule.
    pub fn clear(&self) {
        self.log.clear();
    }

    /// The signed callback that tells this status of a message; `None` when the message named no address for it.
    pub fn callback(&self, sid: &str, status: &str, error_code: Option<u32>) -> Option<Callback> {
        let message = self.log.find(|message| message.sid == sid)?;
        callback::sign(&message, status, error_code)
    }

    fn announce(&self, message: &SentMessage, status: &str, error_code: Option<u32>) {
        let Some(callback) = callback::sign(message, status, error_code) else { return };
        if self.callbacks.try_send(callback).is_err() {
            tracing::warn!("too many status callbacks wait; one is dropped");
        }
    }
}

#[cfg(test)]
mod tests;
