//! Asks before a delivery to a person leaves: is it still worth telling, do they still want it this way, do they sleep?
//! Hours may have passed since it was planned. What is no longer wanted is called off; what comes in quiet hours waits for
//! their end.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::events;
use people::tenants::find_tenant;
use platform::Result;

use super::{Attempted, Channel, Failure, Lane, NOT_PREPARED, Outcome, Pace, Task, not_prepared};
use crate::{
    Delivery, catalogue,
    deliveries::fall_back,
    model::ChannelKind,
    notifications::reminders,
    preferences::{
        self, Category, Person,
        optouts::{self, Address},
    },
    push, templates,
};

/// A channel that asks first.
pub struct Considerate {
    delivery: Delivery,
    inner: Arc<dyn Channel>,
}

impl Considerate {
    /// Around a channel that reaches people.
    pub fn new(delivery: Delivery, inner: Arc<dyn Channel>) -> Self {
        Self { delivery, inner }
    }

    /// Why not now, if so.
    async fn hold_back(&self, task: &Task) -> Result<Option<Outcome>> {
        let (delivery, event) = (&self.delivery, &task.event);
        let kind = catalogue::find(delivery, event.tenant, &event.kind).await?;
        let category = Category::of(kind.as_ref().map_or("", |kind| kind.category.as_str()));
        if let Some(port) = delivery.relevance()
            && !port.is_still_wanted(event).await?
        {
            return Ok(Some(unwanted("NO_LONGER_NEEDED", "It was read, or called off, before it left.")));
        }
        if *event.kind == *events::APPOINTMENT_REMINDER && !reminders::is_current(delivery, event).await? {
            return Ok(Some(unwanted("NO_LONGER_NEEDED", "The appointment was moved or called off meanwhile.")));
        }
        if let Some(outcome) = self.ask_address(task, category).await? {
            return Ok(Some(outcome));
        }
        let people = people_behind(delivery, task).await?;
        if task.channel == ChannelKind::Push {
            let Some(person) = people.first() else {
                let reason = Failure { code: push::GONE, error: "The device was signed off.".to_owned() };
                fall_back(delivery, task, &reason).await?;
                return Ok(Some(Outcome::Unwanted { reason }));
            };
            if !preferences::of(delivery, *person).await?.choices.wants(person.is_customer, category, task.channel) {
                return Ok(Some(turned_off()));
            }
        }
        let now = delivery.platform().world().now();
        let until = preferences::quiet_until(delivery, &people, category, now).await?;
        Ok(until.map(|until| Outcome::Later { after: until.since(now) }))
    }

    /// Whether the address left by a link or by `STOP`, or its owner turned this off.
    async fn ask_address(&self, task: &Task, category: Category) -> Result<Option<Outcome>> {
        if task.channel == ChannelKind::Push {
            return Ok(None);
        }
        let (delivery, tenant) = (&self.delivery, task.event.tenant);
        if *task.event.kind == *events::NOTIFICATIONS_DIGEST {
            return Ok((!preferences::wants_digest(delivery, &task.event).await?).then(turned_off));
        }
        let address = task.recipient.to_lowercase();
        let to = Address { channel: task.channel, address: &address };
        let is_bound = category == Category::Security && task.channel == ChannelKind::Email;
        if !is_bound && optouts::is_out(delivery.db().read(), tenant, to, category).await? {
            return Ok(Some(unwanted("UNSUBSCRIBED", "The recipient has asked for no more messages of this kind.")));
        }
        let admitted = preferences::admits(delivery, tenant, to, category).await?;
        Ok((!admitted).then(turned_off))
    }
}

fn turned_off() -> Outcome {
    unwanted("TURNED_OFF", "The recipient has turned this off in their preferences.")
}

fn unwanted(code: &'static str, error: &str) -> Outcome {
    Outcome::Unwanted { reason: Failure { code, error: error.to_owned() } }
}

/// Who of this business is reached by a delivery; nobody when no preferences exist at all, since then nobody has hours or a
/// language of their own.
async fn people_behind(delivery: &Delivery, task: &Task) -> Result<Vec<Person>> {
    let tenant = task.event.tenant;
    match task.channel {
        ChannelKind::Push => Ok(push::find_person(delivery, tenant, &task.recipient).await?.into_iter().collect()),
        ChannelKind::Inapp => Ok(preferences::parse_person(tenant, &task.recipient).into_iter().collect()),
        ChannelKind::Webhook => Ok(Vec::new()),
        ChannelKind::Email | ChannelKind::Sms | ChannelKind::Whatsapp => {
            if !preferences::has_any(delivery, tenant).await? {
                return Ok(Vec::new());
            }
            let address = task.recipient.to_lowercase();
            let to = Address { channel: task.channel, address: &address };
            let found = preferences::find_behind(delivery, tenant, to).await?;
            Ok(found.iter().map(|contact| Person::from_contact(tenant, contact)).collect())
        }
    }
}

/// The language that whoever gets this chose; where they chose none, the event's own data may name one.
pub(crate) async fn language_of(delivery: &Delivery, task: &Task) -> Result<Option<String>> {
    if !preferences::has_any(delivery, task.event.tenant).await? {
        return Ok(None);
    }
    for person in people_behind(delivery, task).await? {
        if let Some(language) = preferences::of(delivery, person).await?.choices.language.clone() {
            return Ok(Some(language));
        }
    }
    Ok(None)
}

/// The text of a message to a phone: the event's own for whom it names, what the app says for those who work here.
pub(super) async fn words_of(delivery: &Delivery, task: &Task, channel: ChannelKind) -> Result<String> {
    let language = language_of(delivery, task).await?;
    let kind = catalogue::find(delivery, task.event.tenant, &task.event.kind).await?;
    let is_named = kind.is_none_or(|kind| !kind.phones_in(&task.event.data).is_empty());
    if is_named {
        return Ok(templates::render(delivery, &task.event, channel, language.as_deref()).await?.text);
    }
    let notice = templates::render(delivery, &task.event, ChannelKind::Inapp, language.as_deref()).await?;
    let words = match notice.subject {
        Some(title) if !notice.text.starts_with(&title) => format!("{title}\n{}", notice.text),
        _ => notice.text,
    };
    // In the app one is at the business; on a phone nobody knows from whom a message comes that does not say so.
    let business = find_tenant(delivery.people(), task.event.tenant).await?.map(|business| business.name.clone());
    Ok(match business {
        Some(name) if !words.contains(&name) => format!("{name}: {words}"),
        _ => words,
    })
}

impl std::fmt::Debug for Considerate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Considerate").field("kind", &self.inner.kind()).finish_non_exhaustive()
    }
}

impl Channel for Considerate {
    fn kind(&self) -> ChannelKind {
        self.inner.kind()
    }

    fn pace(&self) -> Pace {
        self.inner.pace()
    }

    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        self.inner.lane(task)
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move {
            match self.hold_back(task).await {
                Ok(None) => self.inner.attempt(task).await,
                Ok(Some(outcome)) => Attempted::new(outcome),
                Err(fault) => not_prepared(&fault),
            }
        }
        .boxed()
    }

    fn give_way<'a>(&'a self, task: &'a Task, waited: Duration) -> BoxFuture<'a, Option<Failure>> {
        self.inner.give_way(task, waited)
    }

    fn blames_lane(&self, failure: &Failure) -> bool {
        failure.code != NOT_PREPARED && self.inner.blames_lane(failure)
    }
}
