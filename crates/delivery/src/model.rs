//! The words that every room of this floor shares: channels, states, and an event on its way.

use std::sync::Arc;

use kernel::{Id, Timestamp, id};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// By SMTP.
    Email,
    /// By a text message.
    Sms,
    /// By WhatsApp.
    Whatsapp,
    /// By a signed request to another system.
    Webhook,
    /// By the browser's push service.
    Push,
    /// In the notice centre of the app.
    Inapp,
}

impl ChannelKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Email, Self::Sms, Self::Whatsapp, Self::Webhook, Self::Push, Self::Inapp];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
            Self::Webhook => "webhook",
            Self::Push => "push",
            Self::Inapp => "inapp",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    /// Stored, its deliveries not yet written.
    Pending,
    /// Waits for its time.
    Scheduled,
    /// Its deliveries are under way.
    Processing,
    /// Every delivery is final and not all are dead, or there are none.
    Completed,
    /// Every delivery is dead.
    Failed,
    /// Called off before it went out.
    Cancelled,
}

impl EventStatus {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Scheduled, Self::Processing, Self::Completed, Self::Failed, Self::Cancelled];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Scheduled => "scheduled",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Waits for its turn.
    Pending,
    /// Waits until its channel can send again; the reason stands beside it.
    Held,
    /// A worker has it.
    Sending,
    /// The provider took it.
    Sent,
    /// The provider says that it arrived.
    Delivered,
    /// The last try failed; another one follows.
    Failed,
    /// Given up; a person can send it again.
    Dead,
    /// Called off.
    Cancelled,
}

impl DeliveryStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Held,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Failed,
        Self::Dead,
        Self::Cancelled,
    ];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Held => "held",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
    /// Whether nothing more will happen by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Dead | Self::Cancelled)
    }
}

/// A stored event, as its deliveries see it.
#[derive(Debug, Clone)]
pub struct EventFacts {
    /// The event.
    pub id: Id<id::Event>,
    /// Where it happened.
    pub tenant: Id<id::Tenant>,
    /// Its type, dotted.
    pub kind: Arc<str>,
    /// Its data; an object.
    pub data: Arc<Json>,
    /// When it was accepted.
    pub at: Timestamp,
}

/// Somebody who shall hear of an event: becomes one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Recipient {
    /// By which channel.
    pub channel: ChannelKind,
    /// An e-mail address, an E.164 number, or the id of a webhook or a person (`whk_…`, `user_…`, `cust_…`).
    pub address: String,
}
