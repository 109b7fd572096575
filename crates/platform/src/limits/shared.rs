//! Counts that several nodes share, in Redis (or Valkey). One script counts and decides, so requests that come at the same
//! moment on different nodes cannot both be the last one allowed. Windows end by Redis's own clock. When Redis is away, nodes
//! count for themselves; it is asked again after a moment, and what it counted before holds again.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use kernel::text::Secret;
use redis::{
    Client, RedisError, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use sha2::{Digest, Sha256};

use super::{
    policy::{Key, Policy},
    table::Used,
};
use crate::{Fault, Result, config::Quota};

/// How long an answer may take; a node counts for itself rather than wait.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(250);
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long Redis is left alone after it did not answer.
const AWAY_FOR: Duration = Duration::from_secs(1);
/// Bytes of the name that keeps the counts of one installation apart from another's on the same server.
const HOUSE_BYTES: usize = 6;

pub(super) struct Shared {
    connection: ConnectionManager,
    script: Script,
    house: String,
    began: Instant,
    /// Milliseconds after `began` until which Redis is left alone.
    away_until: AtomicU64,
    is_away: AtomicBool,
}

impl Shared {
    /// Connects when it is first asked. Nodes with one secret are one house.
    pub fn new(url: &Secret, house_secret: &[u8]) -> Result<Self> {
        let failed = |e: RedisError| Fault::internal("setting up Redis", e.to_string());
        let client = Client::open(url.0.as_str()).map_err(failed)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_response_timeout(Some(ANSWER_TIMEOUT))
            .set_connection_timeout(Some(CONNECT_TIMEOUT));
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(failed)?;
        let house = Sha256::new_with_prefix(b"frontdesk limits").chain_update(house_secret).finalize();
        Ok(Self {
            connection,
            script: Script::new(include_str!("take.lua")),
            house: hex::encode(&house[..HOUSE_BYTES]),
            began: Instant::now(),
            away_until: AtomicU64::new(0),
            is_away: AtomicBool::new(false),
        })
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Counts one request; nothing when Redis is away.
    pub async fn take(&self, policy: Policy, key: Key, quota: Quota) -> Option<Used> {
        if self.millis() < self.away_until.load(Ordering::Relaxed) {
            return None;
        }
        let name = format!("frontdesk:{}:{}:{}{:032x}", self.house, policy.place(), char::from(key.kind), key.id);
        let window = u64::try_from(quota.window.as_millis()).unwrap_or(u64::MAX);
        let mut connection = self.connection.clone();
        let mut call = self.script.key(name);
        let asked = call.arg(quota.requests).arg(window).invoke_async::<(u32, u64, u8)>(&mut connection);
        // The driver bounds one answer; a reconnect within the call is bounded here.
        match tokio::time::timeout(ANSWER_TIMEOUT, asked).await {
            Ok(Ok((requests, ends_in, allowed))) => {
                self.note_back();
                let ends_in = Duration::from_millis(ends_in);
                Some(Used { requests, ends_in, allowed: allowed == 1 })
            }
            Ok(Err(error)) => self.note_away(&error.to_string()),
            Err(_) => self.note_away("no answer in time"),
        }
    }

    fn note_away(&self, why: &str) -> Option<Used> {
        let until = self.millis() + u64::try_from(AWAY_FOR.as_millis()).unwrap_or(u64::MAX);
        self.away_until.store(until, Ordering::Relaxed);
        if !self.is_away.swap(true, Ordering::Relaxed) {
            tracing::warn!(why, "Redis is away: each node counts rate limits for itself until it is back");
        }
        None
    }

    fn note_back(&self) {
        if self.is_away.load(Ordering::Relaxed) && self.is_away.swap(false, Ordering::Relaxed) {
            tracing::info!("Redis is back: nodes share their rate limits again");
        }
    }
}

/// Whether an address of Redis can be read at all.
pub fn check_address(url: &str) -> std::result::Result<(), String> {
    Client::open(url).map(|_| ()).map_err(|e| e.to_string())
}

/// Asks Redis for an answer, for the check before a start.
pub async fn ping(url: &Secret) -> std::result::Result<(), String> {
    let client = Client::open(url.0.as_str()).map_err(|e| e.to_string())?;
    let asked = async {
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<String>(&mut connection).await
    };
    match tokio::time::timeout(CONNECT_TIMEOUT, asked).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", CONNECT_TIMEOUT.as_secs())),
    }
}
