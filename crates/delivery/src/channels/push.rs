//! Deliveries to browsers. What is shown is what the notice centre says; a click leads to what it is about. Each push
//! service is a lane of its own.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use serde_json::Value as Json;

use super::{
    Attempted, Channel, Failure, Lane, NOT_PREPARED, Outcome, Pace, Task, considerate::language_of, not_prepared,
};
use crate::{
    Delivery, catalogue,
    deliveries::fall_back,
    model::ChannelKind,
    notifications::{self, count_unread},
    preferences::{Category, Person},
    push::{self, GONE, Payload, SERVICE_AWAY, Urgency},
    templates,
};

/// Messages under way at once in this process.
const AT_ONCE: usize = 64;
/// Messages under way at once to one push service.
const AT_ONCE_IN_LANE: usize = 32;
/// Messages to one browser within a minute; more wait.
const PER_MINUTE_OF_RECIPIENT: u32 = 30;

/// How long somebody who is away waits for a push service that is left alone after failures; then the next way is taken.
const AWAY_FOR_MAX: Duration = Duration::from_secs(3600);

/// Speaks to push services.
#[derive(Debug)]
pub struct PushChannel {
    delivery: Delivery,
}

impl PushChannel {
    /// On this floor.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery }
    }

    /// Whether the schedule has no further try. One that was sent again by hand counts on, and took the next way before.
    fn is_last_try(&self, task: &Task) -> bool {
        let tries = self.delivery.platform().config().delivery_schedules.of(ChannelKind::Push.as_str()).len();
        usize::try_from(task.attempt).is_ok_and(|attempt| attempt >= tries)
    }

    async fn send(&self, task: &Task) -> Result<Attempted, Attempted> {
        let (delivery, tenant) = (&self.delivery, task.event.tenant);
        let found = push::find(delivery, tenant, &task.recipient).await.map_err(|e| not_prepared(&e))?;
        let Some(subscription) = found else {
            return Err(Attempted::dead(GONE, "The browser was signed off."));
        };
        let person = Person { tenant, id: subscription.person_id, is_customer: subscription.is_customer };
        let payload = self.write(task, person).await.map_err(|e| not_prepared(&e))?;
        let urgency = match payload.category {
            "messages" | "calls" | "security" => Urgency::High,
            "campaigns" => Urgency::Low,
            _ => Urgency::Normal,
        };
        push::send(delivery, &subscription, &payload, urgency).await
    }

    async fn write(&self, task: &Task, person: Person) -> platform::Result<Payload> {
        let (delivery, event) = (&self.delivery, &task.event);
        let kind = catalogue::find(delivery, event.tenant, &event.kind).await?;
        let language = language_of(delivery, task).await?;
        let notice = templates::render(delivery, event, ChannelKind::Push, language.as_deref()).await?;
        let about = notifications::subject_of(&event.data);
        let business = people::tenants::find_tenant(delivery.people(), event.tenant).await?;
        let slug = business.map(|business| business.slug.clone()).unwrap_or_default();
        Ok(Payload {
            title: notice.subject.unwrap_or_default(),
            body: notice.text,
            url: decide_url(&event.data, person.is_customer, &slug),
            tag: about.unwrap_or_else(|| event.id.to_string()),
            category: Category::of(kind.as_ref().map_or("", |kind| kind.category.as_str())).as_str(),
            badge: Some(count_unread(delivery, person).await?),
        })
    }
}

/// Where a click leads: to the conversation, the calendar, or where all notices are.
fn decide_url(data: &Json, is_customer: bool, slug: &str) -> String {
    let conversation = data["conversationId"].as_str();
    match (is_customer, conversation) {
        (true, Some(_)) => format!("/client/messages?business={slug}"),
        (true, None) => format!("/client?business={slug}"),
        (false, _) => notifications::page_of(data),
    }
}

impl Channel for PushChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Push
    }

    fn pace(&self) -> Pace {
        Pace {
            at_once: AT_ONCE,
            at_once_in_lane: AT_ONCE_IN_LANE,
            per_second_of_tenant: None,
            per_minute_of_recipient: Some(PER_MINUTE_OF_RECIPIENT),
        }
    }

    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        async move {
            let found = push::find(&self.delivery, task.event.tenant, &task.recipient).await.ok().flatten();
            let url = found.and_then(|row| url::Url::parse(&row.endpoint).ok());
            Lane(url.map_or_else(|| "push".into(), |url| url.origin().ascii_serialization().into()))
        }
        .boxed()
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move {
            let ended = self.send(task).await.unwrap_or_else(|ended| ended);
            // Whoever is away and whose devices are gone is reached in another way; without that the message is tried again.
            let lost = match &ended.outcome {
                Outcome::Dead { failure } => Some(failure.clone()),
                // Kept as a loss of its own, so that of several devices that end at the same moment the last one sees it.
                Outcome::Retry { failure, .. } if self.is_last_try(task) => {
                    Some(Failure { code: SERVICE_AWAY, error: failure.error.clone() })
                }
                _ => None,
            };
            if let Some(failure) = lost
                && let Err(fault) = fall_back(&self.delivery, task, &failure).await
            {
                return not_prepared(&fault);
            }
            ended
        }
        .boxed()
    }

    fn give_way<'a>(&'a self, task: &'a Task, waited: Duration) -> BoxFuture<'a, Option<Failure>> {
        async move {
            if waited <= AWAY_FOR_MAX {
                return None;
            }
            let failure = Failure { code: SERVICE_AWAY, error: "Its push service was away for too long.".to_owned() };
            match fall_back(&self.delivery, task, &failure).await {
                Ok(goes_on) => goes_on.then_some(failure),
                Err(fault) => {
                    tracing::warn!(cause = fault.chain(), "no other way could be taken; the message waits on");
                    None
                }
            }
        }
        .boxed()
    }

    /// Our own troubles and a browser that is gone say nothing about the push service.
    fn blames_lane(&self, failure: &Failure) -> bool {
        !matches!(failure.code, NOT_PREPARED | "INTERNAL" | GONE)
    }
}
