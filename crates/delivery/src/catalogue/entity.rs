//! The row of an own event type. What it says is kept as one JSON text: it is read as a whole and never searched.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// One own type of a business.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_types")]
pub struct Model {
    /// Whose type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Id<id::Tenant>,
    /// Dotted.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// A [`super::rules::Definition`].
    pub definition: String,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
