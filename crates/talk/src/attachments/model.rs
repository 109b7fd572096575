//! What an attachment is, and how its readers see it.

use kernel::{Caller, Id, Principal, Timestamp, id};
use platform::{Fault, crypto::Crypto, media::Kind, storage::Key};
use serde::Serialize;
use uuid::Uuid;

use super::{entity, links};

/// A stored file with its facts.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The attachment.
    pub id: Id<id::Attachment>,
    /// Where it belongs.
    pub conversation: Id<id::Conversation>,
    /// The message that carries it; none until it is sent.
    pub message: Option<Id<id::Message>>,
    /// Who uploaded it.
    pub uploader: Uuid,
    /// File name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Length.
    pub bytes: u64,
    /// SHA-256 of the content.
    pub sha256: Vec<u8>,
    /// Pixels across and down, for pictures.
    pub size_px: Option<(u32, u32)>,
    /// Where the bytes are.
    pub key: Key,
    /// The small version, for pictures.
    pub thumb: Option<Thumb>,
}

/// The stored small version of a picture.
#[derive(Debug, Clone)]
pub struct Thumb {
    /// Where the bytes are.
    pub key: Key,
    /// JPEG or PNG.
    pub kind: Kind,
    /// Length.
    pub bytes: u64,
}

impl TryFrom<entity::Model> for Attachment {
    type Error = Fault;

    fn try_from(row: entity::Model) -> Result<Self, Fault> {
        let damaged = || Fault::internal("reading an attachment row", format!("{} does not make sense", row.id));
        let kind = |mime: &str| Kind::from_mime(mime).ok_or_else(damaged);
        let pixels = |side: i32| u32::try_from(side).map_err(|_| damaged());
        let size_px = match (row.width, row.height) {
            (Some(width), Some(height)) => Some((pixels(width)?, pixels(height)?)),
            _ => None,
        };
        let thumb = match (&row.thumb_key, &row.thumb_type, row.thumb_bytes) {
            (Some(key), Some(mime), Some(bytes)) => {
                Some(Thumb { key: Key::parse(key)?, kind: kind(mime)?, bytes: bytes.unsigned_abs() })
            }
            _ => None,
        };
        Ok(Self {
            kind: kind(&row.media_type)?,
            key: Key::parse(&row.storage_key)?,
            id: row.id,
            conversation: row.conversation_id,
            message: row.message_id,
            uploader: row.uploader_id,
            name: row.name,
            bytes: row.bytes.unsigned_abs(),
            sha256: row.sha256,
            size_px,
            thumb,
        })
    }
}

/// Whom a link is made for. A caller is one; for live pushes the sender's server makes links for the other side too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The business.
    pub tenant: Id<id::Tenant>,
    /// The person, with their role when they are a user.
    pub principal: Principal,
    /// The session that their links end with.
    pub session: Id<id::Session>,
}

impl Reader {
    /// The person, whichever kind.
    pub fn person(&self) -> Uuid {
        match self.principal {
            Principal::User { id, .. } => id.uuid(),
            Principal::Customer { id } => id.uuid(),
        }
    }
}

impl From<&Caller> for Reader {
    fn from(caller: &Caller) -> Self {
        Self { tenant: caller.tenant, principal: caller.principal, session: caller.session }
    }
}

/// An attachment as one reader gets it with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    /// Names it in `attachments` of a message to be sent.
    #[schema(value_type = String, example = "att_01jd3k8r6q0000000000000000")]
    pub id: Id<id::Attachment>,
    /// File name.
    pub name: String,
    /// Media type, found in the content.
    #[serde(rename = "type")]
    #[schema(example = "image/jpeg")]
    pub media_type: &'static str,
    /// Length in bytes.
    pub size: u64,
    /// Where this reader loads it; good for ten minutes without further credentials.
    pub url: String,
    /// Where this reader loads the small version; pictures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub thumbnail_url: Option<String>,
    /// Pixels across; pictures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub width: Option<u32>,
    /// Pixels down; pictures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub height: Option<u32>,
}

impl Attachment {
    /// Its address, without a credential.
    pub fn path(&self) -> String {
        format!("/api/messages/attachments/{}", self.id)
    }

    /// As this reader sees it from now on.
    pub fn view(&self, crypto: &Crypto, reader: &Reader, now: Timestamp) -> AttachmentView {
        let token = links::sign(crypto, reader, self.id, now);
        let path = self.path();
        AttachmentView {
            id: self.id,
            name: self.name.clone(),
            media_type: self.kind.mime(),
            size: self.bytes,
            thumbnail_url: self.thumb.as_ref().map(|_| format!("{path}?thumb=1&token={token}")),
            url: format!("{path}?token={token}"),
            width: self.size_px.map(|(width, _)| width),
            height: self.size_px.map(|(_, height)| height),
        }
    }
}
