//! What the built-in mail server received, for the business it came from. That server takes mail from anybody on this
//! machine, so nothing a mail says of itself is believed but a stamp that the house put on it: who the business is, and
//! which delivery. A mail without one is about the security of an account, and only the operator reads it. The newest of
//! each business are kept.

mod access;
mod entity;
mod http;
mod keep;
mod stamp;
mod store;
mod view;

pub(crate) use http::routes;
pub use keep::{Incoming, keep};
pub(crate) use stamp::stamp;
