//! A member gets another role, leaves or is removed, or hands the business over. Whatever they may do changes with the
//! commit, on every node: their sockets are told and closed, and come back with what they may do now.

use kernel::{Caller, Id, Problem, Role, events, id};
use platform::{Result, Tx, http::ClientInfo};
use serde_json::{Value, json};

use super::{audit, lock_place};
use crate::{
    People, accounts,
    sessions::{PersonKind, actions::end_sessions_in},
    signals::{PERSON_CHANGED, PersonChanged},
    signin::{Inside, Person, totp},
    team::{
        find_active_role,
        rules::{Change, Place, check_change},
        store,
    },
};

/// What sockets of a member are told.
const ROLE_REASON: &str = "your role was changed";
const REMOVED_REASON: &str = "you are no longer a member of this team";

/// Gives a member another role.
pub(in crate::team) async fn change_role(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    user: Id<id::User>,
    role: Role,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let member = check(&tx, caller, user, Change::Role(role)).await?;
    if member.role != role {
        set_role(&mut tx, caller.tenant, member, role).await?;
        let details = json!({ "before": { "role": member.role.as_str() }, "after": { "role": role.as_str() } });
        audit(&mut tx, caller, client, "member.role_changed", user.to_string(), details).await?;
        let mut news = describe(&tx, member).await?;
        news["role"] = json!(role);
        news["roleBefore"] = json!(member.role);
        news["byName"] = json!(caller.name);
        tx.emit(caller.tenant, events::TEAM_ROLE_CHANGED, news).await?;
    }
    tx.commit().await
}

/// Takes a member out of the team: their sessions there end at once. What they wrote stays theirs; what they took care of
/// follows the fact.
pub(in crate::team) async fn remove(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    user: Id<id::User>,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let member = check(&tx, caller, user, Change::Leave).await?;
    store::delete(&tx, caller.tenant, user).await?;
    end_sessions_in(&mut tx, PersonKind::User, user.uuid(), Some(caller.tenant), REMOVED_REASON).await?;
    tell(&mut tx, caller.tenant, user, REMOVED_REASON);
    let action = if caller.check_user()? == user { "member.left" } else { "member.removed" };
    let details = json!({ "before": { "role": member.role.as_str() }, "after": null });
    audit(&mut tx, caller, client, action, user.to_string(), details).await?;
    tx.emit(caller.tenant, events::MEMBER_LEFT, json!({ "userId": user })).await?;
    let mut news = describe(&tx, member).await?;
    if caller.check_user()? != user {
        news["byName"] = json!(caller.name);
    }
    tx.emit(caller.tenant, events::TEAM_MEMBER_LEFT, news).await?;
    tx.commit().await
}

/// What an owner proves it with.
#[derive(Clone, Copy)]
pub(in crate::team) struct HandOver<'a> {
    pub password: &'a str,
    /// From the authenticator app, or a backup code; needed where a second factor is on.
    pub code: Option<&'a str>,
}

/// The owner makes another member the owner and becomes an admin.
pub(in crate::team) async fn transfer(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    user: Id<id::User>,
    proof: HandOver<'_>,
) -> Result<()> {
    let owner = caller.check_user()?;
    let row = accounts::store::find(people.db().read(), owner).await?.ok_or_else(Problem::unauthorized)?;
    let stored = row.password_hash.clone();
    let person = Person::from(row);
    let asks_code = person.two_factor_enabled_at.is_some();
    let inside = Inside::enter(people, &person).await?;
    if asks_code && proof.code.is_none() {
        return Err(Problem::field("code", "REQUIRED", "is required").into());
    }
    let is_right = people.crypto().passwords().verify(proof.password, Some(&stored)).await?;
    let mut tx = people.db().begin().await?;
    let actor = lock_place(&tx, caller).await?;
    if actor.role != Role::Owner {
        return Err(Problem::forbidden().into());
    }
    let present = accounts::store::find(tx.conn(), owner).await?.ok_or_else(Problem::unauthorized)?;
    if !is_right || present.password_hash != stored {
        // Counted in a transaction of its own: this one leads nowhere.
        drop(tx);
        return Err(inside.refuse("password").await?);
    }
    // A factor that came between is asked for as well: without its code this leads nowhere.
    if asks_code || present.two_factor_enabled_at.is_some() {
        let code = proof.code.ok_or_else(|| Problem::field("code", "REQUIRED", "is required"))?;
        if !totp::use_any_code(people, &tx, &person, code).await? {
            drop(tx);
            return Err(inside.refuse("code").await?);
        }
    }
    inside.succeed(&tx).await?;
    if user == owner {
        return Err(Problem::field("userId", "INVALID_VALUE", "must be somebody else").into());
    }
    let next = find_place(&tx, caller.tenant, user).await?;
    if find_active_role(tx.conn(), caller.tenant, user).await?.is_none() {
        return Err(Problem::field("userId", "INVALID_VALUE", "must be somebody whose account is open").into());
    }
    set_role(&mut tx, caller.tenant, next, Role::Owner).await?;
    set_role(&mut tx, caller.tenant, actor, Role::Admin).await?;
    let details = json!({ "before": { "owner": owner, "role": next.role.as_str() }, "after": { "owner": user } });
    audit(&mut tx, caller, client, "business.transferred", user.to_string(), details).await?;
    let news = json!({ "owner": address_of(&tx, user).await?, "formerOwner": address_of(&tx, owner).await? });
    tx.emit(caller.tenant, events::TEAM_OWNERSHIP_TRANSFERRED, news).await?;
    tx.commit().await
}

/// A member as the team hears of them.
async fn describe(tx: &Tx, member: Place) -> Result<Value> {
    let user = accounts::store::find(tx.conn(), member.id).await?.ok_or_else(Problem::not_found)?;
    Ok(json!({ "userId": user.id, "name": user.name, "role": member.role }))
}

/// The same with where they read mail.
async fn address_of(tx: &Tx, user: Id<id::User>) -> Result<Value> {
    let user = accounts::store::find(tx.conn(), user).await?.ok_or_else(Problem::not_found)?;
    Ok(json!({ "id": user.id, "name": user.name, "email": user.email }))
}

async fn check(tx: &Tx, caller: &Caller, user: Id<id::User>, change: Change) -> Result<Place> {
    let actor = lock_place(tx, caller).await?;
    // Who may not look at the team does not learn who is in it.
    if actor.id != user && !actor.role.has(kernel::Right::Team) {
        return Err(Problem::forbidden().into());
    }
    let member = find_place(tx, caller.tenant, user).await?;
    let other_owners = store::count_other_owners(tx, caller.tenant, user).await?;
    check_change(actor, member, change, other_owners)?;
    Ok(member)
}

async fn find_place(tx: &Tx, tenant: Id<id::Tenant>, user: Id<id::User>) -> Result<Place> {
    let row = store::find(tx.conn(), tenant, user).await?.ok_or_else(Problem::not_found)?;
    let role = Role::parse(&row.role).ok_or_else(Problem::not_found)?;
    Ok(Place { id: user, role })
}

async fn set_role(tx: &mut Tx, tenant: Id<id::Tenant>, member: Place, role: Role) -> Result<()> {
    store::set_role(tx, tenant, member.id, role).await?;
    tell(tx, tenant, member.id, ROLE_REASON);
    Ok(())
}

fn tell(tx: &mut Tx, tenant: Id<id::Tenant>, user: Id<id::User>, reason: &'static str) {
    tx.signal(&PERSON_CHANGED, &PersonChanged { person: user.uuid(), tenant: Some(tenant), reason: reason.into() });
}
