//! What the world is told about an appointment: an event for whoever subscribed, and a push to the live screens of those
//! who may see it. Both are part of the transaction that changed it.

use kernel::{Id, Problem, Right, Timestamp, events, id};
use people::tenants::find_tenant_in;
use platform::{Platform, Push, Result, Room, Tx};
use serde_json::json;

use super::{
    entity::Model,
    links::{calendar_url, manage_url},
    model::Move,
    ports::AppointmentChange,
    store,
    view::AppointmentView,
};
use crate::Trade;

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

/// States the fact, lets the thread follow and prepares the push; `before` is how it stood, when it moved.
pub(super) async fn announce(
    trade: &Trade,
    tx: &mut Tx,
    row: &Model,
    happened: Happened,
    before: Option<&Model>,
) -> Result<AppointmentView> {
    let view = state(trade.platform(), tx, row, happened, before).await?;
    if happened != Happened::Created {
        let change = AppointmentChange {
            tenant: row.tenant_id,
            appointment: row.id,
            provider: row.provider_id,
            status: view.status,
        };
        trade.threads().follow(tx, change).await?;
    }
    let moved_from = before.map(|old| old.provider_id).filter(|old| *old != row.provider_id);
    tx.push(push_of(row.tenant_id, &view, happened, moved_from, tx.now()));
    Ok(view)
}

/// States that an appointment was booked which was brought along from elsewhere: who subscribed and who booked hear of it.
pub async fn state_booked(
    platform: &Platform,
    tx: &mut Tx,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
) -> Result<()> {
    let row = store::find(tx.conn(), tenant, appointment).await?.ok_or_else(Problem::not_found)?;
    state(platform, tx, &row, Happened::Created, None).await?;
    Ok(())
}

async fn state(
    platform: &Platform,
    tx: &mut Tx,
    row: &Model,
    happened: Happened,
    before: Option<&Model>,
) -> Result<AppointmentView> {
    let view = AppointmentView::try_from(row.clone())?;
    let mut fact = json!({ "appointment": view });
    if let Some(before) = before.filter(|before| before.start_at != row.start_at) {
        fact["appointment"]["startBefore"] = json!(before.start_at);
    }
    if let Some(before) = before.filter(|before| before.provider_id != row.provider_id) {
        fact["appointment"]["staffNameBefore"] = json!(before.provider_name);
    }
    // Who booked without an account has no other way back than this link.
    if let Some(tenant) = find_tenant_in(tx.conn(), row.tenant_id).await? {
        let (crypto, base) = (platform.crypto(), &platform.config().client_url);
        fact["appointment"]["manageUrl"] = manage_url(crypto, base, &tenant, row).into();
        fact["appointment"]["calendarUrl"] = calendar_url(crypto, base, row).into();
    }
    tx.emit(row.tenant_id, happened.names().0, fact).await?;
    Ok(view)
}

/// To everybody who may see the appointment: the managers, its provider, its customer, and whoever just lost it.
fn push_of(
    tenant: Id<id::Tenant>,
    view: &AppointmentView,
    happened: Happened,
    before: Option<Id<id::User>>,
    now: Timestamp,
) -> Push {
    let mut rooms = vec![
        Room::right(tenant, Right::AppointmentsAll),
        Room::person(view.staff_id.uuid()),
        Room::person(view.customer_id.uuid()),
    ];
    rooms.extend(before.map(|provider| Room::person(provider.uuid())));
    Push::new(rooms, happened.names().1, json!({ "appointment": view, "timestamp": now }))
}

#[cfg(test)]
mod tests {
    use kernel::{Currency, Money};

    use super::*;
    use crate::bookings::{
        model::{Source, Status},
        view::ContactView,
    };

    fn id<K>(n: u128) -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn view() -> AppointmentView {
        let at = Timestamp::from_millis(1_795_000_000_000);
        AppointmentView {
            id: id(1),
            status: Status::Confirmed,
            customer_id: id(2),
            customer: ContactView { id: id(2), name: "Cara".into(), email: None, phone: None },
            service_id: id(3),
            service: "Haircut".into(),
            staff_id: id(4),
            staff_name: "Sam".into(),
            time: at,
            start: at,
            end: at,
            timezone: "Africa/Nairobi".into(),
            duration_minutes: 30,
            price: Money { amount: 1, currency: Currency::parse("KES").unwrap() },
            notes: None,
            reason: None,
            source: Source::Desk,
            conversation_id: None,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_push_goes_to_those_who_may_see_the_appointment() {
        let now = Timestamp::from_millis(5);
        let push = push_of(id(9), &view(), Happened::from(Move::Confirm), Some(id(7)), now);
        assert_eq!(push.event, "appointment_confirmed");
        let person = |n: u128| Room::person(uuid::Uuid::from_u128(n));
        assert_eq!(push.to.to_vec(), [Room::right(id(9), Right::AppointmentsAll), person(4), person(2), person(7)]);
        assert!(push.except.is_empty());
        assert_eq!(push.body["appointment"], serde_json::to_value(view()).unwrap());
        assert_eq!(push.body["timestamp"], "1970-01-01T00:00:00.005Z");
    }

    #[test]
    fn every_happening_has_its_two_names() {
        for (happened, push) in [
            (Happened::Created, "appointment_created"),
            (Happened::Updated, "appointment_updated"),
            (Happened::from(Move::Start), "appointment_updated"),
            (Happened::from(Move::NoShow), "appointment_updated"),
            (Happened::from(Move::Reject), "appointment_rejected"),
            (Happened::from(Move::Complete), "appointment_completed"),
            (Happened::from(Move::Cancel), "appointment_cancelled"),
        ] {
            assert_eq!(happened.names().1, push);
            assert_eq!(happened.names().0, push.replacen('_', ".", 1));
        }
    }
}
