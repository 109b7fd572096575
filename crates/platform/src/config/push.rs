//! Notices to browsers by Web Push: the key that proves to push services who we are, and whom they write to about us.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::text::Secret;

use super::report::Reader;

/// Bytes of a private key on the curve P-256.
const KEY_BYTES: usize = 32;

/// How notices to browsers are sent.
#[derive(Debug, Clone, Default)]
pub struct PushSettings {
    /// Private key of VAPID (RFC 8292), 32 bytes in base64url; made on first start and kept sealed when absent. With another
    /// key every browser must be registered again.
    pub private_key: Option<Secret>,
    /// `mailto:` or `https:` address of the operator for push services; the sender of mails, or where the app is, when absent.
    pub subject: Option<String>,
    /// Origin of the built-in stand-in, which may be on this very machine.
    pub simulator: Option<String>,
}

pub(super) fn push(r: &mut Reader) -> PushSettings {
    let private_key = r.optional("VAPID_PRIVATE_KEY");
    let is_key = |key: &String| URL_SAFE_NO_PAD.decode(key.trim_end_matches('=')).is_ok_and(|b| b.len() == KEY_BYTES);
    r.check("VAPID_PRIVATE_KEY", private_key.as_ref().is_none_or(is_key), "must be 32 bytes in base64url");
    let subject = r.optional("VAPID_SUBJECT");
    let is_address = |text: &String| text.starts_with("mailto:") || text.starts_with("https://");
    r.check("VAPID_SUBJECT", subject.as_ref().is_none_or(is_address), "must begin with mailto: or https://");
    PushSettings { private_key: private_key.map(Secret), subject, simulator: None }
}
