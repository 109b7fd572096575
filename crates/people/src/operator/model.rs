//! Businesses as operators see them, and an operator as a business sees one.

use kernel::{Id, Role, Timestamp, id};
use sea_orm::FromQueryResult;
use serde::Serialize;

use crate::tenants::Team;

/// A business in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantLine {
    /// The business.
    pub id: Id<id::Tenant>,
    /// Its name.
    pub name: String,
    /// Its address label.
    pub slug: String,
    /// Who answers for it the longest.
    pub owner: Option<OwnerLine>,
    /// How many run it.
    pub members: i64,
    /// How many customers it has.
    pub customers: i64,
    /// When it signed up.
    pub created_at: Timestamp,
    /// When somebody of the team signed in there last.
    pub last_active_at: Option<Timestamp>,
    /// When it was closed.
    pub suspended_at: Option<Timestamp>,
    /// Why it was closed.
    pub suspended_reason: Option<String>,
}

/// Who answers for a business.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnerLine {
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// The list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TenantList {
    /// Newest first.
    pub tenants: Vec<TenantLine>,
    /// How many there are in all.
    pub total: u64,
}

/// One business with its team.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TenantDetail {
    /// As in the list.
    #[serde(flatten)]
    pub tenant: TenantLine,
    /// Its team, the highest role first.
    pub team: Vec<MemberLine>,
}

/// Somebody of its team.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberLine {
    /// The person.
    pub id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role there.
    #[schema(value_type = Role)]
    pub role: String,
    /// When their account was closed.
    pub suspended_at: Option<Timestamp>,
}

/// A look into a business.
#[derive(Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Impersonation {
    /// For `Authorization: Bearer`; every write is refused with `READ_ONLY_SESSION`.
    pub access_token: String,
    /// Seconds until it ends; it cannot be renewed.
    pub expires_in: u64,
    /// The business, seen as by its owner.
    pub team: Team,
}

impl std::fmt::Debug for Impersonation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Impersonation(…)")
    }
}

/// Who looks, in a session that can change nothing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpersonatedBy {
    /// The operator.
    pub id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Why, as they said.
    pub reason: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}
