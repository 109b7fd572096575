//! Bringing a conversation along whole, with the times at which everything was said and read: a move from another program,
//! a demo. Numbers, running totals and marks come out as if each message had been sent by itself; nobody is told, because
//! nobody was there to hear it.

use std::collections::BTreeMap;

use kernel::{Caller, Id, Timestamp, id};
use platform::{Fault, Result, Tx};
use uuid::Uuid;

use super::{
    model::{Priority, SenderRole, SenderType, Status},
    rules, store,
};
use crate::attachments;

/// Messages that one conversation may bring along in one go; they are held in memory.
pub const IMPORTED_MESSAGES_MAX: usize = 10_000;

/// A conversation with everything in it.
#[derive(Debug, Clone)]
pub struct History {
    /// Its id, chosen before so that files could be uploaded to it.
    pub id: Id<id::Conversation>,
    /// At which business.
    pub tenant: Id<id::Tenant>,
    /// With whom.
    pub customer: Id<id::Customer>,
    /// The appointment it is about, with its provider; none for the customer's direct thread.
    pub appointment: Option<(Id<id::Appointment>, Id<id::User>)>,
    /// Where it stands.
    pub status: Status,
    /// How urgent.
    pub priority: Priority,
    /// Its labels.
    pub tags: Vec<String>,
    /// Who takes care of it.
    pub assigned_to: Option<Id<id::User>>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// In the order they were written.
    pub messages: Vec<PastMessage>,
    /// Who has received and read how far.
    pub marks: Vec<PastMark>,
}

/// One message of a history.
#[derive(Debug, Clone)]
pub struct PastMessage {
    /// Its id.
    pub id: Id<id::Message>,
    /// Who wrote.
    pub sender: Caller,
    /// The text.
    pub content: String,
    /// When.
    pub at: Timestamp,
    /// What it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// Files that its sender has uploaded to this conversation.
    pub files: Vec<Id<id::Attachment>>,
}

/// Somebody had come this far at some time.
#[derive(Debug, Clone, Copy)]
pub struct PastMark {
    /// Who: a user, or the customer.
    pub reader: Uuid,
    /// Up to the message with this number, counted from 1.
    pub up_to_seq: i64,
    /// When.
    pub at: Timestamp,
    /// Read, or only received.
    pub read: bool,
}

/// A message with its number and the running totals of both sides.
#[derive(Debug, Clone)]
pub struct Numbered<'a> {
    /// The message.
    pub message: &'a PastMessage,
    /// Its number.
    pub seq: i64,
    /// Messages by the customer up to here.
    pub customer_total: i64,
    /// Messages by the business up to here.
    pub business_total: i64,
}

impl Numbered<'_> {
    /// The role it was written in.
    pub fn role(&self) -> SenderRole {
        SenderRole::of(self.message.sender.principal)
    }
}

/// How far one reader has come in the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Read.
    pub read_seq: i64,
    /// Received.
    pub delivered_seq: i64,
    /// Messages of the other side among those read.
    pub seen_total: i64,
}

/// Stores the conversation in the caller's transaction. Fails when the customer already has a thread of this kind.
pub async fn insert_history(tx: &Tx, history: &History) -> Result<()> {
    if history.messages.len() > IMPORTED_MESSAGES_MAX {
        return Err(Fault::internal("importing a conversation", format!("over {IMPORTED_MESSAGES_MAX} messages")));
    }
    let numbered = number(&history.messages);
    let reaches = reaches(history, &numbered);
    store::insert_thread(tx, history, &numbered, &reaches).await?;
    store::insert_messages(tx, history, &numbered).await?;
    store::insert_marks(tx, history, &reaches).await?;
    for message in history.messages.iter().filter(|message| !message.files.is_empty()) {
        attachments::claim(tx.conn(), &message.sender, history.id, &message.files, message.id).await?;
    }
    Ok(())
}

fn number(messages: &[PastMessage]) -> Vec<Numbered<'_>> {
    let (mut customer_total, mut business_total) = (0, 0);
    let numbered = (1..).zip(messages).map(|(seq, message)| {
        match SenderRole::of(message.sender.principal).side() {
            SenderType::Customer => customer_total += 1,
            SenderType::Provider => business_total += 1,
        }
        Numbered { message, seq, customer_total, business_total }
    });
    numbered.collect()
}

/// The furthest of each reader's marks; whoever has read has also received.
fn reaches(history: &History, numbered: &[Numbered<'_>]) -> BTreeMap<Uuid, Reach> {
    let mut reaches: BTreeMap<Uuid, Reach> = BTreeMap::new();
    for mark in &history.marks {
        let place = usize::try_from(mark.up_to_seq - 1).ok().and_then(|at| numbered.get(at));
        let Some(place) = place else { continue };
        let reach = reaches.entry(mark.reader).or_default();
        reach.delivered_seq = reach.delivered_seq.max(mark.up_to_seq);
        if mark.read {
            let is_customer = mark.reader == history.customer.uuid();
            let seen = if is_customer { place.business_total } else { place.customer_total };
            reach.read_seq = reach.read_seq.max(mark.up_to_seq);
            reach.seen_total = reach.seen_total.max(seen);
        }
    }
    reaches
}

/// What the inbox shows of the newest message.
pub(super) fn shown(message: &PastMessage) -> String {
    rules::last_message(&message.content, message.files.len())
}
