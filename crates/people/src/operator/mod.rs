//! The people who run this installation: they see every business from outside, close and open businesses and accounts, and
//! look into one with a session that can change nothing. An operator is a user like any other with `users.operator` set;
//! whatever one does to a business stands in that business's own audit log.

mod access;
mod actions;
mod error;
pub(crate) mod http;
mod jobs;
mod model;
pub mod rules;
mod store;

pub use access::check_operator;
pub use actions::{Appointed, appoint, import_operator};
pub use model::ImpersonatedBy;

pub(crate) use access::find_impersonation;
pub(crate) use actions::ENDED;
pub(crate) use jobs::register_jobs;
