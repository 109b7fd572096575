//! A visitor books on the public page: with a customer's token for that customer, otherwise as a guest. Duration and price
//! are the service's; who the customer is comes from the token or from what is stored, never from the body.

use kernel::{Caller, Id, Problem, Timestamp, id, problem::Fields, text};
use people::{
    customers::{
        Customer, CustomerSignedIn, CustomerView, NewGuest, audit_guest, enqueue_link, find_customer,
        find_or_create_guest,
    },
    sessions::{Device, NewSession, TokenPair},
    signin::open_first_session,
    tenants::{TenantView, find_business, find_by_code_or_slug},
};
use platform::{Result, Tx, http::ClientInfo};
use std::sync::Arc;

use super::{
    NOTES_CHARS_MAX, audit_as,
    book::claim_time,
    find_bookable_service,
    insert::{Contact, NewAppointment, insert_claimed},
    parse_optional_prose,
};
use crate::{
    Trade,
    bookings::{
        announce::{Happened, announce},
        calendars::Candidates,
        links::manage_url,
        model::{Source, Status},
        view::AppointmentView,
    },
};

/// What a visitor sent.
pub(crate) struct PublicBooking {
    pub invite_code: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub service: String,
    pub start: Timestamp,
    pub staff: Option<Id<id::User>>,
    pub notes: Option<String>,
}

/// What the visitor gets.
pub(crate) struct Booked {
    pub appointment: AppointmentView,
    pub manage_url: String,
    /// Only when this booking made the customer: a known one signs in by themselves.
    pub session: Option<CustomerSignedIn>,
}

/// Who did it when nobody knows.
const VISITOR: &str = "visitor";

/// Who books.
enum Booker {
    Known(Customer),
    Visitor(Contact),
}

pub(crate) async fn book_in_public(
    trade: &Trade,
    caller: Option<&Caller>,
    client: &ClientInfo,
    booking: PublicBooking,
) -> Result<Booked> {
    let tenant = find_storefront(trade, caller, booking.invite_code.as_deref()).await?;
    let booker = parse_booker(trade, &tenant, caller, &booking).await?;
    let notes = parse_optional_prose("notes", booking.notes.as_deref(), NOTES_CHARS_MAX)?;
    let service = find_bookable_service(trade.db().read(), &tenant, &booking.service).await?;
    let candidates = Candidates::find(trade.db().read(), &tenant, &service, booking.staff).await?;
    let claimed = claim_time(trade.db(), &candidates, booking.start).await?;
    let mut tx = claimed.tx;
    let (customer, contact, tokens) = settle_booker(trade, &mut tx, &tenant, booker, client).await?;
    let new = NewAppointment {
        tenant: &tenant,
        customer: customer.id,
        contact,
        service: &service,
        provider: claimed.provider,
        provider_name: candidates.name_of(claimed.provider).to_owned(),
        start: booking.start,
        status: Status::Pending,
        source: Source::Storefront,
        notes,
    };
    let row = insert_claimed(&tx, claimed.appointment, new).await?;
    // Whoever typed an address that is known here has not proven that it is theirs, and the line must not say so.
    let actor = if caller.is_some() || tokens.is_some() { row.customer_id.to_string() } else { VISITOR.to_owned() };
    audit_as(&mut tx, actor, client, "appointment.created", &row, None).await?;
    let appointment = announce(trade, &mut tx, &row, Happened::Created, None).await?;
    tx.commit().await?;
    let manage_url = manage_url(trade.platform().crypto(), &trade.platform().config().client_url, &tenant, &row);
    let session = match tokens {
        Some(tokens) => {
            let business = find_business(trade.people(), &tenant).await?;
            Some(CustomerSignedIn { customer: CustomerView::from(customer), business, tokens })
        }
        None => None,
    };
    Ok(Booked { appointment, manage_url, session })
}

