//! What bookings ask of messaging, answered in the server's wiring.

use futures_util::future::BoxFuture;
use kernel::{Id, id};
use platform::{Result, Tx};

use super::model::Status;

/// What a thread must know of a change to its appointment.
#[derive(Debug, Clone, Copy)]
pub struct AppointmentChange {
    /// At which business.
    pub tenant: Id<id::Tenant>,
    /// The appointment.
    pub appointment: Id<id::Appointment>,
    /// Who gives the service now.
    pub provider: Id<id::User>,
    /// Where it stands now.
    pub status: Status,
}

/// The port.
pub trait ThreadsOfAppointments: Send + Sync + 'static {
    /// Brings the thread, if there is one, in line within the transaction that changes the appointment: once the change is
    /// answered, no message gets into a thread that it closed.
    fn follow<'a>(&'a self, tx: &'a mut Tx, change: AppointmentChange) -> BoxFuture<'a, Result<()>>;
}
