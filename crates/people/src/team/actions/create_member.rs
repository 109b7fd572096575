//! Adds a user to a business with a role, without an invitation: for the demo, the tests and the command line.

use kernel::{Id, Problem, Role, id};
use platform::{AuditEntry, Result};
use serde_json::json;

use crate::{
    People,
    accounts::{self, NewUser},
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
    let user = NewUser::parse_member(&new.name, &new.email, &new.password)?;
    let hash = people.crypto().passwords().hash(&new.password).await?;
    let mut tx = people.db().begin().await?;
    let user = accounts::store_user(people, &mut tx, user, hash).await?;
    let now = tx.now();
    store::insert(tx.conn(), tenant.id, user.id, new.role, now).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: "system".to_owned(),
        action: "member.added",
        object: user.id.to_string(),
        details: json!({ "role": new.role.as_str() }),
        ip: None,
    })
    .await?;
    tx.commit().await?;
    Ok(Member { id: user.id, name: user.name, email: user.email, role: new.role })
}
