//! Bookings: a customer reserves a time of a provider for a service. A time is sold once: each provider's time is cut
//! into cells of five minutes, and the database lets a cell belong to one appointment only (see [`store`]). [`rules`]
//! decides which times are free, [`model`] which changes of status are legal, `actions/` does both in one transaction.
//! What other floors may ask is in [`doors`].

mod access;
pub(crate) mod actions;
mod announce;
mod body;
mod calendars;
mod doors;
pub(crate) mod entity;
mod error;
mod http;
mod http_public;
mod ics;
mod links;
pub mod model;
pub mod ports;
pub mod rules;
pub(crate) mod store;
mod view;

pub use actions::{AppointmentHistory, Contact, NewAppointment, import_appointment, insert_appointment};
pub use announce::state_booked;
pub use doors::{
    ThreadFacts, appointments_of_customer, appointments_of_provider, link_conversation, thread_facts, thread_facts_many,
};
pub use model::{Source, Status};
pub use view::AppointmentView;

use platform::http::ApiRouter;

use crate::Trade;

pub(crate) fn routes() -> ApiRouter<Trade> {
    ApiRouter::new().merge(http::routes()).merge(http_public::routes())
}
