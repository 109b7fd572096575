//! The spine: an event comes in, and each channel carries it out with proof. `events` takes and keeps facts; `deliveries`
//! decides who hears of one, queues that and works it off; `channels` speak the protocols; `catalogue`, `templates`,
//! `settings` and `webhooks` are what a business sets; `notifications` and `mailbox` are where people read. It knows people
//! and nothing of what is sold or said. Start at [`Delivery`].

pub mod catalogue;
pub mod channels;
mod cursor;
pub mod deliveries;
pub mod events;
pub mod mailbox;
pub mod model;
pub mod notifications;
pub mod ports;
pub mod preferences;
pub mod push;
mod sealed;
pub mod settings;
mod signals;
pub mod socket_events;
mod sql;
pub mod templates;
#[cfg(test)]
#[macro_use]
mod tests;
pub mod webhooks;
pub mod whatsapp;

pub use sealed::SEALED;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use kernel::{Id, id};
use people::People;
use platform::{Platform, cache::FreshCache, db::Db, http::ApiRouter};
use tokio::sync::Notify;

use crate::{
    channels::Channel,
    deliveries::{marker, queue::Queue, release},
    events::intake::Intake,
};

/// Businesses whose settings are remembered at once.
const TENANTS_CACHED_MAX: u64 = 10_000;

/// The delivery floor; cheap to clone.
#[derive(Clone)]
pub struct Delivery {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    people: People,
    event_types: catalogue::Known,
    templates: templates::Known,
    preferences: preferences::Known,
    push: push::Known,
    /// Set once the floors above stand.
    relevance: OnceLock<Arc<dyn ports::Relevance>>,
    channel_settings: FreshCache<Id<id::Tenant>, settings::ChannelSettings>,
    webhook_endpoints: FreshCache<Id<id::Tenant>, webhooks::Endpoints>,
    intake: Intake,
    members: notifications::members::Known,
    queue: Arc<Queue>,
    whatsapp: whatsapp::keeper::Keeper,
    /// Told when something became due by a doing of this process.
    wake: Notify,
    /// Whether a worker runs here: then new deliveries are taken by it without a detour through the database.
    takes_over: AtomicBool,
}

impl Delivery {
    /// Binds the floor to what is below it and starts what stores events and outcomes; must be called inside a runtime.
    pub fn new(platform: Platform, people: People) -> Self {
        Self::with_channels(platform, people, channels::all)
    }

    /// The same with other ways out.
    pub(crate) fn with_channels(
        platform: Platform,
        people: People,
        channels: impl FnOnce(&Self) -> Vec<Arc<dyn Channel>>,
    ) -> Self {
        let channel_settings = FreshCache::new(TENANTS_CACHED_MAX);
        let webhook_endpoints = FreshCache::new(TENANTS_CACHED_MAX);
        let event_types = FreshCache::new(TENANTS_CACHED_MAX);
        let templates = FreshCache::new(templates::CACHED_MAX);
        let (intake, waiting) = Intake::new();
        let (marks, releases) = (marker::start(platform.clone()), release::start(platform.clone()));
        let queue = Arc::new(Queue::new(platform.world().clone(), marks, releases));
        let whatsapp = whatsapp::keeper::Keeper::new(platform.world().uuid(), whatsapp::opener(&platform));
        let inner = Inner {
            platform,
            people,
            event_types,
            templates,
            preferences: preferences::Known::new(),
            push: push::Known::new(),
            relevance: OnceLock::new(),
            channel_settings,
            members: notifications::members::known(),
            webhook_endpoints,
            intake,
            queue,
            whatsapp,
            wake: Notify::new(),
            takes_over: AtomicBool::new(false),
        };
        let delivery = Self { inner: Arc::new(inner) };
        delivery.queue().open(channels(&delivery), &delivery.platform().config().delivery_schedules);
        waiting.start(&delivery);
        webhooks::register_jobs(&delivery);
        events::jobs::register_jobs(&delivery);
        signals::register(&delivery);
        delivery
    }

    /// Every REST route of the floor.
    pub fn routes(&self) -> ApiRouter {
        ApiRouter::new()
            .merge(events::http::routes(self.clone()))
            .merge(deliveries::http::routes(self.clone()))
            .merge(catalogue::http::routes().with_state(self.clone()))
            .merge(templates::http::routes().with_state(self.clone()))
            .merge(notifications::http::routes().with_state(self.clone()))
            .merge(preferences::http::routes().with_state(self.clone()))
            .merge(push::http::routes().with_state(self.clone()))
            .merge(settings::routes().with_state(self.clone()))
            .merge(mailbox::routes().with_state(self.clone()))
            .merge(channels::routes().with_state(self.clone()))
            .merge(whatsapp::http::routes().with_state(self.clone()))
            .merge(webhooks::http::routes(self.clone()))
    }

    /// The plumbing.
    pub fn platform(&self) -> &Platform {
        &self.inner.platform
    }
    /// Who is who.
    pub fn people(&self) -> &People {
        &self.inner.people
    }
    pub(crate) fn db(&self) -> &Db {
        self.inner.platform.db()
    }
    pub(crate) fn intake(&self) -> &Intake {
        &self.inner.intake
    }
    pub(crate) fn queue(&self) -> &Arc<Queue> {
        &self.inner.queue
    }
    pub(crate) fn whatsapp(&self) -> &whatsapp::keeper::Keeper {
        &self.inner.whatsapp
    }
    /// Something became due: the worker looks at once, and those of other processes soon.
    pub(crate) fn wake(&self) {
        self.inner.wake.notify_one();
        self.db().signals().work_is_due();
    }
    /// Another process says that something became due.
    pub(crate) fn hear_of_work(&self) {
        self.inner.wake.notify_one();
    }
    pub(crate) async fn due(&self) {
        self.inner.wake.notified().await;
    }
    pub(crate) fn takes_over(&self) -> bool {
        self.inner.takes_over.load(Ordering::Acquire)
    }
    pub(crate) fn take_over(&self, takes: bool) {
        self.inner.takes_over.store(takes, Ordering::Release);
    }
    pub(crate) fn event_types(&self) -> &catalogue::Known {
        &self.inner.event_types
    }
    pub(crate) fn templates(&self) -> &templates::Known {
        &self.inner.templates
    }
    pub(crate) fn preferences(&self) -> &preferences::Known {
        &self.inner.preferences
    }
    pub(crate) fn push(&self) -> &push::Known {
        &self.inner.push
    }
    /// Says who knows whether something planned is still wanted; the first one counts.
    pub fn ask_for_relevance(&self, port: Arc<dyn ports::Relevance>) {
        if self.inner.relevance.set(port).is_err() {
            tracing::warn!("who knows what is still wanted was said twice; the first one stays");
        }
    }
    pub(crate) fn relevance(&self) -> Option<&Arc<dyn ports::Relevance>> {
        self.inner.relevance.get()
    }
    pub(crate) fn webhook_endpoints(&self) -> &FreshCache<Id<id::Tenant>, webhooks::Endpoints> {
        &self.inner.webhook_endpoints
    }
    pub(crate) fn members(&self) -> &notifications::members::Known {
        &self.inner.members
    }
    pub(crate) fn channel_settings(&self) -> &FreshCache<Id<id::Tenant>, settings::ChannelSettings> {
        &self.inner.channel_settings
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").finish_non_exhaustive()
    }
}
