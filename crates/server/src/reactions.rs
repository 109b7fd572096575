//! Which fact makes what happen on a floor that the one who states it cannot see. A reaction runs after the commit, at
//! least once, and so must be idempotent.

use platform::{Platform, jobs::EventRow};

/// Facts that nothing reacts to yet. They are kept for the deliveries and the audit of a tenant; the list is here so that a
/// new fact is placed knowingly.
pub const UNHEARD: &[&str] = &[
    kernel::events::TENANT_CREATED,
    kernel::events::CUSTOMER_CREATED,
    kernel::events::APPOINTMENT_CREATED,
    kernel::events::APPOINTMENT_UPDATED,
    kernel::events::APPOINTMENT_CONFIRMED,
    kernel::events::APPOINTMENT_REJECTED,
    kernel::events::APPOINTMENT_COMPLETED,
    kernel::events::APPOINTMENT_CANCELLED,
];

/// Registers every reaction.
pub fn register(platform: &Platform) {
    for kind in UNHEARD {
        platform.jobs().react(kind, count);
    }
}

/// Counts a fact by its type.
async fn count(event: EventRow) -> platform::Result<()> {
    metrics::counter!("frontdesk_events_total", "type" => event.kind).increment(1);
    Ok(())
}
