//! How often somebody may ask. Every named limit of the contract allows so many requests in a window that begins with the
//! first one counted; a refused request is not counted. Counts are kept in this process ([`table`]), or in Redis when there
//! is one ([`shared`]), where all nodes count together and each remembers what it heard, for the time without Redis. Which request is counted against what is decided by the layer of the
//! server (`layers/limits.rs`) and by the socket events of talk; this room only counts. The lockout of an account after
//! wrong passwords is another matter and stands in people. Why windows: `docs/decisions/0019-limits-in-windows.md`.

mod pace;
mod policy;
mod shared;
mod table;
mod verdict;

use std::sync::Arc;

use kernel::{
    World,
    sender::{Credential, Sender},
};

pub use self::{
    pace::{Pace, TooFast},
    policy::{Key, Policy},
    shared::{check_address, ping},
    table::KEYS_MAX,
    verdict::{RATE_LIMIT, RATE_LIMIT_POLICY, Verdict, rate_limited, write_headers},
};
use self::{shared::Shared, table::Table};
use crate::config::{Config, Quota, RateLimits};

/// The limits of this house; cheap to clone.
#[derive(Clone)]
pub struct Limits {
    inner: Arc<Inner>,
}

struct Inner {
    settings: RateLimits,
    tables: [Table; Policy::ALL.len()],
    shared: Option<Shared>,
    world: World,
}

impl Limits {
    /// As the settings say; connects to nobody yet.
    pub fn new(config: &Config, world: World) -> Self {
        let settings = config.rate_limits;
        let url = config.redis_url.as_ref().filter(|_| !settings.disabled);
        let shared = url.and_then(|url| match Shared::new(url, config.jwt_secret.0.as_bytes()) {
            Ok(shared) => Some(shared),
            Err(fault) => {
                tracing::error!(cause = fault.chain(), "this node counts rate limits for itself");
                None
            }
        });
        let tables = std::array::from_fn(|_| Table::new());
        Self { inner: Arc::new(Inner { settings, tables, shared, world }) }
    }

    /// Whether nothing is limited.
    pub fn are_off(&self) -> bool {
        self.inner.settings.disabled
    }

    /// Whether counting may mean asking Redis, which takes a moment.
    pub fn are_shared(&self) -> bool {
        self.inner.shared.is_some()
    }

    /// Counts one request, with all nodes together when there is Redis. Nothing when limits are off.
    pub async fn take(&self, policy: Policy, key: Key) -> Option<Verdict> {
        if self.are_off() {
            return None;
        }
        if let Some(shared) = &self.inner.shared {
            let quota = self.quota(policy);
            if let Some(used) = shared.take(policy, key, quota).await {
                let used = self.inner.tables[policy as usize].note(key, quota, self.inner.world.now(), used);
                return Some(noted(Verdict::new(policy, quota, used)));
            }
        }
        self.take_here(policy, key)
    }

    /// Counts one request on this node alone, at once.
    pub fn take_here(&self, policy: Policy, key: Key) -> Option<Verdict> {
        if self.are_off() {
            return None;
        }
        let quota = self.quota(policy);
        let used = self.inner.tables[policy as usize].take(key, quota, self.inner.world.now());
        Some(noted(Verdict::new(policy, quota, used)))
    }

    /// Counts an event against the user who states it; nothing for another system's key, which is no user.
    pub async fn take_event_of_user(&self, sender: &Sender) -> Option<Verdict> {
        let key = match &sender.credential {
            Credential::User(caller) => Key::row(caller.person()),
            Credential::Token { key, user, .. } => Key::text("connection", &format!("{key} {user}")),
            Credential::Key { .. } => return None,
        };
        self.take(Policy::EventsOfUser, key).await
    }

    /// Counts an event against the business it is stated for.
    pub async fn take_event(&self, sender: &Sender) -> Option<Verdict> {
        self.take(Policy::Events, Key::row(sender.tenant.uuid())).await
    }

    /// Counts one event of a socket by its own pace.
    pub fn take_of_socket(&self, pace: &Pace) -> std::result::Result<(), TooFast> {
        if self.are_off() {
            return Ok(());
        }
        let taken = pace.take(self.inner.settings.quotas.socket, self.inner.world.now());
        if taken.is_err() {
            count_refusal("socket");
        }
        taken
    }

    fn quota(&self, policy: Policy) -> Quota {
        policy.quota(&self.inner.settings.quotas)
    }
}

fn noted(verdict: Verdict) -> Verdict {
    if !verdict.allowed {
        count_refusal(verdict.policy.name());
    }
    verdict
}

fn count_refusal(name: &'static str) {
    metrics::counter!("frontdesk_rate_limited_total", "limit" => name).increment(1);
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}
