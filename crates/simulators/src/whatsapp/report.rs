//! What the Cloud API reports about messages: signed JSON, posted to addresses on loopback.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::SentWhatsApp;
use crate::post::Post;

/// A report as it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Where to.
    pub url: String,
    /// The body, JSON.
    pub body: String,
    /// `X-Hub-Signature-256`.
    pub signature: String,
}

pub(super) fn sign(
    message: &SentWhatsApp,
    url: &str,
    secret: &str,
    status: &str,
    error_code: Option<u32>,
    now_ms: i64,
) -> Option<Report> {
    let mut told = json!({
        "id": message.id,
        "status": status,
        "timestamp": (now_ms / 1000).to_string(),
        "recipient_id": message.to.trim_start_matches('+'),
    });
    if let Some(opaque) = &message.opaque {
        told["biz_opaque_callback_data"] = Value::from(opaque.as_str());
    }
    if let Some(code) = error_code {
        told["errors"] = json!([{ "code": code, "title": "Message undeliverable" }]);
    }
    let metadata = json!({ "display_phone_number": "15550100", "phone_number_id": message.from });
    let value = json!({ "messaging_product": "whatsapp", "metadata": metadata, "statuses": [told] });
    let entry = json!([{ "id": "0", "changes": [{ "field": "messages", "value": value }] }]);
    let body = json!({ "object": "whatsapp_business_account", "entry": entry }).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body.as_bytes());
    let mut signature = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        write!(signature, "{byte:02x}").ok()?;
    }
    Some(Report { url: url.to_owned(), body, signature })
}

impl Post for Report {
    const SIGNATURE_HEADER: &'static str = "X-Hub-Signature-256";
    const CONTENT_TYPE: &'static str = "application/json";

    fn url(&self) -> &str {
        &self.url
    }
    fn body(&self) -> &str {
        &self.body
    }
    fn signature(&self) -> &str {
        &self.signature
    }
}
