//! The use cases of this slice.

mod accept;
mod change;
mod create_member;
mod invite;

pub use create_member::{NewMember, create_member, import_member};

pub(super) use accept::{Accept, accept, open};
pub(super) use change::{HandOver, change_role, remove, transfer};
pub(super) use invite::{Invite, invite, resend, withdraw};

use kernel::{Caller, Problem, Right};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::Value;

use super::{rules::Place, store};

/// The caller's place as it is stored now, with the team locked: of two who change it at once the second sees what the first
/// did. Whoever has lost the right meanwhile has lost it here too; leaving needs none.
async fn lock_place(tx: &Tx, caller: &Caller) -> Result<Place> {
    let id = caller.check_user()?;
    store::lock(tx, caller.tenant).await?;
    let role = super::find_active_role(tx.conn(), caller.tenant, id).await?.ok_or_else(Problem::unauthorized)?;
    Ok(Place { id, role })
}

/// The same for those who may change the team.
async fn lock_admin(tx: &Tx, caller: &Caller) -> Result<Place> {
    let actor = lock_place(tx, caller).await?;
    if actor.role.has(Right::Team) { Ok(actor) } else { Err(Problem::forbidden().into()) }
}

/// Refuses who may not change the team.
pub(super) fn check_may_change(caller: &Caller) -> Result<()> {
    caller.check_user()?;
    Ok(caller.check(Right::Team)?)
}

/// A line of the audit log about the team.
async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    object: String,
    details: Value,
) -> Result<()> {
    let ip = Some(client.ip.to_string());
    let actor = caller.person_id();
    tx.audit(&AuditEntry { tenant: Some(caller.tenant), actor, action, object, details, ip }).await
}
