//! The way to a mail: the business's own for those with the right to events; account security for operators, whose every
//! look leaves a trace.

use kernel::{Caller, Id, Problem, Right, id};
use platform::{AuditEntry, Result, http::ClientInfo};
use serde_json::json;

use super::{
    entity,
    store::{self, Reach},
};
use crate::Delivery;

/// Whose mails the caller may read.
pub(super) fn access_mailbox(caller: &Caller) -> Result<Reach> {
    caller.check_user()?;
    caller.check(Right::Events)?;
    Ok(Reach { tenant: caller.tenant, operator: caller.operator })
}

/// One mail.
pub(super) async fn access_mail(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    mail: Id<id::Mail>,
) -> Result<entity::Model> {
    let reach = access_mailbox(caller)?;
    let found = store::find(delivery.platform().db().read(), reach, mail).await?.ok_or_else(Problem::not_found)?;
    if found.tenant_id.is_none() {
        note_look(delivery, caller, client, &found).await?;
    }
    Ok(found)
}

async fn note_look(delivery: &Delivery, caller: &Caller, client: &ClientInfo, mail: &entity::Model) -> Result<()> {
    let mut tx = delivery.platform().db().begin().await?;
    tx.audit(&AuditEntry {
        tenant: None,
        actor: caller.person_id(),
        action: "mailbox.viewed",
        object: mail.id.to_string(),
        details: json!({ "recipients": mail.recipients }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await
}
