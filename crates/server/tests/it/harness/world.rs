//! Time that stands until a test moves it, and chance that repeats itself.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use kernel::{Clock, Entropy, Timestamp};
use rand::{Rng, SeedableRng, rngs::StdRng};

/// Friday, 2026-11-20, 9:00 in Nairobi.
const START: i64 = 1_795_154_400_000;
const SEED: u64 = 0x005e_ed0f_f1ce;

/// The clock on the wall of a test.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(START))
    }
    /// Moves time forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::AcqRel);
    }
    /// Moves time to an instant, forward or back.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.millis(), Ordering::Release);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Acquire))
    }
}

/// The same bytes in every run of a test that asks in the same order.
pub struct SeededEntropy(Mutex<StdRng>);

impl SeededEntropy {
    pub fn new() -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(SEED)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}
