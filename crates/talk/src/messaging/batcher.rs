//! Group commit. One task per database takes every message that is waiting, stores them in one synced transaction, and hands
//! the outcome on before it takes the next lot: what queued while a commit ran makes the next batch, so nobody ever waits
//! for a batch to fill. A second task acknowledges and announces in the order of storing.

use std::sync::Arc;

use kernel::{Id, Problem, events, id};
use platform::{Fault, Platform, config::BATCH_MESSAGES_MAX};
use smallvec::SmallVec;
use tokio::sync::{mpsc, oneshot};

use super::{
    announce::Announcer,
    catch_up::{Begin, Finish},
    error,
    facts::FactsCache,
    live::Live,
    model::MessageView,
    ports::Subscriptions,
    store::{self, Draft, Outcome, Refusal, Stored},
};

/// Messages waiting to be stored; more are refused with 503.
pub const QUEUE_MESSAGES_MAX: usize = 8192;
/// Stored batches waiting to be announced.
const ANNOUNCE_BATCHES_MAX: usize = 64;
/// Sockets waiting to be let into a conversation with what they missed; the others wait before that.
const BEGINS_MAX: usize = 256;
/// Threads back from the archive that nobody was told of yet.
const REVIVED_MAX: usize = 1024;

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
    Before(Id<id::Message>),
}

pub(super) struct Pending {
    pub draft: Draft,
    pub reply: Reply,
}

/// What stands in line before the storing task.
enum Item {
    Message(Pending),
    /// Passes through, and so comes out behind everything that was committed before it went in.
    CaughtUp(Finish),
}

/// Messages of one commit and what became of each.
pub(super) struct Batch {
    pub drafts: Arc<Vec<Draft>>,
    pub outcomes: Vec<(Reply, Outcome)>,
}

/// What the announcing task is handed.
pub(super) enum Finished {
    Stored(Batch),
    CaughtUp(Finish),
}

/// The way into the queue.
#[derive(Clone)]
pub struct Batcher {
    queue: mpsc::Sender<Item>,
    begins: mpsc::Sender<Begin>,
}

impl Batcher {
    /// Starts the two tasks; threads that come back from the archive are told to the receiver.
    pub(crate) fn start(
        platform: Platform,
        live: Arc<Live>,
        facts: FactsCache,
        subscriptions: Arc<dyn Subscriptions>,
        settings: BatcherSettings,
    ) -> (Self, mpsc::Receiver<Id<id::Conversation>>) {
        let (queue, waiting) = mpsc::channel(QUEUE_MESSAGES_MAX);
        let (begins, beginning) = mpsc::channel(BEGINS_MAX);
        let (finished, announcing) = mpsc::channel(ANNOUNCE_BATCHES_MAX);
        let (revived, back) = mpsc::channel(REVIVED_MAX);
        let storing = Storing { platform: platform.clone(), facts, subscriptions };
        tokio::spawn(store_waiting(storing, waiting, finished, settings.batch_max));
        tokio::spawn(Announcer::new(platform, live, revived).run(announcing, beginning));
        (Self { queue, begins }, back)
    }

    /// Puts a message in line; refuses at once when the line is full.
    pub(super) fn submit(&self, pending: Pending) -> Result<(), Box<(Problem, Reply)>> {
        match self.queue.try_reserve() {
            Ok(place) => {
                place.send(Item::Message(pending));
                Ok(())
            }
            Err(_) => Err(Box::new((error::overloaded(), pending.reply))),
        }
    }

    /// Lets a socket into a conversation: new messages wait for it until [`Batcher::finish`].
    pub(super) async fn begin(&self, begin: Begin) -> Result<(), Problem> {
        self.begins.send(begin).await.map_err(|_| error::overloaded())
    }

    /// What the socket missed was read.
    pub(super) async fn finish(&self, finish: Finish) -> Result<(), Problem> {
        self.queue.send(Item::CaughtUp(finish)).await.map_err(|_| error::overloaded())
    }
}

/// What the storing task works with.
struct Storing {
    platform: Platform,
    facts: FactsCache,
    subscriptions: Arc<dyn Subscriptions>,
}

async fn store_waiting(
    storing: Storing,
    mut waiting: mpsc::Receiver<Item>,
    finished: mpsc::Sender<Finished>,
    batch_max: usize,
) {
    let mut batch: Vec<Item> = Vec::with_capacity(batch_max);
    while waiting.recv_many(&mut batch, batch_max).await > 0 {
        metrics::histogram!("frontdesk_message_batch_size").record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        let (mut messages, mut caught_up) = (Vec::with_capacity(batch.len()), Vec::new());
        for item in batch.drain(..) {
            match item {
                Item::Message(pending) => messages.push(pending),
                Item::CaughtUp(finish) => caught_up.push(Finished::CaughtUp(finish)),
            }
        }
        storing.note_listeners(&mut messages).await;
        for batch in storing.store_in_order(messages).await {
            hand_over(&finished, Finished::Stored(batch)).await;
        }
        for done in caught_up {
            hand_over(&finished, done).await;
        }
    }
}

async fn hand_over(finished: &mpsc::Sender<Finished>, done: Finished) {
    if finished.send(done).await.is_err() {
        tracing::error!("the announcing task is gone; stored messages are no longer announced");
    }
}

