//! What clients send.

use serde::Deserialize;
use serde_json::Value as Json;

use super::model::Source;

/// In which language.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InLanguage {
    /// `en` when absent.
    pub language: Option<String>,
}

/// Which texts to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Of this type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// For this channel.
    pub channel: Option<String>,
}

/// A text with its places for data.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteTemplate {
    /// Of a mail; the title of a notice.
    #[serde(default)]
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Of a mail: what stands between head and foot, or a whole page. Without it the mail is text only.
    #[serde(default)]
    pub html: Option<String>,
}

impl From<WriteTemplate> for Source {
    fn from(body: WriteTemplate) -> Self {
        Self { subject: body.subject, text: body.text, html: body.html }
    }
}

/// What to look at. Without a text, the one that counts today is shown.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewTemplate {
    /// Of a mail; the title of a notice.
    #[serde(default)]
    pub subject: Option<String>,
    /// The text.
    #[serde(default)]
    pub text: Option<String>,
    /// Of a mail.
    #[serde(default)]
    pub html: Option<String>,
    /// Data to write it with; the type's example when absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub data: Option<Json>,
}

/// Where a test goes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SendTest {
    /// An e-mail address or a phone number; a notice goes to whoever asks.
    #[serde(default)]
    pub to: Option<String>,
    /// Data to write it with; the type's example when absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub data: Option<Json>,
}
