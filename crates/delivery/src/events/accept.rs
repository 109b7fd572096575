//! Taking an event in: its type is known, its data is what the type needs, and then it is stored with its deliveries before
//! anybody is told that it was accepted.

use std::{sync::Arc, time::Duration};

use kernel::{
    Id, Problem, Timestamp, id,
    problem::Fields,
    sender::{Credential, Scope, Sender},
};
use people::tenants::find_tenant;
use platform::{Fault, Result, db::IDEMPOTENCY};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{
    error,
    intake::{Draft, Refusal},
};
use crate::{
    Delivery,
    catalogue::{self, EventType},
    deliveries::{plan, work::Card},
    model::{ChannelKind, EventFacts, EventStatus},
};

/// Deliveries that are written with their event; those of one with more are written by the workers.
pub const FANOUT_INLINE_MAX: usize = 100;
/// How far ahead an event may be stated.
pub const SCHEDULED_AHEAD_MAX: Duration = Duration::from_secs(366 * 24 * 3600);
/// Longest key of a client.
pub const KEY_CHARS_MAX: usize = 255;
/// Longest name of a type.
const TYPE_CHARS_MAX: usize = 120;

/// An event as somebody states it.
#[derive(Debug)]
pub struct NewEvent {
    /// The type as written: `invoice:sent` or `invoice.sent`.
    pub spelling: String,
    /// Its data.
    pub data: Json,
    /// The same key and event later give the first answer again.
    pub key: Option<String>,
    /// Not before this instant.
    pub scheduled_for: Option<Timestamp>,
}

/// What the sender is told.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The event.
    pub id: Id<id::Event>,
    /// The type as its sender wrote it.
    pub spelling: String,
    /// `scheduled`, or `pending`: what happens next is told by its status and over the socket. The same at every repetition.
    pub status: EventStatus,
}

/// By which way it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Over REST.
    Api,
    /// Over a socket.
    Socket,
    /// From a room of this house.
    House,
    /// Stated again by a person.
    Replay,
}

impl Source {
    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Socket => "socket",
            Self::House => "house",
            Self::Replay => "replay",
        }
    }
}

/// Takes an event of a sender; accepted means committed.
pub async fn accept(delivery: &Delivery, sender: &Sender, event: NewEvent, source: Source) -> Result<Accepted> {
    sender.check(Scope::EventsWrite)?;
    let now = delivery.platform().world().now();
    check_frame(&event, now)?;
    let kind = find_type(delivery, sender.tenant, &event.spelling).await?;
    if !kind.postable {
        return Err(error::reserved_type(&event.spelling).into());
    }
    kind.check(&event.data)?;
    if kind.has_phones_or_money()
        && let Some(tenant) = find_tenant(delivery.people(), sender.tenant).await?
    {
        kind.check_fits(&event.data, &tenant.country, tenant.currency).await?;
    }
    let token = match &sender.credential {
        Credential::Token { jti, .. } => Some(jti.clone()),
        Credential::User(_) | Credential::Key { .. } => None,
    };
    let origin = Origin { source, actor: sender.actor(), token, replay_of: None };
    state(delivery, &kind, event, origin, now, sender.tenant).await
}

/// Who states it, and how.
pub(super) struct Origin {
    pub source: Source,
    pub actor: String,
    pub token: Option<Arc<str>>,
    pub replay_of: Option<Id<id::Event>>,
}

/// Stores an event that was checked.
pub(super) async fn state(
    delivery: &Delivery,
    kind: &EventType,
    event: NewEvent,
    origin: Origin,
    now: Timestamp,
    tenant: Id<id::Tenant>,
) -> Result<Accepted> {
    let id = delivery.platform().world().id();
    let data = event.data.to_string();
    let digest = event.key.is_some().then(|| digest(&kind.name, &data, event.scheduled_for));
    let facts = EventFacts { id, tenant, kind: kind.name.as_str().into(), data: Arc::new(event.data), at: now };
    let card = Card {
        facts: Arc::new(facts),
        spelling: event.spelling.as_str().into(),
        token: origin.token.clone(),
        bytes: data.len(),
    };
    let accepted = Accepted { id, spelling: event.spelling.clone(), status: first_status(event.scheduled_for, now) };
    let key = event.key.map(|key| format!("c:{key}"));
    let planned = PlannedEvent { card, data, key, digest, scheduled_for: event.scheduled_for };
    match store(delivery, kind, planned, origin, now, Hearers::All).await? {
        Ok(()) => Ok(accepted),
        Err(Refusal::Repeated(first)) => Ok(Accepted {
            id: first.id,
            spelling: first.spelling,
            status: if first.scheduled_for.is_some() { EventStatus::Scheduled } else { EventStatus::Pending },
        }),
        Err(Refusal::Problem(problem)) => Err(problem.into()),
    }
}

/// Who hears of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearers {
    /// Everybody whom its type reaches.
    All,
    /// Other systems only; no person is written to.
    Systems,
    /// People only; no other system learns of it.
    People,
}

