//! Somebody of the business books for a customer, on the phone or at the desk; it is confirmed at once. Staff book their
//! own time only.

use kernel::{Caller, Id, Problem, Right, Timestamp, id};
use people::{
    contacts::find_at_phone,
    customers::{NewGuest, find_customer, find_or_create_guest},
    tenants::TenantView,
};
use platform::{Result, Tx, http::ClientInfo};

use super::{
    NOTES_CHARS_MAX, audit,
    book::claim_time,
    book_in_public::{Reach, parse_contact},
    find_bookable_service,
    insert::{Contact, NewAppointment, insert_claimed},
    parse_optional_prose,
};
use crate::{
    Trade,
    bookings::{
        announce::{Happened, announce},
        calendars::Candidates,
        model::{Source, Status},
        view::AppointmentView,
    },
};

/// What the desk sent.
pub(crate) struct DeskBooking {
    pub customer: Option<Id<id::Customer>>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub service: String,
    pub start: Timestamp,
    pub staff: Option<Id<id::User>>,
    pub notes: Option<String>,
}

/// For whom the desk books.
enum Guest {
    Known(Id<id::Customer>, Contact),
    Named(Contact),
}

pub(crate) async fn book_at_desk(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    booking: DeskBooking,
) -> Result<AppointmentView> {
    let staff = decide_staff(caller, booking.staff)?;
    let tenant = trade.find_tenant(caller.tenant).await?;
    let guest = parse_guest(trade, &tenant, &booking).await?;
    let notes = parse_optional_prose("notes", booking.notes.as_deref(), NOTES_CHARS_MAX)?;
    let service = find_bookable_service(trade.db().read(), &tenant, &booking.service).await?;
    let candidates = Candidates::find(trade.db().read(), &tenant, &service, staff).await?;
    let claimed = claim_time(trade.db(), &candidates, booking.start).await?;
    let mut tx = claimed.tx;
    let (customer, contact) = settle_guest(trade, &mut tx, &tenant, guest).await?;
    let new = NewAppointment {
        tenant: &tenant,
        customer,
        contact,
        service: &service,
        provider: claimed.provider,
        provider_name: candidates.name_of(claimed.provider).to_owned(),
        start: booking.start,
        status: Status::Confirmed,
        source: Source::Desk,
        notes,
    };
    let row = insert_claimed(&tx, claimed.appointment, new).await?;
    audit(&mut tx, caller, client, "appointment.created", &row, None).await?;
    let view = announce(trade, &mut tx, &row, Happened::Created, None).await?;
    tx.commit().await?;
    Ok(view)
}

/// Whose time may be booked: anybody's for managers, one's own for staff.
pub(super) fn decide_staff(caller: &Caller, wanted: Option<Id<id::User>>) -> Result<Option<Id<id::User>>> {
    let user = caller.check_user()?;
    caller.check(Right::Appointments)?;
    if caller.has(Right::AppointmentsAll) {
        return Ok(wanted);
    }
    if wanted.is_some_and(|staff| staff != user) {
        return Err(Problem::forbidden().into());
    }
    Ok(Some(user))
}

async fn parse_guest(trade: &Trade, tenant: &TenantView, booking: &DeskBooking) -> Result<Guest> {
    if let Some(customer) = booking.customer {
        let known = find_customer(trade.db().read(), tenant.id, customer).await?.ok_or_else(Problem::not_found)?;
        return Ok(Guest::Known(customer, Contact::from(&known)));
    }
    let (name, email, phone) = (booking.name.as_deref(), booking.email.as_deref(), booking.phone.as_deref());
    Ok(Guest::Named(parse_contact(tenant, Reach::AddressOrNumber, name, email, phone)?))
}

async fn settle_guest(
    trade: &Trade,
    tx: &mut Tx,
    tenant: &TenantView,
    guest: Guest,
) -> Result<(Id<id::Customer>, Contact)> {
    match guest {
        Guest::Known(customer, contact) => Ok((customer, contact)),
        Guest::Named(contact) => {
            if let Some(known) = find_caller(tx, tenant, &contact).await? {
                return Ok((known, contact));
            }
            let guest =
                NewGuest { name: contact.name.clone(), email: contact.email.clone(), phone: contact.phone.clone() };
            let (customer, _) = find_or_create_guest(trade.people(), tx, tenant.id, guest).await?;
            Ok((customer.id, contact))
        }
    }
}

/// Somebody who called before: one customer has this number under this name. A number alone says nothing, families share
/// one; and an address, where there is one, decides by itself.
async fn find_caller(tx: &Tx, tenant: &TenantView, contact: &Contact) -> Result<Option<Id<id::Customer>>> {
    let (None, Some(phone)) = (&contact.email, &contact.phone) else { return Ok(None) };
    let name = contact.name.to_lowercase();
    let behind = find_at_phone(tx.conn(), tenant.id, phone).await?;
    let mut namesakes = behind.iter().filter(|known| known.is_customer && known.name.to_lowercase() == name);
    match (namesakes.next(), namesakes.next()) {
        (Some(only), None) => Ok(Some(Id::from_uuid(only.person))),
        _ => Ok(None),
    }
}
