//! An operator closes or opens a business or an account. What is closed answers nobody from the commit on, on every node.

use kernel::{Caller, Id, Problem, events, id};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::json;

use crate::{
    People, accounts,
    operator::{access::check_operator, error, rules::parse_reason, store},
    sessions::{PersonKind, actions::end_sessions_in},
    signals::{PERSON_CHANGED, PersonChanged, TENANT_CHANGED, TENANT_CLOSED},
    team, tenants,
};

/// What sockets of a closed account are told.
const USER_REASON: &str = "the account was closed";

/// Closes a business for a reason, or opens it again without one. Sessions there are refused while it is closed and good
/// again after.
pub(in crate::operator) async fn suspend_tenant(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    tenant: Id<id::Tenant>,
    reason: Option<&str>,
) -> Result<()> {
    check_operator(caller)?;
    let reason = reason.map(parse_reason).transpose()?;
    if tenant == caller.tenant && reason.is_some() {
        return Err(error::own_account().into());
    }
    let mut tx = people.db().begin().await?;
    tenants::find_tenant_in(tx.conn(), tenant).await?.ok_or_else(Problem::not_found)?;
    if store::set_tenant_suspended(&tx, tenant, reason.as_deref()).await? {
        tx.signal(if reason.is_some() { &TENANT_CLOSED } else { &TENANT_CHANGED }, &tenant);
        let action = if reason.is_some() { "business.suspended" } else { "business.resumed" };
        audit(&mut tx, caller, client, tenant, action, tenant.to_string(), reason.as_deref()).await?;
        if reason.is_none() {
            tx.emit(tenant, events::TENANT_RESUMED, json!({ "tenantId": tenant })).await?;
        }
    }
    tx.commit().await
}

/// Closes an account for a reason, or opens it again without one. Its sessions end; the log of every business it belongs to
/// says so.
pub(in crate::operator) async fn suspend_user(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    user: Id<id::User>,
    reason: Option<&str>,
) -> Result<()> {
    let operator = check_operator(caller)?;
    let reason = reason.map(parse_reason).transpose()?;
    if user == operator && reason.is_some() {
        return Err(error::own_account().into());
    }
    let mut tx = people.db().begin().await?;
    accounts::store::find(tx.conn(), user).await?.ok_or_else(Problem::not_found)?;
    if store::set_user_suspended(&tx, user, reason.is_some()).await? {
        end_sessions_in(&mut tx, PersonKind::User, user.uuid(), None, USER_REASON).await?;
        tx.signal(&PERSON_CHANGED, &PersonChanged { person: user.uuid(), tenant: None, reason: USER_REASON.into() });
        let action = if reason.is_some() { "user.suspended" } else { "user.resumed" };
        for membership in team::store::find_of_user(tx.conn(), user).await? {
            let place = membership.tenant_id;
            audit(&mut tx, caller, client, place, action, user.to_string(), reason.as_deref()).await?;
            if reason.is_some() {
                tx.emit(place, events::MEMBER_LEFT, json!({ "userId": user })).await?;
            }
        }
    }
    tx.commit().await
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    tenant: Id<id::Tenant>,
    action: &'static str,
    object: String,
    reason: Option<&str>,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: caller.person_id(),
        action,
        object,
        details: json!({ "operator": caller.name, "reason": reason }),
        ip: Some(client.ip.to_string()),
    })
    .await
}
