//! Who is who: businesses (`tenants`), the users who run them (`accounts`, `team`), their other systems (`apikeys`), their
//! end customers (`customers`), how one signs in (`signin`), and who is signed in (`sessions`). This floor answers what a credential means and nothing about what is sold or said. Start
//! at [`People`], the handle that every floor above gets.

pub mod accounts;
mod addresses;
pub mod apikeys;
pub mod audit;
pub mod contacts;
pub mod customers;
pub mod letters;
mod oidc;
pub mod operator;
mod passkeys;
mod sealed;
pub mod sessions;
pub mod signals;
pub mod signin;
pub mod team;
pub mod tenants;
#[cfg(test)]
mod tests;

pub use sealed::SEALED;

use std::sync::{Arc, OnceLock};

use kernel::{Id, World, id};
use platform::{Platform, cache::FreshCache, crypto::Crypto, db::Db, http::ApiRouter, media::Media};

use crate::{
    apikeys::{KeyFacts, LastUses},
    customers::Card,
    letters::OwnWords,
    oidc::Providers,
    passkeys::RelyingParty,
    sessions::SessionFacts,
    tenants::{Ports, TenantView},
};

/// Sessions remembered at once; each takes some 300 bytes.
const SESSIONS_CACHED_MAX: u64 = 100_000;
/// Businesses remembered at once, by id and by what visitors call them.
const TENANTS_CACHED_MAX: u64 = 10_000;
/// Customers whose name and address are remembered at once; each takes some 200 bytes.
const CARDS_CACHED_MAX: u64 = 50_000;
/// API keys remembered at once.
const KEYS_CACHED_MAX: u64 = 10_000;

/// The people floor; cheap to clone.
#[derive(Clone)]
pub struct People {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    ports: Ports,
    /// Set once the floor of the texts stands.
    own_words: OnceLock<Arc<dyn OwnWords>>,
    sessions: FreshCache<Id<id::Session>, SessionFacts>,
    tenants: TenantCache,
    keys: FreshCache<Id<id::ApiKey>, KeyFacts>,
    cards: FreshCache<Id<id::Customer>, Card>,
    last_uses: LastUses,
    relying_party: RelyingParty,
    providers: Providers,
    media: Media,
}

/// Businesses by id, and by what visitors call them.
#[derive(Clone)]
pub(crate) struct TenantCache {
    pub(crate) by_id: FreshCache<Id<id::Tenant>, TenantView>,
    pub(crate) by_word: FreshCache<String, TenantView>,
}

impl TenantCache {
    /// To be called after the commit that changed the business.
    pub(crate) fn forget(&self, tenant: Id<id::Tenant>) {
        self.by_id.forget(&tenant);
        // Its old and new words are not all known here, and businesses change rarely.
        self.by_word.forget_all();
    }
    /// When it is not known what changed.
    pub(crate) fn forget_all(&self) {
        self.by_id.forget_all();
        self.by_word.forget_all();
    }
}

impl People {
    /// Binds the floor to the plumbing and registers its jobs.
    pub fn new(platform: Platform, ports: Ports) -> Self {
        let tenants =
            TenantCache { by_id: FreshCache::new(TENANTS_CACHED_MAX), by_word: FreshCache::new(TENANTS_CACHED_MAX) };
        let sessions = FreshCache::new(SESSIONS_CACHED_MAX);
        let keys = FreshCache::new(KEYS_CACHED_MAX);
        let cards = FreshCache::new(CARDS_CACHED_MAX);
        let relying_party = RelyingParty::new(&platform.config().client_url);
        let providers = Providers::new(platform.config(), platform.outbound().clone(), platform.world().clone());
        let last_uses = LastUses::default();
        let media = Media::default();
        let own_words = OnceLock::new();
        let inner = Inner {
            platform,
            ports,
            own_words,
            sessions,
            tenants,
            keys,
            cards,
            last_uses,
            relying_party,
            providers,
            media,
        };
        let people = Self { inner: Arc::new(inner) };
        signals::register(&people);
        customers::register_jobs(&people);
        signin::register_jobs(&people);
        addresses::register_jobs(&people);
        team::register_jobs(&people);
        operator::register_jobs(&people);
        people
    }

    /// Every route of this floor.
    pub fn routes(&self) -> ApiRouter {
        accounts::http::routes()
            .merge(accounts::http_security::routes())
            .merge(addresses::http::routes())
            .merge(addresses::http_customers::routes())
            .merge(apikeys::http::routes())
            .merge(audit::http::routes())
            .merge(customers::http::routes())
            .merge(customers::http_security::routes())
            .merge(oidc::http::routes())
            .merge(passkeys::http::routes())
            .merge(passkeys::http_customers::routes())
            .merge(tenants::http::routes())
            .merge(tenants::logo::routes())
            .merge(team::http::routes())
            .merge(operator::http::routes())
            .with_state(self.clone())
    }

    /// The plumbing.
    pub fn platform(&self) -> &Platform {
        &self.inner.platform
    }
    pub(crate) fn db(&self) -> &Db {
        self.inner.platform.db()
    }
    pub(crate) fn world(&self) -> &World {
        self.inner.platform.world()
    }
    pub(crate) fn crypto(&self) -> &Crypto {
        self.inner.platform.crypto()
    }
    pub(crate) fn ports(&self) -> &Ports {
        &self.inner.ports
    }
    /// Says who writes letters in the words of businesses; the first one counts. Until then they are written in ours.
    pub fn ask_for_own_words(&self, port: Arc<dyn OwnWords>) {
        if self.inner.own_words.set(port).is_err() {
            tracing::warn!("who knows the words of businesses was said twice; the first one stays");
        }
    }
    pub(crate) fn own_words(&self) -> Option<&Arc<dyn OwnWords>> {
        self.inner.own_words.get()
    }
    pub(crate) fn session_cache(&self) -> &FreshCache<Id<id::Session>, SessionFacts> {
        &self.inner.sessions
    }
    pub(crate) fn key_cache(&self) -> &FreshCache<Id<id::ApiKey>, KeyFacts> {
        &self.inner.keys
    }
    pub(crate) fn card_cache(&self) -> &FreshCache<Id<id::Customer>, Card> {
        &self.inner.cards
    }
    pub(crate) fn providers(&self) -> &Providers {
        &self.inner.providers
    }
    pub(crate) fn relying_party(&self) -> &RelyingParty {
        &self.inner.relying_party
    }
    pub(crate) fn media(&self) -> &Media {
        &self.inner.media
    }
    pub(crate) fn last_uses(&self) -> &LastUses {
        &self.inner.last_uses
    }
    pub(crate) fn tenant_cache(&self) -> &TenantCache {
        &self.inner.tenants
    }
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("People").finish_non_exhaustive()
    }
}
