//! Users as they come in and as they are shown.

use kernel::{Id, Problem, Timestamp, id, problem::Fields, text};
use serde::Serialize;

use super::{entity, rules};
use crate::{operator::ImpersonatedBy, sessions::TokenPair, team::MembershipView, tenants::Team};

/// A user as clients see one.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// The person.
    pub id: Id<id::User>,
    /// The same, for older clients.
    #[serde(rename = "_id")]
    pub legacy_id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// When given apart.
    pub first_name: Option<String>,
    /// When given apart.
    pub last_name: Option<String>,
    /// Their address.
    pub email: String,
    /// E.164.
    pub phone: Option<String>,
    /// Whether the address was proven.
    pub email_verified: bool,
    /// When it was.
    pub email_verified_at: Option<Timestamp>,
    /// Whether a code is asked for at sign-in.
    pub two_factor_enabled: bool,
    /// When they signed up.
    pub created_at: Timestamp,
}

impl From<entity::Model> for UserView {
    fn from(row: entity::Model) -> Self {
        Self {
            id: row.id,
            legacy_id: row.id,
            name: row.name,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            phone: row.phone,
            email_verified: row.email_verified_at.is_some(),
            email_verified_at: row.email_verified_at,
            two_factor_enabled: row.two_factor_enabled_at.is_some(),
            created_at: row.created_at,
        }
    }
}

/// What every sign-in of a user answers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UserSignedIn {
    /// Who.
    pub user: UserView,
    /// In which business, and as what.
    pub team: Team,
    /// The tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
}

/// Who am I, where, and where else could I be.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile {
    /// Who.
    pub user: UserView,
    /// In which business, and as what.
    pub team: Team,
    /// Every business of theirs, last used first.
    pub memberships: Vec<MembershipView>,
    /// The business asks for two-step sign-in and it is not set up yet: nothing else can be done until it is set up.
    pub two_factor_setup_required: bool,
    /// Whether they run this installation.
    pub operator: bool,
    /// There when an operator looks into this business; nothing can be changed then.
    pub impersonated_by: Option<ImpersonatedBy>,
}

/// A user about to be stored, every field checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewUser {
    pub email: String,
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
}

impl NewUser {
    /// A member added by somebody else.
    pub(crate) fn parse_member(name: &str, email: &str, password: &str) -> Result<Self, Problem> {
        let mut fields = Fields::new();
        let email = fields.take("email", "INVALID_EMAIL", text::parse_email(email));
        let name = fields.take("name", "INVALID_NAME", text::parse_line(name, text::NAME_CHARS_MAX));
        rules::check_password(&mut fields, "password", password);
        fields.check()?;
        let (Some(email), Some(name)) = (email, name) else { return Err(Problem::internal()) };
        Ok(Self { email, name, first_name: None, last_name: None, phone: None })
    }
}
