//! Work that follows a commit: jobs and the dispatch of events. Both are rows with a due time and a lease. A worker claims
//! due rows, runs their handler with a deadline, and marks them done; a crash in between lets the lease run out and
//! another worker takes over, so a handler must be idempotent. Failures wait longer each time and end as dead, kept and
//! counted, never dropped.

mod claim;
pub mod outbox;
mod worker;

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use kernel::{Id, Timestamp, id};
use parking_lot::RwLock;
use serde_json::Value as Json;

use crate::{Result, db::Db};

/// Rows claimed at once.
pub const CLAIM_ROWS_MAX: u64 = 32;
/// How long a claimed row stays with its worker.
pub const LEASE: Duration = Duration::from_secs(60);
/// Longest run of one handler; shorter than the lease, so that two never run together.
pub const RUN_TIMEOUT: Duration = Duration::from_secs(45);
/// Attempts before a job is dead.
pub const ATTEMPTS_MAX: i32 = 12;
/// How often the queue is looked at when nothing wakes it.
pub const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What a handler gets beside its payload.
#[derive(Debug, Clone, Copy)]
pub struct JobContext {
    /// The job's id, the same at every attempt.
    pub id: Id<id::Job>,
    /// 1 at the first attempt.
    pub attempt: i32,
}

/// A stored fact on its way to its reactions.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// The event.
    pub id: Id<id::Event>,
    /// Where it happened.
    pub tenant: Id<id::Tenant>,
    /// Dotted type.
    pub kind: String,
    /// Its data.
    pub data: Json,
    /// When it was stated.
    pub occurred_at: Timestamp,
}

type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type JobHandler = Arc<dyn Fn(JobContext, Json) -> Run + Send + Sync>;
type Reaction = Arc<dyn Fn(EventRow) -> Run + Send + Sync>;

/// The queue and everything registered on it.
#[derive(Clone)]
pub struct Jobs {
    db: Db,
    handlers: Arc<RwLock<HashMap<&'static str, JobHandler>>>,
    reactions: Arc<RwLock<HashMap<&'static str, Vec<Reaction>>>>,
    /// Types whose facts do not build on each other.
    unordered: Arc<RwLock<HashSet<&'static str>>>,
}

impl Jobs {
    /// A queue on this database with nothing registered.
    pub fn new(db: Db) -> Self {
        Self { db, handlers: Arc::default(), reactions: Arc::default(), unordered: Arc::default() }
    }

    /// Registers the handler of a kind of job.
    pub fn on<F>(&self, kind: &'static str, handler: impl Fn(JobContext, Json) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let handler: JobHandler = Arc::new(move |context, payload| Box::pin(handler(context, payload)));
        self.handlers.write().insert(kind, handler);
    }

    /// Registers a reaction to a type of event; several may react to one.
    pub fn react<F>(&self, kind: &'static str, reaction: impl Fn(EventRow) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let reaction: Reaction = Arc::new(move |event| Box::pin(reaction(event)));
        self.reactions.write().entry(kind).or_default().push(reaction);
    }

    /// Facts of this type do not build on each other: those claimed together run beside each other, and so share the commits
    /// of whoever groups them. All others run one after the other, in the order in which they were stated.
    pub fn in_any_order(&self, kind: &'static str) {
        self.unordered.write().insert(kind);
    }
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jobs").field("kinds", &self.handlers.read().len()).finish_non_exhaustive()
    }
}

/// How long to wait before attempt `next`: 5 s doubling to an hour.
pub fn decide_backoff(next: i32) -> Duration {
    let doublings = u32::try_from(next.clamp(1, 11) - 1).unwrap_or(0);
    Duration::from_secs(5).saturating_mul(1 << doublings).min(Duration::from_secs(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_bounded() {
        assert_eq!(decide_backoff(1), Duration::from_secs(5));
        assert_eq!(decide_backoff(2), Duration::from_secs(10));
        assert_eq!(decide_backoff(40), Duration::from_secs(3600));
        assert_eq!(decide_backoff(-3), Duration::from_secs(5));
    }
}
