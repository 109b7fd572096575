//! The rows of services and of who gives them.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "services")]
pub struct Model {
    /// The service.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Service>,
    /// Whose service.
    pub tenant_id: Id<id::Tenant>,
    /// As shown.
    pub name: String,
    /// A few words.
    pub description: Option<String>,
    /// A heading to group by.
    pub category: Option<String>,
    /// How long it takes.
    pub duration_minutes: i32,
    /// Minor units.
    pub price_amount: i64,
    /// ISO 4217.
    pub price_currency: String,
    /// Shown to customers.
    pub active: bool,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was put into the archive.
    #[sea_orm(column_name = "retired_at")]
    pub archived_at: Option<Timestamp>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who gives a service; a service without rows is given by everybody who can be booked.
pub mod service_provider {
    use super::*;

    /// One user who gives one service.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "service_providers")]
    pub struct Model {
        /// Whose service.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Id<id::Tenant>,
        /// The service.
        #[sea_orm(primary_key, auto_increment = false)]
        pub service_id: Id<id::Service>,
        /// Who gives it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Id<id::User>,
    }

    /// None: the slices ask each other, they do not join.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
