//! The notice centre: a line per person and delivery, read marks, and the live count. The in-app channel writes the lines;
//! who gets one is decided in `audience.rs`. Everybody reads, marks and removes only their own.

mod access;
mod audience;
mod channel;
mod entity;
pub(crate) mod http;
mod jobs;
mod store;
mod view;

pub use audience::audience;
pub use channel::InappChannel;
pub use jobs::{KEPT_FOR, forget_old};

/// The live event that tells a person of a new line: `{notification, unreadCount}`.
pub const LIVE_EVENT: &str = "notification";
