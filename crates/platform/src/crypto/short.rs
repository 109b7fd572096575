//! Signed short texts for links that need no row: the address of an attachment, the page where a booking is managed.
//! The form is base64url of `expiry (8 bytes, ms) · payload · HMAC-SHA256`; each purpose has a key of its own, so that a
//! link for one thing never opens another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;
use kernel::Timestamp;

use super::derive::{HmacSha256, derive_key, keyed};

const EXPIRY_BYTES: usize = 8;
const TAG_BYTES: usize = 32;
/// Longest text that is looked at.
pub const SHORT_TOKEN_CHARS_MAX: usize = 1024;

/// Why a signed text was refused; clients are told neither.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ShortTokenError {
    /// Not made here, made for another purpose, or changed.
    #[error("the signature does not hold")]
    Invalid,
    /// Its time is over.
    #[error("the signed text has expired")]
    Expired,
}

/// Signs and verifies short texts.
pub struct Signer {
    key: [u8; 32],
}

impl Signer {
    pub(super) fn new(secret: &[u8]) -> Self {
        Self { key: derive_key(secret, "signed short texts") }
    }

    fn tag(&self, purpose: &str, body: &[u8]) -> HmacSha256 {
        keyed(&derive_key(&self.key, purpose)).chain_update(body)
    }

    /// A text that carries `payload` for `purpose` until `expires`.
    pub fn sign(&self, purpose: &str, payload: &[u8], expires: Timestamp) -> String {
        let mut bytes = Vec::with_capacity(EXPIRY_BYTES + payload.len() + TAG_BYTES);
        bytes.extend_from_slice(&expires.millis().to_be_bytes());
        bytes.extend_from_slice(payload);
        let tag = self.tag(purpose, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The payload, when the text was signed for this purpose and its time is not over.
    pub fn verify(&self, purpose: &str, token: &str, now: Timestamp) -> Result<Vec<u8>, ShortTokenError> {
        if token.len() > SHORT_TOKEN_CHARS_MAX {
            return Err(ShortTokenError::Invalid);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| ShortTokenError::Invalid)?;
        let at = bytes.len().checked_sub(TAG_BYTES).filter(|at| *at >= EXPIRY_BYTES).ok_or(ShortTokenError::Invalid)?;
        let (body, tag) = bytes.split_at(at);
        self.tag(purpose, body).verify_slice(tag).map_err(|_| ShortTokenError::Invalid)?;
        let (expires, payload) = body.split_first_chunk::<EXPIRY_BYTES>().ok_or(ShortTokenError::Invalid)?;
        if now >= Timestamp::from_millis(i64::from_be_bytes(*expires)) {
            return Err(ShortTokenError::Expired);
        }
        Ok(payload.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LATER: Timestamp = Timestamp::from_millis(2_000);
    const NOW: Timestamp = Timestamp::from_millis(1_000);

    #[test]
    fn a_text_is_good_for_its_purpose_until_it_expires() {
        let signer = Signer::new(b"secret");
        let token = signer.sign("attachment", b"file 7", LATER);
        assert_eq!(signer.verify("attachment", &token, NOW).unwrap(), b"file 7");
        assert_eq!(signer.verify("manage", &token, NOW), Err(ShortTokenError::Invalid));
        assert_eq!(signer.verify("attachment", &token, LATER), Err(ShortTokenError::Expired));
        assert_eq!(Signer::new(b"other").verify("attachment", &token, NOW), Err(ShortTokenError::Invalid));
    }

    proptest! {
        #[test]
        fn what_was_signed_reads_back(payload: Vec<u8>) {
            let signer = Signer::new(b"secret");
            let payload = &payload[..payload.len().min(200)];
            prop_assert_eq!(signer.verify("p", &signer.sign("p", payload, LATER), NOW).unwrap(), payload);
        }

        #[test]
        fn no_other_text_verifies_or_panics(text in ".{0,120}") {
            prop_assert!(Signer::new(b"secret").verify("p", &text, NOW).is_err());
        }
    }
}
