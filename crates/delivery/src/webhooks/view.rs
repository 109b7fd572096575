//! Webhooks as clients see them. A secret is in the answer that made it and in no other.

use kernel::{Id, Timestamp, id};
use platform::crypto::Crypto;
use serde::Serialize;
use serde_json::Value as Json;

use super::{entity::Model, model::names_of, secret::Secrets};
use crate::{
    catalogue::{EventType, Owner},
    model::DeliveryStatus,
};

/// An address that hears of events.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook)]
pub(crate) struct WebhookView {
    /// The webhook.
    pub id: Id<id::Webhook>,
    /// What is called.
    pub url: String,
    /// Dotted types, or `*` for all.
    pub events: Vec<String>,
    /// A few words.
    pub description: Option<String>,
    /// Whether it hears of new events.
    pub enabled: bool,
    /// Whether its address follows `webhookUrl` of the channel settings.
    pub managed: bool,
    /// The first failure since the last success.
    pub failing_since: Option<Timestamp>,
    /// When Frontdesk switched it off.
    pub disabled_at: Option<Timestamp>,
    /// Why: `RECEIVER_GONE` after an answer 410, `FAILING` after five days without a success.
    pub disabled_code: Option<String>,
    /// Until when an earlier secret signs along.
    pub old_secret_until: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl WebhookView {
    pub fn new(crypto: &Crypto, row: &Model, now: Timestamp) -> Self {
        let secrets = Secrets::open(crypto, row.tenant_id, row.id, &row.secrets);
        let ends = secrets.iter().flat_map(|s| &s.old).map(|old| old.until).filter(|until| *until > now);
        Self {
            id: row.id,
            url: row.url.clone(),
            events: names_of(row),
            description: row.description.clone(),
            enabled: row.enabled,
            managed: row.managed,
            failing_since: row.failing_since,
            disabled_at: row.disabled_at,
            disabled_code: row.disabled_code.clone(),
            old_secret_until: ends.max(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A webhook with the secret that was just made.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookWithSecret {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// `whsec_…`: shown now and never again.
    pub secret: String,
}

/// An event that a webhook can hear of.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookEvent {
    /// Dotted.
    pub name: String,
    /// For people.
    pub title: String,
    /// For people.
    pub category: String,
    /// When it happens.
    pub description: String,
    /// Whether it comes with Frontdesk.
    pub built_in: bool,
    /// What `data` may look like.
    #[schema(value_type = Object)]
    pub example: Json,
}

impl From<&EventType> for WebhookEvent {
    fn from(kind: &EventType) -> Self {
        Self {
            name: kind.name.clone(),
            title: kind.title.clone(),
            category: kind.category.clone(),
            description: kind.description.clone(),
            built_in: kind.owner == Owner::Builtin,
            example: kind.example.clone(),
        }
    }
}

/// One call and what came of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookCall)]
pub(crate) struct CallView {
    /// Whether it was taken.
    pub ok: bool,
    /// The receiver's status, when there was an answer.
    pub http_status: Option<u16>,
    /// Why it failed, for programs.
    pub code: Option<String>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// First line and headers of what was sent.
    pub request: Option<String>,
    /// The body that was sent, shortened.
    pub request_body: Option<String>,
    /// What came back, shortened.
    pub response: Option<String>,
    /// The headers of what came back, one a line; shortened and without secrets.
    pub response_headers: Option<String>,
    /// How long it took.
    pub duration_ms: i64,
}

/// A line of a webhook's log: one attempt of one delivery.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookLog)]
pub(crate) struct LogView {
    /// The delivery.
    pub delivery_id: Id<id::Delivery>,
    /// The event; also the id of the message.
    pub event_id: Id<id::Event>,
    /// Its type, dotted.
    pub event: String,
    /// 1 for the first attempt.
    pub attempt: i32,
    /// What the delivery was after it.
    pub status: DeliveryStatus,
    /// Whether somebody only tried the webhook; then there is no event and no delivery.
    pub is_test: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// How it went.
    #[serde(flatten)]
    pub call: CallView,
}

/// How many are sent again.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookReplayed)]
pub(crate) struct ReplayedView {
    /// Those of this call, of both kinds.
    pub replayed: usize,
    /// Of these, events that happened while it was off.
    pub missed: usize,
    /// Whether the window holds more: ask again.
    pub has_more: bool,
}
