//! The row of a user.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A person on the business side.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::User>,
    /// In lower case; unique among users.
    pub email: String,
    /// As shown.
    pub name: String,
    /// When given apart.
    pub first_name: Option<String>,
    /// When given apart.
    pub last_name: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Argon2id as a PHC string.
    pub password_hash: String,
    /// When the address was proven.
    pub email_verified_at: Option<Timestamp>,
    /// Since when a second factor is asked for.
    pub two_factor_enabled_at: Option<Timestamp>,
    /// Sees across tenants.
    pub operator: bool,
    /// When the operator closed the account.
    pub suspended_at: Option<Timestamp>,
    /// When they signed up.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
