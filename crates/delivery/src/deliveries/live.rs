//! What live screens and the sender are told while an event is carried out. Only sockets of the business that may see events
//! hear it, and those of the token that sent the event. Nothing is written down when none of them is there.

use std::collections::HashMap;

use kernel::{Id, Right, Timestamp, id};
use platform::{Platform, Room, db::statement};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use smallvec::SmallVec;
use uuid::Uuid;

use super::{
    marker::{Mark, Marked},
    work::Card,
};
use crate::{
    catalogue::is_personal,
    channels::Failure,
    model::{ChannelKind, DeliveryStatus, EventStatus},
};

/// Deliveries that the last word about an event lists.
pub const RESULT_DELIVERIES_MAX: usize = 100;

/// Why an event failed all of whose deliveries were given up.
pub(crate) const ALL_GIVEN_UP: &str = "No delivery arrived; every one was given up.";
/// Why one failed that has none.
pub(crate) const TYPE_REMOVED: &str = "Its type was removed before its time came.";

/// How far an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counters {
    pub total: i32,
    pub finished: i32,
    pub dead: i32,
    pub cancelled: i32,
    pub status: EventStatus,
}

impl Counters {
    /// Of an event none of whose deliveries has ended.
    pub fn at_first(total: i32, status: EventStatus) -> Self {
        Self { total, finished: 0, dead: 0, cancelled: 0, status }
    }

    /// Hundredths that are done.
    pub fn percent(self) -> i32 {
        match self.status {
            EventStatus::Completed | EventStatus::Failed => 100,
            _ if self.total <= 0 => 0,
            _ => (i64::from(self.finished) * 100 / i64::from(self.total)).clamp(0, 100).try_into().unwrap_or(100),
        }
    }
}

#[derive(Serialize)]
struct Acknowledged<'a> {
    event_id: Id<id::Event>,
    customer_id: Id<id::Tenant>,
    event_type: &'a str,
    status: EventStatus,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct Progress<'a> {
    event_id: Id<id::Event>,
    customer_id: Id<id::Tenant>,
    event_type: &'a str,
    status: EventStatus,
    progress: i32,
    deliveries: Counts,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct Counts {
    total: i32,
    done: i32,
    failed: i32,
    cancelled: i32,
}

