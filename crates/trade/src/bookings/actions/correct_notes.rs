//! The business corrects what stands beside an appointment: somebody mentioned an allergy on the phone, or a remark was
//! mistyped. Nothing that was agreed changes, so nobody is written to; screens and the business's systems follow.

use kernel::{Caller, Id, id};
use platform::{AuditEntry, Result, http::ClientInfo};
use serde_json::json;

use super::{NOTES_CHARS_MAX, parse_optional_prose};
use crate::{
    Trade,
    bookings::{
        access::access_appointment_locked,
        announce::{Happened, announce},
        entity::Model,
        store,
        view::AppointmentView,
    },
};

/// Puts the notes in the place of those before; an empty text takes them away.
pub(crate) async fn correct_notes(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    appointment: Id<id::Appointment>,
    notes: &str,
) -> Result<AppointmentView> {
    let notes = parse_optional_prose("notes", Some(notes), NOTES_CHARS_MAX)?;
    let mut tx = trade.db().begin().await?;
    let before = access_appointment_locked(&tx, caller, appointment).await?;
    if before.notes == notes {
        return AppointmentView::try_from(before);
    }
    let mut row = Model { notes, ..before.clone() };
    store::update(&tx, &mut row).await?;
    tx.audit(&AuditEntry {
        tenant: Some(row.tenant_id),
        actor: caller.person_id(),
        action: "appointment.notes_corrected",
        object: row.id.to_string(),
        details: json!({ "before": { "notes": before.notes }, "after": { "notes": row.notes } }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    let view = announce(trade, &mut tx, &row, Happened::Updated, Some(&before)).await?;
    tx.commit().await?;
    Ok(view)
}
