//! What was uploaded and never sent goes away.

use std::time::Duration;

use kernel::{Id, id};
use platform::{Platform, Result, storage::Key};

use crate::attachments::store;

/// How long an upload waits for its message.
pub const UNSENT_KEPT_FOR: Duration = Duration::from_secs(24 * 3600);

/// Removes row and files of an upload unless it was sent. The row goes first: from then on nobody can send it, and a crash
/// before the files are gone repeats this with the same key.
///
/// # Errors
/// When database or storage fail; safe to repeat.
pub async fn forget_unsent(platform: &Platform, id: Id<id::Attachment>, key: &Key) -> Result<()> {
    let tx = platform.db().begin().await?;
    store::delete_unsent(tx.conn(), id).await?;
    let is_sent = store::find_is_sent(tx.conn(), id).await?.unwrap_or(false);
    tx.commit().await?;
    if !is_sent {
        platform.storage().delete(key).await?;
        platform.storage().delete(&key.variant(super::upload::THUMB)).await?;
    }
    Ok(())
}
