//! The row of one file.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A file in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    /// The attachment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Attachment>,
    /// The business.
    pub tenant_id: Id<id::Tenant>,
    /// Where it was uploaded; it can be sent nowhere else.
    pub conversation_id: Id<id::Conversation>,
    /// `user` or `customer`.
    pub uploader_kind: String,
    /// Who uploaded it.
    pub uploader_id: Uuid,
    /// The message it was sent with; none until then.
    pub message_id: Option<Id<id::Message>>,
    /// Its place among the message's files.
    pub position: i32,
    /// Cleaned file name.
    pub name: String,
    /// Media type found in the content.
    #[sea_orm(column_name = "type")]
    pub media_type: String,
    /// Length.
    pub bytes: i64,
    /// SHA-256 of the content.
    pub sha256: Vec<u8>,
    /// Pixels across, for pictures.
    pub width: Option<i32>,
    /// Pixels down, for pictures.
    pub height: Option<i32>,
    /// Where the bytes are.
    pub storage_key: String,
    /// Where the thumbnail is.
    pub thumb_key: Option<String>,
    /// Media type of the thumbnail.
    pub thumb_type: Option<String>,
    /// Length of the thumbnail.
    pub thumb_bytes: Option<i64>,
    /// When the upload was accepted.
    pub created_at: Timestamp,
    /// When the bytes were durable; none while they are being written.
    pub stored_at: Option<Timestamp>,
    /// When its message was deleted; nobody reads it from then on, the audit keeps it.
    pub withdrawn_at: Option<Timestamp>,
}

/// None: messages and conversations are reached by id.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
