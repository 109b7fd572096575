//! Signing secrets: made here, shown once, sealed where they are kept. After a rotation the old one signs along for a day, so
//! that the other side can change over without missing a call.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Id, Timestamp, World, id};
use platform::{Fault, Result, crypto::Crypto};
use serde::{Deserialize, Serialize};

/// How every secret begins.
pub(super) const PREFIX: &str = "whsec_";
/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;
/// How long an old secret signs along.
pub(super) const OVERLAP: Duration = Duration::from_secs(24 * 3600);
/// Secrets that sign along at once, however often somebody rotates.
const OLD_MAX: usize = 3;

/// A secret that was replaced.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OldSecret {
    pub secret: String,
    /// Signs along until then.
    pub until: Timestamp,
}

/// The secrets of one webhook.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secrets {
    /// As shown, with its prefix.
    pub current: String,
    /// Newest first.
    pub old: Vec<OldSecret>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

fn make(world: &World) -> String {
    format!("{PREFIX}{}", STANDARD.encode(world.random::<SECRET_BYTES>()))
}

impl Secrets {
    pub fn new(world: &World) -> Self {
        Self { current: make(world), old: Vec::new() }
    }

    /// A fresh secret; the one before signs along from here for [`OVERLAP`].
    pub fn rotated(self, world: &World) -> Self {
        let now = world.now();
        let before = OldSecret { secret: self.current, until: now.plus(OVERLAP) };
        let mut old = vec![before];
        old.extend(self.old.into_iter().filter(|old| old.until > now));
        old.truncate(OLD_MAX);
        Self { current: make(world), old }
    }

    pub fn seal(&self, crypto: &Crypto, tenant: Id<id::Tenant>, webhook: Id<id::Webhook>) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(self).map_err(|e| Fault::internal("writing webhook secrets", e))?;
        let sealed = crypto.sealer().seal(&plain, place(tenant, webhook).as_bytes());
        sealed.map_err(|e| Fault::internal("sealing webhook secrets", e))
    }

    /// `None` when they were sealed with a master key that is gone: a new secret must be made.
    pub fn open(crypto: &Crypto, tenant: Id<id::Tenant>, webhook: Id<id::Webhook>, sealed: &[u8]) -> Option<Self> {
        let plain = crypto.sealer().open(sealed, place(tenant, webhook).as_bytes());
        let plain = plain.inspect_err(|error| tracing::warn!(%webhook, %error, "a webhook's secrets do not open"));
        plain.ok().and_then(|plain| serde_json::from_slice(&plain).ok())
    }
}

/// Where the sealed value belongs: moved to another row, it does not open.
pub(crate) fn place(tenant: Id<id::Tenant>, webhook: Id<id::Webhook>) -> String {
    format!("tenant/{tenant}/webhook/{webhook}")
}
