//! Group commit of accepted events. One task takes every event that waits, stores them with their deliveries in one synced
//! transaction and answers; what comes in meanwhile makes the next batch, and nobody waits for a batch to fill. A second
//! task tells live screens and hands the new deliveries to the workers, which have them leased already, so that the first
//! attempt needs no query.

use std::{ops::Range, sync::Arc};

use kernel::{Id, Problem, Timestamp, id};
use platform::{Fault, Platform, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use super::{
    error,
    store::{self, Entry, NewDelivery},
};
use crate::{
    Delivery,
    channels::Task,
    deliveries::{
        LEASE,
        live::tell_accepted,
        work::{Card, Place, Work},
    },
    model::{DeliveryStatus, EventStatus, Recipient},
};

/// Events of one commit.
pub const BATCH_EVENTS_MAX: usize = 256;
/// Deliveries of one commit; a batch ends with the event that goes beyond.
pub const BATCH_DELIVERIES_MAX: usize = 2_000;
/// Events waiting to be stored; more are refused with 503.
pub const QUEUE_EVENTS_MAX: usize = 4_096;
/// Kibibytes of their data.
pub const QUEUE_KIB_MAX: usize = 64 * 1024;
/// Stored batches waiting to be told of.
const TELL_BATCHES_MAX: usize = 64;

/// An event that passed every check.
#[derive(Debug)]
pub(crate) struct Draft {
    pub card: Arc<Card>,
    /// The data as it is stored.
    pub data: String,
    pub status: EventStatus,
    pub source: &'static str,
    pub actor: String,
    pub client_key: Option<String>,
    pub digest: Option<String>,
    pub replay_of: Option<Id<id::Event>>,
    pub scheduled_for: Option<Timestamp>,
    /// When its deliveries are to be written, where that does not happen at once.
    pub spread_at: Option<Timestamp>,
    /// Those that are written with it.
    pub recipients: Vec<Recipient>,
    /// The row of the request's `Idempotency-Key`; marked in the transaction that stores the event.
    pub request: Option<Uuid>,
}

/// Why an event was not stored.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// The same event was stored before under its key.
    Repeated(store::Earlier),
    /// Another reason.
    Problem(Problem),
}

pub(crate) type Outcome = std::result::Result<(), Refusal>;

struct Pending {
    draft: Draft,
    reply: oneshot::Sender<Outcome>,
    /// The room that its data takes up while it waits.
    _room: OwnedSemaphorePermit,
}

/// The way into the queue.
#[derive(Clone)]
pub(crate) struct Intake {
    queue: mpsc::Sender<Pending>,
    room: Arc<Semaphore>,
}

/// A stored batch: its events, and the deliveries that this process has in hand.
struct Told {
    events: Vec<(Arc<Card>, EventStatus, i32)>,
    works: Vec<Work>,
    /// Whether anything waits in the database for its turn.
    has_due: bool,
}

impl Intake {
    /// The two ends of the queue; [`Waiting::start`] is called once the floor stands.
    pub fn new() -> (Self, Waiting) {
        let (queue, waiting) = mpsc::channel(QUEUE_EVENTS_MAX);
        (Self { queue, room: Arc::new(Semaphore::new(QUEUE_KIB_MAX)) }, Waiting(waiting))
    }

    /// Stores an event with whatever else waits at this moment; refuses at once when too much does.
    pub async fn store(&self, draft: Draft) -> Result<Outcome> {
        let kib = u32::try_from(draft.data.len() / 1024 + 1).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(kib).map_err(|_| error::overloaded())?;
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Pending { draft, reply, _room: room }).map_err(|_| error::overloaded())?;
        answer.await.map_err(|e| Fault::internal("storing an event", e))
    }
}

/// Events in line.
pub(crate) struct Waiting(mpsc::Receiver<Pending>);

impl Waiting {
    /// Starts the two tasks.
    pub fn start(self, delivery: &Delivery) {
        let (stored, telling) = mpsc::channel(TELL_BATCHES_MAX);
        tokio::spawn(tell_stored(delivery.clone(), telling));
        tokio::spawn(store_waiting(delivery.clone(), self.0, stored));
    }
}

async fn store_waiting(delivery: Delivery, mut waiting: mpsc::Receiver<Pending>, stored: mpsc::Sender<Told>) {
    let mut batch: Vec<Pending> = Vec::with_capacity(BATCH_EVENTS_MAX);
    while waiting.recv_many(&mut batch, BATCH_EVENTS_MAX).await > 0 {
        metrics::histogram!("frontdesk_event_batch_size").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        let mut together = Vec::with_capacity(batch.len());
        let mut deliveries = 0;
        for pending in batch.drain(..) {
            deliveries += pending.draft.recipients.len();
            together.push(pending);
            if deliveries >= BATCH_DELIVERIES_MAX {
                commit(&delivery, std::mem::take(&mut together), &stored).await;
                deliveries = 0;
            }
        }
        commit(&delivery, together, &stored).await;
    }
}

/// Events of one commit, and the room that this process has for their deliveries.
struct Batch {
    entries: Arc<Vec<Entry>>,
    /// At the place of each delivery: there when this process takes it at once.
    places: Vec<Vec<Option<Place>>>,
}

