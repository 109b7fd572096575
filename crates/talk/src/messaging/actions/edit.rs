//! Taking words back: own messages, for fifteen minutes. The old text is kept for the audit and never shown.

use kernel::{Caller, Id, Problem, id, text};
use platform::{AuditEntry, Push, Result, Tx};
use serde_json::json;

use super::{browse::message_view, change::announce_anew, send::code_of};
use crate::{
    Talk, attachments,
    messaging::{
        access::{Need, access_conversation},
        error,
        live::{Dialect, conversation_room},
        model::{MessageView, Status},
        rules::{EDIT_WINDOW, last_message},
        store::{self, MessageRow},
    },
};

async fn access_own(talk: &Talk, caller: &Caller, id: Id<id::Message>) -> Result<MessageRow> {
    let row = store::find_message(talk.platform().db(), caller.tenant, id).await?.ok_or_else(Problem::not_found)?;
    access_conversation(talk, caller, row.conversation, Need::Read).await?;
    if row.sender != caller.person() {
        return Err(Problem::forbidden().into());
    }
    access_conversation(talk, caller, row.conversation, Need::Write).await?;
    if row.deleted_at.is_some() {
        return Err(Problem::not_found().into());
    }
    if talk.platform().world().now().since(row.at) > EDIT_WINDOW {
        return Err(error::too_late().into());
    }
    Ok(row)
}

/// To the thread; and to the lists of both sides, where the last words of a thread stand.
async fn announce(talk: &Talk, view: &MessageView) {
    push_updated(talk, view).await;
    if let Err(fault) = announce_anew(talk, view.conversation_id, view.is_deleted.then_some(view.seq)).await {
        tracing::error!(cause = fault.chain(), "lists were not told of a changed message");
    }
}

async fn push_updated(talk: &Talk, view: &MessageView) {
    let rooms = [
        conversation_room(view.conversation_id, Dialect::Pair),
        conversation_room(view.conversation_id, Dialect::Room),
    ];
    // Links are signed per reader, so the shared frame names the files and leaves the links to each client's copy.
    let mut body = json!(view);
    if let Some(files) = body.get_mut("attachments").and_then(|f| f.as_array_mut()) {
        for file in files.iter_mut().filter_map(|f| f.as_object_mut()) {
            let id = file.get("id").and_then(|i| i.as_str()).unwrap_or_default();
            let path = format!("/api/messages/attachments/{id}");
            file.insert("url".into(), path.into());
            file.remove("thumbnailUrl");
        }
    }
    talk.platform().realtime().push(&Push::new(rooms, "message_updated", body)).await;
}

fn audit(caller: &Caller, row: &MessageRow, action: &'static str) -> AuditEntry {
    AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: row.id.to_string(),
        details: json!({"conversationId": row.conversation}),
        ip: None,
    }
}

/// Looks again where the thread is locked: what is remembered may be older than a block or a cancelled visit.
async fn check_standing(tx: &Tx, caller: &Caller, row: &MessageRow) -> Result<()> {
    let standing = store::lock_standing(tx, row.conversation).await?.ok_or_else(Problem::not_found)?;
    if standing.status == Status::Blocked && !caller.is_business() {
        return Err(error::blocked().into());
    }
    if standing.ended { Err(error::closed().into()) } else { Ok(()) }
}

/// Replaces the text.
pub async fn edit_message(talk: &Talk, caller: &Caller, id: Id<id::Message>, content: &str) -> Result<MessageView> {
    text::check_message(content, false).map_err(|e| Problem::field("content", code_of(&e), e.to_string()))?;
    let row = access_own(talk, caller, id).await?;
    let mut tx = talk.platform().db().begin().await?;
    check_standing(&tx, caller, &row).await?;
    if !store::revise_message(&tx, &row, content, &last_message(content, 0)).await? {
        return Err(Problem::not_found().into());
    }
    tx.audit(&audit(caller, &row, "message.edited")).await?;
    tx.commit().await?;
    let view = message_view(talk, caller, id).await?;
    announce(talk, &view).await;
    Ok(view)
}

/// Leaves a tombstone; its files go with it.
pub async fn delete_message(talk: &Talk, caller: &Caller, id: Id<id::Message>) -> Result<MessageView> {
    let row = access_own(talk, caller, id).await?;
    let mut tx = talk.platform().db().begin().await?;
    check_standing(&tx, caller, &row).await?;
    if !store::delete_message(&tx, &row).await? {
        return Err(Problem::not_found().into());
    }
    attachments::withdraw(&tx, caller.tenant, id).await?;
    tx.audit(&audit(caller, &row, "message.deleted")).await?;
    tx.commit().await?;
    let view = message_view(talk, caller, id).await?;
    announce(talk, &view).await;
    Ok(view)
}