/// States a fact of another room, once: the id of the outbox row becomes the event's. A type that is not in the catalogue is
/// nobody's business.
pub async fn accept_fact(
    delivery: &Delivery,
    id: Id<id::Event>,
    tenant: Id<id::Tenant>,
    dotted: &str,
    data: Json,
    at: Timestamp,
    hearers: Hearers,
) -> Result<()> {
    let Some(kind) = catalogue::find(delivery, tenant, dotted).await? else { return Ok(()) };
    let text = data.to_string();
    let facts = EventFacts { id, tenant, kind: dotted.into(), data: Arc::new(data), at };
    let card = Card { facts: Arc::new(facts), spelling: dotted.into(), token: None, bytes: text.len() };
    let planned = PlannedEvent { card, data: text, key: Some(format!("f:{id}")), digest: None, scheduled_for: None };
    let origin = Origin { source: Source::House, actor: "system".to_owned(), token: None, replay_of: None };
    let now = delivery.platform().world().now();
    match store(delivery, &kind, planned, origin, now, hearers).await? {
        Ok(()) | Err(Refusal::Repeated(_)) => Ok(()),
        Err(Refusal::Problem(problem)) => Err(problem.into()),
    }
}

struct PlannedEvent {
    card: Card,
    data: String,
    key: Option<String>,
    digest: Option<String>,
    scheduled_for: Option<Timestamp>,
}

async fn store(
    delivery: &Delivery,
    kind: &EventType,
    event: PlannedEvent,
    origin: Origin,
    now: Timestamp,
    hearers: Hearers,
) -> Result<super::intake::Outcome> {
    let mut recipients = Vec::new();
    let (status, spread_at) = match event.scheduled_for.filter(|at| *at > now) {
        Some(at) => (EventStatus::Scheduled, Some(at)),
        None => {
            recipients = plan::plan(delivery, kind, &event.card.facts).await?;
            match hearers {
                Hearers::All => {}
                Hearers::Systems => recipients.retain(|recipient| recipient.channel == ChannelKind::Webhook),
                Hearers::People => recipients.retain(|recipient| recipient.channel != ChannelKind::Webhook),
            }
            match recipients.len() {
                0 => (EventStatus::Completed, None),
                1..=FANOUT_INLINE_MAX => (EventStatus::Processing, None),
                _ => {
                    recipients.clear();
                    (EventStatus::Pending, Some(now))
                }
            }
        }
    };
    let draft = Draft {
        card: Arc::new(event.card),
        data: event.data,
        status,
        source: origin.source.as_str(),
        actor: origin.actor,
        client_key: event.key,
        digest: event.digest,
        replay_of: origin.replay_of,
        scheduled_for: event.scheduled_for.filter(|at| *at > now),
        spread_at,
        recipients,
        request: IDEMPOTENCY.try_with(|key| *key).ok(),
    };
    delivery.intake().store(draft).await
}

fn first_status(scheduled_for: Option<Timestamp>, now: Timestamp) -> EventStatus {
    if scheduled_for.is_some_and(|at| at > now) { EventStatus::Scheduled } else { EventStatus::Pending }
}

/// The type of this spelling, or 422.
pub(crate) async fn find_type(delivery: &Delivery, tenant: Id<id::Tenant>, spelling: &str) -> Result<Arc<EventType>> {
    let found = catalogue::find(delivery, tenant, &catalogue::normalize(spelling)).await?;
    found.ok_or_else(|| Fault::from(error::unknown_type(spelling)))
}

fn check_frame(event: &NewEvent, now: Timestamp) -> std::result::Result<(), Problem> {
    let mut refused = Fields::new();
    if event.spelling.trim().is_empty() {
        refused.refuse("event_type", "REQUIRED", "is required");
    } else if event.spelling.len() > TYPE_CHARS_MAX {
        refused.refuse("event_type", "TOO_LONG", format!("must be at most {TYPE_CHARS_MAX} characters"));
    }
    if let Some(key) = &event.key {
        let fits = !key.trim().is_empty() && key.chars().count() <= KEY_CHARS_MAX && !key.chars().any(char::is_control);
        if !fits {
            let words = format!("must be 1 to {KEY_CHARS_MAX} visible characters");
            refused.refuse("idempotency_key", "INVALID_VALUE", words);
        }
    }
    if event.scheduled_for.is_some_and(|at| at > now.plus(SCHEDULED_AHEAD_MAX)) {
        let days = SCHEDULED_AHEAD_MAX.as_secs() / 86_400;
        refused.refuse("scheduled_for", "OUT_OF_RANGE", format!("must be within {days} days"));
    }
    refused.check()
}

/// Tells two events under one key apart. Keys of an object are sorted when it is read, so their order does not count.
fn digest(dotted: &str, data: &str, scheduled_for: Option<Timestamp>) -> String {
    let mut hash = Sha256::new();
    for part in [dotted, data, &scheduled_for.map(|at| at.to_string()).unwrap_or_default()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}
