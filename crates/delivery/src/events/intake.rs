//! Group commit of accepted events. One task takes every event that waits, stores them with their deliveries in one synced
//! transaction and answers; what comes in meanwhile makes the next batch, and nobody waits for a batch to fill. A second
//! task tells live screens and hands the new deliveries to the workers, which have them leased already, so that the first
//! attempt needs no query.

use std::sync::Arc;

use kernel::{Id, Problem, Timestamp, id};
use platform::{Fault, Platform, Result, db::unique_violation};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use super::{error, store};
use crate::{
    Delivery,
    channels::Task,
    deliveries::{
        LEASE,
        live::tell_accepted,
        store::insert::{NewDelivery, insert_deliveries},
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

/// One transaction. When it fails for a reason of ours, each event is tried by itself, so that one that cannot be stored
/// does not take its neighbours along; a database that is away refuses all of them at once.
async fn commit(delivery: &Delivery, batch: Vec<Pending>, stored: &mpsc::Sender<Told>) {
    if batch.is_empty() {
        return;
    }
    let (drafts, replies): (Vec<Draft>, Vec<_>) =
        batch.into_iter().map(|pending| (pending.draft, (pending.reply, pending._room))).unzip();
    let mut told = Vec::new();
    let outcomes = match try_commit(delivery, &drafts).await {
        Ok((outcomes, batch)) => {
            told.push(batch);
            outcomes
        }
        Err(Fault::Internal { .. }) if drafts.len() > 1 => {
            let mut outcomes = Vec::with_capacity(drafts.len());
            for draft in &drafts {
                match try_commit(delivery, std::slice::from_ref(draft)).await {
                    Ok((alone, batch)) => {
                        outcomes.extend(alone);
                        told.push(batch);
                    }
                    Err(fault) => outcomes.push(refused(&fault)),
                }
            }
            outcomes
        }
        Err(fault) => {
            let outcome = refused(&fault);
            drafts.iter().map(|_| outcome.clone()).collect()
        }
    };
    for ((reply, _), outcome) in replies.into_iter().zip(outcomes) {
        if reply.send(outcome).is_err() {
            tracing::debug!("the request went away before its answer; the event is stored all the same");
        }
    }
    for batch in told {
        if stored.send(batch).await.is_err() {
            tracing::error!("the telling task is gone; deliveries wait for their leases to end");
        }
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
    source.downcast_ref::<sea_orm::DbErr>().is_some_and(unique_violation)
}

async fn try_commit(delivery: &Delivery, drafts: &[Draft]) -> Result<(Vec<Outcome>, Told)> {
    match try_commit_once(delivery, drafts).await {
        Err(fault) if drafts.len() == 1 && is_key_race(&fault) => try_commit_once(delivery, drafts).await,
        done => done,
    }
}

async fn try_commit_once(delivery: &Delivery, drafts: &[Draft]) -> Result<(Vec<Outcome>, Told)> {
    let platform = delivery.platform();
    let tx = platform.db().begin().await?;
    let mut earlier = store::find_earlier(&tx, drafts).await?;
    let mut outcomes = Vec::with_capacity(drafts.len());
    let mut new: Vec<&Draft> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let outcome = decide_repeated(&mut earlier, draft);
        if outcome.is_ok() {
            new.push(draft);
        }
        outcomes.push(outcome);
    }
    store::insert_events(&tx, &new).await?;
    let mut planned = plan_deliveries(delivery, &new, tx.now());
    let rows: Vec<NewDelivery<'_>> = planned.iter().map(Planned::row).collect();
    insert_deliveries(&tx, &rows).await?;
    store::mark_requests(&tx, drafts).await?;
    drop(rows);
    let (created_at, has_due) = (tx.now(), planned.iter().any(|p| p.place.is_none()));
    tx.commit().await?;
    if has_due || new.iter().any(|draft| draft.spread_at.is_some()) {
        delivery.wake();
    }
    for draft in &new {
        metrics::counter!("frontdesk_events_accepted_total", "source" => draft.source).increment(1);
    }
    let works = planned.drain(..).filter_map(|p| p.into_work(created_at)).collect();
    let events = new.iter().map(|d| (d.card.clone(), d.status, total(d))).collect();
    Ok((outcomes, Told { events, works }))
}

fn total(draft: &Draft) -> i32 {
    i32::try_from(draft.recipients.len()).unwrap_or(i32::MAX)
}

/// Whether the key was used before, in the database or earlier in this batch.
fn decide_repeated(earlier: &mut store::EarlierByKey, draft: &Draft) -> Outcome {
    let Some(key) = draft.client_key.clone() else { return Ok(()) };
    let key = (draft.card.facts.tenant.uuid(), key);
    if let Some(first) = earlier.get(&key) {
        if first.digest != draft.digest {
            return Err(Refusal::Problem(error::mismatch()));
        }
        return Err(Refusal::Repeated(first.clone()));
    }
    earlier.insert(key, store::Earlier::of(draft));
    Ok(())
}

/// A delivery to be written with its event.
struct Planned<'a> {
    id: Id<id::Delivery>,
    draft: &'a Draft,
    recipient: &'a Recipient,
    /// There when this process takes it at once.
    place: Option<Place>,
    due: Timestamp,
}

fn plan_deliveries<'a>(delivery: &Delivery, drafts: &[&'a Draft], now: Timestamp) -> Vec<Planned<'a>> {
    let queue = delivery.queue();
    let takes = delivery.takes_over();
    let mut planned = Vec::new();
    for draft in drafts {
        for recipient in &draft.recipients {
            let wait = queue.first_wait(recipient.channel);
            let facts = &draft.card.facts;
            let place = if takes && wait.is_zero() { queue.hold.take(facts.tenant, draft.card.bytes) } else { None };
            let due = now.plus(if place.is_some() { LEASE } else { wait });
            planned.push(Planned { id: delivery.platform().world().id(), draft, recipient, place, due });
        }
    }
    planned
}

impl Planned<'_> {
    fn row(&self) -> NewDelivery<'_> {
        let status = if self.place.is_some() { DeliveryStatus::Sending } else { DeliveryStatus::Pending };
        let facts = &self.draft.card.facts;
        NewDelivery {
            id: self.id,
            tenant: facts.tenant,
            event: facts.id,
            recipient: self.recipient,
            status,
            due: self.due,
        }
    }

    fn into_work(self, created_at: Timestamp) -> Option<Work> {
        let place = self.place?;
        let card = self.draft.card.clone();
        let task = Task {
            delivery: self.id,
            event: card.facts.clone(),
            channel: self.recipient.channel,
            recipient: self.recipient.address.as_str().into(),
            attempt: 1,
        };
        Some(Work { task, card, lease: self.due, earlier: 0, is_claimed: false, created_at, _place: place })
    }
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
