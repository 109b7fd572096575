//! A mail server that takes everything and sends nothing.
//!
//! It speaks ESMTP (RFC 5321) with PIPELINING, SIZE, 8BITMIME, SMTPUTF8, ENHANCEDSTATUSCODES and AUTH
//! PLAIN/LOGIN, where any user name and password will do. What it accepts lands in the [`crate::Mailbox`]. It is
//! as strict as the servers of this world about line endings, lengths and the order of commands, so that a
//! fault in our mail shows here first. [`Faults`] make it misbehave on purpose.
//!
//! STARTTLS is spoken with a certificate that whoever starts it brings along ([`Certificate`]), and not without one: a
//! loopback listener has no name to hold a certificate for. A server that demands it and then fails can be played with
//! [`Fault::TlsRequired`].
//!
//! Read `session.rs` for the conversation, `command.rs` for what a client may say, `line.rs` for the bytes.

mod auth;
mod certificate;
mod command;
mod fault;
pub mod limits;
mod line;
mod listener;
mod reply;
mod session;
#[cfg(test)]
mod tests;
mod transaction;

pub use certificate::{BadCertificate, Certificate};
pub use fault::{BadFault, Fault, FaultRule, Faults, Stage};
pub(crate) use listener::{Server, serve};
