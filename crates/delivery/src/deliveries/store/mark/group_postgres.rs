//! One statement for each step, its columns handed over as arrays.

use std::collections::{HashMap, HashSet};

use kernel::Timestamp;
use platform::Result;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use super::{kept, number, steps, tried};
use crate::{
    deliveries::{
        live::Counters,
        marker::{Log, Mark, Marked},
    },
    model::EventStatus,
};

/// Writes the outcomes in one transaction and commits it.
pub(crate) async fn mark_group(pool: &PgPool, marks: &[Mark], now: Timestamp) -> Result<Marked> {
    let mut tx = pool.begin().await?;
    let changed = mark_deliveries(&mut tx, marks, now).await?;
    insert_attempts(&mut tx, marks).await?;
    let events = add_to_events(&mut tx, marks, &changed, now).await?;
    tx.commit().await?;
    Ok(Marked { changed, events })
}

fn column<'a, T>(marks: &'a [Mark], of: impl Fn(&'a Mark) -> T) -> Vec<T> {
    marks.iter().map(of).collect()
}

async fn mark_deliveries(tx: &mut PgConnection, marks: &[Mark], now: Timestamp) -> Result<Vec<bool>> {
    let sql = "UPDATE deliveries SET status = v.status, attempts = v.attempts, due_at = v.due_at, \
               message_id = COALESCE(v.message_id, deliveries.message_id), \
               error_code = CASE WHEN v.is_untried THEN COALESCE(deliveries.error_code, v.error_code) ELSE v.error_code END, \
               error = CASE WHEN v.is_untried THEN COALESCE(deliveries.error, v.error) ELSE v.error END, \
               finished_at = v.finished_at, updated_at = $10 \
               FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], \
               $8::text[], $9::bigint[], $11::bool[]) \
               AS v (id, lease, status, attempts, due_at, message_id, error_code, error, finished_at, is_untried) \
               WHERE deliveries.id = v.id AND deliveries.due_at IS NOT NULL \
               AND (deliveries.due_at = v.lease OR v.status IN ('sent', 'delivered')) RETURNING deliveries.id";
    let rows = sqlx::query(sql)
        .bind(column(marks, |m| m.work.task.delivery.uuid()))
        .bind(column(marks, |m| m.work.lease.millis()))
        .bind(column(marks, |m| m.change.status.as_str()))
        .bind(column(marks, |m| number(m.change.attempts)))
        .bind(column(marks, |m| m.change.due.map(Timestamp::millis)))
        .bind(column(marks, |m| m.change.message_id.as_deref()))
        .bind(column(marks, |m| m.change.failure.as_ref().map(|f| f.code)))
        .bind(column(marks, |m| m.change.failure.as_ref().map(|f| f.error.as_str())))
        .bind(column(marks, |m| m.change.status.is_final().then_some(now.millis())))
        .bind(now.millis())
        .bind(column(marks, |m| m.change.is_untried))
        .fetch_all(tx)
        .await?;
    let ids = rows.iter().map(|row| row.try_get::<Uuid, _>(0));
    let mut changed: HashSet<Uuid> = ids.collect::<std::result::Result<_, _>>()?;
    // A process that took a delivery over from itself may bring two marks of it at once: it ends once.
    Ok(marks.iter().map(|mark| changed.remove(&mark.work.task.delivery.uuid())).collect())
}

async fn insert_attempts(tx: &mut PgConnection, marks: &[Mark]) -> Result<()> {
    let tried: Vec<(&Mark, &Log)> = tried(marks).collect();
    if tried.is_empty() {
        return Ok(());
    }
    fn column<'a, T>(tried: &[(&'a Mark, &'a Log)], of: impl Fn(&'a Mark, &'a Log) -> T) -> Vec<T> {
        tried.iter().map(|(mark, log)| of(mark, log)).collect()
    }
    let sql = "INSERT INTO delivery_attempts (delivery_id, number, outcome, code, error, http_status, request, response, \
               response_headers, started_at, ended_at) SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], \
               $6::int[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[]) ON CONFLICT DO NOTHING";
    sqlx::query(sql)
        .bind(column(&tried, |m, _| m.work.task.delivery.uuid()))
        .bind(column(&tried, |m, _| number(m.work.task.attempt)))
        .bind(column(&tried, |m, _| m.change.status.as_str()))
        .bind(column(&tried, |m, _| m.change.failure.as_ref().map(|f| f.code)))
        .bind(column(&tried, |m, _| m.change.failure.as_ref().map(|f| f.error.as_str())))
        .bind(column(&tried, |_, l| l.http_status.map(i32::from)))
        .bind(column(&tried, |_, l| l.request.as_deref().map(kept)))
        .bind(column(&tried, |_, l| l.response.as_deref().map(kept)))
        .bind(column(&tried, |_, l| l.response_headers.as_deref().map(kept)))
        .bind(column(&tried, |_, l| l.started.millis()))
        .bind(column(&tried, |_, l| l.ended.millis()))
        .execute(tx)
        .await?;
    Ok(())
}

/// An event whose last delivery ended is completed, or failed when all of them were given up.
async fn add_to_events(
    tx: &mut PgConnection,
    marks: &[Mark],
    changed: &[bool],
    now: Timestamp,
) -> Result<HashMap<Uuid, Counters>> {
    let steps = steps(marks, changed);
    if steps.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = steps.keys().copied().collect();
    if ids.len() > 1 {
        // An update of many rows locks them in any order, and two nodes could wait for each other.
        let lock = "SELECT 1 FROM events WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
        sqlx::query(lock).bind(&ids).execute(&mut *tx).await?;
    }
    let sql = "UPDATE events SET finished = finished + v.ended, dead = dead + v.given_up, \
               cancelled = cancelled + v.called_off, \
               status = CASE WHEN status <> 'processing' OR finished + v.ended < total THEN status \
                             WHEN dead + v.given_up >= total THEN 'failed' ELSE 'completed' END, \
               completed_at = CASE WHEN status = 'processing' AND finished + v.ended >= total THEN $4 \
                                   ELSE completed_at END \
               FROM UNNEST($1::uuid[], $2::int[], $3::int[], $5::int[]) AS v (id, ended, given_up, called_off) \
               WHERE events.id = v.id RETURNING events.id, total, finished, dead, cancelled, status";
    let rows = sqlx::query(sql)
        .bind(ids)
        .bind(steps.values().map(|step| step.finished).collect::<Vec<_>>())
        .bind(steps.values().map(|step| step.dead).collect::<Vec<_>>())
        .bind(now.millis())
        .bind(steps.values().map(|step| step.cancelled).collect::<Vec<_>>())
        .fetch_all(tx)
        .await?;
    let mut events = HashMap::with_capacity(rows.len());
    for row in rows {
        let counters = Counters {
            total: row.try_get(1)?,
            finished: row.try_get(2)?,
            dead: row.try_get(3)?,
            cancelled: row.try_get(4)?,
            status: EventStatus::parse(row.try_get(5)?).unwrap_or(EventStatus::Processing),
        };
        events.insert(row.try_get(0)?, counters);
    }
    Ok(events)
}
