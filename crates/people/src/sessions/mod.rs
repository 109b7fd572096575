//! A session is one signed-in device of a user or a customer in one business. It is opened by a sign-in, renewed by its
//! refresh token, and ended by signing out, by time, or because a used-up refresh token came back. An access token only
//! points at its session: what it may do is read from here (cached, forgotten on every change), never from the token.

mod access;
pub(crate) mod actions;
mod authenticate;
pub mod cookies;
pub(crate) mod entity;
pub(crate) mod error;
mod model;
pub mod rules;
mod store;

pub use actions::{NewSession, Proven, open_session};
pub use authenticate::find_live_caller;
pub use model::{Device, PersonKind, SessionList, SessionView, TokenPair};

pub(crate) use access::list_sessions;
pub(crate) use authenticate::{SessionFacts, must_set_up_two_factor};
pub(crate) use store::{find as find_session, find_last_seen, mark_proven, mark_two_factors};
