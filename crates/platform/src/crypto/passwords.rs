//! Passwords as Argon2id in PHC strings. Hashing takes some 20 ms and 19 MiB, so it runs on blocking threads behind a gate
//! of its own: one core is left to everything else, a bounded number waits, and beyond that there is a clear refusal, so
//! that a flood of sign-ins can neither eat the memory nor starve messages, sockets and other blocking work.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        self,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use kernel::{Problem, World};
use tokio::sync::Semaphore;

/// How many hashes may wait for a core; at 20 ms each with one core for them the last one waits about 2.6 seconds.
pub const PASSWORD_QUEUE_MAX: usize = 128;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// 33 MiB are reserved for every hash, of which only what the hash needs is ever touched. The allocator of glibc returns pieces
/// of over 32 MiB to the system the moment they are free. Of smaller ones it learns that they come often, keeps some for each
/// thread, and a program in which ten people signed in holds 120 MiB more for good.
const RESERVED_BLOCKS: usize = 33 * 1024;

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
    /// Kept from one hash to the next while others wait: touching it anew for each would be paid by everybody's latency.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Passwords {
    pub(super) fn new(params: PasswordParams, world: World) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let cores = cores.saturating_sub(1).max(1);
        Self { params, world, cores: Arc::new(Semaphore::new(cores)), waiting: Arc::default(), memory: Arc::default() }
    }

    /// The PHC string to store for a new password.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (params, salt, password) = (self.params, self.world.random::<SALT_BYTES>(), password.to_owned());
        self.run(move |memory| {
            let argon2 = argon2_of(params)?;
            let hash = compute(&argon2, memory, &password, &salt, HASH_BYTES)?;
            written(&argon2, &salt, &hash).map(|hash| hash.to_string()).map_err(PasswordError::Hash)
        })
        .await
    }

    /// Whether the password belongs to the stored hash. Without a hash the answer is no, after the same work, so that the
    /// time tells nobody which addresses have an account.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, PasswordError> {
        let (params, password) = (self.params, password.to_owned());
        let decoy = (self.world.random::<SALT_BYTES>(), self.world.random::<HASH_BYTES>());
        let stored = stored.map(str::to_owned);
        self.run(move |memory| {
            let Some(stored) = stored else {
                // Fresh random bytes match with a chance of 2^-256; comparing keeps the work from being left out.
                let computed = compute(&argon2_of(params)?, memory, &password, &decoy.0, HASH_BYTES)?;
                return Ok(super::same_secret(&computed, &decoy.1));
            };
            let (argon2, salt, hash) = read(&stored).map_err(PasswordError::Hash)?;
            let computed = compute(&argon2, memory, &password, &salt, hash.len())?;
            Ok(super::same_secret(&computed, &hash))
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = match self.cores.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = Place::take(&self.waiting)?;
                self.cores.clone().acquire_owned().await.map_err(|_| PasswordError::Busy)?
            }
        };
        let (kept, waiting) = (self.memory.clone(), self.waiting.clone());
        let task = tokio::task::spawn_blocking(move || {
            // The permit ends with the work, even when the request that wanted it has gone.
            let _permit = permit;
            let free = || kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = free().pop().unwrap_or_default();
            let done = work(&mut memory);
            if waiting.load(Ordering::Relaxed) > 0 {
                free().push(memory);
            } else {
                free().clear();
            }
            done
        });
        task.await.map_err(PasswordError::Interrupted)?
    }
}

fn argon2_of(params: PasswordParams) -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(HASH_BYTES));
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(PasswordError::Params)?))
}

/// The bare hash of a password. The memory may hold what another hash left: every block is written before it is read.
fn compute(
    argon2: &Argon2<'_>,
    memory: &mut Vec<Block>,
    password: &str,
    salt: &[u8],
    bytes: usize,
) -> Result<Vec<u8>, PasswordError> {
    let needed = argon2.params().block_count();
    if memory.capacity() < needed {
        *memory = Vec::with_capacity(needed.max(RESERVED_BLOCKS));
    }
    memory.resize(needed, Block::new());
    let mut hash = vec![0; bytes];
    let computed = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, memory);
    computed.map_err(PasswordError::Params)?;
    Ok(hash)
}

/// A hash with all that is needed to compute it again.
fn written(argon2: &Argon2<'_>, salt: &[u8], hash: &[u8]) -> password_hash::Result<PasswordHash> {
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params())?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(hash)?),
    })
}

/// How a stored hash is computed again, with its salt and its bytes.
fn read(stored: &str) -> password_hash::Result<(Argon2<'static>, Vec<u8>, Vec<u8>)> {
    let stored = PasswordHash::new(stored)?;
    let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
    let version = stored.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&stored)?);
    let (Some(salt), Some(hash)) = (stored.salt, stored.hash) else {
        return Err(password_hash::Error::EncodingInvalid);
    };
    Ok((argon2, salt.to_vec(), hash.as_ref().to_vec()))
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
    async fn memory_goes_from_hash_to_hash_while_others_wait_and_changes_none() {
        let (cheap, costly) = (passwords(), PasswordParams { memory_kib: 128, passes: 2, lanes: 1 });
        let fresh = cheap.hash("correct horse").await.unwrap();
        assert!(cheap.memory.lock().unwrap().is_empty(), "nobody waits, so nothing is kept");
        let costly = Passwords { params: costly, ..cheap.clone() };
        cheap.waiting.store(1, Ordering::Relaxed);
        let used = costly.hash("battery staple").await.unwrap();
        assert_eq!(cheap.memory.lock().unwrap().len(), 1);
        assert!(cheap.verify("correct horse", Some(&fresh)).await.unwrap());
        assert!(costly.verify("battery staple", Some(&used)).await.unwrap());
        assert_eq!(cheap.memory.lock().unwrap().len(), 1);
        cheap.waiting.store(0, Ordering::Relaxed);
        assert!(!cheap.verify("correct horsE", Some(&fresh)).await.unwrap());
        assert!(cheap.memory.lock().unwrap().is_empty());
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
