//! The rows of API keys.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// The key's id, which is also part of its text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::ApiKey>,
    /// The business it speaks for.
    pub tenant_id: Id<id::Tenant>,
    /// What people call it.
    pub name: String,
    /// Words of [`kernel::Scope`], with blanks between.
    pub scopes: String,
    /// HMAC-SHA256 of the whole text under `API_KEY_SECRET`.
    pub digest: Vec<u8>,
    /// Who made it.
    pub created_by: Id<id::User>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
