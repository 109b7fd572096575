//! Facts that come in, from the business's other systems or from the rooms of this house, stored once and never changed.
//! `accept.rs` is the one door; `intake.rs` stores many at once; `spread.rs` writes the deliveries of those that wait or are
//! large; what becomes of the deliveries is the business of [`crate::deliveries`].

mod accept;
pub(crate) mod browse;
pub(crate) mod cancel;
pub(crate) mod error;
mod forget;
pub(crate) mod http;
pub(crate) mod intake;
pub(crate) mod jobs;
pub(crate) mod personal;
mod recover;
pub mod socket;
pub(crate) mod spread;
mod store;
mod view;

pub use accept::{
    Accepted, FANOUT_INLINE_MAX, Hearers, KEY_CHARS_MAX, NewEvent, SCHEDULED_AHEAD_MAX, Source, accept, accept_fact,
};
pub use forget::{FORGET_ROUNDS_MAX, forget_old};
pub use intake::{BATCH_EVENTS_MAX, QUEUE_EVENTS_MAX};
