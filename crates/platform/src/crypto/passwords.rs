//! Passwords as Argon2id in PHC strings. Hashing takes some 20 ms and 19 MiB, so it runs on blocking threads behind a gate
//! of its own: one core is left to everything else, a bounded number waits, and beyond that there is a clear refusal, so
//! that a flood of sign-ins can neither eat the memory nor starve messages, sockets and other blocking work.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::{self, phc::PasswordHash},
};
use kernel::{Problem, World};
use tokio::sync::Semaphore;

/// How many hashes may wait for a core; at 20 ms each with one core for them the last one waits about 2.6 seconds.
pub const PASSWORD_QUEUE_MAX: usize = 128;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// The cost of one hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordParams {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl PasswordParams {
    /// The recommendation of OWASP's password storage sheet: 19 MiB, two passes, one lane.
    pub const RECOMMENDED: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
    /// Next to nothing, for tests that sign in hundreds of times; never for real passwords.
    pub const CHEAP_FOR_TESTS: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };
}

impl Default for PasswordParams {
    fn default() -> Self {
        Self::RECOMMENDED
    }
}

/// Why a password was neither accepted nor refused.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign-ins wait already.
    #[error("more than {PASSWORD_QUEUE_MAX} password checks are waiting")]
    Busy,
    /// The cost parameters do not make sense.
    #[error("the Argon2 parameters are out of range")]
    Params(#[source] argon2::Error),
    /// The stored text is no hash that this program made.
    #[error("a stored password hash cannot be used")]
    Hash(#[source] password_hash::Error),
    /// The blocking thread died.
    #[error("hashing was interrupted")]
    Interrupted(#[source] tokio::task::JoinError),
}

impl PasswordError {
    /// What the client is told when this is an expected outcome.
    pub fn problem(&self) -> Option<Problem> {
        matches!(self, Self::Busy)
            .then(|| Problem::unavailable("Too many people are signing in at this moment; please try again."))
    }
}

impl From<PasswordError> for crate::Fault {
    fn from(err: PasswordError) -> Self {
        match err.problem() {
            Some(problem) => problem.into(),
            None => Self::internal("checking a password", err),
        }
    }
}

/// Hashes and checks passwords; cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    params: PasswordParams,
    world: World,
    cores: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Passwords {
    pub(super) fn new(params: PasswordParams, world: World) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let cores = cores.saturating_sub(1).max(1);
        Self { params, world, cores: Arc::new(Semaphore::new(cores)), waiting: Arc::default() }
    }

    /// The PHC string to store for a new password.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (params, salt, password) = (self.params, self.world.random::<SALT_BYTES>(), password.to_owned());
        self.run(move || {
            let argon2 = argon2_of(params)?;
            let hash = argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(PasswordError::Hash)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password belongs to the stored hash. Without a hash the answer is no, after the same work, so that the
    /// time tells nobody which addresses have an account.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, PasswordError> {
        let (params, password) = (self.params, password.to_owned());
        let decoy = (self.world.random::<SALT_BYTES>(), self.world.random::<HASH_BYTES>());
        let stored = stored.map(str::to_owned);
        self.run(move || {
            let argon2 = argon2_of(params)?;
            let Some(stored) = stored else {
                return verify_decoy(&argon2, &password, &decoy.0, &decoy.1);
            };
            let stored = PasswordHash::new(&stored).map_err(|e| PasswordError::Hash(e.into()))?;
            match argon2.verify_password(password.as_bytes(), &stored) {
                Ok(()) => Ok(true),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(other) => Err(PasswordError::Hash(other)),
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = match self.cores.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = Place::take(&self.waiting)?;
                self.cores.clone().acquire_owned().await.map_err(|_| PasswordError::Busy)?
            }
        };
        let task = tokio::task::spawn_blocking(move || {
            // The permit ends with the work, even when the request that wanted it has gone.
            let _permit = permit;
            work()
        });
        task.await.map_err(PasswordError::Interrupted)?
    }
}

fn argon2_of(params: PasswordParams) -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(HASH_BYTES));
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(PasswordError::Params)?))
}

fn verify_decoy(argon2: &Argon2<'_>, password: &str, salt: &[u8], hash: &[u8]) -> Result<bool, PasswordError> {
    let computed = argon2.hash_password_with_salt(password.as_bytes(), salt).map_err(PasswordError::Hash)?;
    // Fresh random bytes match with a chance of 2^-256; comparing keeps the work from being left out.
    Ok(computed.hash.is_some_and(|output| super::same_secret(output.as_ref(), hash)))
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, PasswordError> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= PASSWORD_QUEUE_MAX { Err(PasswordError::Busy) } else { Ok(place) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::testing::world;

    fn passwords() -> Passwords {
        Passwords::new(PasswordParams::CHEAP_FOR_TESTS, world().0)
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = passwords();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("correct horsE", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("correct horse", None).await.unwrap());
        assert!(passwords.verify("correct horse", Some("plain")).await.is_err());
    }

    #[tokio::test]
    async fn a_hash_made_with_other_costs_still_verifies() {
        let costly = Passwords::new(PasswordParams { memory_kib: 128, passes: 2, lanes: 1 }, world().0);
        let hash = costly.hash("correct horse").await.unwrap();
        assert!(passwords().verify("correct horse", Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn beyond_the_queue_one_is_refused_at_once() {
        let passwords = passwords();
        let all = u32::try_from(passwords.cores.available_permits()).unwrap();
        let held = passwords.cores.clone().acquire_many_owned(all).await.unwrap();
        passwords.waiting.store(PASSWORD_QUEUE_MAX, Ordering::Relaxed);
        let refused = passwords.hash("correct horse").await.unwrap_err();
        assert_eq!(refused.problem().unwrap().status, 503);
        assert_eq!(passwords.waiting.load(Ordering::Relaxed), PASSWORD_QUEUE_MAX, "the refused one keeps no place");
        drop(held);
    }
}
