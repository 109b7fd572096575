//! What a message is before it is stored, and the numbering that every way of storing shares. Many go at once through
//! [`super::group_sqlite`] or [`super::group_postgres`]; one with files goes [`super::alone`], in a transaction with them.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Problem, Timestamp, id};
use uuid::Uuid;

use crate::messaging::{
    error,
    facts::Facts,
    model::{SenderRole, SenderType, Status},
};

/// A message that passed every check and waits for its number.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id.
    pub id: Id<id::Message>,
    /// Where it goes.
    pub facts: Arc<Facts>,
    /// Who writes.
    pub sender: Uuid,
    /// In which role.
    pub role: SenderRole,
    /// Under which name.
    pub name: Arc<str>,
    /// The text.
    pub content: String,
    /// What it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// The sender's own id for it.
    pub client_id: Option<String>,
    /// Files it takes along.
    pub files: Vec<Id<id::Attachment>>,
    /// The sender, kept when files must be claimed for them or shown to them.
    pub caller: Option<Box<kernel::Caller>>,
    /// The idempotency row of the request that sends it; marked in the transaction that stores the message.
    pub idempotency: Option<Uuid>,
    /// The id of the fact that tells other systems of it; there when one listens.
    pub told_as: Option<Id<id::Event>>,
}

/// A stored message.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Whether it brought its thread back from the archive.
    pub revived: bool,
}

/// Why one message of a batch was not stored.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// The same client id was stored before, under this message id.
    Repeated(Id<id::Message>),
    /// The conversation does not take it any more.
    Problem(Problem),
}

/// What became of one message of a batch.
pub type Outcome = std::result::Result<Stored, Refusal>;

/// A conversation while its batch is numbered.
pub(super) struct Counter {
    pub last_seq: i64,
    pub customer_total: i64,
    pub business_total: i64,
    pub status: Status,
    /// Its appointment did not take place.
    pub ended: bool,
    pub last_hour: i64,
    /// The newest draft of this batch: index.
    pub newest: Option<usize>,
}

/// What became of a batch before anything was written.
pub(super) struct Numbered {
    /// For each draft.
    pub outcomes: Vec<Outcome>,
    /// The drafts to be written, by index, each with its number and the two totals.
    pub rows: Vec<(usize, [i64; 3])>,
}

/// Gives out numbers in the order of the drafts; `counters` afterwards say what the conversations become.
pub(super) fn number_all(
    counters: &mut HashMap<Uuid, Counter>,
    mut repeated: Repeated,
    drafts: &[Draft],
    now: Timestamp,
) -> Numbered {
    let mut outcomes = Vec::with_capacity(drafts.len());
    let mut rows = Vec::with_capacity(drafts.len());
    for (i, draft) in drafts.iter().enumerate() {
        let outcome = number(counters, &mut repeated, draft, i);
        if let Ok(numbers) = &outcome {
            rows.push((i, *numbers));
        }
        let revived = outcome.is_ok() && revive(counters, draft);
        outcomes.push(outcome.map(|[seq, ..]| Stored { seq, at: now, revived }));
    }
    Numbered { outcomes, rows }
}

/// First messages by conversation, sender and client id.
pub(super) type Repeated = HashMap<(Uuid, Uuid, String), Id<id::Message>>;

pub(super) fn repeat_key(draft: &Draft) -> Option<(Uuid, Uuid, String)> {
    Some((draft.facts.id.uuid(), draft.sender, draft.client_id.clone()?))
}

fn number(
    counters: &mut HashMap<Uuid, Counter>,
    repeated: &mut Repeated,
    draft: &Draft,
    index: usize,
) -> std::result::Result<[i64; 3], Refusal> {
    if let Some(key) = repeat_key(draft) {
        if let Some(first) = repeated.get(&key) {
            return Err(Refusal::Repeated(*first));
        }
        repeated.insert(key, draft.id);
    }
    let counter = counters.get_mut(&draft.facts.id.uuid()).ok_or_else(|| Refusal::Problem(Problem::not_found()))?;
    if counter.status == Status::Blocked && draft.role.side() == SenderType::Customer {
        return Err(Refusal::Problem(error::blocked()));
    }
    if counter.ended {
        return Err(Refusal::Problem(error::closed()));
    }
    counter.last_seq += 1;
    match draft.role.side() {
        SenderType::Customer => counter.customer_total += 1,
        SenderType::Provider => counter.business_total += 1,
    }
    counter.newest = Some(index);
    Ok([counter.last_seq, counter.customer_total, counter.business_total])
}

/// The first message for an archived thread brings it back.
fn revive(counters: &mut HashMap<Uuid, Counter>, draft: &Draft) -> bool {
    let counter = counters.get_mut(&draft.facts.id.uuid());
    counter.is_some_and(|c| {
        c.status == Status::Archived && {
            c.status = Status::Active;
            true
        }
    })
}
