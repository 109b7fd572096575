//! Writes an appointment whose time was claimed. Also the door for demo data, which may lie in the past.

use kernel::{Id, id};
use people::{customers::Customer, tenants::TenantView};
use platform::{Fault, Result, Tx};

use crate::{
    bookings::{
        entity::Model,
        model::{Source, Status},
        store,
    },
    catalog::Service,
    providers::hours::Interval,
};
use kernel::Timestamp;

/// Who comes, as given with the booking.
#[derive(Debug, Clone)]
pub struct Contact {
    /// As given.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

impl From<&Customer> for Contact {
    fn from(customer: &Customer) -> Self {
        Self { name: customer.name.clone(), email: customer.email.clone(), phone: customer.phone.clone() }
    }
}

/// Everything an appointment is made of.
#[derive(Debug, Clone)]
pub struct NewAppointment<'a> {
    /// At which business.
    pub tenant: &'a TenantView,
    /// For whom.
    pub customer: Id<id::Customer>,
    /// As given with the booking.
    pub contact: Contact,
    /// What; gives duration and price.
    pub service: &'a Service,
    /// With whom.
    pub provider: Id<id::User>,
    /// Their name.
    pub provider_name: String,
    /// When.
    pub start: Timestamp,
    /// Where it stands at once.
    pub status: Status,
    /// Who made it.
    pub source: Source,
    /// What the customer wrote.
    pub notes: Option<String>,
}

impl NewAppointment<'_> {
    fn row(self, appointment: Id<id::Appointment>, now: Timestamp) -> Result<Model> {
        let minutes = self.service.duration_minutes;
        Ok(Model {
            id: appointment,
            tenant_id: self.tenant.id,
            status: self.status.as_str().to_owned(),
            customer_id: self.customer,
            contact_name: self.contact.name,
            contact_email: self.contact.email,
            contact_phone: self.contact.phone,
            service_id: self.service.id,
            service_name: self.service.name.clone(),
            provider_id: self.provider,
            provider_name: self.provider_name,
            start_at: self.start,
            end_at: Interval::of_minutes(self.start, minutes).end,
            timezone: self.tenant.timezone.clone(),
            duration_minutes: i32::try_from(minutes).map_err(|e| Fault::internal("storing a duration", e))?,
            price_amount: self.service.price.amount,
            price_currency: self.service.price.currency.to_string(),
            notes: self.notes,
            reason: None,
            source: self.source.as_str().to_owned(),
            conversation_id: None,
            sequence: 0,
            created_at: now,
            updated_at: now,
            completed_at: (self.status == Status::Completed).then_some(now),
        })
    }
}

/// Claims the time and stores an appointment without asking whether the place is open; `None` when the time is taken, and
/// then the transaction must be rolled back.
pub async fn insert_appointment(tx: &mut Tx, new: NewAppointment<'_>) -> Result<Option<Id<id::Appointment>>> {
    let now = tx.now();
    import_appointment(tx, new, AppointmentHistory { booked_at: now, settled_at: now, reason: None }).await
}

/// What happened to an appointment before it is written here.
#[derive(Debug, Clone)]
pub struct AppointmentHistory {
    /// When it was booked.
    pub booked_at: Timestamp,
    /// When it came to where it stands.
    pub settled_at: Timestamp,
    /// Why it was declined or called off.
    pub reason: Option<String>,
}

/// Like [`insert_appointment`], for one that was booked and perhaps settled earlier.
pub async fn import_appointment(
    tx: &mut Tx,
    new: NewAppointment<'_>,
    history: AppointmentHistory,
) -> Result<Option<Id<id::Appointment>>> {
    let appointment = tx.db().world().id();
    let time = Interval::of_minutes(new.start, new.service.duration_minutes);
    if new.status.holds_time() && !store::claim(tx, new.tenant.id, new.provider, appointment, &time).await? {
        return Ok(None);
    }
    let row = new.row(appointment, history.settled_at)?;
    store::insert(tx, Model { created_at: history.booked_at, reason: history.reason, ..row }).await?;
    Ok(Some(appointment))
}

/// Stores an appointment whose time this transaction has claimed under the same id.
pub(super) async fn insert_claimed(
    tx: &Tx,
    appointment: Id<id::Appointment>,
    new: NewAppointment<'_>,
) -> Result<Model> {
    let row = new.row(appointment, tx.now())?;
    store::insert(tx, row.clone()).await?;
    Ok(row)
}
