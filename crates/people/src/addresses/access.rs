//! Who stands behind a change, and whether it can still be made.

use kernel::{Id, id};
use platform::{Result, Tx};

use super::entity::Model;
use crate::{
    sessions::PersonKind,
    signin::{Person, find_locked},
};

/// The person of a change, locked, when a link of this kind, and of this business where one is named, may speak for them.
pub(super) async fn access_person(
    tx: &Tx,
    change: &Model,
    kind: PersonKind,
    tenant: Option<Id<id::Tenant>>,
) -> Result<Option<Person>> {
    let is_elsewhere = tenant.is_some_and(|tenant| change.tenant_id != Some(tenant));
    if change.kind != kind.as_str() || is_elsewhere {
        return Ok(None);
    }
    let person = find_locked(tx, kind, change.person_id).await?;
    Ok(person.filter(|person| person.suspended_at.is_none()))
}