/// The business by its code, or the one of the token when no code came along.
async fn find_storefront(trade: &Trade, caller: Option<&Caller>, code: Option<&str>) -> Result<Arc<TenantView>> {
    let tenant = match (code, caller) {
        (Some(code), _) => find_by_code_or_slug(trade.people(), code).await?,
        (None, Some(caller)) => trade.find_tenant(caller.tenant).await?,
        (None, None) => return Err(Problem::field("inviteCode", "REQUIRED", "is required").into()),
    };
    // A token of another business, or of the business side, is a wrong kind here; it must not pass for a guest either.
    if caller.is_some_and(|caller| caller.tenant != tenant.id || caller.is_business()) {
        return Err(Problem::unauthorized().into());
    }
    Ok(tenant)
}

async fn parse_booker(
    trade: &Trade,
    tenant: &TenantView,
    caller: Option<&Caller>,
    booking: &PublicBooking,
) -> Result<Booker> {
    if let Some(customer) = caller.and_then(Caller::customer) {
        let stored = find_customer(trade.db().read(), tenant.id, customer).await?;
        return Ok(Booker::Known(stored.ok_or_else(Problem::unauthorized)?));
    }
    Ok(Booker::Visitor(parse_contact(
        tenant,
        Reach::Address,
        booking.name.as_deref(),
        booking.email.as_deref(),
        booking.phone.as_deref(),
    )?))
}

/// What a contact must hold beside a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// An e-mail address: visitors get the link to their booking by mail.
    Address,
    /// An address or a number: whoever calls is known by the voice, and may have no mail at all.
    AddressOrNumber,
}

/// Reads the contact of somebody who is not known here. An empty text counts as absent where only one of both is needed.
pub(super) fn parse_contact(
    tenant: &TenantView,
    reach: Reach,
    name: Option<&str>,
    email: Option<&str>,
    phone: Option<&str>,
) -> Result<Contact> {
    let mut fields = Fields::new();
    let phone = phone.filter(|sent| !sent.trim().is_empty());
    let email = email.filter(|sent| reach == Reach::Address || !sent.trim().is_empty());
    if name.is_none() {
        fields.refuse("customerName", "REQUIRED", "is required");
    }
    match reach {
        Reach::Address if email.is_none() => fields.refuse("customerEmail", "REQUIRED", "is required"),
        Reach::AddressOrNumber if email.is_none() && phone.is_none() => {
            fields.refuse("customerEmail", "REQUIRED", "give an e-mail address or a phone number");
        }
        Reach::Address | Reach::AddressOrNumber => {}
    }
    let name =
        name.and_then(|sent| fields.take("customerName", "INVALID_NAME", text::parse_line(sent, text::NAME_CHARS_MAX)));
    let email = email.and_then(|sent| fields.take("customerEmail", "INVALID_EMAIL", text::parse_email(sent)));
    let phone =
        phone.and_then(|sent| fields.take("customerPhone", "INVALID_PHONE", text::parse_phone(sent, &tenant.country)));
    fields.check()?;
    Ok(Contact { name: name.ok_or_else(Problem::internal)?, email, phone })
}

/// The customer behind the booking; a new one is signed in on this device, a known one gets a link by mail.
async fn settle_booker(
    trade: &Trade,
    tx: &mut Tx,
    tenant: &TenantView,
    booker: Booker,
    client: &ClientInfo,
) -> Result<(Customer, Contact, Option<TokenPair>)> {
    let contact = match booker {
        Booker::Known(customer) => {
            let contact = Contact::from(&customer);
            return Ok((customer, contact, None));
        }
        Booker::Visitor(contact) => contact,
    };
    let guest = NewGuest { name: contact.name.clone(), email: contact.email.clone(), phone: contact.phone.clone() };
    let (customer, created) = find_or_create_guest(trade.people(), tx, tenant.id, guest).await?;
    let tokens = if created {
        let (session, device) = (NewSession::Customer { id: customer.id, tenant: tenant.id }, Device::from(client));
        audit_guest(tx, &customer, &device).await?;
        Some(open_first_session(trade.people(), tx, session, &device).await?)
    } else {
        // Typing an address proves nothing; whoever reads its mail comes to the booking by the link.
        enqueue_link(tx, tenant.id, contact.email.as_deref().unwrap_or_default()).await?;
        None
    };
    Ok((customer, contact, tokens))
}
