//! The rows of sessions and of their refresh tokens.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Session>,
    /// `user` or `customer`.
    pub kind: String,
    /// The user's or customer's UUID.
    pub person_id: Uuid,
    /// The business it acts in.
    pub tenant_id: Id<id::Tenant>,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When its token was last renewed.
    pub last_seen_at: Timestamp,
    /// When it ends unless renewed.
    pub expires_at: Timestamp,
    /// Address they signed in from.
    pub ip: Option<String>,
    /// What they signed in with.
    pub user_agent: Option<String>,
    /// When it was ended early.
    pub revoked_at: Option<Timestamp>,
    /// Why it was ended early.
    pub revoked_reason: Option<String>,
    /// Whether a passkey opened it, which is two factors in one.
    pub two_factors: bool,
    /// When its holder last proved who they are; unknown of a look by an operator.
    pub proven_at: Option<Timestamp>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Refresh tokens.
pub mod refresh_token {
    use super::*;

    /// One refresh token, by its digest.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        /// SHA-256 of the token.
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        /// The session it renews.
        pub session_id: Id<id::Session>,
        /// When it was handed out.
        pub created_at: Timestamp,
        /// When it stops working.
        pub expires_at: Timestamp,
        /// When its successor was handed out.
        pub replaced_at: Option<Timestamp>,
        /// The successor's digest.
        pub replaced_by: Option<Vec<u8>>,
    }

    /// None: the slices ask each other, they do not join.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
