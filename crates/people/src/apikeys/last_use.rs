//! When keys were used last. A use is noted in memory, at most once a minute per key, and written by a task of its own with
//! all others that wait: no request waits for it. What a crash takes away is a minute of a hint for people.

use std::{collections::HashSet, time::Duration};

use kernel::{Id, id};
use parking_lot::Mutex;
use platform::Result;

use super::store;
use crate::People;

/// A key's uses are noted this often.
pub(crate) const USE_NOTED_EVERY: Duration = Duration::from_secs(60);
/// Keys that wait to be written; the use of one more goes unnoticed this time.
const WAITING_KEYS_MAX: usize = 10_000;
/// Keys of one statement.
const WRITTEN_AT_ONCE_MAX: usize = 500;

/// Keys that were used and not written yet.
#[derive(Default)]
pub(crate) struct LastUses {
    waiting: Mutex<Waiting>,
    /// Held while rows are written, so that who reads them can wait for it.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    keys: HashSet<Id<id::ApiKey>>,
    /// Whether a task takes care of them.
    is_attended: bool,
}

impl LastUses {
    /// Notes a use, and sees to it that it is written.
    pub(crate) fn note(&self, people: &People, key: Id<id::ApiKey>) {
        let mut waiting = self.waiting.lock();
        if waiting.keys.len() < WAITING_KEYS_MAX {
            waiting.keys.insert(key);
        }
        if !std::mem::replace(&mut waiting.is_attended, true) {
            let people = people.clone();
            tokio::spawn(async move { attend(&people).await });
        }
    }

    fn take(&self) -> Vec<Id<id::ApiKey>> {
        self.waiting.lock().keys.drain().collect()
    }

    /// Ends the attendance when nothing waits.
    fn is_done(&self) -> bool {
        let mut waiting = self.waiting.lock();
        if waiting.keys.is_empty() {
            waiting.is_attended = false;
        }
        !waiting.is_attended
    }
}

async fn attend(people: &People) {
    loop {
        if let Err(fault) = write_waiting(people).await {
            tracing::warn!(cause = fault.chain(), "the last use of API keys could not be written");
        }
        if people.last_uses().is_done() {
            return;
        }
    }
}

/// Writes what waits, after whoever writes already.
pub(super) async fn write_waiting(people: &People) -> Result<()> {
    let uses = people.last_uses();
    let _writing = uses.writing.lock().await;
    let keys = uses.take();
    if keys.is_empty() {
        return Ok(());
    }
    let tx = people.db().begin().await?;
    for some in keys.chunks(WRITTEN_AT_ONCE_MAX) {
        store::mark_used(tx.conn(), some, tx.now()).await?;
    }
    tx.commit().await
}
