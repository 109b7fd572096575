//! Sending takes the files along.

use kernel::{Caller, Id, Problem, id};
use platform::Result;
use sea_orm::ConnectionTrait;

use crate::attachments::{error::not_sendable, store};

/// Most files of one message.
pub const ATTACHMENTS_PER_MESSAGE_MAX: usize = 10;

/// Makes the files part of the message, in the order given. Call it inside the transaction that stores the message and roll
/// back when it refuses: only the sender's own files, uploaded into this conversation and never sent before, may go.
///
/// # Errors
/// 422 naming `attachments` when there are too many, one twice, or one that may not be sent.
pub async fn claim(
    conn: &impl ConnectionTrait,
    caller: &Caller,
    conversation: Id<id::Conversation>,
    ids: &[Id<id::Attachment>],
    message: Id<id::Message>,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    if ids.len() > ATTACHMENTS_PER_MESSAGE_MAX {
        let words = format!("may be at most {ATTACHMENTS_PER_MESSAGE_MAX}");
        return Err(Problem::field("attachments", "TOO_MANY", words).into());
    }
    // A file named twice is claimed once, and the count tells.
    let claimed = store::claim(conn, caller, conversation, ids, message).await?;
    if claimed == ids.len() as u64 { Ok(()) } else { Err(not_sendable().into()) }
}
