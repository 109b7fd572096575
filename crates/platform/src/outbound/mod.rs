//! The one way out of the house over HTTP: limits, timeouts, no redirects, no cookies, no proxy, and a guard that keeps
//! addresses given by a business out of the operator's network. The guard looks at the address that a connection is made to,
//! not at the name: whatever a name resolved to a moment ago, what it resolves to now is checked. What an answer means is
//! the caller's business. Start at [`Outbound::send`]; [`address`] says which addresses strangers may name.
//!
//! A request costs 22 to 26 µs of CPU over a kept connection of plain HTTP, receiver and system calls of both sides
//! included, of which 12 to 15 µs remain when bare bytes are sent instead (`examples/outbound_cost.rs`, release build, two
//! busy cores). That is why reqwest stays and nothing leaner is built on the crates below it.

pub mod address;
mod client;
mod error;
mod lookup;
mod request;
#[cfg(test)]
mod tests;

pub use address::{AllowedNet, AllowedNets, InvalidNet, is_public};
pub use client::{Outbound, OutboundSettings};
pub use error::OutboundError;
pub use lookup::{Lookup, SystemLookup};
pub use request::{Request, Response, Trust, check_url};

use std::time::Duration;

/// Bytes of an answer that are read unless a request says otherwise; the rest is thrown away with the connection.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// From the first byte out to the last byte in, unless a request says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// For finding the address and shaking hands.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections kept per host.
pub const IDLE_PER_HOST_MAX: usize = 32;
/// How long an idle connection is kept.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Names looked up at once; each holds a thread until the system's resolver answers.
pub const LOOKUPS_MAX: usize = 32;
/// Addresses of one name that are looked at.
pub const ADDRESSES_MAX: usize = 16;
/// Characters of an address that is called.
pub const URL_CHARS_MAX: usize = 2048;
