//! Group commit. One task per database takes every message that is waiting, stores them in one synced transaction, and hands
//! the outcome on before it takes the next lot: what queued while a commit ran makes the next batch, so nobody ever waits
//! for a batch to fill. A second task acknowledges and announces in the order of storing.

use std::sync::Arc;

use kernel::Problem;
use platform::{Fault, Platform};
use tokio::sync::{mpsc, oneshot};

use super::{
    announce::Announcer,
    error,
    facts::FactsCache,
    live::Live,
    model::MessageView,
    store::{self, Draft, Refusal, Stored},
};

/// Messages of one commit, unless configured.
pub const BATCH_MESSAGES_MAX: usize = 256;
/// Messages waiting to be stored; more are refused with 503.
pub const QUEUE_MESSAGES_MAX: usize = 8192;
/// Stored batches waiting to be announced.
const ANNOUNCE_BATCHES_MAX: usize = 64;

/// Adjustable for measurements.
#[derive(Debug, Clone, Copy)]
pub struct BatcherSettings {
    /// Messages of one commit; 1 gives the one-transaction-per-message comparison.
    pub batch_max: usize,
}

impl Default for BatcherSettings {
    fn default() -> Self {
        Self { batch_max: BATCH_MESSAGES_MAX }
    }
}

/// Where the outcome of one message goes.
pub enum Reply {
    /// A waiting action: the message as its sender sees it, or the id under which it was stored before.
    Action(oneshot::Sender<Result<Sent, Problem>>),
    /// A socket's acknowledgement, answered without waking the task that sent it.
    Socket(super::socket::Acknowledge),
}

/// What a sender gets.
#[derive(Debug, Clone)]
pub enum Sent {
    /// Stored now.
    New(Box<MessageView>),
    /// Stored before under this client id.
    Before(kernel::Id<kernel::id::Message>),
}

pub(super) struct Pending {
    pub draft: Draft,
    pub reply: Reply,
}

pub(super) type Outcome = Result<Stored, Refusal>;

/// The way into the queue.
#[derive(Clone)]
pub struct Batcher {
    queue: mpsc::Sender<Pending>,
}

impl Batcher {
    /// Starts the two tasks.
    pub(crate) fn start(platform: Platform, live: Arc<Live>, facts: FactsCache, settings: BatcherSettings) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_MESSAGES_MAX);
        let (stored, announcing) = mpsc::channel(ANNOUNCE_BATCHES_MAX);
        tokio::spawn(store_waiting(
            platform.clone(),
            facts,
            waiting,
            stored,
            settings.batch_max.clamp(1, BATCH_MESSAGES_MAX),
        ));
        tokio::spawn(Announcer::new(platform, live).run(announcing));
        Self { queue }
    }

    /// Puts a message in line; refuses at once when the line is full.
    pub(super) fn submit(&self, pending: Pending) -> Result<(), (Problem, Reply)> {
        self.queue.try_send(pending).map_err(|refused| {
            let pending = refused.into_inner();
            (error::overloaded(), pending.reply)
        })
    }
}

async fn store_waiting(
    platform: Platform,
    facts: FactsCache,
    mut waiting: mpsc::Receiver<Pending>,
    stored: mpsc::Sender<Vec<(Pending, Outcome)>>,
    batch_max: usize,
) {
    let mut batch: Vec<Pending> = Vec::with_capacity(batch_max);
    while waiting.recv_many(&mut batch, batch_max).await > 0 {
        metrics::histogram!("frontdesk_message_batch_size").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        // A message with files may be refused by its files, which takes its whole transaction back: it goes alone.
        let (alone, together): (Vec<_>, Vec<_>) = batch.drain(..).partition(|p| !p.draft.files.is_empty());
        let mut outcomes = Vec::with_capacity(together.len() + alone.len());
        if !together.is_empty() {
            outcomes.extend(commit(&platform, &facts, together).await);
        }
        for pending in alone {
            outcomes.extend(commit(&platform, &facts, vec![pending]).await);
        }
        if stored.send(outcomes).await.is_err() {
            tracing::error!("the announcing task is gone; stored messages are no longer announced");
        }
    }
}

/// One transaction; when it fails, every message in it is refused with the same problem.
async fn commit(platform: &Platform, facts: &FactsCache, pending: Vec<Pending>) -> Vec<(Pending, Outcome)> {
    let drafts: Vec<Draft> = pending.iter().map(|p| p.draft.clone()).collect();
    let outcomes = match try_commit(platform, &drafts).await {
        Ok(outcomes) => outcomes,
        Err(fault) => {
            if let Fault::Internal { .. } = &fault {
                tracing::error!(cause = fault.chain(), messages = drafts.len(), "messages could not be stored");
            }
            drafts.iter().map(|_| Err(Refusal::Problem(fault.problem()))).collect()
        }
    };
    for (draft, outcome) in drafts.iter().zip(&outcomes) {
        // A refusal by the stored state means that what is remembered is old; an archived thread is active again.
        if matches!(outcome, Err(Refusal::Problem(_))) || draft.facts.status == super::model::Status::Archived {
            facts.forget(draft.facts.id);
        }
    }
    pending.into_iter().zip(outcomes).collect()
}

async fn try_commit(platform: &Platform, drafts: &[Draft]) -> platform::Result<Vec<Outcome>> {
    let tx = platform.db().begin().await?;
    if let [only] = drafts {
        claim_files(&tx, only).await?;
    }
    let outcomes = store::store_batch(&tx, drafts).await?;
    if let ([only], [Err(_)]) = (drafts, outcomes.as_slice())
        && !only.files.is_empty()
    {
        // Nothing was stored, so its files stay unclaimed.
        return Ok(outcomes);
    }
    tx.commit().await?;
    Ok(outcomes)
}

async fn claim_files(tx: &platform::Tx, draft: &Draft) -> platform::Result<()> {
    match &draft.caller {
        Some(caller) if !draft.files.is_empty() => {
            // Repeated sends find their files claimed already; the number decides, not the files.
            if store::is_repeated(tx, draft).await? {
                return Ok(());
            }
            crate::attachments::claim(tx.conn(), caller, draft.facts.id, &draft.files, draft.id).await
        }
        _ => Ok(()),
    }
}
