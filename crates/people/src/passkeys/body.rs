//! What browsers send.

use kernel::Problem;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

/// A passkey that a device made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AddPasskey {
    /// From `start`.
    pub challenge_id: String,
    /// `PublicKeyCredential.toJSON()`.
    #[schema(value_type = Object)]
    credential: Value,
    /// What its owner calls it; made from the device when absent.
    pub name: Option<String>,
}

impl AddPasskey {
    pub fn parse_answer(&self) -> Result<RegisterPublicKeyCredential, Problem> {
        parse(&self.credential)
    }
}

/// A device's answer to who somebody is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PasskeyAnswer {
    /// From `start`.
    pub challenge_id: String,
    /// `PublicKeyCredential.toJSON()`.
    #[schema(value_type = Object)]
    credential: Value,
    /// From an earlier sign-in, when it is not kept as a cookie.
    pub device_token: Option<String>,
}

/// The same at a business.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CustomerPasskeyAnswer {
    /// The business by its invite code or label.
    pub invite_code: String,
    /// From `start`.
    pub challenge_id: String,
    /// `PublicKeyCredential.toJSON()`.
    #[schema(value_type = Object)]
    credential: Value,
    /// From an earlier sign-in, when it is not kept as a cookie.
    pub device_token: Option<String>,
}

impl CustomerPasskeyAnswer {
    pub fn parse_answer(&self) -> Result<PublicKeyCredential, Problem> {
        parse(&self.credential)
    }
}

impl PasskeyAnswer {
    pub fn parse_answer(&self) -> Result<PublicKeyCredential, Problem> {
        parse(&self.credential)
    }
}

/// A new name.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NamePasskey {
    /// 1 to 60 characters.
    pub name: String,
}

fn parse<T: DeserializeOwned>(credential: &Value) -> Result<T, Problem> {
    let words = "must be what the browser gave, as JSON (PublicKeyCredential.toJSON)";
    T::deserialize(credential).map_err(|_| Problem::field("credential", "INVALID_VALUE", words))
}
