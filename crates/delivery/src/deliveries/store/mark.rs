//! Writing outcomes: the deliveries, their attempts, and how far their events are.

use std::collections::{BTreeMap, HashMap, HashSet};

use platform::{Result, Tx, db::Dialect};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::{
    deliveries::{live::Counters, marker::Mark},
    model::EventStatus,
    sql,
};

/// Bytes of a request or an answer that are kept with an attempt.
const LOG_BYTES_MAX: usize = crate::channels::RESPONSE_BYTES_MAX;

/// Writes the outcomes, in the order of ids; tells by place which rows were still ours.
pub(crate) async fn mark_deliveries(tx: &Tx, marks: &[Mark]) -> Result<Vec<bool>> {
    let mut changed: HashSet<Uuid> = HashSet::with_capacity(marks.len());
    let now = tx.now();
    for range in sql::chunks(marks.len()) {
        // A lease that was taken over belongs to somebody else; that something was sent counts all the same.
        let text = format!(
            "UPDATE deliveries SET status = v.column3, attempts = v.column4, due_at = v.column5, \
             message_id = COALESCE(v.column6, message_id), error_code = v.column7, error = v.column8, \
             finished_at = v.column9, updated_at = v.column10 FROM (VALUES {}) AS v \
             WHERE deliveries.id = v.column1 AND deliveries.due_at IS NOT NULL \
             AND (deliveries.due_at = v.column2 OR v.column3 IN ('sent', 'delivered')) RETURNING deliveries.id",
            sql::rows(range.len(), 10)
        );
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 10);
        for mark in &marks[range] {
            let change = &mark.change;
            values.extend([
                mark.work.task.delivery.into(),
                mark.work.lease.into(),
                change.status.as_str().into(),
                i32::try_from(change.attempts).unwrap_or(i32::MAX).into(),
                change.due.into(),
                change.message_id.as_deref().into(),
                change.failure.as_ref().map(|f| f.code).into(),
                change.failure.as_ref().map(|f| f.error.as_str()).into(),
                change.status.is_final().then_some(now).into(),
                now.into(),
            ]);
        }
        for row in tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &text, values)).await? {
            changed.insert(row.try_get_by_index(0)?);
        }
    }
    insert_attempts(tx, marks).await?;
    Ok(marks.iter().map(|mark| changed.contains(&mark.work.task.delivery.uuid())).collect())
}

async fn insert_attempts(tx: &Tx, marks: &[Mark]) -> Result<()> {
    const COLUMNS: &str =
        "delivery_id, number, outcome, code, error, http_status, request, response, started_at, ended_at";
    let tried: Vec<_> = marks.iter().filter_map(|mark| Some((mark, mark.log.as_ref()?))).collect();
    for range in sql::chunks(tried.len()) {
        let marks = sql::rows(range.len(), 10);
        let text = format!("INSERT INTO delivery_attempts ({COLUMNS}) VALUES {marks} ON CONFLICT DO NOTHING");
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 10);
        for (mark, log) in &tried[range] {
            let failure = mark.change.failure.as_ref();
            values.extend([
                mark.work.task.delivery.into(),
                i32::try_from(mark.work.task.attempt).unwrap_or(i32::MAX).into(),
                mark.change.status.as_str().into(),
                failure.map(|f| f.code).into(),
                failure.map(|f| f.error.as_str()).into(),
                log.http_status.map(i32::from).into(),
                log.request.as_deref().map(kept).into(),
                log.response.as_deref().map(kept).into(),
                log.started.into(),
                log.ended.into(),
            ]);
        }
        tx.execute(&text, values).await?;
    }
    Ok(())
}

/// The beginning of a text, whole characters of it; without NUL, which cannot be stored.
fn kept(text: &str) -> String {
    text[..text.floor_char_boundary(LOG_BYTES_MAX)].replace('\0', "\u{fffd}")
}

/// Adds what ended to the events it belongs to; an event whose last delivery ended is completed, or failed when all of them
/// were given up.
pub(crate) async fn count_finished(tx: &Tx, marks: &[Mark], changed: &[bool]) -> Result<HashMap<Uuid, Counters>> {
    let mut steps: BTreeMap<Uuid, (i32, i32)> = BTreeMap::new();
    for (mark, _) in marks.iter().zip(changed).filter(|(mark, changed)| **changed && mark.ends()) {
        let step = steps.entry(mark.work.card.facts.id.uuid()).or_default();
        step.0 += 1;
        step.1 += i32::from(mark.is_dead());
    }
    let steps: Vec<(Uuid, (i32, i32))> = steps.into_iter().collect();
    add_to_events(tx, &steps).await
}

/// Adds (finished, dead) to events, given in the order of ids.
pub(crate) async fn add_to_events(tx: &Tx, steps: &[(Uuid, (i32, i32))]) -> Result<HashMap<Uuid, Counters>> {
    let now = tx.now();
    let mut events = HashMap::with_capacity(steps.len());
    if tx.dialect() == Dialect::Postgres && steps.len() > 1 {
        lock_events(tx, steps.iter().map(|(id, _)| *id).collect()).await?;
    }
    for range in sql::chunks(steps.len()) {
        let text = format!(
            "UPDATE events SET finished = finished + v.column2, dead = dead + v.column3, \
             status = CASE WHEN status <> 'processing' OR finished + v.column2 < total THEN status \
                           WHEN dead + v.column3 >= total THEN 'failed' ELSE 'completed' END, \
             completed_at = CASE WHEN status = 'processing' AND finished + v.column2 >= total THEN v.column4 \
                                 ELSE completed_at END \
             FROM (VALUES {}) AS v WHERE events.id = v.column1 \
             RETURNING events.id, total, finished, dead, status",
            sql::rows(range.len(), 4)
        );
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 4);
        for (event, (finished, dead)) in &steps[range] {
            values.extend([(*event).into(), (*finished).into(), (*dead).into(), now.into()]);
        }
        for row in tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &text, values)).await? {
            let status: String = row.try_get_by_index(4)?;
            let counters = Counters {
                total: row.try_get_by_index(1)?,
                finished: row.try_get_by_index(2)?,
                dead: row.try_get_by_index(3)?,
                status: EventStatus::parse(&status).unwrap_or(EventStatus::Processing),
            };
            events.insert(row.try_get_by_index(0)?, counters);
        }
    }
    Ok(events)
}

/// Locks events in the order of ids: an update of many rows locks them in any order, and two nodes could wait for each other.
pub(crate) async fn lock_events(tx: &Tx, ids: Vec<Uuid>) -> Result<()> {
    for range in sql::chunks(ids.len()) {
        let text = format!("SELECT id FROM events WHERE id IN ({}) ORDER BY id FOR UPDATE", sql::marks(range.len()));
        let values = ids[range].iter().map(|id| Value::from(*id)).collect();
        tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &text, values)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_can_be_stored() {
        assert_eq!(kept("a\0b"), "a\u{fffd}b");
        let long = "ä".repeat(LOG_BYTES_MAX);
        assert!(kept(&long).len() <= LOG_BYTES_MAX && long.starts_with(&kept(&long)));
    }
}
