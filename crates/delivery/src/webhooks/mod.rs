//! Addresses of other systems that hear of events: who listens to what, with which secret, and how it fared. [`subscribed`] is
//! what fan-out asks; [`crate::channels::WebhookChannel`] works the queue and calls through `call.rs`. What a request looks
//! like is in `message.rs`, what it is signed with in `sign.rs`. An address that only fails is switched off after five days,
//! and its owner is told (`health.rs`).

mod access;
mod actions;
mod call;
mod emails;
mod entity;
mod error;
mod heads;
mod health;
pub(crate) mod http;
mod jobs;
mod logs;
mod message;
mod model;
mod rules;
mod secret;
mod sign;
mod store;
mod test_calls;
mod view;

pub use access::{are_subscribed, subscribed};
pub(crate) use actions::check_address;
pub use actions::follow_settings;

pub(crate) use access::find_endpoint;
pub(crate) use call::{call, retry_after};
pub(crate) use health::note;
pub(crate) use jobs::register_jobs;
pub(crate) use model::Endpoints;
pub(crate) use secret::place;
