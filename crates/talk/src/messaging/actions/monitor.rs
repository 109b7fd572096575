//! Reading along: owners and admins within their business, operators across businesses. Read-only, and every look is a row
//! in the audit log that says who looked at what.

use kernel::{Caller, Id, Problem, Right, id};
use platform::{AuditEntry, Result};
use serde_json::json;

use super::browse::{ConversationList, ConversationQuery, list_conversations, message_page, views};
use crate::{
    Talk,
    messaging::{
        model::{ConversationView, MessageView},
        store::{self, Scope, Window},
    },
};

/// What the log calls a look at a conversation's messages.
const VIEWED: &str = "conversation.viewed";

/// A row for each of these conversations when an operator looks into the business and sees their messages; whoever belongs
/// there reads what is theirs.
pub(crate) async fn note_look(talk: &Talk, caller: &Caller, conversations: &[Id<id::Conversation>]) -> Result<()> {
    if !caller.read_only || conversations.is_empty() {
        return Ok(());
    }
    let mut tx = talk.platform().db().begin().await?;
    for id in conversations {
        tx.audit(&AuditEntry {
            tenant: Some(caller.tenant),
            actor: caller.person_id(),
            action: VIEWED,
            object: id.to_string(),
            details: json!({"operator": true}),
            ip: None,
        })
        .await?;
    }
    tx.commit().await
}

fn check_monitor(caller: &Caller) -> std::result::Result<(), Problem> {
    if caller.operator { Ok(()) } else { caller.check(Right::Monitor) }
}

async fn audit(
    talk: &Talk,
    caller: &Caller,
    action: &'static str,
    object: String,
    tenant: Id<id::Tenant>,
    ip: &str,
) -> Result<()> {
    let mut tx = talk.platform().db().begin().await?;
    let details = json!({"operator": caller.operator});
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: caller.person_id(),
        action,
        object,
        details,
        ip: Some(ip.to_owned()),
    })
    .await?;
    tx.commit().await
}

/// A page of the conversations one may read along in.
pub async fn monitor_conversations(
    talk: &Talk,
    caller: &Caller,
    query: ConversationQuery,
    ip: &str,
) -> Result<ConversationList> {
    check_monitor(caller)?;
    audit(talk, caller, "monitor.listed", "conversations".to_owned(), caller.tenant, ip).await?;
    let scope = if caller.operator { Scope::Everywhere } else { Scope::Tenant };
    list_conversations(talk, caller, query, scope).await
}

/// One conversation with its messages.
pub async fn monitor_conversation(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    window: Window,
    ip: &str,
) -> Result<(ConversationView, Vec<MessageView>, bool)> {
    check_monitor(caller)?;
    let row =
        store::find_conversation_of(talk.platform().db(), id, caller.person()).await?.ok_or_else(Problem::not_found)?;
    if row.tenant != caller.tenant && !caller.operator {
        return Err(Problem::not_found().into());
    }
    audit(talk, caller, VIEWED, id.to_string(), row.tenant, ip).await?;
    let view = views(talk, true, vec![row]).await?.pop().ok_or_else(Problem::not_found)?;
    let (messages, more) = message_page(talk, caller, id, window).await?;
    Ok((view, messages, more))
}
