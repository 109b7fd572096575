//! Several nodes that start on one PostgreSQL bring its schema up to date one after the other; the second finds it done.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use super::Db;
use crate::{Fault, Result};

/// What the lock is known by in the database.
const SCHEMA_LOCK: i64 = 0x6672_6f6e_7464_6573;
/// How long another node's changes may take.
const SCHEMA_TURN_TIMEOUT: Duration = Duration::from_secs(600);

/// The right to change the schema. It holds on a connection of its own, as the pool may have but one, and ends with it.
#[derive(Debug)]
pub struct SchemaTurn(Option<PgConnection>);

impl Db {
    /// Waits until no other node changes the schema. On SQLite there is no other.
    pub async fn take_schema_turn(&self) -> Result<SchemaTurn> {
        let Some(pool) = self.postgres() else { return Ok(SchemaTurn(None)) };
        let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
        let bound = format!("{}ms", SCHEMA_TURN_TIMEOUT.as_millis());
        sqlx::query("SELECT set_config('lock_timeout', $1, false)").bind(bound).execute(&mut connection).await?;
        let locked = sqlx::query("SELECT pg_advisory_lock($1)").bind(SCHEMA_LOCK).execute(&mut connection).await;
        locked.map_err(|e| Fault::internal("waiting for another node to bring the database up to date", e))?;
        Ok(SchemaTurn(Some(connection)))
    }
}

impl SchemaTurn {
    /// Lets the next one.
    pub async fn end(self) {
        if let Some(connection) = self.0
            && let Err(err) = connection.close().await
        {
            // The server ends the lock with the connection, closed well or not.
            tracing::warn!(error = %err, "a connection was not closed well");
        }
    }
}
