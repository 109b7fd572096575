//! A bounded cache that never keeps what was read before a change. A reader notes the generation, reads the database and
//! keeps the value only when nothing was forgotten meanwhile; a writer forgets after its commit, which ends the
//! generation, on every node at once by a signal ([`crate::signals`]). Entries also end by themselves, which bounds how long a
//! change may go unseen by a node that cannot hear.

use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

/// How long an entry lives: the longest time a change made by another process may go unseen when its signal was lost.
pub const ENTRY_LIFETIME: Duration = Duration::from_secs(30);

/// Values of the database by key; cheap to clone.
pub struct FreshCache<K, V> {
    entries: Cache<K, Arc<V>>,
    generation: Arc<AtomicU64>,
}

/// The moment a read began.
#[derive(Debug, Clone, Copy)]
pub struct ReadMark(u64);

impl<K, V> FreshCache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Holds at most so many entries.
    pub fn new(entries_max: u64) -> Self {
        let entries = Cache::builder().max_capacity(entries_max).time_to_live(ENTRY_LIFETIME).build();
        Self { entries, generation: Arc::default() }
    }

    /// What is known, if it is.
    pub fn find(&self, key: &K) -> Option<Arc<V>> {
        self.entries.get(key)
    }

    /// To be taken before the database is read.
    pub fn mark(&self) -> ReadMark {
        ReadMark(self.generation.load(Ordering::SeqCst))
    }

    /// Keeps what was read since the mark, unless something was forgotten meanwhile.
    pub fn keep(&self, mark: ReadMark, key: K, value: Arc<V>) {
        if self.mark().0 != mark.0 {
            return;
        }
        self.entries.insert(key.clone(), value);
        // A change that came between the check and the insertion has already removed the key; so it is removed again.
        if self.mark().0 != mark.0 {
            self.entries.invalidate(&key);
        }
    }

    /// Drops the entry; what others are reading at this moment is not kept either.
    pub fn forget(&self, key: &K) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.entries.invalidate(key);
    }

    /// Drops the entries of which this is true; looks at each, so it is for rare changes.
    pub fn forget_where(&self, is_stale: impl Fn(&V) -> bool) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        for (key, value) in &self.entries {
            if is_stale(&value) {
                self.entries.invalidate(&*key);
            }
        }
    }

    /// Drops every entry.
    pub fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.entries.invalidate_all();
    }
}

impl<K, V> std::fmt::Debug for FreshCache<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FreshCache").finish_non_exhaustive()
    }
}

impl<K, V> Clone for FreshCache<K, V> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), generation: self.generation.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept() {
        let cache = FreshCache::<u8, &str>::new(10);
        let mark = cache.mark();
        cache.forget(&1);
        cache.keep(mark, 1, Arc::new("old"));
        assert!(cache.find(&1).is_none());
        cache.keep(cache.mark(), 1, Arc::new("new"));
        assert_eq!(cache.find(&1).as_deref(), Some(&"new"));
        cache.forget(&1);
        assert!(cache.find(&1).is_none());
    }
}
