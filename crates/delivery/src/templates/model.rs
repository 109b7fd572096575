//! A text for one type, channel and language.

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result};

use super::entity;
use crate::model::ChannelKind;

/// What is written, with its places for data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// Of a mail; the title of a notice.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Of a mail: what stands between head and foot, or a whole page.
    pub html: Option<String>,
}

/// What was written with an event's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Of a mail; the title of a notice. One line.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// The whole page of a mail.
    pub html: Option<String>,
}

/// A text that a business wrote itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnTemplate {
    pub id: Id<id::Template>,
    pub kind: String,
    pub channel: ChannelKind,
    pub language: String,
    pub source: Source,
    pub version: i64,
    pub updated_by: String,
    pub updated_at: Timestamp,
}

impl TryFrom<entity::Model> for OwnTemplate {
    type Error = Fault;
    fn try_from(row: entity::Model) -> Result<Self> {
        let channel = ChannelKind::parse(&row.channel);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            channel: channel.ok_or_else(|| Fault::internal("reading a stored template", row.channel))?,
            language: row.language,
            source: Source { subject: row.subject, text: row.text, html: row.html },
            version: row.version,
            updated_by: row.updated_by,
            updated_at: row.updated_at,
        })
    }
}