#[derive(Serialize)]
struct Told<'a> {
    delivery_id: Id<id::Delivery>,
    event_id: Id<id::Event>,
    event_type: &'a str,
    customer_id: Id<id::Tenant>,
    channel: ChannelKind,
    recipient: &'a str,
    message_id: Option<&'a str>,
    status: DeliveryStatus,
    attempt: u32,
    #[serde(flatten)]
    failure: Option<ToldFailure<'a>>,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct ToldFailure<'a> {
    error: &'a str,
    code: &'a str,
    will_retry: bool,
    next_attempt_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Ended<'a> {
    event_id: Id<id::Event>,
    customer_id: Id<id::Tenant>,
    event_type: &'a str,
    status: EventStatus,
    result: EndResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct EndResult {
    total: i32,
    failed: i32,
    cancelled: i32,
    deliveries: Vec<EndedDelivery>,
}

#[derive(Serialize)]
struct EndedDelivery {
    delivery_id: Id<id::Delivery>,
    channel: String,
    recipient: String,
    status: String,
    message_id: Option<String>,
    error: Option<String>,
}

/// Who hears of an event; none when nobody is there.
struct Ears(SmallVec<[Room; 2]>);

impl Ears {
    fn of(platform: &Platform, card: &Card) -> Option<Self> {
        if is_personal(&card.facts.kind) {
            return None;
        }
        let mut rooms = SmallVec::new();
        rooms.push(Room::right(card.facts.tenant, Right::Events));
        rooms.extend(card.token.as_deref().map(Room::token));
        rooms.retain(|room: &mut Room| platform.realtime().count(room) > 0);
        (!rooms.is_empty()).then_some(Self(rooms))
    }

    async fn tell<T: Serialize>(&self, platform: &Platform, event: &'static str, body: &T) {
        platform.realtime().emit(self.0.iter(), std::iter::empty(), event, body).await;
    }
}

/// An event was stored.
pub(crate) async fn tell_accepted(platform: &Platform, card: &Card, status: EventStatus, total: i32) {
    let Some(ears) = Ears::of(platform, card) else { return };
    let body = Acknowledged {
        event_id: card.facts.id,
        customer_id: card.facts.tenant,
        event_type: &card.spelling,
        status,
        timestamp: platform.world().now(),
    };
    ears.tell(platform, "event:acknowledged", &body).await;
    let counters = Counters::at_first(total, status);
    progress(platform, &ears, card, counters).await;
    if status == EventStatus::Completed {
        ended(platform, &ears, card, counters).await;
    }
}

/// An event's deliveries were written, or it was called off.
pub(crate) async fn tell_progress(platform: &Platform, card: &Card, counters: Counters) {
    let Some(ears) = Ears::of(platform, card) else { return };
    progress(platform, &ears, card, counters).await;
    if matches!(counters.status, EventStatus::Completed | EventStatus::Failed) {
        ended(platform, &ears, card, counters).await;
    }
}

/// A provider told more about a delivery that it took.
pub(crate) async fn tell_report(
    platform: &Platform,
    card: &Card,
    delivery: Id<id::Delivery>,
    (channel, recipient, message_id): (ChannelKind, &str, &str),
    status: DeliveryStatus,
    attempt: u32,
    failure: Option<Failure>,
    timestamp: Timestamp,
) {
    let Some(ears) = Ears::of(platform, card) else { return };
    let failure = failure.as_ref().map(|failure| ToldFailure {
        error: &failure.error,
        code: failure.code,
        will_retry: false,
        next_attempt_at: None,
    });
    let body = Told {
        delivery_id: delivery,
        event_id: card.facts.id,
        event_type: &card.spelling,
        customer_id: card.facts.tenant,
        channel,
        recipient,
        message_id: Some(message_id),
        status,
        attempt,
        failure,
        timestamp,
    };
    ears.tell(platform, if status == DeliveryStatus::Dead { "message:failed" } else { "message:sent" }, &body).await;
}

/// Outcomes were committed.
pub(crate) async fn tell(platform: &Platform, marks: &[Mark], marked: &Marked) {
    let mut ears: HashMap<Uuid, Option<Ears>> = HashMap::new();
    for (mark, _) in marks.iter().zip(&marked.changed).filter(|(_, changed)| **changed) {
        let card = &mark.work.card;
        let listening = ears.entry(card.facts.id.uuid()).or_insert_with(|| Ears::of(platform, card));
        if let Some(listening) = listening {
            outcome(platform, listening, mark).await;
        }
    }
    for mark in marks {
        let card = &mark.work.card;
        let Some(Some(listening)) = ears.remove(&card.facts.id.uuid()) else { continue };
        let Some(counters) = marked.events.get(&card.facts.id.uuid()) else { continue };
        progress(platform, &listening, card, *counters).await;
        if matches!(counters.status, EventStatus::Completed | EventStatus::Failed) {
            ended(platform, &listening, card, *counters).await;
        }
    }
}

async fn outcome(platform: &Platform, ears: &Ears, mark: &Mark) {
    let (task, change) = (&mark.work.task, &mark.change);
    // One that only waits for its turn has nothing to tell.
    if mark.log.is_none() && (change.is_untried || change.failure.is_none()) {
        return;
    }
    let failure = change.failure.as_ref().map(|failure| ToldFailure {
        error: &failure.error,
        code: failure.code,
        will_retry: change.due.is_some(),
        next_attempt_at: change.due,
    });
    let event = if failure.is_some() { "message:failed" } else { "message:sent" };
    let body = Told {
        delivery_id: task.delivery,
        event_id: task.event.id,
        event_type: &mark.work.card.spelling,
        customer_id: task.event.tenant,
        channel: task.channel,
        recipient: &task.recipient,
        message_id: change.message_id.as_deref(),
        status: change.status,
        attempt: change.attempts,
        failure,
        timestamp: platform.world().now(),
    };
    ears.tell(platform, event, &body).await;
}

async fn progress(platform: &Platform, ears: &Ears, card: &Card, counters: Counters) {
    let body = Progress {
        event_id: card.facts.id,
        customer_id: card.facts.tenant,
        event_type: &card.spelling,
        status: counters.status,
        progress: counters.percent(),
        deliveries: Counts {
            total: counters.total,
            done: counters.finished,
            failed: counters.dead,
            cancelled: counters.cancelled,
        },
        timestamp: platform.world().now(),
    };
    ears.tell(platform, "event:progress", &body).await;
}

async fn ended(platform: &Platform, ears: &Ears, card: &Card, counters: Counters) {
    let deliveries = match find_deliveries(platform, card.facts.id, counters.total).await {
        Ok(deliveries) => deliveries,
        Err(fault) => {
            tracing::warn!(cause = fault.chain(), "the end of an event is told without its deliveries");
            Vec::new()
        }
    };
    let is_failed = counters.status == EventStatus::Failed;
    let body = Ended {
        event_id: card.facts.id,
        customer_id: card.facts.tenant,
        event_type: &card.spelling,
        status: counters.status,
        result: EndResult { total: counters.total, failed: counters.dead, cancelled: counters.cancelled, deliveries },
        error: is_failed.then_some(if counters.total > 0 { ALL_GIVEN_UP } else { TYPE_REMOVED }),
        timestamp: platform.world().now(),
    };
    ears.tell(platform, if is_failed { "event:failed" } else { "event:completed" }, &body).await;
}

async fn find_deliveries(
    platform: &Platform,
    event: Id<id::Event>,
    total: i32,
) -> platform::Result<Vec<EndedDelivery>> {
    if total == 0 {
        return Ok(Vec::new());
    }
    let db = platform.db();
    let text = format!(
        "SELECT id, channel, recipient, status, message_id, error FROM deliveries WHERE event_id = ? \
         ORDER BY id LIMIT {RESULT_DELIVERIES_MAX}"
    );
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, vec![event.into()])).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(EndedDelivery {
            delivery_id: row.try_get_by_index(0)?,
            channel: row.try_get_by_index(1)?,
            recipient: row.try_get_by_index(2)?,
            status: row.try_get_by_index(3)?,
            message_id: row.try_get_by_index(4)?,
            error: row.try_get_by_index(5)?,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_true() {
        let at = |finished, total, status| Counters { finished, ..Counters::at_first(total, status) }.percent();
        assert_eq!(at(0, 3, EventStatus::Processing), 0);
        assert_eq!(at(1, 3, EventStatus::Processing), 33);
        assert_eq!(at(2, 3, EventStatus::Processing), 66);
        assert_eq!(at(3, 3, EventStatus::Completed), 100);
        assert_eq!(at(0, 0, EventStatus::Completed), 100);
        assert_eq!(at(0, 0, EventStatus::Pending), 0);
    }
}
