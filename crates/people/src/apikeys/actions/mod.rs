//! The use cases of this slice.

mod create;
mod issue_token;
mod revoke;

pub(super) use create::create_key;
pub(super) use issue_token::{TokenWish, issue_token};
pub(super) use revoke::revoke_key;

use kernel::{Id, id};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::{Value, json};

use super::entity;

/// What the audit log keeps of a key: everything but its secret.
fn audited(row: &entity::Model) -> Value {
    json!({ "name": row.name, "scopes": row.scopes, "expiresAt": row.expires_at })
}

/// A line of the audit log about a key.
async fn audit(
    tx: &mut Tx,
    by: (Id<id::Tenant>, String),
    action: &'static str,
    key: Id<id::ApiKey>,
    details: Value,
    client: &ClientInfo,
) -> Result<()> {
    let (tenant, actor) = by;
    let ip = Some(client.ip.to_string());
    tx.audit(&AuditEntry { tenant: Some(tenant), actor, action, object: key.to_string(), details, ip }).await
}
