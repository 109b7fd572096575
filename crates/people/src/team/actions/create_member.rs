//! Adds a user to a business with a role, without an invitation: for the demo, the tests and the command line.

use kernel::{Id, Problem, Role, id};
use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use crate::{
    People,
    accounts::{self, NewUser},
    signals::TEAM_CHANGED,
    team::{model::Member, store},
    tenants,
};

/// Who joins which business as what.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The business.
    pub tenant: Id<id::Tenant>,
    /// As shown.
    pub name: String,
    /// Their address; nobody may have it yet.
    pub email: String,
    /// Checked by the same rule as everybody's.
    pub password: String,
    /// Their role.
    pub role: Role,
}

/// Stores the user and the membership.
pub async fn create_member(people: &People, new: NewMember) -> Result<Member> {
    let tenant = tenants::find_tenant(people, new.tenant).await?.ok_or_else(Problem::not_found)?;
    let new = NewMember { tenant: tenant.id, ..new };
    let hash = people.crypto().passwords().hash(&new.password).await?;
    let mut tx = people.db().begin().await?;
    let member = import_member(people, &mut tx, &new, hash).await?;
    tx.commit().await?;
    Ok(member)
}

/// The same in the caller's transaction, with an address that whoever brings them along vouches for; it has seen that the business is there, with a hash that was made before it.
pub async fn import_member(people: &People, tx: &mut Tx, new: &NewMember, password_hash: String) -> Result<Member> {
    let user = NewUser::parse_member(&new.name, &new.email, &new.password)?;
    let user = accounts::store_user(people, tx, user, password_hash).await?;
    accounts::note_proven_address(tx, user.id).await?;
    let now = tx.now();
    store::insert(tx.conn(), new.tenant, user.id, new.role, now).await?;
    people.ports().new_member.member_joined(tx, new.tenant, user.id).await?;
    tx.signal(&TEAM_CHANGED, &new.tenant);
    tx.audit(&AuditEntry {
        tenant: Some(new.tenant),
        actor: "system".to_owned(),
        action: "member.added",
        object: user.id.to_string(),
        details: json!({ "role": new.role.as_str() }),
        ip: None,
    })
    .await?;
    Ok(Member { id: user.id, name: user.name, email: user.email, role: new.role })
}
