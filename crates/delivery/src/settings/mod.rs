//! How a business sends: which channels are on, and through whose servers. [`of`] is what the rest of the floor asks; a
//! business that never looked here sends by the operator's. Secrets come in, are sealed, and are never shown again.

mod access;
mod actions;
mod entity;
mod error;
mod http;
mod model;
mod rules;
mod store;
mod view;

pub use access::of;
pub(crate) use http::routes;
pub use model::{ChannelSettings, CloudAccount, Provider, SmtpServer};
pub(crate) use store::place;
