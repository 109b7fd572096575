//! How a delivery leaves the house. A [`Channel`] makes one attempt and says how it ended; when to try, how often, how many
//! at once and what to store is the business of [`crate::deliveries`].

pub(crate) mod considerate;
pub(crate) mod email;
mod push;
pub(crate) mod sms;
mod standing;
mod verdict;
mod webhook;
pub(crate) mod whatsapp;

use std::{future::ready, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, id};
use platform::http::ApiRouter;

pub use considerate::Considerate;
pub use email::EmailChannel;
pub use push::PushChannel;
pub use sms::SmsChannel;
pub use standing::Standing;
pub use webhook::WebhookChannel;
pub use whatsapp::WhatsappChannel;

use crate::{
    Delivery,
    model::{ChannelKind, EventFacts},
    notifications::InappChannel,
};

/// One delivery in a worker's hand.
#[derive(Debug, Clone)]
pub struct Task {
    /// The same at every attempt; what an outsider sees as the id of this delivery.
    pub delivery: Id<id::Delivery>,
    /// What happened.
    pub event: Arc<EventFacts>,
    /// By which channel.
    pub channel: ChannelKind,
    /// To whom; see [`crate::model::Recipient::address`].
    pub recipient: Arc<str>,
    /// 1 at the first attempt.
    pub attempt: u32,
}

/// Why an attempt failed, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Stable, upper snake case: `SMTP_REFUSED`, `HTTP_STATUS`, `TIMEOUT`.
    pub code: &'static str,
    /// What happened, without secrets.
    pub error: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Sent {
        /// What the provider calls it.
        message_id: Option<String>,
    },
    /// It is where it should be; nothing more will be heard of it.
    Delivered {
        /// What the provider calls it.
        message_id: Option<String>,
    },
    /// Worth another try.
    Retry {
        /// Why.
        failure: Failure,
        /// Not before this time, when the other side named one.
        after: Option<Duration>,
    },
    /// Never worth another try.
    Dead {
        /// Why.
        failure: Failure,
    },
    /// The channel cannot send now, which is not this delivery's fault: it waits, and the attempt does not count.
    Held {
        /// Why, for the owner.
        reason: Failure,
    },
    /// Nobody wants it any more: it was read meanwhile, or turned off. It is called off, which is no failure.
    Unwanted {
        /// Why, for the owner.
        reason: Failure,
    },
    /// It has its turn then; nothing was tried, and the attempt does not count.
    Later {
        /// How long until its turn.
        after: Duration,
    },
}

/// An attempt and what is kept of it in the log.
#[derive(Debug, Clone)]
pub struct Attempted {
    /// How it ended.
    pub outcome: Outcome,
    /// What was sent, shortened, without secrets.
    pub request: Option<String>,
    /// What came back, at most [`RESPONSE_BYTES_MAX`].
    pub response: Option<String>,
    /// The headers of what came back, where they are kept; without secrets.
    pub response_headers: Option<String>,
    /// The HTTP status, where there is one.
    pub http_status: Option<u16>,
}

/// Bytes of an answer that are read and kept.
pub const RESPONSE_BYTES_MAX: usize = 64 * 1024;

impl Attempted {
    /// Only an outcome.
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, request: None, response: None, response_headers: None, http_status: None }
    }
    /// A failure worth another try.
    pub fn retry(code: &'static str, error: impl Into<String>) -> Self {
        Self::new(Outcome::Retry { failure: Failure { code, error: error.into() }, after: None })
    }
    /// A failure for good.
    pub fn dead(code: &'static str, error: impl Into<String>) -> Self {
        Self::new(Outcome::Dead { failure: Failure { code, error: error.into() } })
    }
    /// Not now.
    pub fn held(code: &'static str, error: impl Into<String>) -> Self {
        Self::new(Outcome::Held { reason: Failure { code, error: error.into() } })
    }
}

/// What the log has when our own part of an attempt failed.
pub(crate) const NOT_PREPARED: &str = "NOT_PREPARED";

/// Our own part failed before anything was sent. A text that cannot be written with this event's data never will be; all else
/// may fare better the next time.
pub(crate) fn not_prepared(fault: &platform::Fault) -> Attempted {
    match fault {
        platform::Fault::Problem(problem) if problem.status == 422 => {
            Attempted::dead(problem.code, problem.detail.clone())
        }
        _ => {
            tracing::warn!(cause = fault.chain(), "a message could not be prepared");
            Attempted::retry(NOT_PREPARED, "The message could not be prepared; the cause is in the log.")
        }
    }
}

/// Whom a delivery goes through. Deliveries of one lane share a circuit breaker and a number of attempts at once: one
/// webhook endpoint, one mail server, one WhatsApp session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(pub Arc<str>);

/// What a channel asks of the queue.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Attempts at once in the whole process.
    pub at_once: usize,
    /// Attempts at once in one lane.
    pub at_once_in_lane: usize,
    /// Sends of one tenant within a second; more wait without counting as an attempt.
    pub per_second_of_tenant: Option<u32>,
    /// Sends of one tenant to one recipient within a minute; more wait.
    pub per_minute_of_recipient: Option<u32>,
}

/// One way out.
pub trait Channel: Send + Sync + 'static {
    /// Which one.
    fn kind(&self) -> ChannelKind;
    /// How fast it may go.
    fn pace(&self) -> Pace;
    /// Whom this delivery goes through; cheap, from caches.
    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane>;
    /// Tries once. Has its own time limit, never panics, and never waits for a retry itself.
    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted>;
    /// This delivery was put back untried once more, since its lane is left alone, and has `waited` for so long. Gives why it
    /// ends, when the one it is for is reached in another way from now on.
    fn give_way<'a>(&'a self, _task: &'a Task, _waited: Duration) -> BoxFuture<'a, Option<Failure>> {
        ready(None).boxed()
    }
    /// Whether this failure speaks of the lane rather than of this one recipient: after several in a row the lane is left
    /// alone for a while. A full mailbox says nothing about the mail server.
    fn blames_lane(&self, _failure: &Failure) -> bool {
        true
    }
}

/// What people and providers ask of single channels.
pub(crate) fn routes() -> ApiRouter<Delivery> {
    email::optout::routes()
        .merge(sms::callback::routes())
        .merge(sms::incoming::routes())
        .merge(whatsapp::callback::routes())
}

/// Every channel of this house; one that is missing here holds its deliveries.
pub fn all(delivery: &Delivery) -> Vec<Arc<dyn Channel>> {
    // What reaches a person asks first whether they still want it, and whether they sleep.
    let of_standing = |channel| Arc::new(Standing::new(delivery.clone(), channel)) as Arc<dyn Channel>;
    let considerate = |channel| of_standing(Arc::new(Considerate::new(delivery.clone(), channel)));
    vec![
        considerate(Arc::new(EmailChannel::new(delivery.clone()))),
        considerate(Arc::new(SmsChannel::new(delivery.clone()))),
        considerate(Arc::new(WhatsappChannel::new(delivery.clone()))),
        considerate(Arc::new(PushChannel::new(delivery.clone()))),
        of_standing(Arc::new(WebhookChannel::new(delivery.clone()))),
        Arc::new(InappChannel::new(delivery.clone())),
    ]
}
