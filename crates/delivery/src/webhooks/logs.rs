//! What was sent to a webhook and what came back, newest delivery first.

use std::cmp::Reverse;

use kernel::{Caller, Id, Timestamp, id};
use platform::{Fault, Result, db::statement};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde_json::Value as Json;

use super::{
    access::access_webhook,
    message,
    rules::LOGGED_CHARS_MAX,
    test_calls,
    view::{CallView, LogView},
};
use crate::{
    Delivery,
    events::personal::shared,
    model::{DeliveryStatus, EventFacts},
};

/// Attempts shown of one delivery: the newest.
const ATTEMPTS_SHOWN_MAX: usize = 20;

/// A page of so many deliveries with their attempts, and the cursor of the next page.
pub(super) async fn list_logs(
    delivery: &Delivery,
    caller: &Caller,
    webhook: Id<id::Webhook>,
    before: Option<Id<id::Delivery>>,
    limit: usize,
) -> Result<(Vec<LogView>, Option<Id<id::Delivery>>)> {
    let row = access_webhook(delivery, caller, webhook).await?;
    let (db, row_tenant) = (delivery.platform().db(), row.tenant_id);
    let narrow = if before.is_some() { " AND id < ?" } else { "" };
    let page = format!(
        "SELECT id, event_id FROM deliveries WHERE tenant_id = ? AND channel = 'webhook' AND recipient = ?{narrow} \
         AND EXISTS (SELECT 1 FROM events e WHERE e.id = deliveries.event_id AND {}) ORDER BY id DESC LIMIT ?",
        shared("e")
    );
    let sql = format!(
        "SELECT d.id, d.event_id, e.type, e.data, e.created_at, a.number, a.outcome, a.code, a.error, a.http_status, \
         a.request, a.response, a.started_at, a.ended_at, a.response_headers FROM ({page}) d JOIN events e ON e.id = d.event_id \
         LEFT JOIN (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY delivery_id ORDER BY number DESC) AS place \
         FROM delivery_attempts t WHERE delivery_id IN (SELECT id FROM ({page}) p)) a \
         ON a.delivery_id = d.id AND a.place <= {ATTEMPTS_SHOWN_MAX} ORDER BY d.id DESC, a.number DESC"
    );
    let mut values: Vec<Value> = vec![row.tenant_id.into(), webhook.to_string().into()];
    values.extend(before.map(Value::from));
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    values.extend(values.clone());
    let rows = db.read().query_all_raw(statement(db.dialect(), &sql, values)).await?;
    let mut seen = Vec::with_capacity(limit);
    let mut logs = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: Id<id::Delivery> = row.try_get_by_index(0)?;
        if seen.last() != Some(&id) {
            seen.push(id);
        }
        // A delivery that was not tried yet has no line, and still counts for the page.
        if row.try_get_by_index::<Option<i32>>(5)?.is_some() {
            logs.push(read(row, caller.tenant)?);
        }
    }
    let tests = test_calls::list(db, row_tenant, webhook, before, limit).await?;
    Ok(merge(seen, logs, tests, limit))
}

/// Deliveries and test calls in one order, newest first: so many of both together, and the last of them when there may be
/// more.
fn merge(
    deliveries: Vec<Id<id::Delivery>>,
    attempts: Vec<LogView>,
    tests: Vec<LogView>,
    limit: usize,
) -> (Vec<LogView>, Option<Id<id::Delivery>>) {
    let mut ids: Vec<Id<id::Delivery>> = deliveries.into_iter().chain(tests.iter().map(|t| t.delivery_id)).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.truncate(limit);
    let last = ids.last().copied();
    let is_shown = |line: &LogView| last.is_some_and(|last| line.delivery_id >= last);
    let mut lines: Vec<LogView> = attempts.into_iter().chain(tests).filter(is_shown).collect();
    // Stable: attempts of one delivery keep their order.
    lines.sort_by_key(|line| Reverse(line.delivery_id));
    (lines, last.filter(|_| ids.len() == limit))
}

fn read(row: &QueryResult, tenant: Id<id::Tenant>) -> Result<LogView> {
    let event = EventFacts {
        id: row.try_get_by_index(1)?,
        tenant,
        kind: row.try_get_by_index::<String>(2)?.into(),
        data: serde_json::from_str::<Json>(&row.try_get_by_index::<String>(3)?).unwrap_or_default().into(),
        at: row.try_get_by_index(4)?,
    };
    let outcome: String = row.try_get_by_index(6)?;
    let status = DeliveryStatus::parse(&outcome).ok_or_else(|| Fault::internal("reading a stored outcome", outcome))?;
    let (started_at, ended_at): (Timestamp, Timestamp) = (row.try_get_by_index(12)?, row.try_get_by_index(13)?);
    let request: Option<String> = row.try_get_by_index(10)?;
    let body = request.as_ref().map(|_| message::body(&event)).transpose()?;
    let http_status: Option<i32> = row.try_get_by_index(9)?;
    Ok(LogView {
        delivery_id: row.try_get_by_index(0)?,
        event_id: event.id,
        event: event.kind.to_string(),
        attempt: row.try_get_by_index(5)?,
        status,
        is_test: false,
        started_at,
        call: CallView {
            ok: matches!(status, DeliveryStatus::Sent | DeliveryStatus::Delivered),
            http_status: http_status.and_then(|status| u16::try_from(status).ok()),
            code: row.try_get_by_index(7)?,
            error: row.try_get_by_index(8)?,
            request,
            request_body: body.map(|body| shorten(&String::from_utf8_lossy(&body))),
            response: row.try_get_by_index::<Option<String>>(11)?.map(|text| shorten(&text)),
            response_headers: row.try_get_by_index(14)?,
            duration_ms: i64::try_from(ended_at.since(started_at).as_millis()).unwrap_or(i64::MAX),
        },
    })
}

/// The beginning of a long text; a log page must stay one that a browser can show.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(LOGGED_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
