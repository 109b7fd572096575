//! One key per purpose from one secret: HKDF with SHA-256 (RFC 5869), a single output block.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The keyed hash used throughout.
pub(crate) type HmacSha256 = Hmac<Sha256>;

/// Ties derived keys to this program, so that a secret shared with another one gives other keys there.
const SALT: &[u8] = b"frontdesk/v1";

/// A keyed hash; the key may have any length.
pub(crate) fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("HMAC takes a key of any length (RFC 2104 §2)")
}

/// The 32-byte key of `secret` for `purpose`.
pub(crate) fn derive_key(secret: &[u8], purpose: &str) -> [u8; 32] {
    let pseudo_random = keyed(SALT).chain_update(secret).finalize().into_bytes();
    let block = keyed(&pseudo_random).chain_update(purpose.as_bytes()).chain_update([1_u8]).finalize();
    block.into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_and_secret_has_its_own_key() {
        let key = derive_key(b"secret", "links");
        assert_eq!(key, derive_key(b"secret", "links"));
        assert_ne!(key, derive_key(b"secret", "files"));
        assert_ne!(key, derive_key(b"other", "links"));
    }
}
