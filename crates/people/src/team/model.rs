//! Members as others see them.

use kernel::{Id, Role, id};
use serde::Serialize;

/// A member of a business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role in this business.
    pub role: Role,
}

/// One of the businesses a user may switch to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MembershipView {
    /// The business.
    pub tenant_id: Id<id::Tenant>,
    /// Its name.
    pub name: String,
    /// Its address label.
    pub slug: String,
    /// The user's role there.
    #[schema(value_type = Role)]
    pub role: String,
}