impl Storing {
    /// Gives the messages of businesses whose other systems listen the id of the fact that tells them. Asked here, once for
    /// each business of a batch, so that a message nobody listens to costs one look into the memory.
    async fn note_listeners(&self, messages: &mut [Pending]) {
        let mut asked: SmallVec<[(Id<id::Tenant>, bool); 8]> = SmallVec::new();
        for pending in messages {
            let tenant = pending.draft.facts.tenant;
            let known = asked.iter().find(|(asked, _)| *asked == tenant).map(|(_, listens)| *listens);
            let listens = match known {
                Some(listens) => listens,
                None => {
                    let listens = self.is_listened_to(tenant).await;
                    asked.push((tenant, listens));
                    listens
                }
            };
            pending.draft.told_as = listens.then(|| self.platform.world().id());
        }
    }

    /// Who cannot be asked is taken to listen: a fact that nobody wanted is dropped later, one that was not stated is lost.
    async fn is_listened_to(&self, tenant: Id<id::Tenant>) -> bool {
        match self.subscriptions.are_there(tenant, events::MESSAGE_CREATED).await {
            Ok(listens) => listens,
            Err(fault) => {
                tracing::warn!(cause = fault.chain(), "it is not known who listens to messages");
                true
            }
        }
    }

    /// Commits the messages in the order they came in. One with files may be refused by its files, which takes its whole
    /// transaction back, so it goes alone, between those before and those after it.
    async fn store_in_order(&self, messages: Vec<Pending>) -> Vec<Batch> {
        let (platform, facts) = (&self.platform, &self.facts);
        let mut batches = Vec::with_capacity(1);
        let mut together: Vec<Pending> = Vec::with_capacity(messages.len());
        for pending in messages {
            if pending.draft.files.is_empty() {
                together.push(pending);
                continue;
            }
            batches.extend(commit(platform, facts, std::mem::take(&mut together)).await);
            batches.extend(commit(platform, facts, vec![pending]).await);
        }
        batches.extend(commit(platform, facts, together).await);
        batches
    }
}

/// One transaction. When it fails for a reason of ours, each message is tried by itself, so that one that cannot be stored
/// does not take its neighbours along; a database that is away refuses all of them at once.
async fn commit(platform: &Platform, facts: &FactsCache, pending: Vec<Pending>) -> Option<Batch> {
    if pending.is_empty() {
        return None;
    }
    let (drafts, replies): (Vec<Draft>, Vec<Reply>) = pending.into_iter().map(|p| (p.draft, p.reply)).unzip();
    let drafts = Arc::new(drafts);
    let outcomes = match try_commit(platform, &drafts).await {
        Ok(outcomes) => outcomes,
        Err(Fault::Internal { .. }) if drafts.len() > 1 => {
            let mut outcomes = Vec::with_capacity(drafts.len());
            for draft in &*drafts {
                let alone = try_commit(platform, &Arc::new(vec![draft.clone()])).await;
                outcomes.extend(alone.unwrap_or_else(|fault| vec![refused(&fault)]));
            }
            outcomes
        }
        Err(fault) => {
            let outcome = refused(&fault);
            drafts.iter().map(|_| outcome.clone()).collect()
        }
    };
    for (draft, outcome) in drafts.iter().zip(&outcomes) {
        // A refusal by the stored state means that what is remembered is old; an archived thread is active again.
        if matches!(outcome, Err(Refusal::Problem(_)) | Ok(Stored { revived: true, .. })) {
            facts.forget(draft.facts.id);
        }
    }
    Some(Batch { drafts, outcomes: replies.into_iter().zip(outcomes).collect() })
}

fn refused(fault: &Fault) -> Outcome {
    if let Fault::Internal { .. } = fault {
        tracing::error!(cause = fault.chain(), "a message could not be stored");
    }
    Err(Refusal::Problem(fault.problem()))
}

async fn try_commit(platform: &Platform, drafts: &Arc<Vec<Draft>>) -> platform::Result<Vec<Outcome>> {
    let outcomes = store_group(platform, drafts).await?;
    if drafts.iter().any(|draft| draft.told_as.is_some()) {
        platform.db().wake_workers();
        platform.db().signals().work_is_due();
    }
    Ok(outcomes)
}

async fn store_group(platform: &Platform, drafts: &Arc<Vec<Draft>>) -> platform::Result<Vec<Outcome>> {
    if let [only] = drafts.as_slice()
        && !only.files.is_empty()
    {
        return commit_with_files(platform, only).await;
    }
    let (db, now) = (platform.db(), platform.world().now());
    match db.postgres() {
        Some(pool) => store::group_postgres::store_group(pool, drafts, now).await,
        None => {
            let drafts = drafts.clone();
            db.write_group(move |tx| store::group_sqlite::store_group(tx, &drafts, now)).await
        }
    }
}

/// The files are claimed and the message stored together, or neither.
async fn commit_with_files(platform: &Platform, draft: &Draft) -> platform::Result<Vec<Outcome>> {
    let tx = platform.db().begin().await?;
    claim_files(&tx, draft).await?;
    let outcomes = store::store_alone(&tx, draft).await?;
    // When nothing was stored its files stay unclaimed.
    if outcomes.iter().all(Result::is_ok) {
        tx.commit().await?;
    }
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
