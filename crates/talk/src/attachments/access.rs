//! The only way a request gets to a file.

use kernel::{Caller, Id, Problem, id};
use platform::Result;

use super::{Attachment, store};
use crate::{
    Talk,
    messaging::access::{Need, access_conversation},
};

/// The file, if the caller may read it: the uploader before it was sent, afterwards whoever may read the conversation.
/// Everything else answers as if there were none.
pub(super) async fn access_attachment(talk: &Talk, caller: &Caller, id: Id<id::Attachment>) -> Result<Attachment> {
    let found = store::find(talk.platform().db().read(), caller.tenant, id).await?;
    let attachment = found.ok_or_else(Problem::not_found)?;
    access_conversation(talk, caller, attachment.conversation, Need::Read).await?;
    if attachment.message.is_none() && attachment.uploader != caller.person() {
        return Err(Problem::not_found().into());
    }
    Ok(attachment)
}
