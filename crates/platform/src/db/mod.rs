//! The database: SQLite in `DATA_DIR`, or PostgreSQL. One [`Db`] serves reads from a pool and hands out [`Tx`] for every
//! change. On SQLite there is a single writing connection whose transactions begin IMMEDIATE, so two writers queue
//! instead of failing; commits are synced (`synchronous=FULL`).

mod away;
mod checkpoint;
mod fetch;
mod folded;
mod group;
mod private;
mod schema_turn;
pub mod sealed;
mod tx;

use std::{
    net::IpAddr,
    path::Path,
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use kernel::World;
use sea_orm::{
    AccessMode, DatabaseConnection, DbErr, SqlErr, SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions,
    TransactionTrait,
};
use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use self::{checkpoint::Checkpointer, fetch::Readers, group::GroupWriter};
pub use fetch::{Cell, FromCell, Query, Row, Rows};
pub use tx::{AuditEntry, IDEMPOTENCY, JobDraft, PEER, Tx, changed, statement};

use crate::{
    Fault, Result,
    realtime::Realtime,
    signals::{Signals, WORK_DUE},
};

/// Reading connections on SQLite; more gain nothing on few cores.
const SQLITE_READERS_MAX: u32 = 4;
/// Connections to PostgreSQL per process, unless `DATABASE_POOL_MAX` says otherwise.
pub const POSTGRES_CONNECTIONS_MAX: u32 = 16;
/// How long a request waits for a connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long SQLite waits for another process that writes (backup, a second tool).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 256;
/// What every connection to SQLite is told: 64 MiB of pages in memory, temporary tables there too, and a log of 32,000 pages
/// before a writer folds it into the database itself, which [`checkpoint`] does not let it come to.
const SQLITE_PRAGMAS: [(&str, &str); 3] =
    [("cache_size", "-65536"), ("temp_store", "MEMORY"), ("wal_autocheckpoint", "32000")];

/// Which SQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded.
    Sqlite,
    /// PostgreSQL 14 or newer.
    Postgres,
}

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// There on SQLite.
    sqlite: Option<OneWriter>,
    world: World,
    /// Woken on every commit that left something to do.
    wake: Notify,
    realtime: OnceLock<Realtime>,
    signals: Signals,
}

/// Whether a connection never leaves this machine, where encryption protects from nobody. It would cost much there: sqlx
/// leaves Nagle's algorithm on, and with TLS a larger statement goes out in several writes, the last of which then waits
/// 40 ms for an acknowledgement (measured: a median of 48 ms instead of a few).
fn is_on_this_machine(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let is_loopback = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    options.get_socket().is_some() || host == "localhost" || is_loopback
}

/// SQLite takes one writer at a time, and we have two ways to write.
struct OneWriter {
    /// Held by whichever of them writes.
    turn: Arc<Semaphore>,
    group: GroupWriter,
    checkpointer: Checkpointer,
    readers: Readers,
}

impl OneWriter {
    fn open(path: &Path) -> Result<Self> {
        let turn = Arc::new(Semaphore::new(1));
        let checkpointer = Checkpointer::start(path, turn.clone())?;
        Ok(Self { turn, group: GroupWriter::open(path)?, checkpointer, readers: Readers::new(path) })
    }

    async fn take_turn(&self) -> Result<OwnedSemaphorePermit> {
        self.checkpointer.note_write();
        match timeout(ACQUIRE_TIMEOUT, self.turn.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(closed)) => Err(Fault::internal("waiting to write", closed)),
            Err(_) => Err(crate::error::busy()),
        }
    }
}

