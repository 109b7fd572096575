//! The letters about an account: the link, the code or the news that somebody must get. They leave at once, past preferences
//! and quiet hours. Users hear from us in our own words. Customers, and who is invited, hear from a business, which may have
//! words of its own (`ports.rs`, answered by the templates of the floor above); whatever those are, the link and the code are
//! in them, or our own words are sent instead. When a letter is written, and for whom, is decided by the rooms that ask.

mod kinds;
mod ports;
mod write;

pub use kinds::{ALL, Field, LetterKind, Missing};
pub use ports::{OwnWords, Written};

pub(crate) use kinds::{
    ADDRESS_CHANGED, ADDRESS_CONFIRM, INVITATION, NEW_DEVICE, PASSKEY_ADDED, PASSWORD_CHANGED, PASSWORD_RESET,
    SECOND_FACTOR, SIGN_IN_LINK, VERIFICATION,
};
pub(crate) use write::{Letter, write, written_time};

/// In whose name users are written to.
pub(crate) const HOUSE: &str = "Frontdesk";
