//! The use cases of this slice.

mod availability;
mod book;
mod book_at_desk;
mod book_in_public;
mod correct_notes;
mod insert;
mod list;
mod manage;
mod move_by_link;
mod move_status;
mod reschedule;
mod show;

pub(super) use availability::{FreeTimes, find_free_days, find_free_times};
pub(super) use book_at_desk::{DeskBooking, book_at_desk};
pub(super) use book_in_public::{PublicBooking, book_in_public};
pub(super) use correct_notes::correct_notes;
pub use insert::{AppointmentHistory, Contact, NewAppointment, import_appointment, insert_appointment};
pub(super) use list::{ListWish, list_appointments};
pub(super) use manage::{calendar_by_link, cancel_by_link, show_by_link};
pub(super) use move_by_link::{find_days_by_link, find_times_by_link, reschedule_by_link};
pub(super) use move_status::move_appointment;
pub(super) use reschedule::reschedule;
pub(super) use show::{calendar_file, show_appointment};

use kernel::{Caller, Id, Problem, id, text};
use people::tenants::TenantView;
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::entity::Model;
use crate::catalog::{Service, find_active_services, find_service};

/// Longest note of a customer.
pub(super) const NOTES_CHARS_MAX: usize = 2000;
/// Longest reason given for a change.
const REASON_CHARS_MAX: usize = 500;

fn parse_optional_prose(field: &'static str, sent: Option<&str>, chars_max: usize) -> Result<Option<String>> {
    let parsed = sent.map(|sent| text::parse_prose(sent, chars_max)).transpose();
    let parsed = parsed.map_err(|e| Problem::field(field, "INVALID_VALUE", e.to_string()))?;
    Ok(parsed.filter(|text| !text.is_empty()))
}

/// A bookable service by its id or, in any case, its name.
async fn find_bookable_service(db: &impl ConnectionTrait, tenant: &TenantView, wanted: &str) -> Result<Service> {
    let wanted = wanted.trim();
    if let Ok(service) = Id::<id::Service>::parse(wanted) {
        let found = find_service(db, tenant.id, service).await?.filter(|service| service.active);
        return Ok(found.ok_or_else(Problem::not_found)?);
    }
    let name = wanted.to_lowercase();
    let services = find_active_services(db, tenant.id).await?;
    let mut called_so = services.into_iter().filter(|service| service.name.to_lowercase() == name);
    let found = called_so.next().ok_or_else(Problem::not_found)?;
    if called_so.next().is_some() {
        return Err(
            Problem::field("service", "AMBIGUOUS", "is the name of several services; send the id of one").into()
        );
    }
    Ok(found)
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    row: &Model,
    before: Option<&Model>,
) -> Result<()> {
    audit_as(tx, caller.person_id(), client, action, row, before).await
}

/// The same where nobody is signed in.
async fn audit_as(
    tx: &mut Tx,
    actor: String,
    client: &ClientInfo,
    action: &'static str,
    row: &Model,
    before: Option<&Model>,
) -> Result<()> {
    let state = |row: &Model| json!({ "status": row.status, "start": row.start_at, "staffId": row.provider_id });
    tx.audit(&AuditEntry {
        tenant: Some(row.tenant_id),
        actor,
        action,
        object: row.id.to_string(),
        details: json!({ "before": before.map(state), "after": state(row), "reason": row.reason }),
        ip: Some(client.ip.to_string()),
    })
    .await
}
