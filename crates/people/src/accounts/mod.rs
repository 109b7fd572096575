//! A user is a person on the business side: an address, a password, a name. Signing up makes the user and a first business
//! of theirs in one go. Which sessions they have is told in `sessions`, where they belong in `team`, and what protects an
//! account in `signin`.

pub(crate) mod actions;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod http;
pub(crate) mod http_security;
mod model;
pub mod rules;
pub(crate) mod store;

pub use actions::{RegisterUser, Registered, import_business, register};
pub use model::{UserProfile, UserSignedIn, UserView};

pub(crate) use actions::{note_proven_address, store_user};
pub(crate) use model::NewUser;
