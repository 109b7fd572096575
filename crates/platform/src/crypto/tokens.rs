//! Opaque secrets: 32 random bytes that only their holder knows. The database keeps their SHA-256; a slow hash would gain
//! nothing, for nobody can try 2^256 of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;
use kernel::World;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::derive::keyed;

/// Length of a secret before encoding.
pub const TOKEN_BYTES: usize = 32;
/// Longest text that is taken for a token; a longer one is not worth hashing.
pub const TOKEN_CHARS_MAX: usize = 512;

/// SHA-256 of a secret, which is what gets stored.
pub type Digest = [u8; 32];

/// A secret and what to store in its place.
pub struct RandomToken {
    /// What its holder gets, base64url without padding (43 characters).
    pub plain: String,
    /// What is stored.
    pub digest: Digest,
}

impl std::fmt::Debug for RandomToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RandomToken(…)")
    }
}

/// A fresh secret.
pub fn random_token(world: &World) -> RandomToken {
    let plain = URL_SAFE_NO_PAD.encode(world.random::<TOKEN_BYTES>());
    RandomToken { digest: digest(&plain), plain }
}

/// The digest under which a secret is stored.
pub fn digest(plain: &str) -> Digest {
    Sha256::digest(plain.as_bytes()).into()
}

/// The digest of a secret that only who knows `key` can make: HMAC-SHA256. A copy of the database alone then does not
/// show whether a guess is right.
pub fn keyed_digest(key: &[u8], plain: &str) -> Digest {
    keyed(key).chain_update(plain.as_bytes()).finalize().into_bytes().into()
}

/// Compares two secrets in a time that depends on their lengths only.
pub fn same_secret(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::testing::world;

    #[test]
    fn a_token_is_found_again_by_its_digest_only() {
        let (world, _) = world();
        let (one, two) = (random_token(&world), random_token(&world));
        assert_eq!(one.plain.len(), 43);
        assert_eq!(digest(&one.plain), one.digest);
        assert_ne!(one.digest, two.digest);
        assert!(!format!("{one:?}").contains(&one.plain));
    }

    #[test]
    fn a_keyed_digest_is_hmac_sha256() {
        // RFC 4231, test case 2.
        let digest = keyed_digest(b"Jefe", "what do ya want for nothing?");
        assert_eq!(hex::encode(digest), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_ne!(keyed_digest(b"Jeff", "what do ya want for nothing?"), digest);
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same_secret(b"abc", b"abc"));
        assert!(!same_secret(b"abc", b"abd"));
        assert!(!same_secret(b"abc", b"ab"));
    }
}
