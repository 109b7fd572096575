//! The row of a browser that shows notices.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// One browser of one person.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscriptions")]
pub struct Model {
    /// The registration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::PushSubscription>,
    /// In which business.
    pub tenant_id: Id<id::Tenant>,
    /// Whose: a user's or a customer's.
    pub person_id: Uuid,
    /// A customer, or else a member.
    pub is_customer: bool,
    /// The session that registered it.
    pub session_id: Id<id::Session>,
    /// Where its push service takes messages.
    pub endpoint: String,
    /// SHA-256 of that, since addresses are long.
    pub endpoint_digest: Vec<u8>,
    /// The browser's public key.
    pub p256dh: String,
    /// What the browser shares with whoever may write to it.
    pub auth: String,
    /// As shown.
    pub device_name: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When its push service last took something.
    pub last_used_at: Option<Timestamp>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushSubscription").field("id", &self.id).finish_non_exhaustive()
    }
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
