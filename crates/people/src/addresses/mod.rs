//! A person's own e-mail address, for users and customers alike: somebody who proves who they are asks for another one, a link
//! that is mailed there confirms it, and the address before it can take it back for some days. Proving the address that one
//! has is in `signin`; the answers here never tell which addresses are known. Start at `actions`.

mod access;
mod actions;
mod body;
mod entity;
mod error;
pub(crate) mod http;
pub(crate) mod http_customers;
mod jobs;
mod rules;
mod store;

pub(crate) use jobs::register_jobs;
pub(crate) use store::is_kept_for_another;