impl Db {
    /// Opens the SQLite file, making it when absent. Only its owner may read it.
    pub async fn open_sqlite(path: &Path, world: World) -> Result<Self> {
        private::make_private(path).map_err(|e| Fault::internal("opening the SQLite database", e))?;
        let base = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS_MAX);
        let base = SQLITE_PRAGMAS.into_iter().fold(base, |options, (name, value)| options.pragma(name, value));
        // The writer opens first: it makes the file and switches it to WAL before a reader looks.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(base.clone())
            .await
            .map_err(|e| Fault::internal("opening the SQLite database", e))?;
        let reader = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(base.pragma("query_only", "ON"))
            .await
            .map_err(|e| Fault::internal("opening the SQLite database for reading", e))?;
        Ok(Self::new(
            SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            Some(OneWriter::open(path)?),
            world,
        ))
    }

    /// Connects to PostgreSQL; fails when it cannot be reached within the acquire timeout, and says where it was looked for.
    pub async fn open_postgres(url: &str, connections_max: u32, world: World) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|e| Fault::internal("reading DATABASE_URL", e))?
            .application_name("frontdesk")
            .statement_cache_capacity(STATEMENTS_MAX);
        let options = if is_on_this_machine(&options) && !url.contains("sslmode") {
            options.ssl_mode(PgSslMode::Disable)
        } else {
            options
        };
        let pool = PgPoolOptions::new()
            .max_connections(connections_max)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await;
        let pool = match pool {
            Ok(pool) => pool,
            Err(error) => return Err(away::explain(&options, error).await),
        };
        let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        Ok(Self::new(connection.clone(), connection, None, world))
    }

    fn new(reader: DatabaseConnection, writer: DatabaseConnection, sqlite: Option<OneWriter>, world: World) -> Self {
        let signals = Signals::new(world.uuid());
        let inner = Inner { reader, writer, sqlite, world, wake: Notify::new(), realtime: OnceLock::new(), signals };
        Self { inner: Arc::new(inner) }
    }

    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        if self.inner.sqlite.is_some() { Dialect::Sqlite } else { Dialect::Postgres }
    }
    /// For queries that change nothing.
    pub fn read(&self) -> &DatabaseConnection {
        &self.inner.reader
    }
    /// For migrations and the batcher; everybody else begins a [`Tx`].
    pub fn writer(&self) -> &DatabaseConnection {
        &self.inner.writer
    }
    /// The connections to PostgreSQL, for statements whose columns travel as arrays; none on SQLite.
    pub fn postgres(&self) -> Option<&sqlx::PgPool> {
        self.inner.sqlite.is_none().then(|| self.inner.writer.get_postgres_connection_pool())
    }
    /// The clock and chance that rows are stamped with.
    pub fn world(&self) -> &World {
        &self.inner.world
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx> {
        let turn = match &self.inner.sqlite {
            Some(sqlite) => Some(sqlite.take_turn().await?),
            None => None,
        };
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: turn.is_none().then_some(AccessMode::ReadWrite),
            sqlite_transaction_mode: turn.is_some().then_some(sea_orm::SqliteTransactionMode::Immediate),
        };
        let inner = self.inner.writer.begin_with_options(options).await?;
        Ok(Tx::new(self.clone(), inner, turn))
    }

    /// On SQLite, runs `act` as one whole transaction on a thread of its own and returns once it is committed and synced:
    /// for the batchers, which write many rows at once. An error of `act` takes everything back.
    ///
    /// # Errors
    /// [`Fault::Internal`] on PostgreSQL, where a [`Tx`] with few large statements does the same.
    pub async fn write_group<T: Send + 'static>(
        &self,
        act: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let sqlite = self.inner.sqlite.as_ref();
        let sqlite = sqlite.ok_or_else(|| Fault::internal("writing a group", "only SQLite has this way in"))?;
        let turn = sqlite.take_turn().await?;
        let result = sqlite.group.write(act).await;
        drop(turn);
        result
    }

    /// Where pushes of committed transactions go; set once by the composition root.
    pub fn set_realtime(&self, realtime: Realtime) {
        if self.inner.realtime.set(realtime).is_err() {
            tracing::warn!("realtime was set twice; the first one stays");
        }
    }
    pub(crate) fn realtime(&self) -> Option<&Realtime> {
        self.inner.realtime.get()
    }
    /// What the nodes of the house tell each other.
    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }
    /// Hears what other processes on this database tell, from now on; there are none on SQLite.
    pub async fn hear_signals(&self) -> Result<()> {
        let Some(pool) = self.postgres() else { return Ok(()) };
        let workers = Arc::downgrade(&self.inner);
        self.signals().on(&WORK_DUE, move |()| {
            if let Some(inner) = workers.upgrade() {
                inner.wake.notify_one();
            }
        });
        self.signals().hear(pool).await
    }
    /// Wakes the workers: something is due.
    pub fn wake_workers(&self) {
        self.inner.wake.notify_one();
    }
    pub(crate) async fn woken(&self) {
        self.inner.wake.notified().await;
    }

    /// Proves that the database answers; used by readiness.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.inner.reader.ping().await?)
    }

    /// Closes the pools after the last query.
    pub async fn close(&self) -> Result<()> {
        self.inner.signals.close();
        if let Some(sqlite) = &self.inner.sqlite {
            sqlite.readers.close();
            sqlite.group.close().await?;
            sqlite.checkpointer.close();
            self.inner.reader.clone().close().await?;
        }
        Ok(self.inner.writer.clone().close().await?)
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}

/// Whether PostgreSQL broke a transaction off because others were in its way: a deadlock, or no order in which they could
/// have run one after the other. The same once more may well go through.
pub fn is_conflict(fault: &Fault) -> bool {
    use sea_orm::RuntimeErr;
    let Fault::Internal { source, .. } = fault else { return false };
    let sent = match source.downcast_ref::<DbErr>() {
        Some(DbErr::Exec(RuntimeErr::SqlxError(err)) | DbErr::Query(RuntimeErr::SqlxError(err))) => Some(&**err),
        Some(_) => None,
        None => source.downcast_ref::<sqlx::Error>(),
    };
    let code = sent.and_then(sqlx::Error::as_database_error).and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| CONFLICTS.contains(&&*code))
}

/// `deadlock_detected`, `serialization_failure`.
const CONFLICTS: [&str; 2] = ["40P01", "40001"];

/// Whether a statement was refused because a unique key already has this value.
pub fn unique_violation(err: &DbErr) -> bool {
    matches!(err.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
