//! Group commit of outcomes. One task takes every outcome that waits, writes them in one synced transaction and then tells
//! live screens; what ends while a commit runs makes the next batch. A mark that comes after its lease was taken over
//! changes nothing, unless it brings the news that the delivery was sent.

use std::{collections::HashMap, ops::Range, sync::Arc, time::Duration};

use kernel::Timestamp;
use platform::{Fault, Platform, Result, db::is_conflict};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    live::{self, Counters},
    schedule::Change,
    store::mark,
    work::Work,
};
use crate::model::DeliveryStatus;

/// Outcomes of one commit.
pub const BATCH_MARKS_MAX: usize = 256;
/// Outcomes waiting to be written; attempts wait when there are more.
pub const MARKS_MAX: usize = 1_024;
/// How often outcomes are written again when the database breaks that off because other transactions were in its way.
pub const CONFLICTS_MAX: u32 = 5;
/// How long to wait when the database is away.
const AWAY_INTERVAL: Duration = Duration::from_millis(250);

/// What is kept of an attempt.
#[derive(Debug)]
pub(crate) struct Log {
    pub started: Timestamp,
    pub ended: Timestamp,
    pub request: Option<String>,
    pub response: Option<String>,
    pub response_headers: Option<String>,
    pub http_status: Option<u16>,
}

/// An outcome to be written.
#[derive(Debug)]
pub(crate) struct Mark {
    pub work: Work,
    pub change: Change,
    pub log: Option<Log>,
}

impl Mark {
    /// Adds to what its event counts as finished.
    pub fn ends(&self) -> bool {
        self.change.status.is_final()
    }
    pub fn is_dead(&self) -> bool {
        self.change.status == DeliveryStatus::Dead
    }
    pub fn is_cancelled(&self) -> bool {
        self.change.status == DeliveryStatus::Cancelled
    }
}

/// What a commit did.
#[derive(Debug, Default)]
pub(crate) struct Marked {
    /// By place in the batch: whether the row was still ours.
    pub changed: Vec<bool>,
    /// Events that got nearer to their end.
    pub events: HashMap<Uuid, Counters>,
}

/// Starts the task.
pub(crate) fn start(platform: Platform) -> mpsc::Sender<Mark> {
    let (marks, waiting) = mpsc::channel(MARKS_MAX);
    tokio::spawn(write_waiting(platform, waiting));
    marks
}

async fn write_waiting(platform: Platform, mut waiting: mpsc::Receiver<Mark>) {
    let mut batch: Vec<Mark> = Vec::with_capacity(BATCH_MARKS_MAX);
    while waiting.recv_many(&mut batch, BATCH_MARKS_MAX).await > 0 {
        metrics::histogram!("frontdesk_delivery_mark_batch_size")
            .record(u32::try_from(batch.len()).unwrap_or(u32::MAX));
        // Whoever locks several rows locks them in this order, so that two nodes never wait for each other.
        batch.sort_unstable_by_key(|mark| mark.work.task.delivery);
        write(&platform, std::mem::take(&mut batch)).await;
    }
}

async fn write(platform: &Platform, marks: Vec<Mark>) {
    let marks = Arc::new(marks);
    match write_together(platform, &marks, 0..marks.len()).await {
        Ok(marked) => live::tell(platform, &marks, &marked).await,
        Err(fault) if marks.len() > 1 => {
            tracing::warn!(cause = fault.chain(), "outcomes could not be written together; each is tried by itself");
            for one in 0..marks.len() {
                let alone = one..one + 1;
                match write_together(platform, &marks, alone.clone()).await {
                    Ok(marked) => live::tell(platform, &marks[alone], &marked).await,
                    Err(fault) => lose(&marks[alone], &fault),
                }
            }
        }
        Err(fault) => lose(&marks, &fault),
    }
}

/// The delivery will be tried again when its lease ends, under the same id.
fn lose(marks: &[Mark], fault: &Fault) {
    for mark in marks {
        tracing::error!(delivery = %mark.work.task.delivery, cause = fault.chain(), "an outcome could not be written");
    }
}

/// One transaction. A database that is away is waited for, as long as a lease lasts; one that broke it off because others
/// were in its way is asked again.
async fn write_together(platform: &Platform, marks: &Arc<Vec<Mark>>, range: Range<usize>) -> Result<Marked> {
    let mut conflicts = 0;
    loop {
        let now = platform.world().now();
        match try_write(platform, marks, range.clone(), now).await {
            Err(Fault::Problem(_)) if marks[range.clone()].iter().any(|mark| now < mark.work.lease) => {
                tokio::time::sleep(AWAY_INTERVAL).await;
            }
            Err(fault) if is_conflict(&fault) && conflicts < CONFLICTS_MAX => conflicts += 1,
            done => return done,
        }
    }
}

async fn try_write(platform: &Platform, marks: &Arc<Vec<Mark>>, range: Range<usize>, now: Timestamp) -> Result<Marked> {
    let db = platform.db();
    match db.postgres() {
        Some(pool) => mark::group_postgres::mark_group(pool, &marks[range], now).await,
        None => {
            let marks = marks.clone();
            db.write_group(move |tx| mark::group_sqlite::mark_group(tx, &marks[range], now)).await
        }
    }
}
