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

/// What becomes of a business or an account, and why.
#[derive(Clone, Copy)]
pub(in crate::operator) enum Standing<'a> {
    /// Closed, for a reason that its people read.
    Closed(&'a str),
    /// Open again; a reason may be given, for the same readers.
    Open(Option<&'a str>),
}

impl Standing<'_> {
    const fn closes(self) -> bool {
        matches!(self, Self::Closed(_))
    }
    /// The reason with its form checked.
    fn parse_reason(self) -> std::result::Result<Option<String>, Problem> {
        match self {
            Self::Closed(reason) => parse_reason(reason).map(Some),
            Self::Open(reason) => reason.filter(|said| !said.trim().is_empty()).map(parse_reason).transpose(),
        }
    }
    /// It is so already.
    fn refuse(self) -> Problem {
        if self.closes() { error::already_suspended() } else { error::not_suspended() }
    }
}

/// Closes a business, or opens it again. Sessions there are refused while it is closed and good
/// again after.
pub(in crate::operator) async fn suspend_tenant(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    tenant: Id<id::Tenant>,
    standing: Standing<'_>,
) -> Result<()> {
    check_operator(caller)?;
    let reason = standing.parse_reason()?;
    if tenant == caller.tenant && standing.closes() {
        return Err(error::own_account().into());
    }
    let mut tx = people.db().begin().await?;
    tenants::find_tenant_in(tx.conn(), tenant).await?.ok_or_else(Problem::not_found)?;
    let closing = reason.as_deref().filter(|_| standing.closes());
    if !store::set_tenant_suspended(&tx, tenant, closing).await? {
        return Err(standing.refuse().into());
    }
    tx.signal(if standing.closes() { &TENANT_CLOSED } else { &TENANT_CHANGED }, &tenant);
    let action = if standing.closes() { "business.suspended" } else { "business.resumed" };
    audit(&mut tx, caller, client, tenant, action, tenant.to_string(), reason.as_deref()).await?;
    if !standing.closes() {
        tx.emit(tenant, events::TENANT_RESUMED, json!({ "tenantId": tenant })).await?;
    }
    tx.commit().await
}

/// Closes an account, or opens it again. Its sessions end; the log of every business it belongs to
/// says so.
pub(in crate::operator) async fn suspend_user(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    user: Id<id::User>,
    standing: Standing<'_>,
) -> Result<()> {
    let operator = check_operator(caller)?;
    let reason = standing.parse_reason()?;
    if user == operator && standing.closes() {
        return Err(error::own_account().into());
    }
    let mut tx = people.db().begin().await?;
    accounts::store::find(tx.conn(), user).await?.ok_or_else(Problem::not_found)?;
    if !store::set_user_suspended(&tx, user, standing.closes()).await? {
        return Err(standing.refuse().into());
    }
    end_sessions_in(&mut tx, PersonKind::User, user.uuid(), None, USER_REASON).await?;
    tx.signal(&PERSON_CHANGED, &PersonChanged { person: user.uuid(), tenant: None, reason: USER_REASON.into() });
    let action = if standing.closes() { "user.suspended" } else { "user.resumed" };
    for membership in team::store::find_of_user(tx.conn(), user).await? {
        let place = membership.tenant_id;
        audit(&mut tx, caller, client, place, action, user.to_string(), reason.as_deref()).await?;
        if standing.closes() {
            tx.emit(place, events::MEMBER_LEFT, json!({ "userId": user })).await?;
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
