//! A delivery in this process's hands, and the room it takes up. A [`Place`] is given back when its delivery is dropped, so
//! nothing that goes wrong can use the room up.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Timestamp, id};
use parking_lot::Mutex;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{channels::Task, model::EventFacts};

/// Deliveries that one process holds at once: waiting for their turn, being tried, or about to be marked.
pub const HELD_WORKS_MAX: usize = 8_192;
/// Of these, those of one tenant.
pub const HELD_WORKS_OF_TENANT_MAX: usize = 2_048;
/// Places that are never taken by tenants who hold [`FEW_WORKS`] already, however many such tenants there are.
pub const PLACES_FOR_FEW: usize = 1_024;
/// As many as a tenant may hold in these places.
pub const FEW_WORKS: usize = 16;
/// Bytes of their events' data; one event counts once for each of its deliveries.
pub const HELD_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Of these, those of one tenant.
pub const HELD_BYTES_OF_TENANT_MAX: usize = HELD_BYTES_MAX / 4;
/// Of these, what is kept for tenants who hold few.
pub const BYTES_FOR_FEW: usize = HELD_BYTES_MAX / 8;

/// An event as its deliveries carry it along.
#[derive(Debug)]
pub(crate) struct Card {
    pub facts: Arc<EventFacts>,
    /// The type as its sender wrote it.
    pub spelling: Arc<str>,
    /// The connection token that sent it: its sockets hear of it.
    pub token: Option<Arc<str>>,
    /// Length of the data as stored.
    pub bytes: usize,
}

/// One delivery to be tried.
#[derive(Debug)]
pub(crate) struct Work {
    pub task: Task,
    pub card: Arc<Card>,
    /// Until when it is ours: the row's due time, which tells our mark from that of somebody who took it over.
    pub lease: Timestamp,
    /// Attempts before a person sent it again: the schedule began anew there.
    pub earlier: u32,
    /// Whether it has waited in the database before.
    pub is_claimed: bool,
    pub created_at: Timestamp,
    /// Held for as long as the delivery is.
    pub _place: Place,
}

impl Work {
    pub fn tenant(&self) -> Id<id::Tenant> {
        self.card.facts.tenant
    }
}

/// How much is held at this moment.
#[derive(Debug, Default)]
pub(crate) struct Hold {
    held: Mutex<Held>,
    /// Told each time that a place is given back.
    freed: Notify,
}

#[derive(Debug, Default)]
struct Held {
    works: usize,
    bytes: usize,
    of_tenant: HashMap<Uuid, Own>,
}

/// What one tenant holds.
#[derive(Debug, Default, Clone, Copy)]
struct Own {
    works: usize,
    bytes: usize,
}

impl Held {
    fn own(&self, tenant: Uuid) -> Own {
        self.of_tenant.get(&tenant).copied().unwrap_or_default()
    }

    /// How many more places there are for a tenant who holds so much.
    fn free_for(&self, own: Own) -> usize {
        let many = (HELD_WORKS_MAX - PLACES_FOR_FEW).saturating_sub(self.works);
        let few = FEW_WORKS.saturating_sub(own.works).min(HELD_WORKS_MAX.saturating_sub(self.works));
        many.max(few).min(HELD_WORKS_OF_TENANT_MAX.saturating_sub(own.works))
    }

    /// Whether there is room for so many bytes more; one delivery always fits, however large its event.
    fn fit(&self, own: Own, bytes: usize) -> bool {
        let kept = if own.works < FEW_WORKS { 0 } else { BYTES_FOR_FEW };
        let in_all = self.bytes.saturating_add(bytes) <= HELD_BYTES_MAX - kept || self.works == 0;
        let of_own = own.bytes.saturating_add(bytes) <= HELD_BYTES_OF_TENANT_MAX || own.works == 0;
        in_all && of_own
    }
}

/// The right to hold one delivery.
#[derive(Debug)]
pub(crate) struct Place {
    hold: Arc<Hold>,
    tenant: Uuid,
    bytes: usize,
}

