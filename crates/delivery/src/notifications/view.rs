//! A line as its reader sees it.

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result};
use serde::Serialize;
use serde_json::Value as Json;

use super::entity::Model;

/// A line in somebody's notice centre.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Notification)]
pub struct NotificationView {
    /// The line.
    pub id: Id<id::Notification>,
    /// Of which event type, dotted.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where the type belongs.
    pub category: String,
    /// What is shown first.
    pub title: String,
    /// What is shown below.
    pub message: String,
    /// Ids of what it is about, as the event had them.
    #[schema(value_type = Object)]
    pub data: Json,
    /// What happened.
    pub event_id: Id<id::Event>,
    /// Whether its reader saw it.
    pub read: bool,
    /// When.
    pub read_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl TryFrom<Model> for NotificationView {
    type Error = Fault;
    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            category: row.category,
            title: row.title,
            message: row.body,
            data: serde_json::from_str(&row.data).map_err(|e| Fault::internal("reading a stored notification", e))?,
            event_id: row.event_id,
            read: row.read_at.is_some(),
            read_at: row.read_at,
            created_at: row.created_at,
        })
    }
}

/// How many lines wait to be read.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnreadCount {
    /// Lines.
    pub count: u64,
    /// The same, as the live event calls it.
    pub unread_count: u64,
}

impl UnreadCount {
    pub(super) const fn new(count: u64) -> Self {
        Self { count, unread_count: count }
    }
}
