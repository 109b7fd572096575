//! An appointment as clients see it, over REST and over sockets alike.

use kernel::{Currency, Id, Money, Timestamp, id};
use platform::{Fault, Result};
use serde::Serialize;

use super::{
    entity::Model,
    model::{Source, Status},
};

/// Who comes, as given with the booking: a stranger who books under somebody's address learns nothing stored about them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AppointmentCustomer)]
pub struct ContactView {
    /// The customer.
    pub id: Id<id::Customer>,
    /// As given.
    pub name: String,
    /// As given.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

/// An appointment as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Appointment)]
pub struct AppointmentView {
    /// The appointment.
    pub id: Id<id::Appointment>,
    /// Where it stands.
    pub status: Status,
    /// For whom.
    pub customer_id: Id<id::Customer>,
    /// For whom, with contact.
    pub customer: ContactView,
    /// What.
    pub service_id: Id<id::Service>,
    /// What, by the name it was booked under.
    pub service: String,
    /// With whom.
    pub staff_id: Id<id::User>,
    /// With whom.
    pub staff_name: String,
    /// The same as `start`.
    pub time: Timestamp,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// The business's zone.
    pub timezone: String,
    /// How long it takes.
    pub duration_minutes: i32,
    /// What it costs.
    pub price: Money,
    /// What the customer wrote.
    pub notes: Option<String>,
    /// Why it was declined or called off.
    pub reason: Option<String>,
    /// Who made it.
    pub source: Source,
    /// Its thread, once there is one.
    pub conversation_id: Option<Id<id::Conversation>>,
    /// When it was booked.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Model {
    /// The status behind the stored word.
    pub(crate) fn status(&self) -> Result<Status> {
        Status::parse(&self.status).ok_or_else(|| Fault::internal("reading a stored status", self.status.clone()))
    }
}

impl TryFrom<Model> for AppointmentView {
    type Error = Fault;
    fn try_from(row: Model) -> Result<Self> {
        let status = row.status()?;
        let source =
            Source::parse(&row.source).ok_or_else(|| Fault::internal("reading a stored source", row.source))?;
        let currency =
            Currency::parse(&row.price_currency).map_err(|e| Fault::internal("reading a stored price", e))?;
        let customer = ContactView {
            id: row.customer_id,
            name: row.contact_name,
            email: row.contact_email,
            phone: row.contact_phone,
        };
        Ok(Self {
            id: row.id,
            status,
            customer_id: row.customer_id,
            customer,
            service_id: row.service_id,
            service: row.service_name,
            staff_id: row.provider_id,
            staff_name: row.provider_name,
            time: row.start_at,
            start: row.start_at,
            end: row.end_at,
            timezone: row.timezone,
            duration_minutes: row.duration_minutes,
            price: Money { amount: row.price_amount, currency },
            notes: row.notes,
            reason: row.reason,
            source,
            conversation_id: row.conversation_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
