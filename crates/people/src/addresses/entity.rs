//! The row of a change of somebody's address.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A change that was asked for, and perhaps confirmed.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "address_changes")]
pub struct Model {
    /// The change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose, a user's or a customer's: a word of [`crate::sessions::PersonKind`].
    pub kind: String,
    /// The person.
    pub person_id: Uuid,
    /// A customer's business.
    pub tenant_id: Option<Id<id::Tenant>>,
    /// What they had, in lower case; a customer may have had none.
    pub old_email: Option<String>,
    /// What they want, in lower case.
    pub new_email: String,
    /// SHA-256 of the secret that was mailed to the new address; absent before, and once another change was asked for.
    pub digest: Option<Vec<u8>>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the link was followed.
    pub confirmed_at: Option<Timestamp>,
    /// SHA-256 of the secret that was mailed to the old address.
    pub undo_digest: Option<Vec<u8>>,
    /// The device that asked, as people call it.
    pub device: String,
    /// Its address.
    pub ip: Option<String>,
    /// Until when the link to the new address works; once confirmed, until when the one to the old address does.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddressChange").field("id", &self.id).finish_non_exhaustive()
    }
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
