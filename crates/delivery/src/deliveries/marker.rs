//! Group commit of outcomes. One task takes every outcome that waits, writes them in one synced transaction and then tells
//! live screens; what ends while a commit runs makes the next batch. A mark that comes after its lease was taken over
//! changes nothing, unless it brings the news that the delivery was sent.

use std::{collections::HashMap, time::Duration};

use kernel::Timestamp;
use platform::{Fault, Platform, Result};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    live::{self, Counters},
    schedule::Change,
    store::mark::{count_finished, mark_deliveries},
    work::Work,
};
use crate::model::DeliveryStatus;

/// Outcomes of one commit.
pub const BATCH_MARKS_MAX: usize = 256;
/// Outcomes waiting to be written; attempts wait when there are more.
pub const MARKS_MAX: usize = 1_024;
/// How long to wait when the database is away.
const AWAY_INTERVAL: Duration = Duration::from_millis(250);

/// What is kept of an attempt.
#[derive(Debug)]
pub(crate) struct Log {
    pub started: Timestamp,
    pub ended: Timestamp,
    pub request: Option<String>,
    pub response: Option<String>,
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
    match write_together(platform, &marks).await {
        Ok(marked) => live::tell(platform, &marks, &marked).await,
        Err(fault) if marks.len() > 1 => {
            tracing::warn!(cause = fault.chain(), "outcomes could not be written together; each is tried by itself");
            for mark in marks {
                let alone = [mark];
                match write_together(platform, &alone).await {
                    Ok(marked) => live::tell(platform, &alone, &marked).await,
                    Err(fault) => lose(&alone, &fault),
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

/// One transaction. A database that is away is waited for, as long as a lease lasts.
async fn write_together(platform: &Platform, marks: &[Mark]) -> Result<Marked> {
    loop {
        match try_write(platform, marks).await {
            Err(Fault::Problem(_)) if marks.iter().any(|mark| platform.world().now() < mark.work.lease) => {
                tokio::time::sleep(AWAY_INTERVAL).await;
            }
            done => return done,
        }
    }
}

async fn try_write(platform: &Platform, marks: &[Mark]) -> Result<Marked> {
    let tx = platform.db().begin().await?;
    let changed = mark_deliveries(&tx, marks).await?;
    let events = count_finished(&tx, marks, &changed).await?;
    tx.commit().await?;
    Ok(Marked { changed, events })
}
