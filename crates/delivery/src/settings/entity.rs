//! The row of a business's channels.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// How one business sends.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_settings")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<id::Tenant>,
    /// Whether mail leaves at all.
    pub email_enabled: bool,
    /// Through the business's own server.
    pub use_customer_smtp: bool,
    /// Whether text messages leave.
    pub sms_enabled: bool,
    /// Through the business's own account.
    pub use_customer_twilio: bool,
    /// Whether WhatsApp messages leave.
    pub whatsapp_enabled: bool,
    /// Through the business's own Cloud account.
    pub use_customer_whatsapp: bool,
    /// Whether `webhook_url` hears of events.
    pub webhook_enabled: bool,
    /// Hears of every event.
    pub webhook_url: Option<String>,
    /// Where answers to mails go.
    pub reply_to: Option<String>,
    /// JSON without the password.
    pub smtp: Option<String>,
    /// JSON without the token.
    pub twilio: Option<String>,
    /// JSON without the tokens.
    pub whatsapp: Option<String>,
    /// All secrets of the row, sealed for this business.
    pub secrets: Option<Vec<u8>>,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
