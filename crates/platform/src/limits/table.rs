//! Counts in this process. A fixed number of shards, each with a lock of its own and a bound on what it holds, so that no
//! two senders wait for each other but by chance, and an attacker with many addresses makes nothing grow.

use std::{collections::HashMap, hash::BuildHasher, hash::RandomState, time::Duration};

use kernel::Timestamp;
use parking_lot::Mutex;

use super::policy::Key;
use crate::config::Quota;

/// Locks of one table; a power of two.
const SHARDS: usize = 64;
/// Keys that one table remembers.
pub const KEYS_MAX: usize = 65_536;
const SHARD_KEYS_MAX: usize = KEYS_MAX / SHARDS;
/// A full shard looks for windows that have ended at most this often.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// Ends of one window as several answers tell them, which took a moment to come, lie within this.
const SAME_WINDOW: Duration = Duration::from_secs(1);
/// A full shard without such makes room by dropping the least used of so many.
const DROP_AMONG: usize = 16;

/// What one key has used of its present window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Used {
    /// Requests counted, this one too when it is allowed.
    pub requests: u32,
    /// Until the window ends.
    pub ends_in: Duration,
    /// Whether this one is allowed.
    pub allowed: bool,
}

#[derive(Clone, Copy)]
struct Window {
    ends_at: Timestamp,
    requests: u32,
    /// Whether some of them were counted here and nowhere else.
    alone: bool,
}

#[derive(Default)]
struct Shard {
    windows: HashMap<Key, Window, RandomState>,
    swept_at: Timestamp,
}

pub(super) struct Table {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
}

impl Table {
    pub fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, hasher: RandomState::new() }
    }

    /// Counts one request when it is allowed; a refused one costs nothing.
    pub fn take(&self, key: Key, quota: Quota, now: Timestamp) -> Used {
        self.shard(key).lock().take(key, quota, now)
    }

    fn shard(&self, key: Key) -> &Mutex<Shard> {
        // The upper half: the maps inside use the lower bits of a hash of their own.
        &self.shards[usize::try_from(self.hasher.hash_one(key) >> 32).unwrap_or(0) % SHARDS]
    }

    /// Takes in what was counted elsewhere. Whoever counts alone afterwards goes on from there; and what was counted alone,
    /// which nobody else knows of, holds beside the other count until its window ends.
    pub fn note(&self, key: Key, quota: Quota, now: Timestamp, shared: Used) -> Used {
        self.shard(key).lock().note(key, quota, now, shared)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().windows.len()).sum()
    }
}

impl Window {
    /// One that ends too late was begun before the clock was set back.
    fn has_ended(self, quota: Quota, now: Timestamp) -> bool {
        self.ends_at <= now || self.ends_at > now.plus(quota.window)
    }
}

impl Shard {
    fn take(&mut self, key: Key, quota: Quota, now: Timestamp) -> Used {
        if let Some(window) = self.windows.get_mut(&key) {
            if window.has_ended(quota, now) {
                *window = Window { ends_at: now.plus(quota.window), requests: 0, alone: true };
            }
            let allowed = window.requests < quota.requests;
            window.requests += u32::from(allowed);
            window.alone = true;
            return Used { requests: window.requests, ends_in: window.ends_at.since(now), allowed };
        }
        self.insert(key, Window { ends_at: now.plus(quota.window), requests: 1, alone: true }, quota, now);
        Used { requests: 1, ends_in: quota.window, allowed: true }
    }

    fn insert(&mut self, key: Key, window: Window, quota: Quota, now: Timestamp) {
        if self.windows.len() >= SHARD_KEYS_MAX {
            self.make_room(quota, now);
        }
        self.windows.insert(key, window);
    }

    fn note(&mut self, key: Key, quota: Quota, now: Timestamp, shared: Used) -> Used {
        let there = Window { ends_at: now.plus(shared.ends_in), requests: shared.requests, alone: false };
        let Some(here) = self.windows.get_mut(&key).filter(|window| !window.has_ended(quota, now)) else {
            self.insert(key, there, quota, now);
            return shared;
        };
        if !here.alone {
            let begins_anew = there.ends_at > here.ends_at.plus(SAME_WINDOW);
            // Answers to several at once come in any order.
            let requests = if begins_anew { there.requests } else { here.requests.max(there.requests) };
            *here = Window { requests, ..there };
            return shared;
        }
        let allowed = shared.allowed && here.requests < quota.requests;
        here.requests += u32::from(allowed);
        if here.requests < shared.requests {
            return Used { allowed, ..shared };
        }
        Used { requests: here.requests, ends_in: here.ends_at.since(now), allowed }
    }

