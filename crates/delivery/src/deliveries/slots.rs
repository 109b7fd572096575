//! The attempts of a channel that are under way, and who may begin another. An attempt cannot be taken back, so what a lane
//! has not shown yet is not believed: one that answers quickly may use nearly everything, one that does not, or that nobody
//! knows yet, shares half of the channel with all others like it. Pure.

use std::{collections::HashMap, time::Duration};

use uuid::Uuid;

use crate::channels::Pace;

/// A lane is slow while one of its attempts takes longer, and after its last one did.
pub const SLOW_AFTER: Duration = Duration::from_secs(2);
/// A channel that tries fewer at once is not parted: the parts would be nothing.
const PARTED_FROM: usize = 32;
/// In lanes that are not known to be quick, a tenant has this part of the channel,
const UNPROVEN_OF_TENANT: usize = 8;
/// and all tenants together have this part;
const UNPROVEN: usize = 2;
/// beyond it a tenant who has nothing under way may begin one, until this part alone is free.
const KEPT_FOR_QUICK: usize = 4;
/// The last part is for tenants in quick lanes who have little under way:
const KEPT_FOR_FEW: usize = 8;
/// less than this part.
const FEW: usize = 16;

/// The attempts under way.
#[derive(Debug)]
pub(super) struct Slots {
    at_once: usize,
    is_parted: bool,
    all: Running,
    of_tenant: HashMap<Uuid, Running>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Running {
    count: usize,
    /// Those that began in a lane that was not known to be quick.
    unproven: usize,
}

impl Running {
    fn begin(&mut self, is_quick: bool) {
        self.count += 1;
        self.unproven += usize::from(!is_quick);
    }
    fn end(&mut self, was_quick: bool) {
        self.count -= 1;
        self.unproven -= usize::from(!was_quick);
    }
}

impl Slots {
    pub fn new(pace: &Pace) -> Self {
        let at_once = pace.at_once.max(1);
        // Where one lane may have everything, there are no lanes to be kept apart.
        let is_parted = at_once >= PARTED_FROM && pace.at_once_in_lane < at_once;
        Self { at_once, is_parted, all: Running::default(), of_tenant: HashMap::new() }
    }

    pub fn is_full(&self) -> bool {
        self.all.count >= self.at_once
    }

    /// Whether a tenant may begin one more, in a lane that is quick or not.
    pub fn may_begin(&self, tenant: Uuid, is_quick: bool) -> bool {
        if self.is_full() || !self.is_parted {
            return !self.is_full();
        }
        let own = self.of_tenant.get(&tenant).copied().unwrap_or_default();
        if is_quick {
            return own.count < self.at_once / FEW || self.all.count < self.at_once - self.at_once / KEPT_FOR_FEW;
        }
        if own.count == 0 {
            return self.all.count < self.at_once - self.at_once / KEPT_FOR_QUICK;
        }
        own.unproven < self.at_once / UNPROVEN_OF_TENANT && self.all.unproven < self.at_once / UNPROVEN
    }

    pub fn begin(&mut self, tenant: Uuid, is_quick: bool) {
        self.all.begin(is_quick);
        self.of_tenant.entry(tenant).or_default().begin(is_quick);
    }

    /// One that began so has ended.
    pub fn end(&mut self, tenant: Uuid, was_quick: bool) {
        self.all.end(was_quick);
        if let Some(own) = self.of_tenant.get_mut(&tenant) {
            own.end(was_quick);
            if own.count == 0 {
                self.of_tenant.remove(&tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(at_once: usize, at_once_in_lane: usize) -> Slots {
        Slots::new(&Pace { at_once, at_once_in_lane, per_second_of_tenant: None, per_minute_of_recipient: None })
    }

    /// Begins as many as this tenant gets, and tells how many.
    fn take_all(slots: &mut Slots, tenant: u128, is_quick: bool) -> usize {
        let tenant = Uuid::from_u128(tenant);
        let mut count = 0;
        while slots.may_begin(tenant, is_quick) {
            slots.begin(tenant, is_quick);
            count += 1;
        }
        count
    }

    #[test]
    fn nobody_who_is_not_known_to_be_quick_takes_much() {
        let mut slots = slots(64, 8);
        let taken: Vec<usize> = (1..=60).map(|tenant| take_all(&mut slots, tenant, false)).collect();
        assert_eq!(taken[..5], [8, 8, 8, 8, 1]);
        assert_eq!(taken.iter().sum::<usize>(), 48, "a quarter is left to those who are quick");
        assert_eq!(take_all(&mut slots, 100, true), 8);
        assert_eq!(take_all(&mut slots, 101, true), 4, "they have little under way");
    }

    #[test]
    fn one_who_is_quick_has_nearly_everything_and_others_still_begin() {
        let mut slots = slots(256, 16);
        assert_eq!(take_all(&mut slots, 1, true), 224);
        assert_eq!(take_all(&mut slots, 2, true), 16);
        assert_eq!(take_all(&mut slots, 3, true), 16);
        assert!(slots.is_full());
    }

    #[test]
    fn what_ends_makes_room_again() {
        let mut slots = slots(64, 8);
        assert_eq!(take_all(&mut slots, 1, false), 8);
        slots.end(Uuid::from_u128(1), false);
        assert_eq!(take_all(&mut slots, 1, false), 1);
        for _ in 0..8 {
            slots.end(Uuid::from_u128(1), false);
        }
        assert!(slots.of_tenant.is_empty());
    }

    #[test]
    fn small_channels_and_those_of_one_lane_are_not_parted() {
        assert_eq!(take_all(&mut slots(16, 8), 1, false), 16);
        assert_eq!(take_all(&mut slots(64, 64), 1, false), 64);
    }
}
