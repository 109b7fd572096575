//! Receiving and reading: a reader's mark moves forward to a message and everything before it.

use kernel::{Caller, Id, Problem, id};
use platform::{Push, Result, Room};
use serde_json::json;

use crate::{
    Talk,
    messaging::{
        access::{Need, access_conversation},
        live::{Dialect, conversation_room},
        model::MessageStatus,
        store::{self, Advance, MessageRow},
    },
};

/// How far, and in which way.
#[derive(Debug, Clone)]
pub enum Mark {
    /// Up to this message.
    Message(Id<id::Message>),
    /// Up to the latest of these.
    Messages(Vec<Id<id::Message>>),
    /// Up to this number.
    UpTo(Id<id::Conversation>, i64),
}

/// Most messages named at once.
pub const MARKED_MAX: usize = 500;

/// The message that is marked up to; nothing when there is none to mark.
async fn find_target(talk: &Talk, caller: &Caller, mark: &Mark) -> Result<Option<MessageRow>> {
    let db = talk.platform().db();
    match mark {
        Mark::Message(id) => {
            let row = store::find_message(db, caller.tenant, *id).await?.ok_or_else(Problem::not_found)?;
            access_conversation(talk, caller, row.conversation, Need::Read).await?;
            Ok((row.sender != caller.person()).then_some(row))
        }
        Mark::Messages(ids) => find_latest(talk, caller, ids).await.map(Some),
        Mark::UpTo(conversation, seq) => {
            access_conversation(talk, caller, *conversation, Need::Read).await?;
            if *seq < 0 {
                return Err(Problem::field("upToSeq", "OUT_OF_RANGE", "must not be negative").into());
            }
            let row = store::find_conversation(db, *conversation).await?.ok_or_else(Problem::not_found)?;
            let seq = (*seq).min(row.last_seq);
            Ok(store::find_seq_range(db, *conversation, seq, seq).await?.into_iter().next())
        }
    }
}

/// The latest of several messages of one conversation. Each is looked at as a stranger would, so that an id of another
/// conversation tells nothing.
async fn find_latest(talk: &Talk, caller: &Caller, ids: &[Id<id::Message>]) -> Result<MessageRow> {
    if ids.is_empty() || ids.len() > MARKED_MAX {
        let words = format!("must name 1 to {MARKED_MAX} messages");
        return Err(Problem::field("messageIds", "OUT_OF_RANGE", words).into());
    }
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let rows = store::find_messages(talk.platform().db(), caller.tenant, &wanted).await?;
    if rows.len() != wanted.len() {
        return Err(Problem::not_found().into());
    }
    for row in &rows {
        access_conversation(talk, caller, row.conversation, Need::Read).await?;
    }
    if rows.iter().any(|row| row.conversation != rows[0].conversation) {
        return Err(Problem::field("messageIds", "INVALID_VALUE", "must all be of one conversation").into());
    }
    rows.into_iter().max_by_key(|row| row.seq).ok_or_else(|| Problem::not_found().into())
}

/// Moves the caller's mark; an own message moves nothing. Tells the room when it moved.
pub async fn mark(talk: &Talk, caller: &Caller, mark: &Mark, status: MessageStatus) -> Result<()> {
    let Some(row) = find_target(talk, caller, mark).await? else { return Ok(()) };
    let read = status == MessageStatus::Read;
    let tx = talk.platform().db().begin().await?;
    let is_customer = !caller.is_business();
    let moved = store::advance_mark(&tx, Advance { reader: caller.person(), is_customer, to: &row, read }).await?;
    let now = tx.now();
    tx.commit().await?;
    if moved {
        let mut rooms = vec![
            conversation_room(row.conversation, Dialect::Pair),
            conversation_room(row.conversation, Dialect::Room),
        ];
        // The reader's other devices clear their counts too.
        rooms.push(Room::person(caller.person()));
        let body = json!({
            "conversationId": row.conversation, "messageId": row.id, "upToSeq": row.seq,
            "status": status, "by": caller.person_id(), "at": now,
        });
        talk.platform().realtime().push(&Push::new(rooms, "message_status_update", body)).await;
    }
    Ok(())
}
