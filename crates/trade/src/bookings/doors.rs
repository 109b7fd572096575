//! What other floors may ask about appointments. Messaging needs to know whose thread an appointment's is, whether it is
//! still open and what it is about; it asks through a port of its own, which the server answers with these.

use std::collections::HashMap;

use kernel::{Id, Timestamp, id};
use platform::{Db, Result, Tx};

use super::{
    entity::Model,
    model::Status,
    store::{self, Filter},
};

/// Appointments of one person that other floors may list.
const LISTED_MAX: u64 = 200;

/// What a thread needs to know about its appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadFacts {
    /// The appointment.
    pub appointment: Id<id::Appointment>,
    /// One side of the thread.
    pub customer: Id<id::Customer>,
    /// The other side.
    pub provider: Id<id::User>,
    /// Their name when it was booked.
    pub provider_name: String,
    /// Where it stands.
    pub status: Status,
    /// When the service was given; after-care days count from here.
    pub completed_at: Option<Timestamp>,
    /// What it is about.
    pub service_name: String,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// The business's zone when it was booked.
    pub timezone: String,
    /// Its thread, once there is one.
    pub conversation: Option<Id<id::Conversation>>,
}

impl TryFrom<Model> for ThreadFacts {
    type Error = platform::Fault;
    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
            appointment: row.id,
            customer: row.customer_id,
            provider: row.provider_id,
            status: row.status()?,
            provider_name: row.provider_name,
            completed_at: row.completed_at,
            service_name: row.service_name,
            start: row.start_at,
            end: row.end_at,
            timezone: row.timezone,
            conversation: row.conversation_id,
        })
    }
}

/// The facts of one appointment.
pub async fn thread_facts(
    db: &Db,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
) -> Result<Option<ThreadFacts>> {
    store::find(db.read(), tenant, appointment).await?.map(ThreadFacts::try_from).transpose()
}

/// The facts of several; those that are not there are left out.
pub async fn thread_facts_many(
    db: &Db,
    tenant: Id<id::Tenant>,
    appointments: &[Id<id::Appointment>],
) -> Result<HashMap<Id<id::Appointment>, ThreadFacts>> {
    let rows = store::find_many(db.read(), tenant, appointments).await?;
    rows.into_iter().map(|row| Ok((row.id, ThreadFacts::try_from(row)?))).collect()
}

/// A customer's appointments, latest first.
pub async fn appointments_of_customer(
    db: &Db,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
) -> Result<Vec<ThreadFacts>> {
    latest(db, tenant, Filter { customers: vec![customer], ..Filter::default() }).await
}

/// A provider's appointments, latest first.
pub async fn appointments_of_provider(
    db: &Db,
    tenant: Id<id::Tenant>,
    provider: Id<id::User>,
) -> Result<Vec<ThreadFacts>> {
    latest(db, tenant, Filter { providers: vec![provider], ..Filter::default() }).await
}

async fn latest(db: &Db, tenant: Id<id::Tenant>, filter: Filter) -> Result<Vec<ThreadFacts>> {
    let rows = store::find_latest(db.read(), tenant, &filter, LISTED_MAX).await?;
    rows.into_iter().map(ThreadFacts::try_from).collect()
}

/// Notes the thread of an appointment, in the transaction that makes the thread.
pub async fn link_conversation(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
    conversation: Id<id::Conversation>,
) -> Result<()> {
    store::set_conversation(tx, tenant, appointment, conversation).await
}
