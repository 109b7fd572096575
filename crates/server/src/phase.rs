//! Where in its life the process is: starting until migrations have run, then ready, then draining. Readiness is read from
//! here, so that a load balancer sends nobody to a house that is not open yet or about to close.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

const STARTING: u8 = 0;
const READY: u8 = 1;
const DRAINING: u8 = 2;

/// The phase of this process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Phase {
    state: Arc<AtomicU8>,
    started: Instant,
}

impl Phase {
    /// A process that has just begun.
    #[allow(clippy::new_without_default, reason = "a phase begins now, which is no default value")]
    pub fn new() -> Self {
        Self { state: Arc::new(AtomicU8::new(STARTING)), started: Instant::now() }
    }
    /// Migrations have run; requests may come. A house that drains does not open again.
    pub fn open(&self) {
        if self.state.compare_exchange(STARTING, READY, Ordering::AcqRel, Ordering::Acquire).is_err() {
            tracing::debug!("the house was open already, or is closing");
        }
    }
    /// No new work, please.
    pub fn drain(&self) {
        self.state.store(DRAINING, Ordering::Release);
    }
    /// Whether requests may come.
    pub fn is_ready(&self) -> bool {
        self.state.load(Ordering::Acquire) == READY
    }
    /// One word for health reports.
    pub fn word(&self) -> &'static str {
        match self.state.load(Ordering::Acquire) {
            STARTING => "starting",
            READY => "ready",
            _ => "draining",
        }
    }
    /// How long this process has been there.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}
