//! Test calls, kept for the log beside the attempts of deliveries. The newest of each webhook; they go with it.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx, db::statement};
use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::view::{CallView, LogView};
use crate::model::DeliveryStatus;

/// Test calls kept of one webhook.
pub const TEST_CALLS_MAX: u64 = 100;

/// Keeps a call, and no more than the newest [`TEST_CALLS_MAX`] of its webhook.
pub(super) async fn keep(tx: &Tx, tenant: Id<id::Tenant>, webhook: Id<id::Webhook>, line: &LogView) -> Result<()> {
    let sql = "INSERT INTO webhook_test_calls (id, tenant_id, webhook_id, event_id, type, request_body, code, error, \
               http_status, request, response, response_headers, started_at, ended_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let call = &line.call;
    let took = std::time::Duration::from_millis(u64::try_from(call.duration_ms).unwrap_or(0));
    let values = vec![
        line.delivery_id.into(),
        tenant.into(),
        webhook.into(),
        line.event_id.into(),
        line.event.as_str().into(),
        call.request_body.clone().into(),
        call.code.clone().into(),
        call.error.clone().into(),
        call.http_status.map(i32::from).into(),
        call.request.clone().into(),
        call.response.as_deref().map(storable).into(),
        call.response_headers.clone().into(),
        line.started_at.into(),
        line.started_at.plus(took).into(),
    ];
    tx.execute(sql, values).await?;
    let sql = format!(
        "DELETE FROM webhook_test_calls WHERE tenant_id = ? AND webhook_id = ? AND id NOT IN \
         (SELECT id FROM webhook_test_calls WHERE tenant_id = ? AND webhook_id = ? ORDER BY id DESC LIMIT {TEST_CALLS_MAX})"
    );
    tx.execute(&sql, vec![tenant.into(), webhook.into(), tenant.into(), webhook.into()]).await?;
    Ok(())
}

fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Those before a place in the log, newest first.
pub(super) async fn list(
    db: &platform::db::Db,
    tenant: Id<id::Tenant>,
    webhook: Id<id::Webhook>,
    before: Option<Id<id::Delivery>>,
    limit: usize,
) -> Result<Vec<LogView>> {
    let narrow = if before.is_some() { " AND id < ?" } else { "" };
    let sql = format!(
        "SELECT id, event_id, type, request_body, code, error, http_status, request, response, started_at, ended_at, \
         response_headers FROM webhook_test_calls WHERE tenant_id = ? AND webhook_id = ?{narrow} ORDER BY id DESC LIMIT ?"
    );
    let mut values: Vec<Value> = vec![tenant.into(), webhook.into()];
    values.extend(before.map(Value::from));
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let rows = db.read().query_all_raw(statement(db.dialect(), &sql, values)).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<LogView> {
    let code: Option<String> = row.try_get_by_index(4)?;
    let (started_at, ended_at): (Timestamp, Timestamp) = (row.try_get_by_index(9)?, row.try_get_by_index(10)?);
    let http_status: Option<i32> = row.try_get_by_index(6)?;
    Ok(LogView {
        delivery_id: row.try_get_by_index(0)?,
        event_id: row.try_get_by_index(1)?,
        event: row.try_get_by_index(2)?,
        attempt: 1,
        status: if code.is_none() { DeliveryStatus::Delivered } else { DeliveryStatus::Dead },
        is_test: true,
        started_at,
        call: CallView {
            ok: code.is_none(),
            http_status: http_status.and_then(|status| u16::try_from(status).ok()),
            code,
            error: row.try_get_by_index(5)?,
            request: row.try_get_by_index(7)?,
            request_body: row.try_get_by_index(3)?,
            response: row.try_get_by_index(8)?,
            response_headers: row.try_get_by_index(11)?,
            duration_ms: i64::try_from(ended_at.since(started_at).as_millis()).unwrap_or(i64::MAX),
        },
    })
}
