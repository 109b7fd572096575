//! A key as its business sees it, and what is told once when it is made.

use kernel::{Id, Scope, Timestamp, id};
use platform::{Fault, Result};
use serde::Serialize;

use super::{entity, rules};

/// A key without its secret.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyView {
    /// The key.
    pub id: Id<id::ApiKey>,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How its text begins, to know one again that is found somewhere.
    pub prefix: String,
    /// Who made it.
    pub created_by: Id<id::User>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl TryFrom<entity::Model> for ApiKeyView {
    type Error = Fault;

    fn try_from(row: entity::Model) -> Result<Self> {
        Ok(Self {
            scopes: parse_scopes(&row.scopes)?,
            prefix: rules::write_prefix(row.id),
            id: row.id,
            name: row.name,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

/// A key just made.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct NewApiKey {
    /// Its text, told this one time.
    pub key: String,
    /// Everything else about it.
    #[serde(flatten)]
    pub view: ApiKeyView,
}

impl std::fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewApiKey").field("view", &self.view).finish_non_exhaustive()
    }
}

/// The scopes as they are stored.
pub(super) fn write_scopes(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// Reads stored scopes.
pub(super) fn parse_scopes(text: &str) -> Result<Vec<Scope>> {
    let read = |word: &str| Scope::parse(word).ok_or_else(|| Fault::internal("reading an API key", word.to_owned()));
    text.split_whitespace().map(read).collect()
}
