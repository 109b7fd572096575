//! Folding SQLite's write-ahead log into the database, on a thread of its own. Left to the writers, whoever's commit fills
//! the log would do it there and then, and everybody behind would wait for it. A fold beside the writers never sees the end
//! of the log while they go on, so that it would
//! grow for ever: when much was folded, a second one follows with the turn to write in hand, which finds next to nothing
//! left to do and lets the log begin anew.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use rusqlite::Connection;
use tokio::{runtime::Handle, sync::Semaphore};

use super::group;
use crate::{Fault, Result};

/// How often the log is folded while something is written.
const INTERVAL: Duration = Duration::from_millis(500);
/// Pages of a fold after which the log shall begin anew.
const PAGES_TO_RESTART: i64 = 2_000;
/// How long closing waits for the fold under way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle to the thread; the thread ends with it.
pub(super) struct Checkpointer {
    has_written: Arc<AtomicBool>,
    closing: mpsc::SyncSender<mpsc::SyncSender<()>>,
}

impl Checkpointer {
    /// Opens a connection and starts its thread. `turn` is the right to write, for which the writers queue.
    pub(super) fn start(path: &Path, turn: Arc<Semaphore>) -> Result<Self> {
        let connection = group::connect(path).map_err(|e| Fault::internal("opening the SQLite database", e))?;
        let has_written = Arc::new(AtomicBool::new(false));
        let (closing, close) = mpsc::sync_channel(1);
        let (written, runtime) = (has_written.clone(), Handle::current());
        thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || fold_again_and_again(connection, &written, &turn, &runtime, &close))
            .map_err(|e| Fault::internal("starting the thread for checkpoints", e))?;
        Ok(Self { has_written, closing })
    }

    /// Something is about to be written.
    pub(super) fn note_write(&self) {
        self.has_written.store(true, Ordering::Relaxed);
    }

    /// Closes the connection, so that the last one to close can remove the log.
    pub(super) fn close(&self) {
        let (closed, waiting) = mpsc::sync_channel(1);
        if self.closing.try_send(closed).is_ok() && waiting.recv_timeout(CLOSE_TIMEOUT).is_err() {
            tracing::warn!("the thread for checkpoints did not end in time");
        }
    }
}

fn fold_again_and_again(
    connection: Connection,
    has_written: &AtomicBool,
    turn: &Semaphore,
    runtime: &Handle,
    close: &mpsc::Receiver<mpsc::SyncSender<()>>,
) {
    loop {
        match close.recv_timeout(INTERVAL) {
            Ok(closed) => {
                drop(connection);
                if closed.send(()).is_err() {
                    tracing::debug!("nobody waits any more for the thread for checkpoints");
                }
                return;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if has_written.swap(false, Ordering::Relaxed)
            && let Err(error) = fold(&connection, turn, runtime)
        {
            // The log grows until a later fold succeeds; at its bound the writers fold it themselves.
            tracing::warn!(%error, "the write-ahead log could not be folded");
        }
    }
}

fn fold(connection: &Connection, turn: &Semaphore, runtime: &Handle) -> rusqlite::Result<()> {
    if fold_once(connection)? >= PAGES_TO_RESTART {
        let held = runtime.block_on(turn.acquire());
        fold_once(connection)?;
        drop(held);
    }
    Ok(())
}

/// Folds what can be folded without waiting for anybody; gives the pages in the log.
fn fold_once(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))
}
