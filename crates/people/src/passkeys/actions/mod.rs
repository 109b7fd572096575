//! One file per use case.

mod add;
mod ask;
mod change;
mod prove;
mod sign_in;

pub(super) use add::{ask_to_add, finish_adding};
pub(super) use ask::ask_who;
pub(super) use change::{list_passkeys, remove, rename};
pub(super) use sign_in::{sign_customer_in, sign_user_in};
