//! Bodies and answers that the users' and the customers' routes share.

use kernel::{Id, Problem, id};
use serde::{Deserialize, Serialize};

use super::{actions::Again, attempts::AttemptView};

/// Attempts of one page.
pub(crate) const HISTORY_ROWS_DEFAULT: u64 = 50;
/// Most attempts of one page.
pub(crate) const HISTORY_ROWS_MAX: u64 = 200;

/// The secret of a mailed link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct VerifyEmailBody {
    pub token: String,
}

/// The old password and the new one. Whoever has none yet leaves the old one out.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ChangePasswordBody {
    pub current_password: Option<String>,
    pub new_password: String,
}

/// A code from the authenticator app.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CodeBody {
    pub code: String,
}

/// Proves once more who asks: the password, and a code from the app or a backup code. Whoever has no password leaves it out.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ProofBody {
    pub password: Option<String>,
    pub code: String,
}

/// Proves once more who asks, when the sign-in is no longer recent. Nothing is needed until then.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct FreshProof {
    /// The account's password.
    pub password: Option<String>,
    /// From the authenticator app, or a backup code, where two-step sign-in is on.
    pub code: Option<String>,
}

impl FreshProof {
    pub(crate) fn again(&self) -> Again<'_> {
        Again { password: self.password.as_deref(), code: self.code.as_deref() }
    }
}

/// How an account is protected.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TwoFactorStatus {
    /// Whether a code is asked for at sign-in.
    pub enabled: bool,
    /// `totp`, when one is.
    pub method: Option<&'static str>,
    /// Backup codes that were not used yet.
    pub backup_codes_left: i64,
    /// Passkeys of this person; each stands for both factors.
    pub passkeys: u64,
    /// Whether the business asks its members for two-step sign-in.
    pub required_by_business: bool,
}

/// What an authenticator app needs. The codes count once the first one was confirmed.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TwoFactorSetup {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`.
    pub otpauth_url: String,
    /// The same as a PNG in a `data:` address.
    pub qr_code: String,
    /// Ten codes for the day on which the app is lost, shown this once.
    pub backup_codes: Vec<String>,
}

/// Whether a code is asked for at sign-in now.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(crate) struct TwoFactorState {
    pub enabled: bool,
}

/// A fresh set of backup codes, shown this once.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupCodes {
    pub backup_codes: Vec<String>,
}

/// Attempts to sign in, newest first.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginHistory {
    pub attempts: Vec<AttemptView>,
    /// For the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// Which page of the history.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// From the page before.
    pub cursor: Option<String>,
    /// At most 200.
    pub limit: Option<u64>,
}

impl HistoryQuery {
    pub(crate) fn check(&self) -> Result<(Option<Id<id::SignInAttempt>>, u64), Problem> {
        let limit = self.limit.unwrap_or(HISTORY_ROWS_DEFAULT);
        if limit == 0 || limit > HISTORY_ROWS_MAX {
            return Err(Problem::field("limit", "OUT_OF_RANGE", format!("must be 1 to {HISTORY_ROWS_MAX}")));
        }
        let cursor = self.cursor.as_deref().map(Id::parse).transpose();
        let cursor = cursor.map_err(|_| Problem::field("cursor", "INVALID_VALUE", "is not a cursor of this list"))?;
        Ok((cursor, limit))
    }
}