    /// Whoever used most is remembered longest: many new addresses do not make an old one's count forgotten.
    fn make_room(&mut self, quota: Quota, now: Timestamp) {
        if now.since(self.swept_at) >= SWEEP_EVERY || now < self.swept_at {
            self.swept_at = now;
            self.windows.retain(|_, window| !window.has_ended(quota, now));
        }
        if self.windows.len() < SHARD_KEYS_MAX {
            return;
        }
        let some = self.windows.iter().take(DROP_AMONG);
        if let Some(least) = some.min_by_key(|(_, window)| window.requests).map(|(key, _)| *key) {
            self.windows.remove(&least);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        thread,
    };

    use super::*;

    const QUOTA: Quota = Quota { requests: 3, window: Duration::from_secs(60) };
    const NOON: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn key(n: u128) -> Key {
        Key { kind: b'r', id: n }
    }

    #[test]
    fn a_window_begins_with_its_first_request_and_then_ends() {
        let table = Table::new();
        let after = |seconds| NOON.plus(Duration::from_secs(seconds));
        let taken = [0, 30, 59, 59].map(|s| table.take(key(1), QUOTA, after(s)).allowed);
        assert_eq!(taken, [true, true, true, false]);
        assert_eq!(table.take(key(1), QUOTA, after(59)).ends_in, Duration::from_secs(1));
        assert_eq!(table.take(key(1), QUOTA, after(60)).requests, 1);
        assert!(table.take(key(2), QUOTA, after(59)).allowed, "somebody else");
    }

    #[test]
    fn what_was_counted_together_counts_alone_and_the_other_way_round() {
        let elsewhere = |requests| Used { requests, ends_in: QUOTA.window, allowed: true };
        let table = Table::new();
        assert!(table.note(key(1), QUOTA, NOON, elsewhere(2)).allowed);
        assert!(table.note(key(1), QUOTA, NOON, elsewhere(1)).allowed, "an answer that came late");
        assert_eq!(table.take(key(1), QUOTA, NOON).requests, 3, "goes on from there");
        assert!(!table.take(key(1), QUOTA, NOON).allowed);
        // Redis is back and has forgotten everything.
        let refused = table.note(key(1), QUOTA, NOON, elsewhere(1));
        assert_eq!((refused.allowed, refused.requests), (false, 3));
        let later = NOON.plus(QUOTA.window);
        assert_eq!(table.note(key(1), QUOTA, later, elsewhere(1)), elsewhere(1), "until the window ends");
    }

    #[test]
    fn a_window_that_ends_elsewhere_ends_here_too() {
        let table = Table::new();
        let at = |seconds| NOON.plus(Duration::from_secs(seconds));
        let used = |requests, ends_in| Used { requests, ends_in: Duration::from_secs(ends_in), allowed: true };
        table.note(key(1), QUOTA, at(0), used(3, 30));
        table.note(key(1), QUOTA, at(28), used(1, 60));
        assert_eq!(table.take(key(1), QUOTA, at(29)).requests, 2);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_shut_anybody_out() {
        let table = Table::new();
        for _ in 0..4 {
            table.take(key(1), QUOTA, NOON);
        }
        assert!(table.take(key(1), QUOTA, NOON.minus(Duration::from_secs(3600))).allowed);
    }

    #[test]
    fn many_at_once_get_exactly_what_is_allowed() {
        let quota = Quota { requests: 1_000, window: Duration::from_secs(60) };
        let (table, allowed) = (Arc::new(Table::new()), Arc::new(AtomicU32::new(0)));
        let askers: Vec<_> = (0..8)
            .map(|_| {
                let (table, allowed) = (table.clone(), allowed.clone());
                thread::spawn(move || {
                    for _ in 0..1_000 {
                        allowed.fetch_add(u32::from(table.take(key(7), quota, NOON).allowed), Ordering::Relaxed);
                    }
                })
            })
            .collect();
        askers.into_iter().for_each(|asker| asker.join().unwrap());
        assert_eq!(allowed.load(Ordering::Relaxed), 1_000);
    }

    #[test]
    fn a_million_addresses_neither_grow_it_nor_make_it_forget_who_used_most() {
        let table = Table::new();
        while table.take(key(u128::MAX), QUOTA, NOON).allowed {}
        for n in 0..1_000_000 {
            table.take(key(n), QUOTA, NOON);
        }
        assert!(table.len() <= KEYS_MAX);
        assert!(!table.take(key(u128::MAX), QUOTA, NOON).allowed);
    }
}
