//! Webhooks over REST, for those who may change the settings of their business.

use axum::extract::{OriginalUri, State};
use http::HeaderMap;
use kernel::{Id, Problem, Timestamp, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, Data, Params, PathId, UserAuth, etag::Tagged, routes},
};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    access::{access_webhook, check_may_edit},
    actions::{
        ReplayWindow, WebhookDraft, WebhookPatch, call_once, change_webhook, create_webhook, remove_webhook, replay,
        rotate_secret,
    },
    entity::Model,
    logs::list_logs,
    rules::{LOGS_DEFAULT, LOGS_MAX},
    store,
    view::{CallView, LogView, ReplayedView, WebhookEvent, WebhookView, WebhookWithSecret},
};
use crate::{
    Delivery, catalogue,
    cursor::{Slice, check_cursor},
    model::ChannelKind,
};

/// The routes of webhooks.
pub(crate) fn routes(delivery: Delivery) -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
        .routes(routes!(regenerate_secret))
        .routes(routes!(test))
        .routes(routes!(logs))
        .routes(routes!(replay_window))
        .with_state(delivery)
}

/// A new webhook.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CreateWebhook {
    /// `https://…` or `http://…` on the open internet.
    url: String,
    /// Types with dots or colons, or `*` for all.
    events: Vec<String>,
    /// A few words.
    description: Option<String>,
    /// True when absent.
    enabled: Option<bool>,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeWebhook {
    /// Not of one that follows the channel settings.
    url: Option<String>,
    /// Replaces them.
    events: Option<Vec<String>>,
    /// An empty text clears it.
    description: Option<String>,
    /// Switching on forgets earlier failures.
    enabled: Option<bool>,
}

/// What to send as a test.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TestWebhook {
    /// A type whose example is sent; `webhook.test` when absent.
    event: Option<String>,
}

/// What to send again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayWebhook {
    /// Given up, or missed, at this instant or later.
    from: Timestamp,
    /// Given up, or missed, before this instant.
    to: Timestamp,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LogsQuery {
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// Deliveries of a page, 1 to 50; 20 when absent.
    limit: Option<usize>,
}

fn shown(delivery: &Delivery, row: &Model) -> WebhookView {
    let platform = delivery.platform();
    WebhookView::new(platform.crypto(), row, platform.world().now())
}

/// Every event type that a webhook can hear of.
#[utoipa::path(get, path = "/api/webhooks/events", tag = "webhooks", security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<WebhookEvent>>), (status = 401), (status = 403)))]
async fn list_events(State(delivery): State<Delivery>, UserAuth(caller): UserAuth) -> Result<Data<Vec<WebhookEvent>>> {
    check_may_edit(&caller)?;
    let types = catalogue::find_all(&delivery, caller.tenant).await?;
    let heard = types.iter().filter(|kind| kind.goes_by(ChannelKind::Webhook));
    Ok(Data::new(heard.map(|kind| WebhookEvent::from(&**kind)).collect()))
}

/// The business's webhooks, oldest first.
#[utoipa::path(get, path = "/api/webhooks", tag = "webhooks", security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<WebhookView>>), (status = 401), (status = 403)))]
async fn list(State(delivery): State<Delivery>, UserAuth(caller): UserAuth) -> Result<Data<Vec<WebhookView>>> {
    check_may_edit(&caller)?;
    let rows = store::find_all(delivery.db().read(), caller.tenant).await?;
    Ok(Data::new(rows.iter().map(|row| shown(&delivery, row)).collect()))
}

/// Adds a webhook. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/webhooks", tag = "webhooks", request_body = CreateWebhook,
    security(("bearer" = [])),
    responses((status = 201, body = Data<WebhookWithSecret>), (status = 401), (status = 403),
        (status = 409, description = "`LIMIT_REACHED`"), (status = 422)))]
async fn create(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(body): Body<CreateWebhook>,
) -> Result<Created<Tagged<Data<WebhookWithSecret>>>> {
    let CreateWebhook { url, events, description, enabled } = body;
    let draft = WebhookDraft { url, events, description, enabled: enabled.unwrap_or(true) };
    let (version, made) = create_webhook(&delivery, &caller, &client, draft).await?;
    Ok(Created(Tagged(version, Data::new(made).message("Keep the secret now: it is not shown again."))))
}

