//! The files of a page of messages, with links for whoever reads the page.

use std::collections::HashMap;

use kernel::{Id, id};
use platform::{Platform, Result};
use sea_orm::ConnectionTrait;

use crate::attachments::{AttachmentView, Reader, store};

/// Attachments by message, each with links that this reader can use for ten minutes. Messages without files are absent.
/// The reader must already have been let into the conversations of these messages. `conn` is where to look: the reading
/// pool, or the transaction that has just claimed the files.
///
/// # Errors
/// When the database fails.
pub async fn describe_many(
    platform: &Platform,
    conn: &impl ConnectionTrait,
    reader: &Reader,
    messages: &[Id<id::Message>],
) -> Result<HashMap<Id<id::Message>, Vec<AttachmentView>>> {
    let mut described: HashMap<_, Vec<_>> = HashMap::new();
    if messages.is_empty() {
        return Ok(described);
    }
    let (crypto, now) = (platform.crypto(), platform.world().now());
    for attachment in store::find_of_messages(conn, reader.tenant, messages).await? {
        if let Some(message) = attachment.message {
            described.entry(message).or_default().push(attachment.view(crypto, reader, now));
        }
    }
    Ok(described)
}
