//! Events that were called off a moment ago. A delivery waits in this process without a look at the database; what was called
//! off while it did is remembered here until nothing of it can be in hand any more, so that after the answer to whoever
//! called it off nothing more begins to leave.

use std::collections::HashMap;

use kernel::{Id, Timestamp, id};
use parking_lot::Mutex;

use super::{queue::LEASE, work::Work};

/// Events remembered at once; one that is forgotten early sends what is in hand of it.
const REMEMBERED_EVENTS_MAX: usize = 10_000;

/// By event, when it was called off.
#[derive(Debug, Default)]
pub(super) struct CalledOff(Mutex<HashMap<Id<id::Event>, Timestamp>>);

impl CalledOff {
    pub fn note(&self, event: Id<id::Event>, now: Timestamp) {
        let mut events = self.0.lock();
        if events.len() >= REMEMBERED_EVENTS_MAX {
            events.retain(|_, at| at.plus(LEASE) >= now);
        }
        if events.len() < REMEMBERED_EVENTS_MAX {
            events.insert(event, now);
        }
    }

    /// Whether the event of this delivery was called off since it was taken. One that a person sent again after that was
    /// taken later.
    pub fn has(&self, work: &Work) -> bool {
        let events = self.0.lock();
        // Hardly anybody calls anything off.
        !events.is_empty() && events.get(&work.card.facts.id).is_some_and(|at| work.lease.since(*at) <= LEASE)
    }
}
