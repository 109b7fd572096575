//! The catalogue over HTTP.

use axum::extract::{Path, State};
use http::HeaderMap;
use kernel::{Problem, Right};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, Data, UserAuth, etag::Tagged, routes},
};

use super::{access, actions, name, rules::Definition, view::EventTypeView};
use crate::Delivery;

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(list_types, add_type)).routes(routes!(show_type, change_type, remove_type))
}

/// Every event type of this business: those that come with Frontdesk and its own. Those that are not `postable` are stated
/// by Frontdesk alone.
#[utoipa::path(get, path = "/api/event-types", tag = "events", security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<EventTypeView>>), (status = 401), (status = 403)))]
async fn list_types(State(delivery): State<Delivery>, UserAuth(caller): UserAuth) -> Result<Data<Vec<EventTypeView>>> {
    caller.check(Right::Events)?;
    let types = access::find_all(&delivery, caller.tenant).await?;
    Ok(Data::new(types.iter().map(|kind| EventTypeView::from(&**kind)).collect()))
}

/// One type; its name may be written with dots or colons.
#[utoipa::path(get, path = "/api/event-types/{name}", tag = "events", params(("name" = String, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Data<EventTypeView>, description = "With `ETag`."), (status = 401), (status = 403), (status = 404)))]
async fn show_type(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    Path(sent): Path<String>,
) -> Result<Tagged<Data<EventTypeView>>> {
    caller.check(Right::Events)?;
    let found = access::find(&delivery, caller.tenant, &name::normalize(&sent)).await?;
    let kind = found.ok_or_else(Problem::not_found)?;
    Ok(Tagged(kind.version, Data::new(EventTypeView::from(&*kind))))
}

/// Adds a type of the business's own.
#[utoipa::path(post, path = "/api/event-types", tag = "events", request_body = Definition, security(("bearer" = [])),
    responses((status = 201, body = Data<EventTypeView>), (status = 401), (status = 403),
        (status = 409, description = "`EVENT_TYPE_TAKEN`, `LIMIT_REACHED`"),
        (status = 422, description = "`EVENT_TYPE_RESERVED`, or the fields that are not right")))]
async fn add_type(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(definition): Body<Definition>,
) -> Result<Created<Tagged<Data<EventTypeView>>>> {
    let kind = actions::add(&delivery, &caller, &client, definition).await?;
    Ok(Created(Tagged(kind.version, Data::new(EventTypeView::from(&kind)))))
}

/// Replaces an own type.
#[utoipa::path(put, path = "/api/event-types/{name}", tag = "events", request_body = Definition,
    params(("name" = String, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<EventTypeView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`EVENT_TYPE_BUILT_IN`"), (status = 412), (status = 422)))]
async fn change_type(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Path(sent): Path<String>,
    Body(definition): Body<Definition>,
) -> Result<Tagged<Data<EventTypeView>>> {
    let kind = actions::change(&delivery, &caller, &client, &headers, &sent, definition).await?;
    Ok(Tagged(kind.version, Data::new(EventTypeView::from(&kind))))
}

/// Removes an own type and its templates. Events of it that are on their way still arrive.
#[utoipa::path(delete, path = "/api/event-types/{name}", tag = "events",
    params(("name" = String, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<Option<String>>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`EVENT_TYPE_BUILT_IN`"), (status = 412)))]
async fn remove_type(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Path(sent): Path<String>,
) -> Result<Data<Option<String>>> {
    actions::take_away(&delivery, &caller, &client, &headers, &sent).await?;
    Ok(Data::new(None).message("The event type is gone."))
}