impl Hold {
    /// A place for a delivery of this tenant, if there is one.
    pub fn take(self: &Arc<Self>, tenant: Id<id::Tenant>, bytes: usize) -> Option<Place> {
        let tenant = tenant.uuid();
        let mut held = self.held.lock();
        let own = held.own(tenant);
        if held.free_for(own) == 0 || !held.fit(own, bytes) {
            return None;
        }
        held.works += 1;
        held.bytes += bytes;
        held.of_tenant.insert(tenant, Own { works: own.works + 1, bytes: own.bytes + bytes });
        Some(Place { hold: self.clone(), tenant, bytes })
    }

    /// How many more deliveries may be held.
    pub fn free(&self) -> usize {
        HELD_WORKS_MAX - self.held.lock().works
    }

    /// How many more of this tenant.
    pub fn free_of(&self, tenant: Uuid) -> usize {
        let held = self.held.lock();
        held.free_for(held.own(tenant))
    }

    /// Whether those who hold much find no place any more.
    pub fn is_kept_for_few(&self) -> bool {
        let held = self.held.lock();
        held.works >= HELD_WORKS_MAX - PLACES_FOR_FEW || held.bytes >= HELD_BYTES_MAX - BYTES_FOR_FEW
    }

    /// Waits until a place was given back.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Waits until nothing is held.
    pub async fn emptied(&self) {
        loop {
            let freed = self.freed.notified();
            if self.held.lock().works == 0 {
                return;
            }
            freed.await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.hold.held.lock();
        held.works -= 1;
        held.bytes -= self.bytes;
        if let Some(own) = held.of_tenant.get_mut(&self.tenant) {
            own.works -= 1;
            own.bytes -= self.bytes;
            if own.works == 0 {
                held.of_tenant.remove(&self.tenant);
            }
        }
        drop(held);
        self.hold.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(n: u128) -> Id<id::Tenant> {
        Id::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn one_tenant_never_takes_all_of_the_room() {
        let hold = Arc::new(Hold::default());
        let greedy: Vec<Place> = std::iter::from_fn(|| hold.take(tenant(1), 10)).collect();
        assert_eq!(greedy.len(), HELD_WORKS_OF_TENANT_MAX);
        assert!(hold.take(tenant(2), 10).is_some());
        drop(greedy);
        assert_eq!((hold.free(), hold.free_of(Uuid::from_u128(1))), (HELD_WORKS_MAX, HELD_WORKS_OF_TENANT_MAX));
    }

    #[test]
    fn few_find_a_place_however_many_take_all_they_can_get() {
        let hold = Arc::new(Hold::default());
        let greedy: Vec<Place> =
            (1..=9).flat_map(|n| std::iter::from_fn(|| hold.take(tenant(n), 10)).collect::<Vec<_>>()).collect();
        assert!(greedy.len() < HELD_WORKS_MAX && hold.is_kept_for_few());
        assert!(hold.take(tenant(1), 10).is_none());
        assert_eq!(hold.free_of(Uuid::from_u128(1)), 0);
        let few: Vec<Place> = std::iter::from_fn(|| hold.take(tenant(10), 10)).collect();
        assert_eq!(few.len(), FEW_WORKS);
    }

    #[test]
    fn large_events_of_one_leave_room_for_those_of_others() {
        let hold = Arc::new(Hold::default());
        let large = 256 * 1024;
        let greedy: Vec<Place> = std::iter::from_fn(|| hold.take(tenant(1), large)).collect();
        assert_eq!(greedy.len(), HELD_BYTES_OF_TENANT_MAX / large);
        assert!(hold.take(tenant(2), large).is_some());
    }

    #[test]
    fn large_events_take_the_room_of_many_but_one_always_fits() {
        let hold = Arc::new(Hold::default());
        let large = hold.take(tenant(1), HELD_BYTES_MAX + 1);
        assert!(large.is_some());
        assert!(hold.take(tenant(2), 1).is_none());
        drop(large);
        assert!(hold.take(tenant(2), 1).is_some());
    }
}
