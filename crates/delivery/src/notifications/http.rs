//! The notice centre over HTTP, for users and customers alike.

use axum::extract::{OriginalUri, State};
use kernel::{Id, id};
use platform::{
    Result,
    http::{ApiRouter, Auth, Data, Params, PathId, routes},
};
use serde::{Deserialize, Serialize};

use super::{
    access, settings,
    store::Page,
    view::{NotificationView, UnreadCount},
};
use crate::{
    Delivery,
    cursor::{Slice, check_cursor, check_limit},
    preferences::Category,
};

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new()
        .routes(routes!(list_notifications))
        .routes(routes!(count_unread))
        .routes(routes!(read_all))
        .routes(routes!(read_one))
        .routes(routes!(remove_one))
        .merge(settings::routes())
}

/// Which lines.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only those that were not read.
    unread: Option<bool>,
    /// Only those of this category of the preferences: `orders`, `messages`, …
    #[param(inline)]
    category: Option<Category>,
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// 1 to 200.
    limit: Option<usize>,
}

/// How many lines were marked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = NotificationsRead)]
struct MarkedView {
    /// Lines that had not been read.
    marked: u64,
}

/// The caller's own lines, newest first.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications", params(Wanted), security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<NotificationView>>, description = "`Link: rel=\"next\"` leads on."),
        (status = 401), (status = 422)))]
async fn list_notifications(
    State(delivery): State<Delivery>,
    Auth(caller): Auth,
    OriginalUri(uri): OriginalUri,
    Params(wanted): Params<Wanted>,
) -> Result<Slice<Data<Vec<NotificationView>>>> {
    let before = check_cursor(wanted.cursor.as_deref())?;
    let limit = check_limit(wanted.limit)?;
    let listed = access::list(
        &delivery,
        &caller,
        Page { before, unread_only: wanted.unread.unwrap_or(false), category: wanted.category, limit },
    )
    .await?;
    Ok(Slice::new(Data::new(listed.lines), listed.last, uri.path(), uri.query()))
}

/// How many of the caller's lines wait to be read.
#[utoipa::path(get, path = "/api/notifications/unread-count", tag = "notifications", security(("bearer" = [])),
    responses((status = 200, body = Data<UnreadCount>), (status = 401)))]
async fn count_unread(State(delivery): State<Delivery>, Auth(caller): Auth) -> Result<Data<UnreadCount>> {
    Ok(Data::new(UnreadCount::new(access::count_unread(&delivery, &caller).await?)))
}

/// Marks every line of the caller as read.
#[utoipa::path(patch, path = "/api/notifications/read-all", tag = "notifications", security(("bearer" = [])),
    responses((status = 200, body = Data<MarkedView>), (status = 401)))]
async fn read_all(State(delivery): State<Delivery>, Auth(caller): Auth) -> Result<Data<MarkedView>> {
    Ok(Data::new(MarkedView { marked: access::mark_all_read(&delivery, &caller).await? }))
}

/// Marks a line as read.
#[utoipa::path(patch, path = "/api/notifications/{id}/read", tag = "notifications",
    params(("id" = Id<id::Notification>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<NotificationView>), (status = 401), (status = 404)))]
async fn read_one(
    State(delivery): State<Delivery>,
    Auth(caller): Auth,
    PathId(notification): PathId<id::Notification>,
) -> Result<Data<NotificationView>> {
    Ok(Data::new(access::mark_read(&delivery, &caller, notification).await?))
}

/// Removes a line.
#[utoipa::path(delete, path = "/api/notifications/{id}", tag = "notifications",
    params(("id" = Id<id::Notification>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<Option<String>>), (status = 401), (status = 404)))]
async fn remove_one(
    State(delivery): State<Delivery>,
    Auth(caller): Auth,
    PathId(notification): PathId<id::Notification>,
) -> Result<Data<Option<String>>> {
    access::remove(&delivery, &caller, notification).await?;
    Ok(Data::new(None).message("The notification is gone."))
}
