//! Providers over HTTP: the settings page of staff and hours.

use axum::extract::State;
use http::HeaderMap;
use kernel::{Id, Problem, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, PathId, UserAuth, etag::Tagged, routes},
};
use serde::Deserialize;

use super::{
    access::{find_provider, find_providers},
    actions::{ProviderPatch, change_provider, set_hours},
    hours::OpenRange,
    model::{Provider, ProviderView},
};
use crate::Trade;

pub(crate) fn routes() -> ApiRouter<Trade> {
    ApiRouter::new()
        .routes(routes!(list_providers))
        .routes(routes!(show_provider, patch_provider))
        .routes(routes!(put_hours))
}

/// What to change.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeProvider {
    bookable: Option<bool>,
    /// `#rrggbb`.
    color: Option<String>,
}

/// The whole week; an empty list means never.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WriteHours {
    weekly: Vec<OpenRange>,
}

/// The team, as people who may be booked.
#[utoipa::path(get, path = "/api/providers", tag = "providers", security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<ProviderView>>), (status = 401)))]
async fn list_providers(State(trade): State<Trade>, UserAuth(caller): UserAuth) -> Result<Data<Vec<ProviderView>>> {
    let tenant = trade.find_tenant(caller.tenant).await?;
    let providers = find_providers(trade.db().read(), caller.tenant).await?;
    Ok(Data::new(providers.into_iter().map(|p| ProviderView::new(p, &tenant.timezone)).collect()))
}

/// One provider, with the `ETag` that guards hours and settings.
#[utoipa::path(get, path = "/api/providers/{id}", tag = "providers", params(("id" = Id<id::User>, Path)),
    security(("bearer" = [])), responses((status = 200, body = Data<ProviderView>), (status = 401), (status = 404)))]
async fn show_provider(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    PathId(user): PathId<id::User>,
) -> Result<Tagged<Data<ProviderView>>> {
    let provider = find_provider(trade.db().read(), caller.tenant, user).await?.ok_or_else(Problem::not_found)?;
    tagged(&trade, caller.tenant, provider).await
}

/// Whether somebody can be booked, and their colour.
#[utoipa::path(patch, path = "/api/providers/{id}", tag = "providers", request_body = ChangeProvider,
    params(("id" = Id<id::User>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<ProviderView>), (status = 401), (status = 403), (status = 404), (status = 412),
        (status = 422)))]
async fn patch_provider(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(user): PathId<id::User>,
    Body(body): Body<ChangeProvider>,
) -> Result<Tagged<Data<ProviderView>>> {
    let patch = ProviderPatch { bookable: body.bookable, color: body.color };
    let provider = change_provider(&trade, &caller, &client, &headers, user, patch).await?;
    tagged(&trade, caller.tenant, provider).await
}

/// Replaces somebody's weekly hours; several ranges a day, none overlapping.
#[utoipa::path(put, path = "/api/providers/{id}/hours", tag = "providers", request_body = WriteHours,
    params(("id" = Id<id::User>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<ProviderView>), (status = 401), (status = 403), (status = 404), (status = 412),
        (status = 422)))]
async fn put_hours(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(user): PathId<id::User>,
    Body(body): Body<WriteHours>,
) -> Result<Tagged<Data<ProviderView>>> {
    let provider = set_hours(&trade, &caller, &client, &headers, user, body.weekly).await?;
    tagged(&trade, caller.tenant, provider).await
}

async fn tagged(trade: &Trade, tenant: Id<id::Tenant>, provider: Provider) -> Result<Tagged<Data<ProviderView>>> {
    let tenant = trade.find_tenant(tenant).await?;
    Ok(Tagged(provider.version, Data::new(ProviderView::new(provider, &tenant.timezone))))
}
