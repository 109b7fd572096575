//! A webhook as it is used.

use std::{collections::HashSet, sync::Arc};

use kernel::{Id, Timestamp, id};
use platform::crypto::Crypto;
use url::Url;

use super::{entity::Model, secret::Secrets, sign::Keys};

/// Stands for every event.
pub(super) const EVERY: &str = "*";

/// Which events one hears of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// All of them, also those that are added later.
    Every,
    /// These, dotted.
    These(HashSet<String>),
}

impl Heard {
    pub fn new(names: Vec<String>) -> Self {
        if names.iter().any(|name| name == EVERY) { Self::Every } else { Self::These(names.into_iter().collect()) }
    }
    pub fn hears(&self, dotted: &str) -> bool {
        match self {
            Self::Every => true,
            Self::These(names) => names.contains(dotted),
        }
    }
}

/// The names stored in a row.
pub(super) fn names_of(row: &Model) -> Vec<String> {
    serde_json::from_str(&row.events).unwrap_or_default()
}

/// A webhook, ready to be called.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub id: Id<id::Webhook>,
    pub tenant: Id<id::Tenant>,
    /// `None` when what is stored can no longer be read as an address.
    pub url: Option<Url>,
    pub heard: Heard,
    pub enabled: bool,
    /// It follows the address in the channels' settings.
    pub managed: bool,
    /// `None` when the secrets do not open.
    pub keys: Option<Keys>,
    pub failing_since: Option<Timestamp>,
}

impl Endpoint {
    pub fn of(crypto: &Crypto, row: &Model) -> Self {
        let secrets = Secrets::open(crypto, row.tenant_id, row.id, &row.secrets);
        Self {
            id: row.id,
            tenant: row.tenant_id,
            url: Url::parse(&row.url).ok(),
            heard: Heard::new(names_of(row)),
            enabled: row.enabled,
            managed: row.managed,
            keys: secrets.as_ref().and_then(Keys::new),
            failing_since: row.failing_since,
        }
    }
}

/// Every webhook of one business.
pub(crate) type Endpoints = Vec<Arc<Endpoint>>;
