//! The rows of customers and of the links that sign them in.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// An end customer of one business.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customers")]
pub struct Model {
    /// The customer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Customer>,
    /// Whose customer.
    pub tenant_id: Id<id::Tenant>,
    /// In lower case; unique within the business.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// As shown.
    pub name: String,
    /// Argon2id as a PHC string; a guest has none.
    pub password_hash: Option<String>,
    /// When the address was proven.
    pub email_verified_at: Option<Timestamp>,
    /// Since when a second factor is asked for.
    pub two_factor_enabled_at: Option<Timestamp>,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
    /// When they first came.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Customer").field("id", &self.id).field("tenant_id", &self.tenant_id).finish_non_exhaustive()
    }
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Links mailed to customers.
pub mod sign_in_link {
    use super::*;

    /// One mailed link, by the digest of its secret.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_links")]
    pub struct Model {
        /// SHA-256 of the secret.
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        /// Where it signs in.
        pub tenant_id: Id<id::Tenant>,
        /// Whom it signs in.
        pub customer_id: Id<id::Customer>,
        /// When it was mailed.
        pub created_at: Timestamp,
        /// When it stops working.
        pub expires_at: Timestamp,
        /// When it was followed; it works once.
        pub used_at: Option<Timestamp>,
    }

    /// None: the slices ask each other, they do not join.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
