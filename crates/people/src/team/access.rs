//! Who belongs to a business, for other floors and for signing in.

use std::collections::HashMap;

use kernel::{Caller, Id, Right, Role, id};
use platform::Result;
use sea_orm::ConnectionTrait;

use super::{
    actions, invitations,
    model::{InvitationPage, InvitationView, Member, MemberView, MembershipView, TeamList},
    rules::decide_state,
    store,
};
use crate::{People, accounts, passkeys, sessions, tenants};

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

/// An owner of a business, as far as it matters whether they can be reached.
#[derive(Debug, Clone)]
pub struct OwnerAddress {
    /// Their address.
    pub email: String,
    /// Whether it was proven.
    pub email_verified: bool,
}

/// The owners of a business.
pub async fn find_owners(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<OwnerAddress>> {
    let memberships = store::find_of_tenant(db, tenant).await?;
    let owners = memberships.iter().filter(|row| row.role == Role::Owner.as_str());
    let owners: Vec<_> = owners.map(|row| row.user_id).collect();
    let users = accounts::store::find_many(db, &owners).await?;
    let address = |user: accounts::entity::Model| OwnerAddress {
        email: user.email,
        email_verified: user.email_verified_at.is_some(),
    };
    Ok(users.into_iter().map(address).collect())
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

/// Members and open invitations, for managers and up.
pub(super) async fn list_team(people: &People, caller: &Caller) -> Result<TeamList> {
    let own = caller.check_user()?;
    caller.check(Right::SettingsEdit)?;
    let db = people.db().read();
    let memberships = store::find_of_tenant(db, caller.tenant).await?;
    let invited = invitations::find_of_tenant(db, caller.tenant).await?;
    let ids: Vec<_> = memberships.iter().map(|row| row.user_id).collect();
    let mut users: HashMap<_, _> =
        accounts::store::find_many(db, &ids).await?.into_iter().map(|user| (user.id, user)).collect();
    let seen = sessions::find_last_seen(db, caller.tenant, &ids).await?;
    let people_of: Vec<_> = ids.iter().map(|user| user.uuid()).collect();
    let holders = passkeys::store::find_holders(db, &people_of).await?;
    let inviters: Vec<_> = invited.iter().map(|row| row.invited_by).collect();
    let names = find_user_names(db, &inviters).await?;
    let senders: HashMap<_, _> = memberships
        .iter()
        .filter(|row| users.get(&row.user_id).is_some_and(|user| user.suspended_at.is_none()))
        .filter_map(|row| Some((row.user_id, Role::parse(&row.role)?)))
        .collect();
    let member = |row: super::entity::Model| {
        let user = users.remove(&row.user_id)?;
        Some(MemberView {
            id: user.id,
            user_id: user.id,
            name: user.name,
            email: user.email,
            role: row.role,
            joined_at: row.created_at,
            last_seen_at: seen.get(&user.id.uuid()).copied(),
            two_factor_enabled: user.two_factor_enabled_at.is_some(),
            has_passkey: holders.contains(&user.id.uuid()),
            suspended: user.suspended_at.is_some(),
            is_you: user.id == own,
        })
    };
    let mut members: Vec<MemberView> = memberships.into_iter().filter_map(member).collect();
    members.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    let now = people.world().now();
    let shown = |row: invitations::Model| {
        let by = names.get(&row.invited_by).cloned().unwrap_or_default();
        let state = decide_state(senders.get(&row.invited_by).copied(), row.role()?, row.expires_at, now);
        InvitationView::new(row, by, state)
    };
    Ok(TeamList { members, invitations: invited.into_iter().map(shown).collect::<Result<_>>()? })
}

/// What somebody with the link of an invitation may know.
pub(super) async fn show_invitation(people: &People, token: &str) -> Result<InvitationPage> {
    let (row, _, business_name) = actions::open(people, token).await?;
    let db = people.db().read();
    let invited_by = find_user_names(db, &[row.invited_by]).await?.remove(&row.invited_by).unwrap_or_default();
    let account = accounts::store::find_by_email(db, &row.email).await?;
    Ok(InvitationPage {
        business_name,
        role: row.role()?,
        email: row.email,
        name: row.name,
        invited_by,
        needs_account: account.is_none(),
    })
}
