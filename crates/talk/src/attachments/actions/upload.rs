//! Taking a file in: look at it, write down that it is coming, make the bytes durable, let it be seen.

use std::fs::File;

use bytes::Bytes;
use kernel::{Caller, Id, id};
use platform::{
    JobDraft, Platform, Result,
    media::{Inspected, Media},
    storage::Key,
};
use serde_json::json;

use super::{UNSENT_KEPT_FOR, forget_unsent};
use crate::attachments::{
    Attachment, AttachmentView, Reader, entity,
    error::{refused, too_many_unsent},
    http::Desk,
    jobs::FORGET_UNSENT,
    receive::Received,
    store,
};

/// Uploads of one person that may wait for their message; bounds what a stranger with an account can fill a disk with.
pub const UNSENT_MAX: u64 = 50;
/// Names the small version beside the file.
pub(super) const THUMB: &str = "thumb";

/// The stored file as its uploader sees it.
pub type Uploaded = AttachmentView;

/// Stores what was received. The caller's right to write in the conversation was checked while receiving.
pub(in crate::attachments) async fn upload(desk: &Desk, caller: &Caller, received: Received) -> Result<Uploaded> {
    let platform = desk.talk.platform();
    if store::count_unsent(platform.db().read(), caller).await? >= UNSENT_MAX {
        return Err(too_many_unsent().into());
    }
    take_in(platform, &desk.media, caller, received).await
}

/// Stores a file that does not come as a form: brought along with a history, say. The conversation may be made later, in
/// the transaction that sends the file; what is never sent is removed like any other upload.
pub async fn import_file(
    platform: &Platform,
    media: &Media,
    caller: &Caller,
    conversation: Id<id::Conversation>,
    file: File,
    name: &str,
) -> Result<Uploaded> {
    take_in(platform, media, caller, Received { conversation, file, name: name.to_owned() }).await
}

async fn take_in(platform: &Platform, media: &Media, caller: &Caller, received: Received) -> Result<Uploaded> {
    let Received { conversation, file, name } = received;
    let (file, found) = media.inspect(file, &name).await.map_err(refused)?;
    let row = draft(platform, caller, conversation, &found);
    let key = Key::parse(&row.storage_key)?;
    announce(platform, &row).await?;
    match put(platform, &key, file, found, &row).await {
        Ok(()) => {}
        Err(fault) => {
            // The job would find it too; a client that tries again should not wait a day for its place.
            if let Err(second) = forget_unsent(platform, row.id, &key).await {
                tracing::warn!(cause = second.chain(), id = %row.id, "a failed upload is left to the clean-up job");
            }
            return Err(fault);
        }
    }
    let attachment = Attachment::try_from(row)?;
    Ok(attachment.view(platform.crypto(), &Reader::from(caller), platform.world().now()))
}

fn draft(platform: &Platform, caller: &Caller, conversation: Id<id::Conversation>, found: &Inspected) -> entity::Model {
    let (id, now) = (platform.world().id::<id::Attachment>(), platform.world().now());
    let key = Key::new(caller.tenant, now, id.uuid());
    let picture = found.picture.as_ref();
    // Sides are bounded by IMAGE_SIDE_PX_MAX and lengths by the upload limit, so the conversions below lose nothing.
    let side = |px: u32| i32::try_from(px).unwrap_or(i32::MAX);
    let length = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    entity::Model {
        id,
        tenant_id: caller.tenant,
        conversation_id: conversation,
        uploader_kind: store::uploader_kind(&caller.principal).to_owned(),
        uploader_id: caller.person(),
        message_id: None,
        position: 0,
        name: found.name.clone(),
        media_type: found.kind.mime().to_owned(),
        bytes: length(found.bytes),
        sha256: found.sha256.to_vec(),
        width: picture.map(|p| side(p.width)),
        height: picture.map(|p| side(p.height)),
        thumb_key: picture.map(|_| key.variant(THUMB).as_str().to_owned()),
        thumb_type: picture.map(|p| p.thumbnail.kind.mime().to_owned()),
        thumb_bytes: picture.map(|p| length(p.thumbnail.bytes.len() as u64)),
        storage_key: key.as_str().to_owned(),
        created_at: now,
        stored_at: None,
        withdrawn_at: None,
    }
}

/// The row and the job that removes it again, before the first byte is written.
async fn announce(platform: &Platform, row: &entity::Model) -> Result<()> {
    let mut tx = platform.db().begin().await?;
    store::insert(tx.conn(), row.clone()).await?;
    let payload = json!({ "id": row.id, "key": row.storage_key });
    tx.enqueue(JobDraft::new(FORGET_UNSENT, payload).at(row.created_at.plus(UNSENT_KEPT_FOR))).await?;
    tx.commit().await
}

async fn put(platform: &Platform, key: &Key, file: File, found: Inspected, row: &entity::Model) -> Result<()> {
    let storage = platform.storage();
    storage.put_file(key, file).await?;
    if let Some(picture) = found.picture {
        storage.put(&key.variant(THUMB), Bytes::from(picture.thumbnail.bytes)).await?;
    }
    let tx = platform.db().begin().await?;
    store::mark_stored(tx.conn(), row.id, tx.now()).await?;
    tx.commit().await
}
