//! A received mail as it is shown.

use kernel::{Id, Timestamp, id, text};
use platform::{Fault, Result};
use serde::Serialize;

use super::entity;

/// Characters of the text that a list shows.
const PREVIEW_CHARS: usize = 140;
/// Stands before every HTML part: nothing is fetched, nothing runs. Show it in a frame with `sandbox` all the same.
const GUARD: &str = "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
    img-src data:; style-src 'unsafe-inline'\"><meta name=\"referrer\" content=\"no-referrer\">";

/// A line of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailLine {
    /// The mail.
    #[schema(value_type = String)]
    pub id: Id<id::Mail>,
    /// The delivery it was sent for.
    #[schema(value_type = Option<String>)]
    pub delivery_id: Option<Id<id::Delivery>>,
    /// About the security of an account: for the operator alone.
    pub is_security: bool,
    /// Sender of the envelope.
    pub from: String,
    /// Recipients of the envelope.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// The first characters of the text.
    pub preview: String,
    /// When the built-in server took it.
    pub received_at: Timestamp,
}

/// A header.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MailHeader {
    /// As it came.
    pub name: String,
    /// As it came, on one line.
    pub value: String,
}

/// A whole mail.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    /// As in the list.
    #[serde(flatten)]
    pub line: MailLine,
    /// Plain text.
    pub text: String,
    /// The HTML part, which fetches and runs nothing; for a frame with `sandbox`.
    pub html: Option<String>,
    /// Every header.
    pub headers: Vec<MailHeader>,
}

/// The page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailList {
    /// Newest first.
    pub mails: Vec<MailLine>,
    /// Whether mails stay in this house: without the built-in server the list does not grow.
    pub simulated: bool,
    /// So many are kept, the newest.
    pub kept_max: u64,
    /// For so many days at most.
    pub kept_days: u64,
}

impl From<entity::Model> for MailLine {
    fn from(row: entity::Model) -> Self {
        let words: Vec<&str> = row.text.split_whitespace().take(PREVIEW_CHARS).collect();
        Self {
            id: row.id,
            delivery_id: row.delivery_id,
            is_security: row.tenant_id.is_none(),
            from: row.sender,
            to: row.recipients.split(", ").filter(|to| !to.is_empty()).map(str::to_owned).collect(),
            subject: row.subject,
            preview: text::preview(&words.join(" "), PREVIEW_CHARS).to_owned(),
            received_at: row.received_at,
        }
    }
}

impl TryFrom<entity::Model> for MailView {
    type Error = Fault;
    fn try_from(row: entity::Model) -> Result<Self> {
        let headers: Vec<(String, String)> =
            serde_json::from_str(&row.headers).map_err(|e| Fault::internal("reading a stored mail's headers", e))?;
        Ok(Self {
            headers: headers.into_iter().map(|(name, value)| MailHeader { name, value }).collect(),
            text: row.text.clone(),
            html: row.html.as_ref().map(|html| format!("{GUARD}{html}")),
            line: MailLine::from(row),
        })
    }
}
