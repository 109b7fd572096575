//! What is remembered while somebody is away at another house, and what is known when they come back.

use kernel::{Id, id};
use serde::{Deserialize, Serialize};

/// A provider as people see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(super) struct OidcProviderView {
    /// For the address of `start`.
    pub id: &'static str,
    /// What stands on the button.
    pub name: String,
}

/// Who one may sign in with.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(super) struct OidcProviderList {
    /// In the order of the buttons.
    pub providers: Vec<OidcProviderView>,
}

/// Where somebody wants to be signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Door {
    /// The business side.
    Desk,
    /// A business's customers.
    Front(Id<id::Tenant>),
}

/// A browser that was sent away.
#[derive(Serialize, Deserialize)]
pub(super) struct Away {
    pub provider: String,
    pub door: Door,
    pub nonce: String,
    pub verifier: String,
    pub next: Option<String>,
}

/// What the other house says of whoever came back.
#[derive(Serialize, Deserialize)]
pub(super) struct Found {
    pub door: Door,
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    /// Whether that house has made sure that the address is theirs.
    pub email_verified: bool,
    pub name: Option<String>,
}
