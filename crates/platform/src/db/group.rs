//! The way in for group commits on SQLite: a thread with a connection of its own that carries out a whole transaction at one
//! go. A transaction over the pool costs two changes of thread for each statement; here it costs two in all, which is what
//! makes a message cheap (`docs/decisions/0016-a-thread-for-group-commits.md`). Both ways in take turns by one fair permit,
//! so that neither finds the database locked by the other.

use std::{
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::{BUSY_TIMEOUT, SQLITE_PRAGMAS, STATEMENTS_MAX};
use crate::{Fault, Result};

/// Transactions waiting for the thread; whoever waits holds the permit, so there is never more than one, and the order to
/// close.
const WAITING_MAX: usize = 2;
/// How long closing waits for the transaction under way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

type Act = Box<dyn FnOnce(&mut Connection) + Send>;

enum Order {
    Act(Act),
    Close(oneshot::Sender<()>),
}

/// A handle to the thread; the thread ends with its last handle.
#[derive(Clone)]
pub(super) struct GroupWriter {
    orders: mpsc::SyncSender<Order>,
    path: Arc<PathBuf>,
}

impl GroupWriter {
    /// Opens the connection and starts its thread.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = connect(path).map_err(|e| Fault::internal("opening the SQLite database", e))?;
        let (orders, waiting) = mpsc::sync_channel(WAITING_MAX);
        thread::Builder::new()
            .name("group-commit".to_owned())
            .spawn(move || obey(connection, &waiting))
            .map_err(|e| Fault::internal("starting the thread for group commits", e))?;
        Ok(Self { orders, path: Arc::new(path.to_owned()) })
    }

    /// Runs `act` in one transaction that is committed and synced before this returns. An error of `act` takes all back.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (done, outcome) = oneshot::channel();
        let act: Act = Box::new(move |connection| {
            let result = transact(connection, act);
            if done.send(result).is_err() {
                tracing::warn!("nobody waits any more for a transaction that was carried out");
            }
        });
        self.orders
            .try_send(Order::Act(act))
            .map_err(|e| Fault::internal("handing over a transaction", e.to_string()))?;
        let result = outcome.await.map_err(|e| Fault::internal("waiting for a transaction", e))?;
        result.map_err(Fault::from)
    }

    /// Closes the connection once the transaction under way has ended.
    pub(super) async fn close(&self) -> Result<()> {
        let (closed, waiting) = oneshot::channel();
        if self.orders.try_send(Order::Close(closed)).is_err() {
            return Ok(());
        }
        match tokio::time::timeout(CLOSE_TIMEOUT, waiting).await {
            Ok(_) => Ok(()),
            Err(elapsed) => Err(Fault::internal("closing the SQLite database", elapsed)),
        }
    }
}

impl std::fmt::Debug for GroupWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    for (name, value) in SQLITE_PRAGMAS {
        connection.pragma_update(None, name, value)?;
    }
    Ok(connection)
}

fn obey(mut connection: Connection, waiting: &mpsc::Receiver<Order>) {
    while let Ok(order) = waiting.recv() {
        match order {
            Order::Act(act) => {
                // What it held is taken back when it unwinds, and whoever waits learns that nothing was stored.
                if panic::catch_unwind(AssertUnwindSafe(|| act(&mut connection))).is_err() {
                    tracing::error!("a transaction panicked; nothing of it was stored");
                }
            }
            Order::Close(closed) => {
                drop(connection);
                if closed.send(()).is_err() {
                    tracing::debug!("nobody waits any more for the database to be closed");
                }
                return;
            }
        }
    }
}

fn transact<T>(
    connection: &mut Connection,
    act: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = act(&tx)?;
    tx.commit()?;
    Ok(result)
}
