//! Status callbacks: a signed form, posted to addresses on loopback.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha1::Sha1;

use super::SentMessage;
use crate::post::Post;

/// A callback as it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Callback {
    /// Where to.
    pub url: String,
    /// The body, `application/x-www-form-urlencoded`.
    pub form: String,
    /// `X-Twilio-Signature`.
    pub signature: String,
}

pub(super) fn sign(message: &SentMessage, status: &str, error_code: Option<u32>) -> Option<Callback> {
    let url = message.status_callback.clone()?;
    // A sorted map is what the signature is made over.
    let mut fields = BTreeMap::from([
        ("AccountSid", message.account_sid.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("From", message.from.clone()),
        ("MessageSid", message.sid.clone()),
        ("MessageStatus", status.to_owned()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status.to_owned()),
        ("To", message.to.clone()),
    ]);
    fields.extend(error_code.map(|code| ("ErrorCode", code.to_string())));
    let mut mac = Hmac::<Sha1>::new_from_slice(message.auth_token.as_bytes()).ok()?;
    mac.update(url.as_bytes());
    for (key, value) in &fields {
        mac.update(key.as_bytes());
        mac.update(value.as_bytes());
    }
    let pairs: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", escape(value))).collect();
    Some(Callback { url, form: pairs.join("&"), signature: STANDARD.encode(mac.finalize().into_bytes()) })
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Post for Callback {
    const SIGNATURE_HEADER: &'static str = "X-Twilio-Signature";
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";

    fn url(&self) -> &str {
        &self.url
    }
    fn body(&self) -> &str {
        &self.form
    }
    fn signature(&self) -> &str {
        &self.signature
    }
}
