//! What messaging asks of bookings, and of those who know which other systems listen; answered in the server's wiring.

use futures_util::future::BoxFuture;
use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use serde::Serialize;

/// What an appointment says about its thread.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentFacts {
    /// The appointment.
    pub id: Id<id::Appointment>,
    /// Its customer.
    #[serde(skip)]
    pub customer: Option<Id<id::Customer>>,
    /// Who gives the service.
    #[serde(skip)]
    pub provider: Option<Id<id::User>>,
    /// Where it stands.
    pub status: String,
    /// What was booked.
    pub service: String,
    /// When it starts.
    pub start: Timestamp,
    /// The business's zone when it was booked.
    pub timezone: String,
    /// When the service was given.
    #[serde(skip)]
    pub completed_at: Option<Timestamp>,
}

/// What is asked of bookings.
pub trait AppointmentThreads: Send + Sync + 'static {
    /// The facts of these appointments; those that are not there are left out.
    fn find<'a>(
        &'a self,
        tenant: Id<id::Tenant>,
        appointments: &'a [Id<id::Appointment>],
    ) -> BoxFuture<'a, Result<Vec<AppointmentFacts>>>;

    /// Notes the thread with its appointment, in the transaction that makes the thread.
    fn link<'a>(
        &'a self,
        tx: &'a Tx,
        tenant: Id<id::Tenant>,
        appointment: Id<id::Appointment>,
        conversation: Id<id::Conversation>,
    ) -> BoxFuture<'a, Result<()>>;
}

/// What is asked of whoever knows which other systems listen. Asked once for each business of a commit, so the answer must be
/// remembered, and forgotten when somebody subscribes.
pub trait Subscriptions: Send + Sync + 'static {
    /// Whether a system of this business wants to hear of facts of this type.
    fn are_there<'a>(&'a self, tenant: Id<id::Tenant>, kind: &'static str) -> BoxFuture<'a, Result<bool>>;
}
