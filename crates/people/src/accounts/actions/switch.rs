//! Opens a session in another business of the user. The present one stays, because another window may show it.

use kernel::{Caller, Id, Problem, id};
use platform::{AuditEntry, Result};
use serde_json::json;

use super::show::show_signed_in;
use crate::{
    People,
    accounts::{error, model::UserSignedIn},
    sessions::{Device, NewSession, Proven, find_session, open_session},
    team, tenants,
};

pub(crate) async fn switch_business(
    people: &People,
    caller: &Caller,
    tenant: Id<id::Tenant>,
    device: &Device,
) -> Result<UserSignedIn> {
    let user = caller.check_user()?;
    check_open(people, user, tenant).await?;
    let mut tx = people.db().begin().await?;
    // A business the user does not belong to answers like one that does not exist.
    let role = team::find_active_role(tx.conn(), tenant, user).await?.ok_or_else(Problem::not_found)?;
    let now = tx.now();
    team::store::mark_used(tx.conn(), tenant, user, now).await?;
    // What was shown here need not be shown there again.
    let present = find_session(tx.conn(), caller.session).await?.ok_or_else(Problem::unauthorized)?;
    let proven = Proven { two_factors: present.two_factors, at: present.proven_at };
    let session = NewSession::User { id: user, tenant, role };
    let tokens = open_session(people, &mut tx, session, device, proven).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: user.to_string(),
        action: "user.switched_business",
        object: tenant.to_string(),
        details: json!({ "from": caller.tenant }),
        ip: device.ip.clone(),
    })
    .await?;
    tx.commit().await?;
    let (user, team) = show_signed_in(people, user, tenant).await?;
    Ok(UserSignedIn { user, team, tokens })
}

/// Whoever belongs to a closed business is told why it is closed.
async fn check_open(people: &People, user: Id<id::User>, tenant: Id<id::Tenant>) -> Result<()> {
    let Some(business) = tenants::find_tenant(people, tenant).await?.filter(|t| t.suspended_at.is_some()) else {
        return Ok(());
    };
    if team::store::find(people.db().read(), tenant, user).await?.is_none() {
        return Ok(());
    }
    match tenants::find_closing(people.db(), tenant).await? {
        Some(reason) => Err(error::business_suspended(&business.name, &reason).into()),
        None => Ok(()),
    }
}
