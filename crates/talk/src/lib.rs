//! Talking with customers: conversations and messages ([`messaging`]), the files in them ([`attachments`]) and the sockets
//! both travel over ([`sockets`]). It knows people and nothing of what is sold; what it must know about an appointment it
//! asks through [`messaging::ports::AppointmentThreads`]. Start at [`Talk`].

pub mod attachments;
pub mod messaging;
mod signals;
pub mod sockets;

use std::sync::Arc;

use people::People;
use platform::{Platform, http::ApiRouter};

use crate::messaging::{
    Batcher, BatcherSettings, FactsCache, Live, Typing,
    ports::{AppointmentThreads, Subscriptions},
};

/// The talk floor; cheap to clone.
#[derive(Clone)]
pub struct Talk {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    people: People,
    appointments: Arc<dyn AppointmentThreads>,
    facts: FactsCache,
    live: Arc<Live>,
    batcher: Batcher,
    typing: Typing,
}

impl Talk {
    /// Binds the floor to what is below it and starts the batcher; must be called inside a runtime.
    pub fn new(
        platform: Platform,
        people: People,
        appointments: Arc<dyn AppointmentThreads>,
        subscriptions: Arc<dyn Subscriptions>,
        settings: BatcherSettings,
    ) -> Self {
        let live = Arc::new(Live::default());
        let facts = FactsCache::default();
        let (batcher, revived) = Batcher::start(platform.clone(), live.clone(), facts.clone(), subscriptions, settings);
        let typing = Typing::start(platform.realtime().clone());
        let talk = Self { inner: Arc::new(Inner { platform, people, appointments, facts, live, batcher, typing }) };
        attachments::register_jobs(&talk);
        signals::register(&talk);
        tokio::spawn(messaging::actions::change::announce_revived(talk.clone(), revived));
        talk
    }

    /// Every REST route of the floor.
    pub fn routes(&self) -> ApiRouter {
        ApiRouter::new().merge(messaging::routes(self.clone())).merge(attachments::routes(self.clone()))
    }

    /// The plumbing.
    pub fn platform(&self) -> &Platform {
        &self.inner.platform
    }
    /// Who is who.
    pub fn people(&self) -> &People {
        &self.inner.people
    }
    /// What appointments say about their threads.
    pub fn appointments(&self) -> &dyn AppointmentThreads {
        &*self.inner.appointments
    }
    /// Who is connected and in which conversation.
    pub fn live(&self) -> &Arc<Live> {
        &self.inner.live
    }
    /// What is known about conversations without asking the database.
    pub fn facts(&self) -> &FactsCache {
        &self.inner.facts
    }
    /// The one way a message is stored.
    pub fn batcher(&self) -> &Batcher {
        &self.inner.batcher
    }
    /// Who is typing.
    pub fn typing(&self) -> &Typing {
        &self.inner.typing
    }
}

impl std::fmt::Debug for Talk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Talk").finish_non_exhaustive()
    }
}
