//! The row that ties a user to a business.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A user's place in one business.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    /// The business.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<id::Tenant>,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Id<id::User>,
    /// The role's word.
    pub role: String,
    /// When they joined.
    pub created_at: Timestamp,
    /// When they last signed in here; decides where the next sign-in leads.
    pub last_used_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
