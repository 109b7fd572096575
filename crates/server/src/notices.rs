//! Looking after notices that nothing announces: messages that stay unread, appointments that come near, daily mails. One
//! job for all, booked again by each run, so it happens on one node and survives a restart.

use std::{sync::Arc, time::Duration};

use delivery::{Delivery, model::EventFacts, notifications, ports::Relevance};
use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, Timestamp, events, id};
use platform::{JobDraft, Platform, Result, Tx};
use serde_json::json;
use talk::{
    Talk,
    messaging::reach_back::{self, Delays, Waits, Watch},
};

/// The job.
const KIND: &str = "house.look_after_notices";
/// Time between two looks: how late a notice may come.
pub const EVERY: Duration = Duration::from_secs(30);

/// Who looks.
#[derive(Debug, Clone)]
pub struct Notices {
    delivery: Delivery,
    talk: Talk,
    watch: Watch,
}

/// What a business decided, for talk.
struct DelaysOfDelivery<'a>(&'a Delivery);

impl Delays for DelaysOfDelivery<'_> {
    fn reach_back(&self, tenant: Id<id::Tenant>) -> BoxFuture<'_, Result<Option<Waits>>> {
        async move {
            let settings = notifications::settings_of(self.0.platform().db().read(), tenant).await?;
            Ok(settings.reach_back_after().map(|first| Waits { first, again: settings.reach_back_again_after() }))
        }
        .boxed()
    }
}

/// What talk knows, for delivery: whether a message is still unread.
struct RelevanceOfTalk(Talk);

impl Relevance for RelevanceOfTalk {
    fn is_still_wanted<'a>(&'a self, event: &'a EventFacts) -> BoxFuture<'a, Result<bool>> {
        async move {
            if &*event.kind != events::MESSAGE_CREATED {
                return Ok(true);
            }
            let id = event.data["conversationId"].as_str().and_then(|text| Id::<id::Conversation>::parse(text).ok());
            let (Some(conversation), Some(seq)) = (id, event.data["messageSeq"].as_i64()) else { return Ok(true) };
            let is_customer = event.data["recipient"]["customerId"].is_string();
            reach_back::is_unread(&self.0, event.tenant, conversation, is_customer, seq).await
        }
        .boxed()
    }
}

/// Registers the job and who knows what is still wanted.
pub fn register(platform: &Platform, delivery: &Delivery, talk: &Talk) -> Notices {
    delivery.ask_for_relevance(Arc::new(RelevanceOfTalk(talk.clone())));
    let notices = Notices { delivery: delivery.clone(), talk: talk.clone(), watch: Watch::default() };
    let looking = notices.clone();
    platform.jobs().on(KIND, move |_, _| {
        let notices = looking.clone();
        async move {
            let mut tx = notices.talk.platform().db().begin().await?;
            book_next(&mut tx).await?;
            tx.commit().await?;
            notices.look().await.map(drop)
        }
    });
    notices
}

/// Books the next look; one that is booked already stays as it is.
pub async fn book(platform: &Platform) -> Result<()> {
    let mut tx = platform.db().begin().await?;
    book_next(&mut tx).await?;
    tx.commit().await
}

async fn book_next(tx: &mut Tx) -> Result<()> {
    let period = i64::try_from(EVERY.as_millis()).unwrap_or(i64::MAX);
    let at = Timestamp::from_millis((tx.now().millis() / period + 1) * period);
    tx.enqueue(JobDraft::new(KIND, json!({})).at(at).key(format!("{KIND}@{}", at.millis()))).await?;
    Ok(())
}

impl Notices {
    /// Everything once; gives how many notices were stated.
    pub async fn look(&self) -> Result<usize> {
        let told = reach_back::look(&self.talk, &self.watch, &DelaysOfDelivery(&self.delivery)).await?;
        let reminded = notifications::reminders::remind_due(&self.delivery).await?;
        let mailed = notifications::digest::send_digests(&self.delivery).await?;
        Ok(told + reminded + mailed)
    }
}
