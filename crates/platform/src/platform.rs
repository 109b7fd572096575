//! The handle to the plumbing that every floor above is built with.

use std::sync::Arc;

use kernel::World;

use crate::{
    config::Config, crypto::Crypto, db::Db, jobs::Jobs, limits::Limits, mail::Mailer, outbound::Outbound,
    realtime::Realtime, storage::Storage,
};

/// Everything a slice may need from below; cheap to clone.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Parts>,
    limits: Limits,
}

/// What a [`Platform`] is put together from, by the composition root.
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// Clock and chance.
    pub world: World,
    /// The database.
    pub db: Db,
    /// The queue.
    pub jobs: Jobs,
    /// Live sockets.
    pub realtime: Realtime,
    /// Passwords, tokens, sealing.
    pub crypto: Crypto,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Files.
    pub storage: Storage,
    /// Calls to other systems.
    pub outbound: Outbound,
}

impl Platform {
    /// From its parts.
    pub fn new(parts: Parts) -> Self {
        let limits = Limits::new(&parts.config, parts.world.clone());
        Self { inner: Arc::new(parts), limits }
    }
    /// Settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
    /// How often somebody may ask.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
    /// Clock and chance.
    pub fn world(&self) -> &World {
        &self.inner.world
    }
    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }
    /// The queue.
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }
    /// Live sockets.
    pub fn realtime(&self) -> &Realtime {
        &self.inner.realtime
    }
    /// Passwords, tokens, sealing.
    pub fn crypto(&self) -> &Crypto {
        &self.inner.crypto
    }
    /// Outgoing mail.
    pub fn mailer(&self) -> &Mailer {
        &self.inner.mailer
    }
    /// Files.
    pub fn storage(&self) -> &Storage {
        &self.inner.storage
    }
    /// Calls to other systems.
    pub fn outbound(&self) -> &Outbound {
        &self.inner.outbound
    }
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Platform").field("db", &self.inner.db).finish_non_exhaustive()
    }
}
