//! The rows of what people chose, and of addresses that want no more.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// One person's choices in one business.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification_preferences")]
pub struct Model {
    /// In which business.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<id::Tenant>,
    /// Whose: a user's or a customer's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// As JSON.
    pub choices: String,
    /// When the next daily mail is due.
    pub digest_due: Option<Timestamp>,
    /// Up to when notices stood in a daily mail.
    pub digest_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i64,
    /// When they last changed.
    pub updated_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Addresses that want no more of something.
pub mod optout {
    use super::*;

    /// One address, by one channel, of one category or (`*`) of all.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_optouts")]
    pub struct Model {
        /// Of whom; the nil id stands for all who send by the operator's number.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Id<id::Tenant>,
        /// `email` or `sms`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: String,
        /// In lower case, or E.164.
        #[sea_orm(primary_key, auto_increment = false)]
        pub address: String,
        /// A category's word, or `*`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub category: String,
        /// Since when.
        pub created_at: Timestamp,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
