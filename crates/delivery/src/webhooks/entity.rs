//! The row of a webhook.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// An address of another system.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    /// The webhook.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Webhook>,
    /// Whose.
    pub tenant_id: Id<id::Tenant>,
    /// What is called.
    pub url: String,
    /// JSON: dotted names, or `["*"]`.
    pub events: String,
    /// A few words.
    pub description: Option<String>,
    /// Whether it hears of new events.
    pub enabled: bool,
    /// Follows `webhookUrl` of the channel settings.
    pub managed: bool,
    /// The signing secrets, sealed for this row.
    pub secrets: Vec<u8>,
    /// The first failure since the last success.
    pub failing_since: Option<Timestamp>,
    /// When it was switched off by the house.
    pub disabled_at: Option<Timestamp>,
    /// Why it was: `RECEIVER_GONE`, `FAILING`.
    pub disabled_code: Option<String>,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
