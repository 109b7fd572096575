//! The database: SQLite in `DATA_DIR`, or PostgreSQL. One [`Db`] serves reads from a pool and hands out [`Tx`] for every
//! change. On SQLite there is a single writing connection whose transactions begin IMMEDIATE, so two writers queue
//! instead of failing; commits are synced (`synchronous=FULL`).

mod tx;

use std::{
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
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;

pub use tx::{AuditEntry, IDEMPOTENCY, JobDraft, Tx, statement};

use crate::{Fault, Result, realtime::Realtime};

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
    dialect: Dialect,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    world: World,
    /// Woken on every commit that left something to do.
    wake: Notify,
    realtime: OnceLock<Realtime>,
}

impl Db {
    /// Opens the SQLite file, making it when absent.
    pub async fn open_sqlite(path: &Path, world: World) -> Result<Self> {
        let base = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS_MAX)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "MEMORY")
            .pragma("wal_autocheckpoint", "4000");
        // The writer opens first: it makes the file and switches it to WAL before a reader looks.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
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
            Dialect::Sqlite,
            SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            world,
        ))
    }

    /// Connects to PostgreSQL; fails when it cannot be reached within the acquire timeout.
    pub async fn open_postgres(url: &str, connections_max: u32, world: World) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|e| Fault::internal("reading DATABASE_URL", e))?
            .application_name("frontdesk")
            .statement_cache_capacity(STATEMENTS_MAX);
        let pool = PgPoolOptions::new()
            .max_connections(connections_max)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(|e| Fault::internal("connecting to PostgreSQL", e))?;
        let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        Ok(Self::new(Dialect::Postgres, connection.clone(), connection, world))
    }

    fn new(dialect: Dialect, reader: DatabaseConnection, writer: DatabaseConnection, world: World) -> Self {
        let inner = Inner { dialect, reader, writer, world, wake: Notify::new(), realtime: OnceLock::new() };
        Self { inner: Arc::new(inner) }
    }

    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }
    /// For queries that change nothing.
    pub fn read(&self) -> &DatabaseConnection {
        &self.inner.reader
    }
    /// For migrations and the batcher; everybody else begins a [`Tx`].
    pub fn writer(&self) -> &DatabaseConnection {
        &self.inner.writer
    }
    /// The clock and chance that rows are stamped with.
    pub fn world(&self) -> &World {
        &self.inner.world
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            isolation_level: None,
            access_mode: (self.inner.dialect == Dialect::Postgres).then_some(AccessMode::ReadWrite),
            sqlite_transaction_mode: (self.inner.dialect == Dialect::Sqlite)
                .then_some(sea_orm::SqliteTransactionMode::Immediate),
        };
        let inner = self.inner.writer.begin_with_options(options).await?;
        Ok(Tx::new(self.clone(), inner))
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
        if self.inner.dialect == Dialect::Sqlite {
            self.inner.reader.clone().close().await?;
        }
        Ok(self.inner.writer.clone().close().await?)
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("dialect", &self.inner.dialect).finish_non_exhaustive()
    }
}

/// Whether a statement was refused because a unique key already has this value.
pub fn unique_violation(err: &DbErr) -> bool {
    matches!(err.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
