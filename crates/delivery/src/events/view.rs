//! An event as clients see it. These endpoints belong to document C's family and keep its `snake_case`.

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result};
use sea_orm::QueryResult;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{deliveries::live::ALL_GIVEN_UP, model::EventStatus};

/// The columns that [`EventView::read`] reads.
pub(crate) const COLUMNS: &str = "id, type, status, source, actor, total, finished, dead, error, replay_of, scheduled_for, \
                                  created_at, completed_at, client_key, cancelled";

/// An event in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// The event.
    pub id: Id<id::Event>,
    /// Its type, dotted.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it stands.
    pub status: EventStatus,
    /// By which way it came: `api`, `socket`, `house` or `replay`.
    pub source: String,
    /// Who stated it: a user, a key, or `system`.
    pub actor: String,
    /// How far it is, in hundredths.
    pub progress: i32,
    /// Its deliveries.
    pub deliveries: EventCounts,
    /// Why it failed.
    pub error: Option<String>,
    /// The event that it repeats.
    pub replay_of: Option<Id<id::Event>>,
    /// The key that its sender gave it.
    pub idempotency_key: Option<String>,
    /// When it is to go out, if not at once.
    pub scheduled_for: Option<Timestamp>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When the last of its deliveries ended.
    pub completed_at: Option<Timestamp>,
}

/// How many deliveries an event has.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct EventCounts {
    /// All of them.
    pub total: i32,
    /// Those that ended, one way or the other.
    pub done: i32,
    /// Of these, those that were given up.
    pub failed: i32,
    /// Of these, those that were called off: with the event, or because their recipient wants none.
    pub cancelled: i32,
}

/// One event with its data.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = EventDetail)]
pub struct EventDetailView {
    /// All that a list shows.
    #[serde(flatten)]
    pub event: EventView,
    /// The type as its sender wrote it.
    pub event_type: String,
    /// What was stated.
    pub event_data: Json,
}

impl EventView {
    /// A row that begins with [`COLUMNS`].
    pub(crate) fn read(row: &QueryResult) -> Result<Self> {
        let status: String = row.try_get_by_index(2)?;
        let status = EventStatus::parse(&status).ok_or_else(|| Fault::internal("reading a stored status", status))?;
        let counts = EventCounts {
            total: row.try_get_by_index(5)?,
            done: row.try_get_by_index(6)?,
            failed: row.try_get_by_index(7)?,
            cancelled: row.try_get_by_index(14)?,
        };
        let counters = crate::deliveries::live::Counters {
            total: counts.total,
            finished: counts.done,
            dead: counts.failed,
            cancelled: counts.cancelled,
            status,
        };
        let key: Option<String> = row.try_get_by_index(13)?;
        let error: Option<String> = row.try_get_by_index(8)?;
        Ok(Self {
            id: row.try_get_by_index(0)?,
            kind: row.try_get_by_index(1)?,
            status,
            source: row.try_get_by_index(3)?,
            actor: row.try_get_by_index(4)?,
            progress: counters.percent(),
            deliveries: counts,
            error: error.or_else(|| (status == EventStatus::Failed).then(|| ALL_GIVEN_UP.to_owned())),
            replay_of: row.try_get_by_index(9)?,
            idempotency_key: key.and_then(|key| key.strip_prefix("c:").map(str::to_owned)),
            scheduled_for: row.try_get_by_index(10)?,
            created_at: row.try_get_by_index(11)?,
            completed_at: row.try_get_by_index(12)?,
        })
    }
}
