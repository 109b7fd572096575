//! An operator looks into a business as its owner would see it, for half an hour, and can change nothing.

use kernel::{Caller, Id, Problem, Role, id};
use platform::{
    AuditEntry, Fault, JobDraft, Result,
    crypto::{Subject, TokenKind},
    http::ClientInfo,
};
use serde_json::json;

use crate::{
    People,
    operator::{
        access::check_operator,
        error,
        jobs::END_LOOK,
        model::Impersonation,
        rules::{IMPERSONATION_LIFETIME, parse_reason},
        store::{self, Look},
    },
    sessions::PersonKind,
    tenants::{self, Team},
};

/// Why such a session ended, in its row and to its sockets.
pub(crate) const ENDED: &str = "the look into this business has ended";

pub(in crate::operator) async fn look_into(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    tenant: Id<id::Tenant>,
    reason: &str,
) -> Result<Impersonation> {
    let operator = check_operator(caller)?;
    let reason = parse_reason(reason)?;
    let business = tenants::find_tenant(people, tenant).await?.ok_or_else(Problem::not_found)?;
    if business.suspended_at.is_some() {
        return Err(error::tenant_suspended().into());
    }
    let mut tx = people.db().begin().await?;
    let look = Look {
        session: people.world().id(),
        operator,
        tenant,
        reason,
        expires_at: tx.now().plus(IMPERSONATION_LIFETIME),
        ip: client.ip.to_string(),
        user_agent: client.user_agent.clone(),
    };
    store::insert_look(&tx, &look).await?;
    let payload = json!({ "session": look.session });
    tx.enqueue(JobDraft::new(END_LOOK, payload).at(look.expires_at)).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: operator.to_string(),
        action: "impersonation.started",
        object: look.session.to_string(),
        details: json!({ "operator": caller.name, "reason": look.reason, "until": look.expires_at }),
        ip: Some(look.ip.clone()),
    })
    .await?;
    let access_token = sign(people, &look)?;
    tx.commit().await?;
    Ok(Impersonation {
        access_token,
        expires_in: IMPERSONATION_LIFETIME.as_secs(),
        team: Team::new(&business, Role::Owner),
    })
}

/// An access token that is good as long as the session, because nothing renews it.
fn sign(people: &People, look: &Look) -> Result<String> {
    let kind = TokenKind { lifetime: IMPERSONATION_LIFETIME, ..PersonKind::User.token_kind() };
    let subject = Subject {
        person: look.operator.to_string(),
        tenant: look.tenant.to_string(),
        session: look.session.to_string(),
        role: Role::Owner.as_str(),
        foreign_session: None,
    };
    let issued = people.crypto().issue_access_token(kind, &subject);
    Ok(issued.map_err(|e| Fault::internal("signing an access token", e))?.token)
}
