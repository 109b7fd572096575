//! The use cases of this slice.

mod open;
mod refresh;
mod revoke;

pub(crate) use open::SignedInSession;
pub use open::{NewSession, Proven, open_session};
pub(crate) use refresh::refresh_session;
pub(crate) use revoke::{
    end_all_sessions, end_own_session, end_sessions_in, forget_sessions_of, revoke_all_in, revoke_in,
};
