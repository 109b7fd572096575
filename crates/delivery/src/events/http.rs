//! Events over REST: stating them, the log, and what a person can do about one.

use axum::{
    Json,
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use kernel::{Id, Problem, Timestamp, id, problem::Fields, sender::Sender};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, Params, PathId, SenderAuth, routes},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    accept::{Accepted, NewEvent, Source, accept},
    browse::{Filter, SEARCH_CHARS_MAX, list_events, show_event},
    cancel::cancel_event,
    recover::replay_event,
    view::{EventDetailView, EventView},
};
use crate::{
    Delivery,
    cursor::{Slice, check_cursor, check_limit},
    model::EventStatus,
};

/// Something that happened.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StateEvent {
    /// `invoice:sent`, or `invoice.sent`; see `/api/event-types`.
    #[schema(required = true)]
    event_type: Option<String>,
    /// What the type needs, as an object.
    #[schema(required = true, value_type = Object)]
    event_data: Option<Value>,
    /// The same key and event give the first answer again for 24 hours.
    idempotency_key: Option<String>,
    /// Not before this instant, up to 366 days ahead.
    scheduled_for: Option<Timestamp>,
}

/// Names everything that is missing at once.
pub(super) fn check_parts(
    event_type: Option<String>,
    event_data: Option<Value>,
    key: Option<String>,
    scheduled_for: Option<Timestamp>,
) -> std::result::Result<NewEvent, Problem> {
    let mut refused = Fields::new();
    if event_type.is_none() {
        refused.refuse("event_type", "REQUIRED", "is required");
    }
    match &event_data {
        None => refused.refuse("event_data", "REQUIRED", "is required"),
        Some(data) if !data.is_object() => refused.refuse("event_data", "INVALID_VALUE", "must be an object"),
        Some(_) => {}
    }
    refused.check()?;
    let (spelling, data) = (event_type.unwrap_or_default(), event_data.unwrap_or_default());
    Ok(NewEvent { spelling, data, key, scheduled_for })
}

/// That it was accepted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AcceptedView {
    /// The event.
    pub event_id: Id<id::Event>,
    /// The type as it was written.
    pub event_type: String,
    /// `pending`, or `scheduled`.
    pub status: EventStatus,
}

impl From<Accepted> for AcceptedView {
    fn from(accepted: Accepted) -> Self {
        Self { event_id: accepted.id, event_type: accepted.spelling, status: accepted.status }
    }
}

fn accepted(of: Accepted) -> Response {
    let words = if of.status == EventStatus::Scheduled { "The event is scheduled." } else { "The event is accepted." };
    (StatusCode::ACCEPTED, Json(Data::new(AcceptedView::from(of)).message(words))).into_response()
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only where it stands so.
    status: Option<EventStatus>,
    /// Accepted at this instant or later.
    from: Option<Timestamp>,
    /// Accepted before this instant.
    to: Option<Timestamp>,
    /// An event's id, or a part of its data.
    q: Option<String>,
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// 1 to 200.
    limit: Option<usize>,
}

impl ListQuery {
    fn check(self) -> std::result::Result<Filter, Problem> {
        let q = self.q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
        if q.as_ref().is_some_and(|q| q.chars().count() > SEARCH_CHARS_MAX || q.contains('\0')) {
            return Err(Problem::field("q", "TOO_LONG", format!("must be at most {SEARCH_CHARS_MAX} characters")));
        }
        if self.kind.as_ref().is_some_and(|kind| kind.contains('\0')) {
            return Err(Problem::field("type", "INVALID_VALUE", "is no name of a type"));
        }
        Ok(Filter {
            kind: self.kind,
            status: self.status,
            from: self.from,
            to: self.to,
            q,
            before: check_cursor(self.cursor.as_deref())?,
            limit: check_limit(self.limit)?,
        })
    }
}

/// The routes of events.
pub fn routes(delivery: Delivery) -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list, state_event))
        .routes(routes!(state_event_by_old_name))
        .routes(routes!(show))
        .routes(routes!(replay))
        .routes(routes!(cancel))
        .with_state(delivery)
}

/// States an event. Accepted means stored: what happens next is told over the socket and by the event's status.
#[utoipa::path(post, path = "/api/events", tag = "events", request_body = StateEvent,
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 202, body = Data<AcceptedView>), (status = 400), (status = 401), (status = 403), (status = 413),
        (status = 422, description = "`UNKNOWN_EVENT_TYPE`, `EVENT_TYPE_RESERVED`, `IDEMPOTENCY_MISMATCH`, or the fields that are not right"),
        (status = 503)))]
async fn state_event(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    Body(body): Body<StateEvent>,
) -> Result<Response> {
    take(&delivery, &sender, body).await
}

/// The same under the name that document C gives it.
#[utoipa::path(post, path = "/api/websocket-events.php", tag = "events", request_body = StateEvent,
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 202, body = Data<AcceptedView>), (status = 400), (status = 401), (status = 403), (status = 413),
        (status = 422, description = "`UNKNOWN_EVENT_TYPE`, `EVENT_TYPE_RESERVED`, `IDEMPOTENCY_MISMATCH`, or the fields that are not right"),
        (status = 503)))]
async fn state_event_by_old_name(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    Body(body): Body<StateEvent>,
) -> Result<Response> {
    take(&delivery, &sender, body).await
}

async fn take(delivery: &Delivery, sender: &Sender, body: StateEvent) -> Result<Response> {
    let event = check_parts(body.event_type, body.event_data, body.idempotency_key, body.scheduled_for)?;
    Ok(accepted(accept(delivery, sender, event, Source::Api).await?))
}

/// The business's events, newest first.
#[utoipa::path(get, path = "/api/events", tag = "events", params(ListQuery), security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<Vec<EventView>>), (status = 401), (status = 403), (status = 422)))]
async fn list(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<ListQuery>,
) -> Result<Slice<Data<Vec<EventView>>>> {
    let (events, last) = list_events(&delivery, &sender, query.check()?).await?;
    Ok(Slice::new(Data::new(events), last, uri.path(), uri.query()))
}

/// One event with its data.
#[utoipa::path(get, path = "/api/events/{id}", tag = "events", params(("id" = Id<id::Event>, Path)),
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<EventDetailView>), (status = 401), (status = 403), (status = 404)))]
async fn show(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    PathId(event): PathId<id::Event>,
) -> Result<Data<EventDetailView>> {
    Ok(Data::new(show_event(&delivery, &sender, event).await?))
}

/// States the event again, to everybody who hears of it now.
#[utoipa::path(post, path = "/api/events/{id}/replay", tag = "events", params(("id" = Id<id::Event>, Path)),
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 202, body = Data<AcceptedView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`NOT_OUT_YET`: it is scheduled"),
        (status = 422, description = "`UNKNOWN_EVENT_TYPE`: its type was removed; `EVENT_TYPE_RESERVED`"), (status = 503)))]
async fn replay(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    PathId(event): PathId<id::Event>,
) -> Result<Response> {
    Ok(accepted(replay_event(&delivery, &sender, &client, event).await?))
}

/// Calls the event off: what has not gone out stays here.
#[utoipa::path(post, path = "/api/events/{id}/cancel", tag = "events", params(("id" = Id<id::Event>, Path)),
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<EventDetailView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`: it is over")))]
async fn cancel(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    PathId(event): PathId<id::Event>,
) -> Result<Data<EventDetailView>> {
    cancel_event(&delivery, &sender, &client, event).await?;
    Ok(Data::new(show_event(&delivery, &sender, event).await?))
}
