//! The row of an invitation.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// An open invitation.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    /// The invitation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Invitation>,
    /// Into which business.
    pub tenant_id: Id<id::Tenant>,
    /// For whom, in lower case; one for each address.
    pub email: String,
    /// What they are called, when it was said.
    pub name: Option<String>,
    /// As what.
    pub role: String,
    /// SHA-256 of the link's secret; absent until a mail was made.
    pub digest: Option<Vec<u8>>,
    /// By whom.
    pub invited_by: Id<id::User>,
    /// When they were invited first.
    pub created_at: Timestamp,
    /// Until when the link is good.
    pub expires_at: Timestamp,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("id", &self.id).finish_non_exhaustive()
    }
}
