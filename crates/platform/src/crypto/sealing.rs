//! Sealing of secrets that must be read again, such as a tenant's SMTP password: XChaCha20-Poly1305 with a random 24-byte
//! nonce. A sealed value is `key id (1) · nonce (24) · ciphertext and tag`. The key id says which master key sealed it, so
//! that keys can be changed while old values stay readable. The associated data names where the value belongs
//! (`tenant/…/smtp`), so that a sealed value moved to another row does not open.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use kernel::World;
use sha2::{Digest as _, Sha256};

use super::derive::derive_key;

const NONCE_BYTES: usize = 24;
const HEADER_BYTES: usize = 1 + NONCE_BYTES;

/// Why a value could not be sealed or opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealingError {
    /// Too short to be a sealed value.
    #[error("not a sealed value")]
    Malformed,
    /// Sealed with a master key that is no longer configured.
    #[error("sealed with a master key that is not configured (key id {0})")]
    UnknownKey(u8),
    /// Changed, moved to another place, or sealed with another key of the same id.
    #[error("the sealed value does not open here")]
    Refused,
    /// The value is longer than the cipher can take.
    #[error("the value cannot be sealed")]
    Unsealable,
}

struct SealingKey {
    id: u8,
    cipher: XChaCha20Poly1305,
}

impl SealingKey {
    fn new(master_key: &[u8]) -> Self {
        let key = derive_key(master_key, "sealing");
        // The id is drawn from the key itself: nobody has to number keys, and two with one id are simply both tried.
        let id = Sha256::digest(key)[0];
        Self { id, cipher: XChaCha20Poly1305::new(&key.into()) }
    }
}

/// Whether what two master keys seal can be told apart by its number.
pub fn are_distinct(one: &str, other: &str) -> bool {
    SealingKey::new(one.as_bytes()).id != SealingKey::new(other.as_bytes()).id
}

/// Seals with the present key, opens with any known one.
pub struct Sealer {
    present: SealingKey,
    retired: Vec<SealingKey>,
    world: World,
}

impl Sealer {
    pub(super) fn new(master_key: &[u8], retired: &[&[u8]], world: World) -> Self {
        let retired = retired.iter().map(|key| SealingKey::new(key)).collect();
        Self { present: SealingKey::new(master_key), retired, world }
    }

    /// Seals a value for the place named by `associated`.
    pub fn seal(&self, plain: &[u8], associated: &[u8]) -> Result<Vec<u8>, SealingError> {
        let nonce = self.world.random::<NONCE_BYTES>();
        let payload = Payload { msg: plain, aad: associated };
        let body = self.present.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealingError::Unsealable)?;
        let mut sealed = Vec::with_capacity(HEADER_BYTES + body.len());
        sealed.push(self.present.id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    /// Opens a value that was sealed for the same place.
    pub fn open(&self, sealed: &[u8], associated: &[u8]) -> Result<Vec<u8>, SealingError> {
        let (header, body) = sealed.split_at_checked(HEADER_BYTES).ok_or(SealingError::Malformed)?;
        let nonce: [u8; NONCE_BYTES] = header[1..].try_into().map_err(|_| SealingError::Malformed)?;
        let mut known =
            std::iter::once(&self.present).chain(&self.retired).filter(|key| key.id == header[0]).peekable();
        if known.peek().is_none() {
            return Err(SealingError::UnknownKey(header[0]));
        }
        known
            .find_map(|key| key.cipher.decrypt(&XNonce::from(nonce), Payload { msg: body, aad: associated }).ok())
            .ok_or(SealingError::Refused)
    }

    /// The number that values sealed by the present key begin with.
    pub fn present_number(&self) -> u8 {
        self.present.id
    }

    /// Whether values of the present key can be told from those of each one before.
    pub fn are_keys_distinct(&self) -> bool {
        self.retired.iter().all(|key| key.id != self.present.id)
    }

    /// Whether there is a key before the present one.
    pub fn has_retired_keys(&self) -> bool {
        !self.retired.is_empty()
    }

    /// Whether the value was sealed with a key that has been replaced and should be sealed again.
    pub fn is_outdated(&self, sealed: &[u8]) -> bool {
        sealed.first() != Some(&self.present.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::testing::world;

    #[test]
    fn a_sealed_value_opens_in_its_own_place_only() {
        let sealer = Sealer::new(b"master", &[], world().0);
        let sealed = sealer.seal(b"hunter2", b"tenant/1/smtp").unwrap();
        assert_eq!(sealer.open(&sealed, b"tenant/1/smtp").unwrap(), b"hunter2");
        assert_eq!(sealer.open(&sealed, b"tenant/2/smtp"), Err(SealingError::Refused));
        assert!(!sealed.windows(7).any(|w| w == b"hunter2"));
    }

    #[test]
    fn a_changed_or_cut_value_is_refused() {
        let sealer = Sealer::new(b"master", &[], world().0);
        let mut sealed = sealer.seal(b"hunter2", b"x").unwrap();
        assert_eq!(sealer.open(&sealed[..20], b"x"), Err(SealingError::Malformed));
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(sealer.open(&sealed, b"x"), Err(SealingError::Refused));
    }

    #[test]
    fn a_retired_key_still_opens_and_says_that_it_is_old() {
        let old = Sealer::new(b"old", &[], world().0);
        let sealed = old.seal(b"hunter2", b"x").unwrap();
        let new = Sealer::new(b"new", &[b"old"], world().0);
        assert_eq!(new.open(&sealed, b"x").unwrap(), b"hunter2");
        assert!(new.is_outdated(&sealed));
        let forgetful = Sealer::new(b"new", &[], world().0);
        assert!(matches!(forgetful.open(&sealed, b"x"), Err(SealingError::UnknownKey(_))));
    }
}
