//! Row by row with prepared statements, on the thread that SQLite has for whole transactions.

use std::collections::HashMap;

use kernel::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{kept, number, steps, tried};
use crate::{
    deliveries::{
        live::Counters,
        marker::{Mark, Marked},
    },
    model::EventStatus,
};

type Result<T> = rusqlite::Result<T>;

/// Writes the outcomes in `tx`.
pub(crate) fn mark_group(tx: &Transaction<'_>, marks: &[Mark], now: Timestamp) -> Result<Marked> {
    let changed = mark_deliveries(tx, marks, now)?;
    insert_attempts(tx, marks)?;
    let events = add_to_events(tx, marks, &changed, now)?;
    Ok(Marked { changed, events })
}

fn mark_deliveries(tx: &Transaction<'_>, marks: &[Mark], now: Timestamp) -> Result<Vec<bool>> {
    let mut update = tx.prepare_cached(
        "UPDATE deliveries SET status = ?3, attempts = ?4, due_at = ?5, message_id = COALESCE(?6, message_id), \
         error_code = CASE WHEN ?11 THEN COALESCE(error_code, ?7) ELSE ?7 END, \
         error = CASE WHEN ?11 THEN COALESCE(error, ?8) ELSE ?8 END, finished_at = ?9, updated_at = ?10 \
         WHERE id = ?1 AND due_at IS NOT NULL AND (due_at = ?2 OR ?3 IN ('sent', 'delivered'))",
    )?;
    let mut changed = Vec::with_capacity(marks.len());
    for mark in marks {
        let change = &mark.change;
        let rows = update.execute(params![
            mark.work.task.delivery.uuid(),
            mark.work.lease.millis(),
            change.status.as_str(),
            number(change.attempts),
            change.due.map(Timestamp::millis),
            change.message_id,
            change.failure.as_ref().map(|f| f.code),
            change.failure.as_ref().map(|f| f.error.as_str()),
            change.status.is_final().then_some(now.millis()),
            now.millis(),
            change.is_untried,
        ])?;
        changed.push(rows > 0);
    }
    Ok(changed)
}

fn insert_attempts(tx: &Transaction<'_>, marks: &[Mark]) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO delivery_attempts (delivery_id, number, outcome, code, error, http_status, request, response, \
         response_headers, started_at, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
    )?;
    for (mark, log) in tried(marks) {
        let failure = mark.change.failure.as_ref();
        insert.execute(params![
            mark.work.task.delivery.uuid(),
            number(mark.work.task.attempt),
            mark.change.status.as_str(),
            failure.map(|f| f.code),
            failure.map(|f| f.error.as_str()),
            log.http_status.map(i32::from),
            log.request.as_deref().map(kept),
            log.response.as_deref().map(kept),
            log.response_headers.as_deref().map(kept),
            log.started.millis(),
            log.ended.millis(),
        ])?;
    }
    Ok(())
}

/// An event whose last delivery ended is completed, or failed when all of them were given up.
fn add_to_events(
    tx: &Transaction<'_>,
    marks: &[Mark],
    changed: &[bool],
    now: Timestamp,
) -> Result<HashMap<uuid::Uuid, Counters>> {
    let mut add = tx.prepare_cached(
        "UPDATE events SET finished = finished + ?2, dead = dead + ?3, cancelled = cancelled + ?5, \
         status = CASE WHEN status <> 'processing' OR finished + ?2 < total THEN status \
                       WHEN dead + ?3 >= total THEN 'failed' ELSE 'completed' END, \
         completed_at = CASE WHEN status = 'processing' AND finished + ?2 >= total THEN ?4 ELSE completed_at END \
         WHERE id = ?1 RETURNING total, finished, dead, cancelled, status",
    )?;
    let mut events = HashMap::new();
    for (event, step) in steps(marks, changed) {
        let read = |row: &Row<'_>| {
            Ok(Counters {
                total: row.get(0)?,
                finished: row.get(1)?,
                dead: row.get(2)?,
                cancelled: row.get(3)?,
                status: row.get_ref(4)?.as_str().ok().and_then(EventStatus::parse).unwrap_or(EventStatus::Processing),
            })
        };
        let counters =
            add.query_row(params![event, step.finished, step.dead, now.millis(), step.cancelled], read).optional()?;
        events.extend(counters.map(|counters| (event, counters)));
    }
    Ok(events)
}
