//! Members as others see them.

use kernel::{Id, Role, Timestamp, id};
use platform::Result;
use serde::Serialize;

use super::invitations;

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

/// The team as its managers see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TeamList {
    /// By name.
    pub members: Vec<MemberView>,
    /// Newest first.
    pub invitations: Vec<InvitationView>,
}

/// Somebody of the team.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    /// The person.
    pub id: Id<id::User>,
    /// The same.
    pub user_id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role.
    #[schema(value_type = Role)]
    pub role: String,
    /// When they joined.
    pub joined_at: Timestamp,
    /// When a session of theirs here was renewed last.
    pub last_seen_at: Option<Timestamp>,
    /// Whether a code is asked for when they sign in by password.
    pub two_factor_enabled: bool,
    /// Whether they have a passkey, which is both factors when they sign in by it.
    pub has_passkey: bool,
    /// Whether the operator closed their account.
    pub suspended: bool,
    /// Whether it is the caller.
    pub is_you: bool,
}

/// An open invitation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    /// The invitation.
    pub id: Id<id::Invitation>,
    /// For whom.
    pub email: String,
    /// What they are called, when it was said.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: String,
    /// When they were invited first.
    pub created_at: Timestamp,
    /// Until when the link is good.
    pub expires_at: Timestamp,
    /// Whether the link is good now.
    pub state: InvitationState,
}

/// What became of an invitation that was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Its link works.
    Open,
    /// Nobody accepted it in time.
    Expired,
    /// Who sent it left the team, is suspended, or may not give this role any more.
    InviterGone,
}

impl InvitationView {
    /// With the inviter's name.
    pub(super) fn new(row: invitations::Model, invited_by: String, state: InvitationState) -> Result<Self> {
        Ok(Self {
            state,
            role: row.role()?,
            id: row.id,
            email: row.email,
            name: row.name,
            invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

/// An invitation that was just sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NewInvitation {
    /// It.
    pub invitation: InvitationView,
}

/// What somebody with the link may know.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationPage {
    /// Who invites.
    pub business_name: String,
    /// For whom.
    pub email: String,
    /// What they are called, when it was said.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: String,
    /// Whether the address has no account yet.
    pub needs_account: bool,
}