/// One transaction. When it fails for a reason of ours, each event is tried by itself, so that one that cannot be stored
/// does not take its neighbours along; a database that is away refuses all of them at once.
async fn commit(delivery: &Delivery, batch: Vec<Pending>, stored: &mpsc::Sender<Told>) {
    if batch.is_empty() {
        return;
    }
    let (drafts, replies): (Vec<Draft>, Vec<_>) =
        batch.into_iter().map(|pending| (pending.draft, (pending.reply, pending._room))).unzip();
    let now = delivery.platform().world().now();
    let Batch { entries, mut places } = plan_deliveries(delivery, drafts, now);
    let outcomes = match try_commit(delivery, &entries, 0..entries.len(), now).await {
        Err(Fault::Internal { .. }) if entries.len() > 1 => {
            let mut outcomes = Vec::with_capacity(entries.len());
            for one in 0..entries.len() {
                let alone = try_commit(delivery, &entries, one..one + 1, now).await;
                outcomes.extend(alone.unwrap_or_else(|fault| vec![refused(&fault)]));
            }
            outcomes
        }
        Err(fault) => vec![refused(&fault); entries.len()],
        Ok(outcomes) => outcomes,
    };
    let told = Told::of(&entries, &mut places, &outcomes, now);
    for ((reply, _), outcome) in replies.into_iter().zip(outcomes) {
        if reply.send(outcome).is_err() {
            tracing::debug!("the request went away before its answer; the event is stored all the same");
        }
    }
    if told.has_due {
        delivery.wake();
    }
    if stored.send(told).await.is_err() {
        tracing::error!("the telling task is gone; deliveries wait for their leases to end");
    }
}

fn refused(fault: &Fault) -> Outcome {
    if let Fault::Internal { .. } = fault {
        tracing::error!(cause = fault.chain(), "an event could not be stored");
    }
    Err(Refusal::Problem(fault.problem()))
}

/// Another node stored the same key a moment ago: read again, it is there.
fn is_key_race(fault: &Fault) -> bool {
    let Fault::Internal { source, .. } = fault else { return false };
    let error = source.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    error.is_some_and(|error| error.is_unique_violation())
}

async fn try_commit(
    delivery: &Delivery,
    entries: &Arc<Vec<Entry>>,
    range: Range<usize>,
    now: Timestamp,
) -> Result<Vec<Outcome>> {
    match try_commit_once(delivery, entries, range.clone(), now).await {
        Err(fault) if range.len() == 1 && is_key_race(&fault) => try_commit_once(delivery, entries, range, now).await,
        done => done,
    }
}

async fn try_commit_once(
    delivery: &Delivery,
    entries: &Arc<Vec<Entry>>,
    range: Range<usize>,
    now: Timestamp,
) -> Result<Vec<Outcome>> {
    let db = delivery.db();
    match db.postgres() {
        Some(pool) => store::group_postgres::store_group(pool, &entries[range], now).await,
        None => {
            let entries = entries.clone();
            db.write_group(move |tx| store::group_sqlite::store_group(tx, &entries[range], now)).await
        }
    }
}

/// Gives each delivery its id, and to this process what it has room for.
fn plan_deliveries(delivery: &Delivery, drafts: Vec<Draft>, now: Timestamp) -> Batch {
    let (queue, takes) = (delivery.queue(), delivery.takes_over());
    let mut places = Vec::with_capacity(drafts.len());
    let mut plan = |draft: Draft| {
        let (mut deliveries, mut own) = (Vec::new(), Vec::new());
        for recipient in &draft.recipients {
            let wait = queue.first_wait(recipient.channel);
            let (tenant, bytes) = (draft.card.facts.tenant, draft.card.bytes);
            let place = if takes && wait.is_zero() { queue.hold.take(tenant, bytes) } else { None };
            let (status, wait) = match place {
                Some(_) => (DeliveryStatus::Sending, LEASE),
                None => (DeliveryStatus::Pending, wait),
            };
            let id = delivery.platform().world().id();
            deliveries.push(NewDelivery { id, status, due: now.plus(wait) });
            own.push(place);
        }
        places.push(own);
        Entry { draft, deliveries }
    };
    let entries = drafts.into_iter().map(&mut plan).collect();
    Batch { entries: Arc::new(entries), places }
}

impl Told {
    /// What was stored; the room of what was not is given back.
    fn of(entries: &[Entry], places: &mut [Vec<Option<Place>>], outcomes: &[Outcome], now: Timestamp) -> Self {
        let mut told = Self { events: Vec::with_capacity(entries.len()), works: Vec::new(), has_due: false };
        for ((entry, places), _) in entries.iter().zip(places).zip(outcomes).filter(|(_, outcome)| outcome.is_ok()) {
            let Entry { draft, deliveries } = entry;
            metrics::counter!("frontdesk_events_accepted_total", "source" => draft.source).increment(1);
            told.has_due |= draft.spread_at.is_some() || places.iter().any(Option::is_none);
            told.events.push((draft.card.clone(), draft.status, entry.total()));
            for ((delivery, recipient), place) in deliveries.iter().zip(&draft.recipients).zip(places) {
                let works = place.take().map(|place| begin(&draft.card, *delivery, recipient, place, now));
                told.works.extend(works);
            }
        }
        told
    }
}

/// A delivery in this process's hands from its birth.
fn begin(card: &Arc<Card>, delivery: NewDelivery, recipient: &Recipient, place: Place, now: Timestamp) -> Work {
    let task = Task {
        delivery: delivery.id,
        event: card.facts.clone(),
        channel: recipient.channel,
        recipient: recipient.address.as_str().into(),
        attempt: 1,
    };
    let card = card.clone();
    Work { task, card, lease: delivery.due, earlier: 0, is_claimed: false, created_at: now, _place: place }
}

async fn tell_stored(delivery: Delivery, mut stored: mpsc::Receiver<Told>) {
    let platform: Platform = delivery.platform().clone();
    while let Some(batch) = stored.recv().await {
        for (card, status, total) in &batch.events {
            tell_accepted(&platform, card, *status, *total).await;
        }
        for work in batch.works {
            delivery.queue().start(work).await;
        }
    }
}
