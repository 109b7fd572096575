//! The rows of passkeys.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkeys")]
pub struct Model {
    /// What its owner names it by.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Passkey>,
    /// Whose it is, a user's or a customer's: a word of [`crate::sessions::PersonKind`].
    pub kind: String,
    /// The person; also the user handle that the device gives back.
    pub person_id: Uuid,
    /// A customer's business; a user has one set of keys for all of theirs.
    pub tenant_id: Option<Id<id::Tenant>>,
    /// What the device calls the key.
    pub credential_id: Vec<u8>,
    /// Public key, counter and flags, as the library writes them.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When somebody signed in with it last.
    pub last_used_at: Option<Timestamp>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
