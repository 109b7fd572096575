//! A delivery and its attempts as clients see them; `snake_case`, as the socket events that tell of them.

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result};
use sea_orm::QueryResult;
use serde::Serialize;

use crate::model::{ChannelKind, DeliveryStatus};

/// The columns that [`DeliveryView::read`] reads, of deliveries `d` with their events `e`.
pub(crate) const COLUMNS: &str = "d.id, d.event_id, e.type, d.channel, d.recipient, d.status, d.attempts, d.due_at, \
                                  d.message_id, d.error_code, d.error, d.created_at, d.updated_at, d.finished_at";

/// A delivery.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// The delivery.
    pub id: Id<id::Delivery>,
    /// Of which event.
    pub event_id: Id<id::Event>,
    /// The event's type, dotted.
    pub event_type: String,
    /// By which channel.
    pub channel: ChannelKind,
    /// An address, a number, or the id of a webhook or a person.
    pub recipient: String,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Tries that were made.
    pub attempts: i32,
    /// When it is tried again, if it is.
    pub next_attempt_at: Option<Timestamp>,
    /// What the provider calls it.
    pub message_id: Option<String>,
    /// Why it failed or waits, for programs.
    pub code: Option<String>,
    /// Why it failed or waits, for people.
    pub error: Option<String>,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A delivery with its attempts, oldest first.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = DeliveryDetail)]
pub struct DeliveryDetailView {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// The newest of its attempts.
    pub attempts_log: Vec<AttemptView>,
}

/// One try.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = DeliveryAttempt)]
pub struct AttemptView {
    /// 1 for the first.
    pub number: i32,
    /// What the delivery was after it.
    pub outcome: DeliveryStatus,
    /// Why it failed, for programs.
    pub code: Option<String>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// The other side's HTTP status.
    pub http_status: Option<i32>,
    /// What was sent, shortened and without secrets.
    pub request: Option<String>,
    /// What came back, shortened.
    pub response: Option<String>,
    /// The headers of what came back, one a line, for a webhook; shortened and without secrets.
    pub response_headers: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
}

pub(crate) fn read_status(word: String) -> Result<DeliveryStatus> {
    DeliveryStatus::parse(&word).ok_or_else(|| Fault::internal("reading a stored status", word))
}

impl DeliveryView {
    /// A row of [`COLUMNS`].
    pub(crate) fn read(row: &QueryResult) -> Result<Self> {
        let channel: String = row.try_get_by_index(3)?;
        let channel =
            ChannelKind::parse(&channel).ok_or_else(|| Fault::internal("reading a stored channel", channel))?;
        let status = read_status(row.try_get_by_index(5)?)?;
        // While a worker has it, its due time is the end of a lease and nobody's business.
        let due: Option<Timestamp> = row.try_get_by_index(7)?;
        Ok(Self {
            id: row.try_get_by_index(0)?,
            event_id: row.try_get_by_index(1)?,
            event_type: row.try_get_by_index(2)?,
            channel,
            recipient: row.try_get_by_index(4)?,
            status,
            attempts: row.try_get_by_index(6)?,
            next_attempt_at: due.filter(|_| status != DeliveryStatus::Sending),
            message_id: row.try_get_by_index(8)?,
            code: row.try_get_by_index(9)?,
            error: row.try_get_by_index(10)?,
            created_at: row.try_get_by_index(11)?,
            updated_at: row.try_get_by_index(12)?,
            finished_at: row.try_get_by_index(13)?,
        })
    }
}

impl AttemptView {
    /// A row of number, outcome, code, error, http_status, request, response, response_headers, started_at, ended_at from
    /// index 1.
    pub(crate) fn read(row: &QueryResult) -> Result<Self> {
        let (started_at, ended_at): (Timestamp, Timestamp) = (row.try_get_by_index(9)?, row.try_get_by_index(10)?);
        Ok(Self {
            number: row.try_get_by_index(1)?,
            outcome: read_status(row.try_get_by_index(2)?)?,
            code: row.try_get_by_index(3)?,
            error: row.try_get_by_index(4)?,
            http_status: row.try_get_by_index(5)?,
            request: row.try_get_by_index(6)?,
            response: row.try_get_by_index(7)?,
            response_headers: row.try_get_by_index(8)?,
            started_at,
            ended_at,
            duration_ms: i64::try_from(ended_at.since(started_at).as_millis()).unwrap_or(i64::MAX),
        })
    }
}
