//! Opens a session in another business of the user. The present one stays, because another window may show it.

use kernel::{Caller, Id, Problem, id};
use platform::{AuditEntry, Result};
use serde_json::json;

use super::show::show_signed_in;
use crate::{
    People,
    accounts::model::UserSignedIn,
    sessions::{Device, NewSession, open_session},
    team,
};

pub(crate) async fn switch_business(
    people: &People,
    caller: &Caller,
    tenant: Id<id::Tenant>,
    device: &Device,
) -> Result<UserSignedIn> {
    let user = caller.check_user()?;
    let mut tx = people.db().begin().await?;
    // A business the user does not belong to answers like one that does not exist.
    let role = team::find_active_role(tx.conn(), tenant, user).await?.ok_or_else(Problem::not_found)?;
    let now = tx.now();
    team::store::mark_used(tx.conn(), tenant, user, now).await?;
    let tokens = open_session(people, &mut tx, NewSession::User { id: user, tenant, role }, device).await?;
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
