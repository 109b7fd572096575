//! What the simulated message services have in common: they keep what they took, they misbehave by rule, and both can be
//! looked into on the control interface.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::http::refuse;
use crate::mailbox::WaitTimedOut;

/// How many messages are kept; the oldest make room.
pub const MESSAGES_MAX: usize = 500;
/// How many rules may be in force at once.
pub const RULES_MAX: usize = 64;

/// What a service does instead of taking a message, or after it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum MessageFault {
    /// Answers with this HTTP status and error code.
    Refuse {
        /// 400 to 599.
        status: u16,
        /// The service's error code; without one the answer is no JSON at all.
        code: Option<u32>,
        /// Sent as `Retry-After`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_seconds: Option<u64>,
    },
    /// Takes the request and never answers.
    Hang,
    /// Takes the message and tells later that it could not be delivered.
    Undelivered {
        /// The service's error code.
        code: u32,
    },
    /// Takes the message and never tells what became of it.
    Silent,
}

/// A fault with its bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRule {
    /// What happens.
    #[serde(flatten)]
    pub fault: MessageFault,
    /// Only for this number; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How often it still strikes; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl From<MessageFault> for MessageRule {
    fn from(fault: MessageFault) -> Self {
        Self { fault, to: None, times: None }
    }
}

impl MessageRule {
    /// The same rule for one number only.
    #[must_use]
    pub fn only_for(mut self, to: impl Into<String>) -> Self {
        self.to = Some(to.into());
        self
    }

    /// The same rule, spent after it struck this often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn fits(&self, to: &str) -> bool {
        self.times != Some(0) && self.to.as_deref().is_none_or(|only| only == to)
    }
}

/// A message that goes to a number.
pub trait Addressed {
    /// Which one.
    fn to(&self) -> &str;
}

/// What a service took, and the rules by which it misbehaves; cheap to clone.
#[derive(Debug)]
pub struct MessageLog<M> {
    state: Arc<Mutex<Logged<M>>>,
    /// Counts the messages ever taken, so that a waiter wakes on each.
    taken: watch::Sender<u64>,
}

#[derive(Debug)]
struct Logged<M> {
    messages: VecDeque<Arc<M>>,
    rules: Vec<MessageRule>,
    taken: u64,
}

impl<M> Clone for MessageLog<M> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), taken: self.taken.clone() }
    }
}

impl<M: Addressed> MessageLog<M> {
    pub(crate) fn new() -> Self {
        let logged = Logged { messages: VecDeque::new(), rules: Vec::new(), taken: 0 };
        Self { state: Arc::new(Mutex::new(logged)), taken: watch::Sender::new(0) }
    }

    /// Each change under the lock is a single step, so a poisoned lock is used on.
    fn lock(&self) -> MutexGuard<'_, Logged<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a message; `number` gives it its id by how many came before.
    pub(crate) fn keep(&self, mut message: M, number: impl FnOnce(&mut M, u64)) -> Arc<M> {
        let (message, taken) = {
            let mut logged = self.lock();
            logged.taken += 1;
            number(&mut message, logged.taken);
            let message = Arc::new(message);
            logged.messages.push_back(message.clone());
            if logged.messages.len() > MESSAGES_MAX {
                logged.messages.pop_front();
            }
            (message, logged.taken)
        };
        self.taken.send_modify(|newest| *newest = taken.max(*newest));
        message
    }

    /// Everything kept, oldest first.
    pub fn all(&self) -> Vec<Arc<M>> {
        self.lock().messages.iter().cloned().collect()
    }

    /// What is kept for one number, oldest first.
    pub fn to(&self, to: &str) -> Vec<Arc<M>> {
        self.lock().messages.iter().filter(|message| message.to() == to).cloned().collect()
    }

    pub(crate) fn find(&self, is_it: impl Fn(&M) -> bool) -> Option<Arc<M>> {
        self.lock().messages.iter().find(|message| is_it(message)).cloned()
    }

    /// The newest message to a number: at once when one is there, else as soon as one comes.
    ///
    /// # Errors
    /// [`WaitTimedOut`] when none came within that time.
    pub async fn wait_for(&self, to: &str, within: Duration) -> Result<Arc<M>, WaitTimedOut> {
        let mut taken = self.taken.subscribe();
        let found = async {
            loop {
                taken.mark_unchanged();
                if let Some(message) = self.to(to).pop() {
                    return Some(message);
                }
                taken.changed().await.ok()?;
            }
        };
        tokio::time::timeout(within, found).await.ok().flatten().ok_or(WaitTimedOut { within })
    }

    /// Forgets every message and every rule.
    pub(crate) fn clear(&self) {
        let mut logged = self.lock();
        logged.messages.clear();
        logged.rules.clear();
    }

    /// Replaces the rules in force; an empty list makes the service behave. `false` when there are too many.
    pub fn set_faults(&self, rules: Vec<MessageRule>) -> bool {
        if rules.len() > RULES_MAX {
            return false;
        }
        self.lock().rules = rules;
        true
    }

    /// The rules in force, with what is left of their `times`.
    pub fn faults(&self) -> Vec<MessageRule> {
        self.lock().rules.clone()
    }

    /// What happens to a message for this number.
    pub(crate) fn strike(&self, to: &str) -> Option<MessageFault> {
        let mut logged = self.lock();
        let rule = logged.rules.iter_mut().find(|rule| rule.fits(to))?;
        rule.times = rule.times.map(|left| left - 1);
        Some(rule.fault.clone())
    }
}

/// `GET /messages?to=`, `GET /faults` and `POST /faults` over a log.
pub(crate) fn control<M>(log: MessageLog<M>) -> Router
where
    M: Addressed + Serialize + Send + Sync + 'static,
{
    Router::new()
        .route("/messages", get(list::<M>))
        .route("/faults", get(list_faults::<M>).post(set_faults::<M>))
        .with_state(log)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageQuery {
    to: Option<String>,
}

#[derive(Serialize)]
struct MessageList<M> {
    success: bool,
    messages: Vec<Arc<M>>,
}

async fn list<M: Addressed>(
    State(log): State<MessageLog<M>>,
    Query(query): Query<MessageQuery>,
) -> Json<MessageList<M>> {
    Json(MessageList { success: true, messages: query.to.map_or_else(|| log.all(), |to| log.to(&to)) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    faults: Vec<MessageRule>,
}

#[derive(Serialize)]
struct FaultList {
    success: bool,
    faults: Vec<MessageRule>,
}

async fn list_faults<M: Addressed>(State(log): State<MessageLog<M>>) -> Json<FaultList> {
    Json(FaultList { success: true, faults: log.faults() })
}

async fn set_faults<M: Addressed>(State(log): State<MessageLog<M>>, Json(body): Json<FaultBody>) -> Response {
    if log.set_faults(body.faults) {
        return Json(FaultList { success: true, faults: log.faults() }).into_response();
    }
    refuse(StatusCode::UNPROCESSABLE_ENTITY, format!("at most {RULES_MAX} rules can be in force"))
}
