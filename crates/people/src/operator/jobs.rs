//! The end of a look into a business: when its time is over, its sockets are closed and the business's log says so.

use kernel::{Id, id};
use platform::{AuditEntry, Fault, Result};
use serde::Deserialize;
use serde_json::json;

use super::{actions::ENDED, store};
use crate::{People, sessions::actions::revoke_in};

/// Ends a look.
pub(super) const END_LOOK: &str = "operator.end_look";

#[derive(Deserialize)]
struct Wanted {
    session: Id<id::Session>,
}

pub(crate) fn register_jobs(people: &People) {
    let floor = people.clone();
    people.platform().jobs().on(END_LOOK, move |_, payload| {
        let people = floor.clone();
        async move {
            let wanted: Wanted =
                serde_json::from_value(payload).map_err(|e| Fault::internal("reading the end of a look", e))?;
            end_look(&people, wanted.session).await
        }
    });
}

async fn end_look(people: &People, session: Id<id::Session>) -> Result<()> {
    let Some(look) = store::find_look(people.db(), session).await? else { return Ok(()) };
    // Whoever ended it by signing out has written the line.
    if look.revoked_reason.as_deref() == Some(ENDED) {
        return Ok(());
    }
    let mut tx = people.db().begin().await?;
    if look.revoked_at.is_none() {
        revoke_in(&mut tx, &[session], ENDED).await?;
    }
    tx.audit(&AuditEntry {
        tenant: Some(look.tenant_id),
        actor: Id::<id::User>::from_uuid(look.person_id).to_string(),
        action: "impersonation.ended",
        object: session.to_string(),
        details: json!({ "endedAt": look.revoked_at.unwrap_or(look.expires_at) }),
        ip: None,
    })
    .await?;
    tx.commit().await
}
