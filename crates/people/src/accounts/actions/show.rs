//! Tells a signed-in user who and where they are.

use kernel::{Caller, Id, Problem, Role, id};
use platform::Result;

use crate::{
    People,
    accounts::{
        model::{UserProfile, UserView},
        store,
    },
    operator,
    sessions::must_set_up_two_factor,
    team,
    tenants::{self, Team},
};

pub(crate) async fn show_profile(people: &People, caller: &Caller) -> Result<UserProfile> {
    let id = caller.check_user()?;
    if caller.read_only {
        return show_look(people, caller, id).await;
    }
    let (user, team) = show_signed_in(people, id, caller.tenant).await?;
    let memberships = team::list_memberships(people, id).await?;
    let two_factor_setup_required = must_set_up_two_factor(people, caller.session).await?;
    Ok(UserProfile {
        user,
        team,
        memberships,
        two_factor_setup_required,
        operator: caller.operator,
        impersonated_by: None,
    })
}

/// An operator in a business that is not theirs.
async fn show_look(people: &People, caller: &Caller, id: Id<id::User>) -> Result<UserProfile> {
    let row = store::find(people.db().read(), id).await?.ok_or_else(Problem::unauthorized)?;
    let business = tenants::find_tenant(people, caller.tenant).await?.ok_or_else(Problem::unauthorized)?;
    let impersonated_by = operator::find_impersonation(people, caller).await?;
    let team = Team::new(&business, Role::Owner);
    Ok(UserProfile {
        user: UserView::from(row),
        team,
        memberships: Vec::new(),
        two_factor_setup_required: false,
        operator: false,
        impersonated_by,
    })
}

/// The user and their place in the business. Whoever lost it between the check of the token and now must sign in again.
pub(crate) async fn show_signed_in(
    people: &People,
    user: Id<id::User>,
    tenant: Id<id::Tenant>,
) -> Result<(UserView, Team)> {
    let db = people.db().read();
    let role = team::find_active_role(db, tenant, user).await?.ok_or_else(Problem::unauthorized)?;
    let row = store::find(db, user).await?.ok_or_else(Problem::unauthorized)?;
    let business = tenants::find_tenant(people, tenant).await?.ok_or_else(Problem::unauthorized)?;
    Ok((UserView::from(row), Team::new(&business, role)))
}
