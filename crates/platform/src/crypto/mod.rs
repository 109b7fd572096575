//! Secrets and proofs: passwords, random tokens, access tokens, sealing of stored secrets and signed short links. It
//! knows no user, tenant or table; who a proof is for is said by the rooms above. All keys are derived from two secrets,
//! `JWT_SECRET` for what clients carry and `MASTER_KEY` for what the database keeps, so that neither can stand for the
//! other. Start with [`Crypto`].

mod derive;
pub mod jwt;
pub mod passwords;
pub mod sealing;
pub mod short;
pub mod tokens;

use std::sync::Arc;

use kernel::World;

pub use jwt::{Claims, IssuedToken, Subject, TokenError, TokenKind};
pub use passwords::{PasswordError, PasswordParams, Passwords};
pub use sealing::{Sealer, SealingError};
pub use short::{ShortTokenError, Signer};
pub use tokens::{Digest, RandomToken, digest, keyed_digest, same_secret};

use crate::crypto::jwt::AccessTokens;

/// Every cryptographic tool of the program; cheap to clone.
#[derive(Clone)]
pub struct Crypto {
    tools: Arc<Tools>,
}

struct Tools {
    world: World,
    passwords: Passwords,
    access_tokens: AccessTokens,
    signer: Signer,
    sealer: Sealer,
}

impl Crypto {
    /// Derives every key. `jwt_secret` is used byte for byte for access tokens, as the contract says; `master_key` may be
    /// text of any form, its strength is that of the text.
    pub fn new(jwt_secret: &[u8], master_key: &[u8], password_params: PasswordParams, world: World) -> Self {
        Self::with_retired_master_keys(jwt_secret, master_key, &[], password_params, world)
    }

    /// As [`Crypto::new`], and able to open what earlier master keys sealed.
    pub fn with_retired_master_keys(
        jwt_secret: &[u8],
        master_key: &[u8],
        retired_master_keys: &[&[u8]],
        password_params: PasswordParams,
        world: World,
    ) -> Self {
        let tools = Tools {
            passwords: Passwords::new(password_params, world.clone()),
            access_tokens: AccessTokens::new(jwt_secret),
            signer: Signer::new(jwt_secret),
            sealer: Sealer::new(master_key, retired_master_keys, world.clone()),
            world,
        };
        Self { tools: Arc::new(tools) }
    }

    /// Hashing and checking of passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.tools.passwords
    }

    /// Sealing of secrets that the database keeps.
    pub fn sealer(&self) -> &Sealer {
        &self.tools.sealer
    }

    /// A fresh secret of 32 random bytes and the digest to store in its place.
    pub fn random_token(&self) -> RandomToken {
        tokens::random_token(&self.tools.world)
    }

    /// Signs a token of this kind for the subject, good for the kind's lifetime from now.
    pub fn issue_access_token(&self, kind: TokenKind, subject: &Subject) -> Result<IssuedToken, TokenError> {
        self.tools.access_tokens.issue(kind, subject, &self.tools.world)
    }

    /// Checks signature, algorithm, issuer, audience, type and expiry; says which of the kinds it is.
    pub fn verify_access_token(&self, token: &str, kinds: &[TokenKind]) -> Result<(TokenKind, Claims), TokenError> {
        self.tools.access_tokens.verify(token, kinds, self.tools.world.now())
    }

    /// A signed text that carries `payload` for one purpose until `expires`.
    pub fn sign_short(&self, purpose: &str, payload: &[u8], expires: kernel::Timestamp) -> String {
        self.tools.signer.sign(purpose, payload, expires)
    }

    /// The payload of a text made by [`Crypto::sign_short`] for the same purpose, when it has not expired.
    pub fn verify_short(&self, purpose: &str, token: &str) -> Result<Vec<u8>, ShortTokenError> {
        self.tools.signer.verify(purpose, token, self.tools.world.now())
    }
}

impl std::fmt::Debug for Crypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crypto").finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A world that stands still, for the unit tests of this folder.

    use std::sync::{
        Arc,
        atomic::{AtomicI64, AtomicU8, Ordering},
    };

    use kernel::{Clock, Entropy, Timestamp, World};

    pub(crate) struct StillClock(pub AtomicI64);
    impl Clock for StillClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    struct Counting(AtomicU8);
    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    /// The world and a hand on its clock, which starts in November 2026.
    pub(crate) fn world() -> (World, Arc<StillClock>) {
        let clock = Arc::new(StillClock(AtomicI64::new(1_795_000_000_000)));
        (World::new(clock.clone(), Arc::new(Counting(AtomicU8::new(0)))), clock)
    }
}
