//! The row of a text that a business wrote itself.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A text for one type, channel and language.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "templates")]
pub struct Model {
    /// The text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Template>,
    /// Whose.
    pub tenant_id: Id<id::Tenant>,
    /// Of which type, dotted.
    #[sea_orm(column_name = "type")]
    pub kind: String,
    /// For which channel.
    pub channel: String,
    /// In which language: `en`, `pt-BR`.
    pub language: String,
    /// Of a mail; the title of a notice.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Of a mail.
    pub html: Option<String>,
    /// Counts the changes.
    pub version: i64,
    /// Who wrote it last.
    pub updated_by: String,
    /// When.
    pub updated_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
