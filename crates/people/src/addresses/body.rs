//! Bodies and answers that the users' and the customers' routes share.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// The address that one wants, and a proof when the sign-in is no longer recent.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ChangeEmailBody {
    pub email: String,
    /// The account's password.
    pub password: Option<String>,
    /// From the authenticator app, or a backup code, where two-step sign-in is on.
    pub code: Option<String>,
}

/// The secret of a mailed link.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AddressLinkBody {
    pub token: String,
}

/// The same. When the business is named too, the link must be one of its own.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CustomerAddressLinkBody {
    pub token: String,
    pub invite_code: Option<String>,
}

/// One's own address, and the one that waits for its link to be followed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnAddress {
    /// What one has.
    pub email: Option<String>,
    /// Whether it was proven.
    pub email_verified: bool,
    /// What one asked for.
    pub pending: Option<PendingAddress>,
}

/// An address that counts once its link was followed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PendingAddress {
    /// It.
    pub email: String,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

/// The address that counts now.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(super) struct ConfirmedAddress {
    /// It.
    pub email: String,
}

/// An address that was taken back.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RestoredAddress {
    /// It.
    pub email: String,
    /// For `reset-password`: the password before is void. Absent for who never had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reset_token: Option<String>,
}
