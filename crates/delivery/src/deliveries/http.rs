//! Deliveries over REST: the log, its dead letters, and sending again.

use axum::extract::{OriginalUri, State};
use kernel::{Id, Problem, Timestamp, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, Params, PathId, SenderAuth, routes},
};
use serde::{Deserialize, Serialize};

use super::{
    browse::{Filter, list_deliveries, list_of_event, show_delivery},
    recover::{Window, replay_dead, retry_delivery},
    view::{DeliveryDetailView, DeliveryView},
};
use crate::{
    Delivery,
    cursor::{Slice, check_cursor, check_limit},
    model::{ChannelKind, DeliveryStatus},
};

/// Longest recipient that is looked for.
const RECIPIENT_CHARS_MAX: usize = 2_048;

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only where it stands so: `dead` are the dead letters.
    status: Option<DeliveryStatus>,
    /// Only of this channel.
    channel: Option<ChannelKind>,
    /// Only for this address, number or id.
    recipient: Option<String>,
    /// Planned at this instant or later.
    from: Option<Timestamp>,
    /// Planned before this instant.
    to: Option<Timestamp>,
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// 1 to 200.
    limit: Option<usize>,
}

impl ListQuery {
    fn check(self) -> std::result::Result<Filter, Problem> {
        check_recipient(self.recipient.as_deref())?;
        Ok(Filter {
            status: self.status,
            channel: self.channel,
            recipient: self.recipient,
            event: None,
            from: self.from,
            to: self.to,
            before: check_cursor(self.cursor.as_deref())?,
            limit: check_limit(self.limit)?,
        })
    }
}

fn check_recipient(recipient: Option<&str>) -> std::result::Result<(), Problem> {
    if recipient.is_some_and(|text| text.len() > RECIPIENT_CHARS_MAX || text.contains('\0')) {
        return Err(Problem::field("recipient", "INVALID_VALUE", "is no recipient"));
    }
    Ok(())
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// 1 to 200.
    limit: Option<usize>,
}

/// Which dead letters to send again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayWindow {
    /// Given up at this instant or later.
    from: Timestamp,
    /// Given up before this instant.
    to: Timestamp,
    /// Only of this channel.
    channel: Option<ChannelKind>,
    /// Only for this address, number or id.
    recipient: Option<String>,
}

/// How many are sent again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Replayed {
    /// Those of this call; at most 10,000.
    pub replayed: usize,
    /// Whether the window holds more: ask again.
    pub has_more: bool,
}

/// The routes of deliveries.
pub fn routes(delivery: Delivery) -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(of_event))
        .routes(routes!(retry))
        .routes(routes!(replay))
        .with_state(delivery)
}

/// The business's deliveries, newest first; with `status=dead` its dead letters.
#[utoipa::path(get, path = "/api/deliveries", tag = "events", params(ListQuery),
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<Vec<DeliveryView>>), (status = 401), (status = 403), (status = 422)))]
async fn list(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    OriginalUri(uri): OriginalUri,
    Params(query): Params<ListQuery>,
) -> Result<Slice<Data<Vec<DeliveryView>>>> {
    let (deliveries, last) = list_deliveries(&delivery, &sender, &query.check()?).await?;
    Ok(Slice::new(Data::new(deliveries), last, uri.path(), uri.query()))
}

/// One delivery with its attempts.
#[utoipa::path(get, path = "/api/deliveries/{id}", tag = "events", params(("id" = Id<id::Delivery>, Path)),
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<DeliveryDetailView>), (status = 401), (status = 403), (status = 404)))]
async fn show(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    PathId(id): PathId<id::Delivery>,
) -> Result<Data<DeliveryDetailView>> {
    Ok(Data::new(show_delivery(&delivery, &sender, id).await?))
}

/// The deliveries of one event with their attempts, newest first.
#[utoipa::path(get, path = "/api/events/{id}/deliveries", tag = "events",
    params(("id" = Id<id::Event>, Path), PageQuery), security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<Vec<DeliveryDetailView>>), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn of_event(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    OriginalUri(uri): OriginalUri,
    PathId(event): PathId<id::Event>,
    Params(query): Params<PageQuery>,
) -> Result<Slice<Data<Vec<DeliveryDetailView>>>> {
    let filter = Filter {
        event: Some(event),
        before: check_cursor(query.cursor.as_deref())?,
        limit: check_limit(query.limit)?,
        ..Filter::default()
    };
    let (deliveries, last) = list_of_event(&delivery, &sender, &filter, event).await?;
    Ok(Slice::new(Data::new(deliveries), last, uri.path(), uri.query()))
}

/// Sends a delivery that failed, was given up, held or called off again, now; its schedule begins anew.
#[utoipa::path(post, path = "/api/deliveries/{id}/retry", tag = "events", params(("id" = Id<id::Delivery>, Path)),
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<DeliveryDetailView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`: it was sent, or is being sent")))]
async fn retry(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    PathId(id): PathId<id::Delivery>,
) -> Result<Data<DeliveryDetailView>> {
    retry_delivery(&delivery, &sender, &client, id).await?;
    Ok(Data::new(show_delivery(&delivery, &sender, id).await?))
}

/// Sends the dead letters of a time again, the oldest first.
#[utoipa::path(post, path = "/api/deliveries/replay", tag = "events", request_body = ReplayWindow,
    security(("bearer" = []), ("apiKey" = [])),
    responses((status = 200, body = Data<Replayed>), (status = 401), (status = 403), (status = 422)))]
async fn replay(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    Body(body): Body<ReplayWindow>,
) -> Result<Data<Replayed>> {
    if body.from >= body.to {
        return Err(Problem::field("to", "OUT_OF_RANGE", "must be after from").into());
    }
    check_recipient(body.recipient.as_deref())?;
    let ReplayWindow { from, to, channel, recipient } = body;
    let window = Window { from: Some(from), to: Some(to), channel, recipient };
    let (replayed, has_more) = replay_dead(&delivery, &sender, &client, &window).await?;
    Ok(Data::new(Replayed { replayed, has_more }))
}
