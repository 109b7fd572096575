//! What is known about a conversation without asking the database: whose it is and whether it may be written in. Read once,
//! forgotten after the commit that changed it. The batcher looks at the stored status again before it stores anything, so a
//! stale entry of another node can delay a refusal but never let a message through.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Right, Timestamp, id};
use moka::sync::Cache;

use super::{
    error,
    model::{ConversationKind, Status},
};

/// Conversations remembered; each takes some 300 bytes.
const FACTS_MAX: u64 = 200_000;

/// The unchanging and the slowly changing of one conversation.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The conversation.
    pub id: Id<id::Conversation>,
    /// Whose.
    pub tenant: Id<id::Tenant>,
    /// The customer in it.
    pub customer: Id<id::Customer>,
    /// What it is about.
    pub kind: ConversationKind,
    /// The appointment, for its thread.
    pub appointment: Option<Id<id::Appointment>>,
    /// Who gives the service, for an appointment's thread.
    pub provider: Option<Id<id::User>>,
    /// Who takes care of it.
    pub assigned_to: Option<Id<id::User>>,
    /// Where it stands.
    pub status: Status,
    /// When it stops taking messages.
    pub closes_at: Option<Timestamp>,
}

impl Facts {
    /// Whether the caller may read here.
    pub fn is_visible_to(&self, caller: &Caller) -> bool {
        if caller.tenant != self.tenant {
            return false;
        }
        match caller.customer() {
            Some(customer) => customer == self.customer,
            None => caller.has(Right::MessagesAll) || self.is_of(caller),
        }
    }

    /// Whether a member of staff takes part: assigned, or the provider of the appointment.
    fn is_of(&self, caller: &Caller) -> bool {
        let person = Some(caller.person());
        caller.has(Right::Messages)
            && (self.assigned_to.map(Id::uuid) == person || self.provider.map(Id::uuid) == person)
    }

    /// Refuses who may read but not write.
    pub fn check_writable(&self, caller: &Caller, now: Timestamp) -> Result<(), Problem> {
        if self.status == Status::Blocked && !caller.is_business() {
            return Err(error::blocked());
        }
        if self.closes_at.is_some_and(|at| now >= at) {
            return Err(error::closed());
        }
        Ok(())
    }
}

/// The memory of conversations.
#[derive(Clone)]
pub struct FactsCache {
    known: Cache<Id<id::Conversation>, Arc<Facts>>,
}

impl Default for FactsCache {
    fn default() -> Self {
        Self { known: Cache::builder().max_capacity(FACTS_MAX).build() }
    }
}

impl FactsCache {
    /// What is known.
    pub fn find(&self, conversation: Id<id::Conversation>) -> Option<Arc<Facts>> {
        self.known.get(&conversation)
    }
    /// Remembers what was read.
    pub fn keep(&self, facts: &Arc<Facts>) {
        self.known.insert(facts.id, facts.clone());
    }
    /// Forgets after a change.
    pub fn forget(&self, conversation: Id<id::Conversation>) {
        self.known.invalidate(&conversation);
    }
}
