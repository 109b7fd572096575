//! Conversations between a customer and the business. A thread is `direct` (one per customer) or belongs to one
//! appointment. Messages are numbered per conversation without gaps; a client that was away asks for what follows the last
//! number it has. Storing goes through the [`Batcher`], which commits whatever is waiting in one synced transaction and only
//! then lets acknowledgements and live events go. Start with `actions/send.rs`.

pub mod access;
pub mod actions;
mod announce;
mod batcher;
mod catch_up;
pub mod error;
mod facts;
mod http;
pub mod import;
mod line;
pub(crate) mod live;
pub mod model;
pub mod ports;
pub mod reach_back;
mod rules;
pub mod socket;
mod store;
mod typing;

pub use batcher::{Batcher, BatcherSettings};
pub use facts::{Facts, FactsCache};
pub use http::routes;
pub use live::{Dialect, Live, SocketState};
pub use typing::Typing;
