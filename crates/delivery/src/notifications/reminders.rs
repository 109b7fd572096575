//! Reminders of appointments. Facts about an appointment move its one row here, so that it is reminded of as it stands: a
//! cancelled one never, a moved one at its new time. Whoever takes a due row states the fact `appointment.reminder` in the
//! same transaction, so it is stated once.

use std::time::Duration;

use kernel::{Id, Timestamp, events, id};
use platform::{Fault, Result, Tx, db::statement};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value as Json;

use super::settings::settings_of;
use crate::{Delivery, model::EventFacts};

/// Reminders of one look; the rest waits for the next.
const REMINDED_MAX: u64 = 200;
/// Only what is agreed is reminded of.
const AGREED: &str = "confirmed";

/// Something was said about an appointment. Facts may come twice or out of order: an older one changes nothing.
pub async fn follow_appointment(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    as_of: Timestamp,
    data: &Json,
) -> Result<()> {
    let appointment = &data["appointment"];
    let id = appointment["id"].as_str().unwrap_or_default();
    let id = Id::<id::Appointment>::parse(id).map_err(|e| Fault::internal("reading a fact about an appointment", e))?;
    let start = appointment["start"].as_str().and_then(Timestamp::parse);
    let start = start.ok_or_else(|| Fault::internal("reading a fact about an appointment", "it has no start"))?;
    let before = settings_of(delivery.db().read(), tenant).await?.reminder_before();
    let tx = delivery.db().begin().await?;
    let is_agreed = appointment["status"].as_str() == Some(AGREED);
    let due = before.filter(|_| is_agreed).map(|before| start.minus(before)).filter(|due| *due > tx.now());
    let text = "INSERT INTO appointment_reminders (appointment_id, tenant_id, starts_at, due_at, agreed, as_of, data) \
                VALUES (?, ?, ?, ?, ?, ?, ?) \
                ON CONFLICT (appointment_id) DO UPDATE SET starts_at = excluded.starts_at, due_at = excluded.due_at, \
                agreed = excluded.agreed, as_of = excluded.as_of, data = excluded.data, \
                reminded_at = CASE WHEN appointment_reminders.starts_at = excluded.starts_at \
                THEN appointment_reminders.reminded_at END WHERE appointment_reminders.as_of <= excluded.as_of";
    let values = vec![
        id.into(),
        tenant.into(),
        start.into(),
        due.into(),
        is_agreed.into(),
        as_of.into(),
        data.to_string().into(),
    ];
    tx.execute(text, values).await?;
    tx.commit().await
}

/// The business wants its customers reminded earlier, later or not at all. What was agreed when it was too late for a reminder
/// gets one after all when there is time for it now.
pub(super) async fn move_all(tx: &Tx, tenant: Id<id::Tenant>, before: Option<Duration>) -> Result<()> {
    match before {
        Some(before) => {
            let millis = i64::try_from(before.as_millis()).unwrap_or(i64::MAX);
            let text = "UPDATE appointment_reminders SET due_at = starts_at - ? WHERE tenant_id = ? AND (due_at IS NOT NULL \
                        OR (agreed = ? AND reminded_at IS NULL AND starts_at - ? > ?))";
            let values = vec![millis.into(), tenant.into(), true.into(), millis.into(), tx.now().into()];
            tx.execute(text, values).await?;
        }
        None => {
            let text = "UPDATE appointment_reminders SET due_at = NULL WHERE tenant_id = ? AND due_at IS NOT NULL";
            tx.execute(text, vec![tenant.into()]).await?;
        }
    }
    Ok(())
}

/// Reminds of everything whose time has come; gives how many.
pub async fn remind_due(delivery: &Delivery) -> Result<usize> {
    let db = delivery.db();
    let now = db.world().now();
    let text = format!(
        "SELECT appointment_id, tenant_id, starts_at, due_at, data FROM appointment_reminders WHERE due_at <= ? \
         ORDER BY due_at LIMIT {REMINDED_MAX}"
    );
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, vec![now.into()])).await?;
    let mut reminded = 0;
    for row in &rows {
        reminded += usize::from(remind(delivery, row, now).await?);
    }
    Ok(reminded)
}

async fn remind(delivery: &Delivery, row: &QueryResult, now: Timestamp) -> Result<bool> {
    let appointment: Id<id::Appointment> = row.try_get_by_index(0)?;
    let tenant: Id<id::Tenant> = row.try_get_by_index(1)?;
    let (start, due): (Timestamp, Timestamp) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
    let data: String = row.try_get_by_index(4)?;
    let data: Json = serde_json::from_str(&data).map_err(|e| Fault::internal("reading a stored reminder", e))?;
    let mut tx = delivery.db().begin().await?;
    let text =
        "UPDATE appointment_reminders SET due_at = NULL, reminded_at = ? WHERE appointment_id = ? AND due_at = ?";
    if tx.execute(text, vec![now.into(), appointment.into(), due.into()]).await? == 0 {
        return Ok(false);
    }
    // A house that was away for a day reminds nobody of what is over.
    if start > now {
        tx.emit(tenant, events::APPOINTMENT_REMINDER, data).await?;
    }
    tx.commit().await?;
    Ok(start > now)
}

/// Whether the appointment of a reminder still stands as it was when the reminder was stated. Asked before each leaves.
pub(crate) async fn is_current(delivery: &Delivery, event: &EventFacts) -> Result<bool> {
    let appointment = &event.data["appointment"];
    let Some(id) = appointment["id"].as_str().and_then(|text| Id::<id::Appointment>::parse(text).ok()) else {
        return Ok(true);
    };
    let db = delivery.db();
    let text = "SELECT data FROM appointment_reminders WHERE appointment_id = ? AND tenant_id = ?";
    let values = vec![id.into(), event.tenant.into()];
    let Some(row) = db.read().query_one_raw(statement(db.dialect(), text, values)).await? else { return Ok(true) };
    let data: String = row.try_get_by_index(0)?;
    let data: Json = serde_json::from_str(&data).map_err(|e| Fault::internal("reading a stored reminder", e))?;
    let now = &data["appointment"];
    Ok(now["status"].as_str() == Some(AGREED) && now["start"] == appointment["start"])
}
