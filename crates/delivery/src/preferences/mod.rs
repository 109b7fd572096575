//! What people want to be told: by category and channel, with quiet hours, zone, language and a daily mail. Planning an
//! event asks here who wants it by which channel; a delivery asks again before it leaves, since hours may have passed.
//! Addresses that left by a link or by `STOP` are kept beside it (`optouts.rs`), because not everybody has an account.

mod access;
mod actions;
mod body;
mod entity;
pub(crate) mod http;
mod model;
pub(crate) mod optouts;
pub(crate) mod rules;
mod store;

#[cfg(test)]
pub(crate) use access::read_chosen;
pub(crate) use access::{
    Chosen, Known, admits, chosen_at, find_behind, has_any, of, of_many, quiet_until, wants_digest,
};
pub(crate) use actions::{next_digest, parse_person, turn_off, turn_off_digest};
pub use model::{CHANNELS, Category, Choices, Digest, Person, QuietHours, Stored};
pub use store::find_zone;
pub(crate) use store::{find, find_digests_due, move_digest};
