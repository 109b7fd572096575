//! Somebody left the business, or their account was closed: the conversations they took care of are nobody's again, and so
//! are seen by those who share them out. Doing it twice changes nothing.

use kernel::{Id, id};
use people::team::find_members;
use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use super::change::announce_anew;
use crate::{Talk, messaging::store, signals::CONVERSATION_CHANGED};

/// Conversations of one transaction, so that no other writer waits long.
const LET_GO_AT_ONCE: u64 = 100;

/// Takes the conversations of somebody who is not a member any more off their hands; gives how many there were. Whoever is
/// back meanwhile keeps them.
pub async fn let_go(talk: &Talk, tenant: Id<id::Tenant>, user: Id<id::User>) -> Result<usize> {
    let members = find_members(talk.platform().db().read(), tenant).await?;
    if members.iter().any(|member| member.id == user) {
        return Ok(0);
    }
    let mut let_go = 0;
    loop {
        let mut tx = talk.platform().db().begin().await?;
        let threads = store::unassign_some(&tx, tenant, user, LET_GO_AT_ONCE).await?;
        for thread in &threads {
            audit(&mut tx, tenant, *thread, user).await?;
            tx.signal(&CONVERSATION_CHANGED, thread);
        }
        tx.commit().await?;
        for thread in &threads {
            announce_anew(talk, *thread, None).await?;
        }
        let_go += threads.len();
        if (threads.len() as u64) < LET_GO_AT_ONCE {
            return Ok(let_go);
        }
    }
}

async fn audit(tx: &mut Tx, tenant: Id<id::Tenant>, thread: Id<id::Conversation>, user: Id<id::User>) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: "system".to_owned(),
        action: "conversation.changed",
        object: thread.to_string(),
        details: json!({ "changed": ["assigned_to"], "before": { "assignedTo": user }, "after": { "assignedTo": null } }),
        ip: None,
    })
    .await
}
