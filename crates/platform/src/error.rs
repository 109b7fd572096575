//! How an action fails. A [`Fault::Problem`] is an expected outcome that the client is told about; a
//! [`Fault::Internal`] is ours, logged once at the edge with its whole chain while the client gets a code and the
//! request id. A database that cannot be reached is neither: it becomes 503 with `Retry-After`.

use std::error::Error as StdError;

use kernel::Problem;

/// Anything an action may end with instead of its answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Expected; goes to the client as it is.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// Ours; the client learns only that it happened.
    #[error("{context}")]
    Internal {
        /// What was being done.
        context: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// The result of an action.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// Wraps a cause that the client must not see.
    pub fn internal(context: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal { context, source: source.into() }
    }

    /// What the client is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Internal { .. } => Problem::internal(),
        }
    }

    /// The cause and everything behind it, for the log.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }
}

impl From<sea_orm::DbErr> for Fault {
    fn from(err: sea_orm::DbErr) -> Self {
        match unreachable_reason(&err) {
            Some(reason) => storage_away(reason),
            None => Self::internal("database", err),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(err: sqlx::Error) -> Self {
        match sqlx_unreachable(&err) {
            Some(reason) => storage_away(reason),
            None => Self::internal("database", err),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(err: rusqlite::Error) -> Self {
        let code = err.sqlite_error().map(|e| e.extended_code.to_string());
        match code.as_deref().and_then(sqlite_unreachable) {
            Some(reason) => storage_away(reason),
            None => Self::internal("database", err),
        }
    }
}

/// A file could not be written: when there is no room or no right to write, that is said as for the database.
pub fn file_fault(context: &'static str, err: std::io::Error) -> Fault {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match err.kind() {
        StorageFull | QuotaExceeded => storage_away(FULL),
        ReadOnlyFilesystem => storage_away(READ_ONLY),
        _ => Fault::internal(context, err),
    }
}

/// The writer did not get its turn in time.
pub(crate) fn busy() -> Fault {
    storage_away(AWAY)
}

const FULL: &str = "The disk is full: nothing can be stored until there is room again.";
const READ_ONLY: &str = "The storage is read-only: nothing can be changed right now.";
const AWAY: &str = "The database is busy or away; please try again in a moment.";

fn storage_away(reason: &'static str) -> Fault {
    tracing::warn!(reason, "the database cannot serve right now");
    Problem::unavailable(reason).into()
}

fn unreachable_reason(err: &sea_orm::DbErr) -> Option<&'static str> {
    use sea_orm::{DbErr, RuntimeErr};
    match err {
        DbErr::ConnectionAcquire(_) => Some(AWAY),
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => sqlx_unreachable(e),
        _ => None,
    }
}

fn sqlx_unreachable(err: &sqlx::Error) -> Option<&'static str> {
    match err {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Some(AWAY)
        }
        sqlx::Error::Database(db) => match db.code().as_deref() {
            // PostgreSQL class 08 (connection) and 57P0x (shutting down, starting up); 53 is out of resources.
            Some(code) if code.starts_with("08") || code.starts_with("57P0") || code.starts_with("53") => Some(AWAY),
            Some(code) => sqlite_unreachable(code),
            None => None,
        },
        _ => None,
    }
}

/// By SQLite's extended result code.
fn sqlite_unreachable(code: &str) -> Option<&'static str> {
    match code {
        // BUSY, LOCKED.
        "5" | "6" | "517" | "261" => Some(AWAY),
        // FULL.
        "13" => Some(FULL),
        // READONLY.
        "8" | "264" | "520" | "776" | "1032" => Some(READ_ONLY),
        _ => None,
    }
}