/// One webhook, with its `ETag`.
#[utoipa::path(get, path = "/api/webhooks/{id}", tag = "webhooks", params(("id" = Id<id::Webhook>, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Data<WebhookView>), (status = 401), (status = 403), (status = 404)))]
async fn show(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    PathId(webhook): PathId<id::Webhook>,
) -> Result<Tagged<Data<WebhookView>>> {
    let row = access_webhook(&delivery, &caller, webhook).await?;
    Ok(Tagged(row.version, Data::new(shown(&delivery, &row))))
}

/// Changes a webhook, or switches it on or off.
#[utoipa::path(put, path = "/api/webhooks/{id}", tag = "webhooks", request_body = ChangeWebhook,
    params(("id" = Id<id::Webhook>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<WebhookView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`WEBHOOK_MANAGED`"), (status = 412), (status = 422)))]
async fn change(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(webhook): PathId<id::Webhook>,
    Body(body): Body<ChangeWebhook>,
) -> Result<Tagged<Data<WebhookView>>> {
    let ChangeWebhook { url, events, description, enabled } = body;
    let patch = WebhookPatch { url, events, description, enabled };
    let row = change_webhook(&delivery, &caller, &client, &headers, webhook, patch).await?;
    Ok(Tagged(row.version, Data::new(shown(&delivery, &row))))
}

/// Removes a webhook. What waits for it is given up.
#[utoipa::path(delete, path = "/api/webhooks/{id}", tag = "webhooks",
    params(("id" = Id<id::Webhook>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`WEBHOOK_MANAGED`"), (status = 412)))]
async fn remove(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(webhook): PathId<id::Webhook>,
) -> Result<Data<Json>> {
    remove_webhook(&delivery, &caller, &client, &headers, webhook).await?;
    Ok(Data::new(json!({})).message("The webhook was removed."))
}

/// Makes a new secret, which is in this answer and nowhere else. The old one signs along for 24 hours.
#[utoipa::path(post, path = "/api/webhooks/{id}/regenerate-secret", tag = "webhooks",
    params(("id" = Id<id::Webhook>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<WebhookWithSecret>), (status = 401), (status = 403), (status = 404)))]
async fn regenerate_secret(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(webhook): PathId<id::Webhook>,
) -> Result<Tagged<Data<WebhookWithSecret>>> {
    let (version, made) = rotate_secret(&delivery, &caller, &client, webhook).await?;
    Ok(Tagged(version, Data::new(made).message("Keep the secret now: it is not shown again.")))
}

/// Calls the webhook once with an example, also when it is switched off, and shows how it went.
#[utoipa::path(post, path = "/api/webhooks/{id}/test", tag = "webhooks", request_body = TestWebhook,
    params(("id" = Id<id::Webhook>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<CallView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn test(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(webhook): PathId<id::Webhook>,
    Body(body): Body<TestWebhook>,
) -> Result<Data<CallView>> {
    Ok(Data::new(call_once(&delivery, &caller, &client, webhook, body.event.as_deref()).await?))
}

/// What was sent and what came back, newest delivery first.
#[utoipa::path(get, path = "/api/webhooks/{id}/logs", tag = "webhooks",
    params(("id" = Id<id::Webhook>, Path), LogsQuery), security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<LogView>>), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn logs(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    OriginalUri(uri): OriginalUri,
    PathId(webhook): PathId<id::Webhook>,
    Params(query): Params<LogsQuery>,
) -> Result<Slice<Data<Vec<LogView>>>> {
    let limit = query.limit.unwrap_or(LOGS_DEFAULT);
    if !(1..=LOGS_MAX).contains(&limit) {
        return Err(Problem::field("limit", "OUT_OF_RANGE", format!("must be 1 to {LOGS_MAX}")).into());
    }
    let before = check_cursor(query.cursor.as_deref())?;
    let (lines, last) = list_logs(&delivery, &caller, webhook, before, limit).await?;
    Ok(Slice::new(Data::new(lines), last, uri.path(), uri.query()))
}

/// Sends what this webhook did not get within a time: what was given up, and what happened while it was off.
#[utoipa::path(post, path = "/api/webhooks/{id}/replay", tag = "webhooks", request_body = ReplayWebhook,
    params(("id" = Id<id::Webhook>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<ReplayedView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`WEBHOOK_DISABLED`"), (status = 422)))]
async fn replay_window(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(webhook): PathId<id::Webhook>,
    Body(body): Body<ReplayWebhook>,
) -> Result<Data<ReplayedView>> {
    let window = ReplayWindow { from: body.from, to: body.to };
    Ok(Data::new(replay(&delivery, &caller, &client, webhook, window).await?))
}
