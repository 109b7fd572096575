//! What the demo is built on: the floors below on a platform of their own, whose clock can be turned back. Rows are stamped
//! by that clock, so whatever is stored while it stands in the past has happened there, ids included.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use kernel::{Clock, Entropy, Timestamp, World};
use people::People;
use platform::{Platform, Result, config::Config, crypto::PasswordParams};

use super::dice::Dice;
use crate::{compose, wiring};

/// Makes the demo the same everywhere.
const SEED: u64 = 254_020;
pub(super) const SECOND: i64 = 1_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// A clock that shows what it was set to.
#[derive(Debug)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Acquire))
    }
}

/// The house's own source of chance, handed on.
struct SameEntropy(World);

impl Entropy for SameEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            piece.copy_from_slice(&self.0.random::<32>()[..piece.len()]);
        }
    }
}

/// The floors, the clock and the dice.
pub(super) struct Stage {
    pub platform: Platform,
    pub people: People,
    pub dice: Dice,
    /// The real present.
    pub now: Timestamp,
    clock: Arc<SetClock>,
}

impl Stage {
    /// Opens and migrates the database that the settings name.
    pub async fn open(config: Config, world: &World, passwords: PasswordParams) -> Result<Self> {
        let now = world.now();
        let clock = Arc::new(SetClock(AtomicI64::new(now.millis())));
        let own = World::new(clock.clone(), Arc::new(SameEntropy(world.clone())));
        let platform = compose::open_platform(config, own, passwords).await?;
        compose::migrate(platform.db()).await?;
        let people = People::new(platform.clone(), wiring::ports_of_people(platform.db()));
        Ok(Self { platform, people, dice: Dice::new(SEED), now, clock })
    }
    /// Turns the clock.
    pub fn set_clock(&self, at: Timestamp) {
        self.clock.0.store(at.millis(), Ordering::Release);
    }
    /// So long before the present.
    pub fn ago(&self, millis: i64) -> Timestamp {
        Timestamp::from_millis(self.now.millis() - millis)
    }
}
