//! A person's preferences over HTTP, for users and customers alike.

use axum::extract::State;
use http::HeaderMap;
use platform::{
    Result,
    http::{ApiRouter, Auth, Body, ClientInfo, Data, etag::Tagged, routes},
};

use super::{
    actions,
    body::{ChangePreferences, PreferencesView},
};
use crate::Delivery;

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(show_preferences, change_preferences))
}

type Shown = Result<Tagged<Data<PreferencesView>>>;

/// What the caller wants to be told, by category and channel.
#[utoipa::path(get, path = "/api/notifications/preferences", tag = "notifications", security(("bearer" = [])),
    responses((status = 200, body = Data<PreferencesView>, description = "With `ETag`."), (status = 401)))]
async fn show_preferences(State(delivery): State<Delivery>, Auth(caller): Auth) -> Shown {
    let (version, view) = actions::show(&delivery, &caller).await?;
    Ok(Tagged(version, Data::new(view)))
}

/// Changes what is sent and leaves the rest. Mail about security cannot be turned off.
#[utoipa::path(put, path = "/api/notifications/preferences", tag = "notifications", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was seen; another version is 412.")),
    request_body = ChangePreferences,
    responses((status = 200, body = Data<PreferencesView>), (status = 401), (status = 412), (status = 422)))]
async fn change_preferences(
    State(delivery): State<Delivery>,
    Auth(caller): Auth,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<ChangePreferences>,
) -> Shown {
    let (version, view) = actions::change(&delivery, &caller, &client, &headers, body).await?;
    Ok(Tagged(version, Data::new(view)))
}
