//! The row of a line in somebody's notice centre.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    /// The line; newer ones are greater.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Notification>,
    /// Where it happened.
    pub tenant_id: Id<id::Tenant>,
    /// Whose line: a user or a customer.
    pub person_id: Uuid,
    /// What brought it; one delivery makes one line.
    pub delivery_id: Id<id::Delivery>,
    /// What happened.
    pub event_id: Id<id::Event>,
    /// Of which type, dotted.
    #[sea_orm(column_name = "type")]
    pub kind: String,
    /// Where the type belongs.
    pub category: String,
    /// What is shown first.
    pub title: String,
    /// What is shown below.
    pub body: String,
    /// Ids of what it is about, as JSON.
    pub data: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its reader saw it.
    pub read_at: Option<Timestamp>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
