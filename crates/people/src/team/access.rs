//! Who belongs to a business, for other floors and for signing in.

use std::collections::HashMap;

use kernel::{Id, Role, id};
use platform::Result;
use sea_orm::ConnectionTrait;

use super::{
    model::{Member, MembershipView},
    store,
};
use crate::{People, accounts, tenants};

/// The members of a business who may act, by name.
pub async fn find_members(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<Member>> {
    let memberships = store::find_of_tenant(db, tenant).await?;
    let ids: Vec<_> = memberships.iter().map(|m| m.user_id).collect();
    let roles: HashMap<_, _> = memberships.iter().filter_map(|m| Some((m.user_id, Role::parse(&m.role)?))).collect();
    let users = accounts::store::find_many(db, &ids).await?;
    let mut members: Vec<Member> = users
        .into_iter()
        .filter(|user| user.suspended_at.is_none())
        .filter_map(|user| {
            let role = roles.get(&user.id).copied()?;
            Some(Member { id: user.id, name: user.name, email: user.email, role })
        })
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Ok(members)
}

/// The names of users by id, whether they are still members or not: what they once wrote keeps its author.
pub async fn find_user_names(
    db: &impl ConnectionTrait,
    users: &[Id<id::User>],
) -> Result<HashMap<Id<id::User>, String>> {
    let users = accounts::store::find_many(db, users).await?;
    Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
}

/// The role of a user in a business, when both are in good standing.
pub(crate) async fn find_active_role(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
) -> Result<Option<Role>> {
    let Some(membership) = store::find(db, tenant, user).await? else { return Ok(None) };
    let person = accounts::store::find(db, user).await?;
    let business = tenants::find_tenant_in(db, tenant).await?;
    let in_good_standing =
        person.is_some_and(|p| p.suspended_at.is_none()) && business.is_some_and(|b| b.suspended_at.is_none());
    Ok(Role::parse(&membership.role).filter(|_| in_good_standing))
}

/// The businesses of a user, last used first.
pub(crate) async fn list_memberships(people: &People, user: Id<id::User>) -> Result<Vec<MembershipView>> {
    let memberships = store::find_of_user(people.db().read(), user).await?;
    let mut views = Vec::with_capacity(memberships.len());
    for membership in memberships {
        let tenant = tenants::find_tenant(people, membership.tenant_id).await?;
        views.extend(tenant.filter(|t| t.suspended_at.is_none()).map(|tenant| MembershipView {
            tenant_id: tenant.id,
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            role: membership.role,
        }));
    }
    Ok(views)
}
