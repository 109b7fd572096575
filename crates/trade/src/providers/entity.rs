//! The rows of providers and of their weekly hours.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A member of the team who may be booked.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "providers")]
pub struct Model {
    /// Where they work.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<id::Tenant>,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Id<id::User>,
    /// `#rrggbb`, in calendars.
    pub color: String,
    /// Whether customers can book them.
    pub bookable: bool,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When they were set up.
    pub created_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Weekly hours.
pub mod provider_hours {
    use super::*;

    /// Open on one weekday from one minute of the day to another.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "provider_hours")]
    pub struct Model {
        /// Where.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Id<id::Tenant>,
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Id<id::User>,
        /// 1 = Monday.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: i16,
        /// Minutes since midnight.
        #[sea_orm(primary_key, auto_increment = false)]
        pub start_minute: i16,
        /// Minutes since midnight.
        pub end_minute: i16,
    }

    /// None: the slices ask each other, they do not join.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
