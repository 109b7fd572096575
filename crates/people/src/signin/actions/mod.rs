//! The use cases of this room, for users and customers alike.

mod change_password;
mod forgot_password;
mod history;
mod prove_again;
mod reset_password;
mod two_factor;
mod verify_email;

pub(crate) use change_password::{PasswordChange, change_password};
pub(crate) use forgot_password::forgot_password;
pub(crate) use history::list_attempts;
pub(crate) use prove_again::{Again, check_form, check_proven};
pub(crate) use reset_password::{ResetPassword, reset_password};
pub(crate) use two_factor::{ProofAgain, confirm, disable, renew_backup_codes, set_up, show_status};
pub(crate) use verify_email::{send_verification, verify_email};

use kernel::{Caller, Id, Problem};
use platform::{AuditEntry, Result, Tx};
use serde_json::Value;

use super::person::{Person, find_locked, find_person};
use crate::{
    People,
    sessions::{Device, PersonKind},
    team,
};

pub(crate) fn kind_of(caller: &Caller) -> PersonKind {
    if caller.is_business() { PersonKind::User } else { PersonKind::Customer }
}

/// The caller as a person. Whoever vanished between the check of the token and now must sign in again.
pub(crate) async fn access_own(people: &People, caller: &Caller) -> Result<Person> {
    let found = find_person(people.db().read(), kind_of(caller), caller.person()).await?;
    found.ok_or_else(|| Problem::unauthorized().into())
}

/// The same, locked until the transaction ends.
pub(crate) async fn access_own_locked(tx: &Tx, caller: &Caller) -> Result<Person> {
    let found = find_locked(tx, kind_of(caller), caller.person()).await?;
    found.ok_or_else(|| Problem::unauthorized().into())
}

/// Writes an act on somebody's own account down where those who may look find it: in the business of the session, or, for who
/// came by a link of a mail, in each business that they belong to.
pub(crate) async fn audit(
    tx: &mut Tx,
    caller: Option<&Caller>,
    person: &Person,
    action: &'static str,
    details: Value,
    device: &Device,
) -> Result<()> {
    let mut tenants: Vec<_> =
        caller.map(|caller| caller.tenant).or(person.realm.tenant()).map(Some).into_iter().collect();
    if tenants.is_empty() {
        let memberships = team::store::find_of_user(tx.conn(), Id::from_uuid(person.id)).await?;
        tenants.extend(memberships.into_iter().map(|membership| Some(membership.tenant_id)));
    }
    if tenants.is_empty() {
        tenants.push(None);
    }
    for tenant in tenants {
        tx.audit(&AuditEntry {
            tenant,
            actor: person.shown_id(),
            action,
            object: person.shown_id(),
            details: details.clone(),
            ip: device.ip.clone(),
        })
        .await?;
    }
    Ok(())
}
