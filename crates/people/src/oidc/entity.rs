//! The rows that say whose account at another house is whose here.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// An account at another house.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    /// The house.
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// What it calls the account; never given to anybody else there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// A user's or a customer's: a word of [`crate::sessions::PersonKind`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// A customer's business; nil for a user, who has one account for all businesses.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<id::Tenant>,
    /// The person here.
    pub person_id: Uuid,
    /// When the two were first seen to be one.
    pub created_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
