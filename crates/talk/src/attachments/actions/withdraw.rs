//! Deleting a message takes its files out of sight.

use kernel::{Id, id};
use platform::{Result, Tx};

use crate::attachments::store;

/// Hides the files of a deleted message from every reader. The bytes stay as long as the tenant's retention keeps the
/// message's revisions.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(tx: &Tx, tenant: Id<id::Tenant>, message: Id<id::Message>) -> Result<()> {
    store::withdraw(tx.conn(), tenant, message, tx.now()).await
}
