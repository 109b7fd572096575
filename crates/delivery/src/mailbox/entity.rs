//! The row of a received mail.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox_mails")]
pub struct Model {
    /// The mail.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Mail>,
    /// Which business sent it; absent for account security.
    pub tenant_id: Option<Id<id::Tenant>>,
    /// For which delivery.
    pub delivery_id: Option<Id<id::Delivery>>,
    /// Sender of the envelope.
    pub sender: String,
    /// Recipients of the envelope, with commas between.
    pub recipients: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The HTML part.
    pub html: Option<String>,
    /// JSON list of names and values.
    pub headers: String,
    /// When the server took it.
    pub received_at: Timestamp,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
