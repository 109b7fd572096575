//! The notice centre: a line per person and delivery, read marks, and the live count. The in-app channel writes the lines;
//! who gets one is decided in `audience.rs`. Everybody reads, marks and removes only their own.

mod access;
mod audience;
mod channel;
pub mod digest;
mod entity;
pub(crate) mod http;
mod jobs;
pub(crate) mod members;
pub mod reminders;
pub mod rules;
mod settings;
mod store;
mod view;

use kernel::events;

pub(crate) use access::count_unread_of as count_unread;
pub(crate) use audience::{Told, audience};
pub use channel::InappChannel;
pub(crate) use channel::subject_of;
pub use jobs::{KEPT_FOR, forget_old};
pub use settings::settings_of;

/// Whether a type's mail is a notice of ours, which its reader may turn off, whoever its data names.
pub(crate) fn is_notice(kind: &str) -> bool {
    matches!(kind, events::MESSAGE_CREATED | events::NOTIFICATIONS_DIGEST)
}

/// Where those who work here see what an event is about: the conversation, the calendar, or where all notices are.
pub(crate) fn page_of(data: &serde_json::Value) -> String {
    match data["conversationId"].as_str() {
        Some(id) => format!("/dashboard/messages/{id}"),
        None if data["appointment"]["id"].is_string() => "/dashboard/appointments".to_owned(),
        None => "/dashboard/notices".to_owned(),
    }
}

/// The live event that tells a person of a new line: `{notification, unreadCount}`.
pub const LIVE_EVENT: &str = "notification";
/// Tells their other screens that they have read one, or all: `{id | null, tenantId, unreadCount}`.
const LIVE_READ: &str = "notification:read";
/// The same of one that they removed.
const LIVE_REMOVED: &str = "notification:removed";
