//! Twilio's Messages API, as far as an application that sends text messages sees it: `POST
//! /2010-04-01/Accounts/{sid}/Messages.json` with a form and HTTP Basic, answers and error codes in its form, and status
//! callbacks signed with the account's token. Any token is right, as long as account and path agree. Callbacks go to
//! addresses on loopback only; one for elsewhere is kept, and [`Twilio::callback`] gives it to a test.

mod api;
mod callback;
mod control;
mod fault;

pub use callback::Callback;
pub use fault::{TwilioFault, TwilioRule};

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{mpsc, watch};

pub(crate) use api::serve;
pub(crate) use control::router as control_router;

use crate::mailbox::WaitTimedOut;
use crate::start::NowMillis;

/// How many messages are kept; the oldest make room.
pub const MESSAGES_MAX: usize = 500;
/// How many rules may be in force at once.
pub const RULES_MAX: usize = 64;
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

/// A shared handle on the simulated service.
#[derive(Clone)]
pub struct Twilio {
    state: Arc<Mutex<State>>,
    now: NowMillis,
    /// Counts the messages ever taken, so that a waiter wakes on each.
    taken: watch::Sender<u64>,
    callbacks: mpsc::Sender<Callback>,
}

#[derive(Default)]
struct State {
    messages: VecDeque<Arc<SentMessage>>,
    rules: Vec<TwilioRule>,
    taken: u64,
}

impl Twilio {
    pub(crate) fn new(now: NowMillis) -> (Self, mpsc::Receiver<Callback>) {
        let (callbacks, waiting) = mpsc::channel(CALLBACKS_WAITING_MAX);
        (Self { state: Arc::default(), now, taken: watch::Sender::new(0), callbacks }, waiting)
    }

    /// Each change under the lock is a single step, so a poisoned lock is used on.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, mut message: SentMessage) -> Arc<SentMessage> {
        let (message, taken) = {
            let mut state = self.lock();
            state.taken += 1;
            message.sid = format!("SM{:016x}{:016x}", message.received_at_ms, state.taken);
            let message = Arc::new(message);
            state.messages.push_back(message.clone());
            if state.messages.len() > MESSAGES_MAX {
                state.messages.pop_front();
            }
            (message, state.taken)
        };
        self.taken.send_modify(|newest| *newest = taken.max(*newest));
        message
    }

    /// Everything kept, oldest first.
    pub fn messages(&self) -> Vec<Arc<SentMessage>> {
        self.lock().messages.iter().cloned().collect()
    }

    /// What is kept for one number, oldest first.
    pub fn messages_to(&self, to: &str) -> Vec<Arc<SentMessage>> {
        self.lock().messages.iter().filter(|message| message.to == to).cloned().collect()
    }

    /// The newest message to a number: at once when one is there, else as soon as one comes.
    ///
    /// # Errors
    /// [`WaitTimedOut`] when none came within that time.
    pub async fn wait_for(&self, to: &str, within: Duration) -> Result<Arc<SentMessage>, WaitTimedOut> {
        let mut taken = self.taken.subscribe();
        let found = async {
            loop {
                taken.mark_unchanged();
                if let Some(message) = self.messages_to(to).pop() {
                    return Some(message);
                }
                taken.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, found).await.ok().flatten().ok_or(WaitTimedOut { within })
    }

    /// Forgets every message and every rule.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.messages.clear();
        state.rules.clear();
    }

    /// Replaces the rules in force; an empty list makes the service behave. `false` when there are too many.
    pub fn set_faults(&self, rules: Vec<TwilioRule>) -> bool {
        if rules.len() > RULES_MAX {
            return false;
        }
        self.lock().rules = rules;
        true
    }

    /// The rules in force, with what is left of their `times`.
    pub fn faults(&self) -> Vec<TwilioRule> {
        self.lock().rules.clone()
    }

    fn strike(&self, to: &str) -> Option<TwilioFault> {
        let mut state = self.lock();
        let rule = state.rules.iter_mut().find(|rule| rule.fits(to))?;
        rule.times = rule.times.map(|left| left - 1);
        Some(rule.fault.clone())
    }

    /// The signed callback that tells this status of a message; `None` when the message named no address for it.
    pub fn callback(&self, sid: &str, status: &str, error_code: Option<u32>) -> Option<Callback> {
        let message = self.lock().messages.iter().find(|message| message.sid == sid).cloned()?;
        callback::sign(&message, status, error_code)
    }

    /// A signed message of a phone to a number of this account, as it is posted to `url`.
    pub fn incoming(account: (&str, &str), url: &str, from: &str, to: &str, body: &str) -> Option<Callback> {
        callback::incoming(account.0, account.1, url, from, to, body)
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
