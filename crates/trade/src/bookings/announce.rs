//! What the world is told about an appointment: an event for whoever subscribed, and a push to the live screens of those
//! who may see it. Both are part of the transaction that changed it.

use kernel::{Id, Right, events, id};
use platform::{Push, Result, Room, Tx};
use serde_json::json;

use super::{entity::Model, model::Move, view::AppointmentView};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    Created,
    Updated,
    Confirmed,
    Rejected,
    Completed,
    Cancelled,
}

impl From<Move> for Happened {
    fn from(step: Move) -> Self {
        match step {
            Move::Confirm => Self::Confirmed,
            Move::Reject => Self::Rejected,
            Move::Complete => Self::Completed,
            Move::Cancel => Self::Cancelled,
            Move::Start | Move::NoShow => Self::Updated,
        }
    }
}

impl Happened {
    /// The event's type and the name of the push.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Created => (events::APPOINTMENT_CREATED, "appointment_created"),
            Self::Updated => (events::APPOINTMENT_UPDATED, "appointment_updated"),
            Self::Confirmed => (events::APPOINTMENT_CONFIRMED, "appointment_confirmed"),
            Self::Rejected => (events::APPOINTMENT_REJECTED, "appointment_rejected"),
            Self::Completed => (events::APPOINTMENT_COMPLETED, "appointment_completed"),
            Self::Cancelled => (events::APPOINTMENT_CANCELLED, "appointment_cancelled"),
        }
    }
}

/// States the fact and prepares the push; `before` is the provider who had it, when it moved to another.
pub(super) async fn announce(
    tx: &mut Tx,
    row: &Model,
    happened: Happened,
    before: Option<Id<id::User>>,
) -> Result<AppointmentView> {
    let (event, push) = happened.names();
    let view = AppointmentView::try_from(row.clone())?;
    tx.emit(row.tenant_id, event, json!({ "appointment": view })).await?;
    let mut rooms = vec![
        Room::right(row.tenant_id, Right::AppointmentsAll),
        Room::person(row.provider_id.uuid()),
        Room::person(row.customer_id.uuid()),
    ];
    rooms.extend(before.map(|provider| Room::person(provider.uuid())));
    tx.push(Push::new(rooms, push, json!({ "appointment": view, "timestamp": tx.now() })));
    Ok(view)
}
