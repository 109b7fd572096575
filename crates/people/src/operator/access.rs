//! Who may come in here, and what is seen.

use kernel::{Caller, Id, Problem, id};
use platform::Result;

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

/// One business with its team.
pub(super) async fn show_tenant(people: &People, caller: &Caller, tenant: Id<id::Tenant>) -> Result<TenantDetail> {
    check_operator(caller)?;
    let found = store::find_tenant(people.db(), tenant).await?.ok_or_else(Problem::not_found)?;
    Ok(TenantDetail { tenant: found, team: store::find_team(people.db(), tenant).await? })
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
