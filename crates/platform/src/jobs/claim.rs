//! Claiming due rows. PostgreSQL skips rows that another worker holds; SQLite's one writer needs no lock.

use kernel::{Timestamp, id};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value as Json;

use super::{ATTEMPTS_MAX, CLAIM_ROWS_MAX, EventRow, JobContext, LEASE, decide_backoff};
use crate::{
    Result,
    db::{Db, Dialect, statement},
};

pub(super) struct ClaimedJob {
    pub context: JobContext,
    pub kind: String,
    pub payload: Json,
}

pub(super) struct ClaimedEvent {
    pub event: EventRow,
    pub attempt: i32,
}

async fn claim(db: &Db, table: &str, columns: &str, now: Timestamp) -> Result<Vec<QueryResult>> {
    let skip = if db.dialect() == Dialect::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE {table} SET attempts = attempts + 1, due_at = ? WHERE id IN (SELECT id FROM {table} \
         WHERE due_at <= ? AND done_at IS NULL ORDER BY due_at LIMIT {CLAIM_ROWS_MAX} {skip}) RETURNING {columns}"
    );
    // The lease is the due time itself: a claimed row becomes due again when its lease has run out.
    let values = vec![now.plus(LEASE).into(), now.into()];
    let tx = db.begin().await?;
    let rows = tx.conn().query_all_raw(statement(db.dialect(), &sql, values)).await?;
    tx.commit().await?;
    Ok(rows)
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

pub(super) async fn claim_jobs(db: &Db, now: Timestamp) -> Result<Vec<ClaimedJob>> {
    let rows = claim(db, "jobs", "id, kind, payload, attempts", now).await?;
    let read = |row: &QueryResult| -> Result<ClaimedJob> {
        Ok(ClaimedJob {
            context: JobContext { id: row.try_get("", "id")?, attempt: row.try_get("", "attempts")? },
            kind: row.try_get("", "kind")?,
            payload: json(&row.try_get::<String>("", "payload")?),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn claim_events(db: &Db, now: Timestamp) -> Result<Vec<ClaimedEvent>> {
    let rows = claim(db, "outbox_events", "id, tenant_id, type, data, occurred_at, attempts", now).await?;
    let read = |row: &QueryResult| -> Result<ClaimedEvent> {
        let event = EventRow {
            id: row.try_get::<kernel::Id<id::Event>>("", "id")?,
            tenant: row.try_get("", "tenant_id")?,
            kind: row.try_get("", "type")?,
            data: json(&row.try_get::<String>("", "data")?),
            occurred_at: row.try_get("", "occurred_at")?,
        };
        Ok(ClaimedEvent { event, attempt: row.try_get("", "attempts")? })
    };
    rows.iter().map(read).collect()
}

/// Marks events as carried out, all in one commit; after a crash before it, their reactions run again.
pub(super) async fn mark_events_done(db: &Db, ids: &[uuid::Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    let marks = vec!["?"; ids.len()].join(", ");
    let sql = format!("UPDATE outbox_events SET done_at = ? WHERE id IN ({marks})");
    let mut values = vec![tx.now().into()];
    values.extend(ids.iter().map(|id| sea_orm::Value::from(*id)));
    tx.execute(&sql, values).await?;
    tx.commit().await
}

/// Marks a row as carried out.
pub(super) async fn mark_done(db: &Db, table: &str, id: uuid::Uuid) -> Result<()> {
    let tx = db.begin().await?;
    // A unique key only holds while the job waits, so it is given up here.
    let key = if table == "jobs" { ", unique_key = NULL" } else { "" };
    let sql = format!("UPDATE {table} SET done_at = ?{key} WHERE id = ?");
    tx.execute(&sql, vec![tx.now().into(), id.into()]).await?;
    tx.commit().await
}

/// Puts a failed row back for later, or declares it dead after the last attempt.
pub(super) async fn mark_failed(db: &Db, table: &str, id: uuid::Uuid, attempt: i32, error: &str) -> Result<()> {
    let tx = db.begin().await?;
    let now = tx.now();
    let error: String = error.chars().take(2000).collect();
    if attempt >= ATTEMPTS_MAX {
        // A dead job gives its unique key up, or nothing with that key would ever run again.
        let key = if table == "jobs" { ", unique_key = NULL" } else { "" };
        let sql = format!("UPDATE {table} SET done_at = ?, dead = 1, last_error = ?{key} WHERE id = ?");
        tx.execute(&sql, vec![now.into(), error.into(), id.into()]).await?;
        metrics::counter!("frontdesk_jobs_dead_total", "queue" => table.to_owned()).increment(1);
    } else {
        let sql = format!("UPDATE {table} SET due_at = ?, last_error = ? WHERE id = ?");
        tx.execute(&sql, vec![now.plus(decide_backoff(attempt)).into(), error.into(), id.into()]).await?;
    }
    tx.commit().await
}
