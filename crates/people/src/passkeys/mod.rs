//! Passkeys: a person proves who they are with a device that holds a key and has checked a finger, a face or a PIN. The
//! ceremonies are those of WebAuthn (W3C, level 3) and are carried out by `webauthn-rs`; here stands whose key it is, what is
//! stored, and what a proof is good for. A passkey replaces both password and second factor. Start at `actions`.

pub(crate) mod actions;
mod body;
mod challenges;
mod entity;
pub(crate) mod error;
pub(crate) mod http;
pub(crate) mod http_customers;
mod model;
mod relying_party;
pub(crate) mod rules;
pub(crate) mod store;

pub(crate) use challenges::{Purpose, put_challenge, take_challenge};
pub(crate) use model::Holder;
pub(crate) use relying_party::RelyingParty;
