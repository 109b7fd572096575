//! What is known about a conversation without asking the database: whose it is and whether it may be written in. Read once,
//! forgotten after the commit that changed it, and after a minute in any case: another node, or a setting such as the days of
//! after-care, may have changed what it says. Whether its customer is blocked or its
//! appointment called off is looked at again where it is locked for storing, so there an old entry never lets a message
//! through.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Caller, Id, Problem, Right, Timestamp, id};
use moka::sync::Cache;

use super::{
    error,
    model::{ConversationKind, Status},
};

/// Conversations remembered; each takes some 300 bytes.
const FACTS_MAX: u64 = 200_000;
/// How long they are believed without another look.
const FACTS_KEPT_FOR: Duration = Duration::from_secs(60);

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
    /// Counts what was forgotten, so that what was read before a change is not kept after it.
    forgotten: Arc<AtomicU64>,
}

/// The state of the memory before the database was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingMark(u64);

impl Default for FactsCache {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(FACTS_MAX).time_to_live(FACTS_KEPT_FOR).build();
        Self { known, forgotten: Arc::default() }
    }
}

impl FactsCache {
    /// What is known.
    pub fn find(&self, conversation: Id<id::Conversation>) -> Option<Arc<Facts>> {
        self.known.get(&conversation)
    }
    /// To be taken before the database is asked.
    pub fn mark(&self) -> ReadingMark {
        ReadingMark(self.forgotten.load(Ordering::Acquire))
    }
    /// Remembers what was read after the mark, unless something was forgotten meanwhile.
    pub fn keep(&self, mark: ReadingMark, facts: &Arc<Facts>) {
        self.known.insert(facts.id, facts.clone());
        if self.mark() != mark {
            self.known.invalidate(&facts.id);
        }
    }
    /// Forgets after a change.
    pub fn forget(&self, conversation: Id<id::Conversation>) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate(&conversation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Arc<Facts> {
        let of = |n| uuid::Uuid::from_u128(n);
        Arc::new(Facts {
            id: Id::from_uuid(of(1)),
            tenant: Id::from_uuid(of(2)),
            customer: Id::from_uuid(of(3)),
            kind: ConversationKind::Direct,
            appointment: None,
            provider: None,
            assigned_to: None,
            status: Status::Active,
            closes_at: None,
        })
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let (cache, facts) = (FactsCache::default(), facts());
        let mark = cache.mark();
        cache.forget(facts.id);
        cache.keep(mark, &facts);
        assert!(cache.find(facts.id).is_none());
        cache.keep(cache.mark(), &facts);
        assert!(cache.find(facts.id).is_some());
    }
}
