//! Who may come in here, and what is seen.

use kernel::{Caller, Id, Problem, id};
use platform::{AuditEntry, Result, http::ClientInfo};
use serde_json::json;

use super::{
    model::{ImpersonatedBy, TenantDetail},
    store,
};
use crate::People;

/// An operator by their own session. One who looks into a business is not an operator there.
pub fn check_operator(caller: &Caller) -> std::result::Result<Id<id::User>, Problem> {
    let user = caller.check_user()?;
    if caller.operator && !caller.read_only { Ok(user) } else { Err(Problem::forbidden()) }
}

/// One business with its team. Whoever looks at a business from outside leaves a line in its log, which its admins read.
pub(super) async fn show_tenant(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    tenant: Id<id::Tenant>,
) -> Result<TenantDetail> {
    let operator = check_operator(caller)?;
    let found = store::find_tenant(people.db(), tenant).await?.ok_or_else(Problem::not_found)?;
    let team = store::find_team(people.db(), tenant).await?;
    let mut tx = people.db().begin().await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: operator.to_string(),
        action: "business.viewed",
        object: tenant.to_string(),
        details: json!({ "operator": caller.name }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await?;
    Ok(TenantDetail { tenant: found, team })
}

/// Who looks, when this session is a look.
pub(crate) async fn find_impersonation(people: &People, caller: &Caller) -> Result<Option<ImpersonatedBy>> {
    let user = caller.check_user()?;
    let found = store::find_look(people.db(), caller.session).await?;
    Ok(found.map(|look| ImpersonatedBy {
        id: user,
        name: caller.name.to_string(),
        reason: look.impersonation_reason,
        expires_at: look.expires_at,
    }))
}
