//! Services over HTTP: the settings pages of the business, and the list a storefront shows.

use axum::extract::State;
use http::HeaderMap;
use kernel::{Id, Problem, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, Data, Page, Paged, Params, PathId, UserAuth, etag::Tagged, routes},
};
use serde::Deserialize;

use super::{
    actions::{ServiceDraft, ServicePatch, add_service, archive_service, change_service},
    model::ServiceView,
    price::PriceInput,
    store,
};
use crate::Trade;

pub(crate) fn routes() -> ApiRouter<Trade> {
    ApiRouter::new()
        .routes(routes!(list_services, create))
        .routes(routes!(show_service, patch_service, put_service, delete_service))
        .routes(routes!(list_public_services))
}

/// A whole service.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WriteService {
    name: String,
    /// Minutes.
    duration: u32,
    price: PriceInput,
    description: Option<String>,
    category: Option<String>,
    active: Option<bool>,
    /// Who gives it; absent or empty means everybody who can be booked.
    provider_ids: Option<Vec<Id<id::User>>>,
}

/// Fields to change; an empty text clears `description` and `category`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeService {
    name: Option<String>,
    /// Minutes.
    duration: Option<u32>,
    price: Option<PriceInput>,
    description: Option<String>,
    category: Option<String>,
    active: Option<bool>,
    /// `false` takes it out of the archive, where it stays hidden until it is `active`.
    archived: Option<bool>,
    provider_ids: Option<Vec<Id<id::User>>>,
}

impl From<WriteService> for ServiceDraft {
    fn from(body: WriteService) -> Self {
        Self {
            name: body.name,
            description: body.description.unwrap_or_default(),
            category: body.category.unwrap_or_default(),
            duration: body.duration,
            price: body.price,
            active: body.active.unwrap_or(true),
            provider_ids: body.provider_ids.unwrap_or_default(),
        }
    }
}

impl From<WriteService> for ServicePatch {
    fn from(body: WriteService) -> Self {
        let draft = ServiceDraft::from(body);
        Self {
            name: Some(draft.name),
            description: Some(draft.description),
            category: Some(draft.category),
            duration: Some(draft.duration),
            price: Some(draft.price),
            active: Some(draft.active),
            archived: Some(false),
            provider_ids: Some(draft.provider_ids),
        }
    }
}

impl From<ChangeService> for ServicePatch {
    fn from(body: ChangeService) -> Self {
        Self {
            name: body.name,
            description: body.description,
            category: body.category,
            duration: body.duration,
            price: body.price,
            active: body.active,
            archived: body.archived,
            provider_ids: body.provider_ids,
        }
    }
}

/// Whose storefront.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Storefront {
    /// Invite code or slug.
    invite_code: String,
}

/// Which of the business's services.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListServices {
    /// `true` for those in the archive; without it, those outside.
    archived: Option<bool>,
    /// From 1; 1 when absent.
    page: Option<u64>,
    /// 1 to 200; 50 when absent.
    limit: Option<u64>,
}

/// The business's services, active or not; those in the archive by `?archived=true`.
#[utoipa::path(get, path = "/api/services", tag = "services", params(ListServices), security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<ServiceView>>), (status = 401)))]
async fn list_services(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    Params(query): Params<ListServices>,
) -> Result<Paged<Data<Vec<ServiceView>>>> {
    let (limit, offset, page) = Page { page: query.page, limit: query.limit }.check()?;
    let archived = query.archived.unwrap_or(false);
    let (services, total) = store::list_services(trade.db().read(), caller.tenant, archived, limit, offset).await?;
    let body = Data::new(services.into_iter().map(ServiceView::from).collect());
    Ok(Paged { body, total, page, limit })
}

/// Adds a service and publishes it at once.
#[utoipa::path(post, path = "/api/services", tag = "services", request_body = WriteService, security(("bearer" = [])),
    responses((status = 201, body = Data<ServiceView>), (status = 401), (status = 403), (status = 422)))]
async fn create(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(body): Body<WriteService>,
) -> Result<Created<Tagged<Data<ServiceView>>>> {
    let service = add_service(&trade, &caller, &client, body.into()).await?;
    Ok(Created(Tagged(service.version, Data::new(service.into()))))
}

/// One service, in the archive or not, with its `ETag`.
#[utoipa::path(get, path = "/api/services/{id}", tag = "services", params(("id" = Id<id::Service>, Path)),
    security(("bearer" = [])), responses((status = 200, body = Data<ServiceView>), (status = 401), (status = 404)))]
async fn show_service(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    PathId(service): PathId<id::Service>,
) -> Result<Tagged<Data<ServiceView>>> {
    let found = store::find_any_service(trade.db().read(), caller.tenant, service).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok(Tagged(found.version, Data::new(found.into())))
}

/// Changes some fields of a service.
#[utoipa::path(patch, path = "/api/services/{id}", tag = "services", request_body = ChangeService,
    params(("id" = Id<id::Service>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<ServiceView>), (status = 401), (status = 403), (status = 404), (status = 412),
        (status = 422)))]
async fn patch_service(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(service): PathId<id::Service>,
    Body(body): Body<ChangeService>,
) -> Result<Tagged<Data<ServiceView>>> {
    let service = change_service(&trade, &caller, &client, &headers, service, body.into()).await?;
    Ok(Tagged(service.version, Data::new(service.into())))
}

/// Replaces a service; one in the archive comes back.
#[utoipa::path(put, path = "/api/services/{id}", tag = "services", request_body = WriteService,
    params(("id" = Id<id::Service>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<ServiceView>), (status = 401), (status = 403), (status = 404), (status = 412),
        (status = 422)))]
async fn put_service(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(service): PathId<id::Service>,
    Body(body): Body<WriteService>,
) -> Result<Tagged<Data<ServiceView>>> {
    let service = change_service(&trade, &caller, &client, &headers, service, body.into()).await?;
    Ok(Tagged(service.version, Data::new(service.into())))
}

/// Puts a service into the archive: no longer listed nor bookable, until `archived: false` brings it back.
#[utoipa::path(delete, path = "/api/services/{id}", tag = "services",
    params(("id" = Id<id::Service>, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 200, body = Data<ServiceView>), (status = 401), (status = 403), (status = 404), (status = 412)))]
async fn delete_service(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    PathId(service): PathId<id::Service>,
) -> Result<Data<ServiceView>> {
    let service = archive_service(&trade, &caller, &client, &headers, service).await?;
    Ok(Data::new(service.into()))
}

/// What a business offers.
#[utoipa::path(get, path = "/api/public/services", tag = "public", params(Storefront),
    responses((status = 200, body = Data<Vec<ServiceView>>), (status = 404)))]
async fn list_public_services(
    State(trade): State<Trade>,
    Params(query): Params<Storefront>,
) -> Result<Data<Vec<ServiceView>>> {
    let tenant = people::tenants::find_by_code_or_slug(trade.people(), &query.invite_code).await?;
    let services = store::find_active_services(trade.db().read(), tenant.id).await?;
    Ok(Data::new(services.into_iter().map(ServiceView::from).collect()))
}
