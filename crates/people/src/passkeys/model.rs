//! Whose passkeys, and how they are shown.

use kernel::{Caller, Id, Principal, Timestamp, id};
use serde::Serialize;
use uuid::Uuid;

use super::entity;
use crate::sessions::PersonKind;

/// Somebody who has passkeys, or will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    pub kind: PersonKind,
    pub person: Uuid,
    /// Of a customer alone.
    pub tenant: Option<Id<id::Tenant>>,
}

impl Holder {
    pub fn of(caller: &Caller) -> Self {
        match caller.principal {
            Principal::User { id, .. } => Self { kind: PersonKind::User, person: id.uuid(), tenant: None },
            Principal::Customer { id } => {
                Self { kind: PersonKind::Customer, person: id.uuid(), tenant: Some(caller.tenant) }
            }
        }
    }
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyView {
    /// The passkey.
    pub id: Id<id::Passkey>,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When somebody signed in with it last.
    pub last_used_at: Option<Timestamp>,
}

impl From<entity::Model> for PasskeyView {
    fn from(row: entity::Model) -> Self {
        Self { id: row.id, name: row.name, created_at: row.created_at, last_used_at: row.last_used_at }
    }
}

/// One's passkeys.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct PasskeyList {
    /// Oldest first.
    pub passkeys: Vec<PasskeyView>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct OnePasskey {
    pub passkey: PasskeyView,
}

/// What a browser is to be asked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    /// To be sent back with the answer; works once, for five minutes.
    pub challenge_id: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    #[schema(value_type = Object)]
    pub public_key: serde_json::Value,
}
