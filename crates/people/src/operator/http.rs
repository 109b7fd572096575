//! The operators' console over HTTP.

use axum::extract::State;
use kernel::{Id, Problem, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, Page, Paged, Params, PathId, UserAuth, routes},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    access::{check_operator, show_tenant},
    actions::{self, Standing},
    model::{Impersonation, TenantDetail, TenantList},
    rules::like_pattern,
    store::{self, Status},
};
use crate::People;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(list_tenants))
        .routes(routes!(tenant))
        .routes(routes!(suspend_tenant))
        .routes(routes!(resume_tenant))
        .routes(routes!(suspend_user))
        .routes(routes!(resume_user))
        .routes(routes!(impersonate))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TenantQuery {
    /// In the name, the label, or the address of somebody of the team.
    q: Option<String>,
    /// `active` or `suspended`; all when absent.
    status: Option<String>,
    /// From 1.
    page: Option<u64>,
    /// At most 200.
    limit: Option<u64>,
}

fn parse_status(status: Option<&str>) -> std::result::Result<Status, Problem> {
    match status {
        None | Some("" | "all") => Ok(Status::All),
        Some("active") => Ok(Status::Active),
        Some("suspended") => Ok(Status::Suspended),
        Some(_) => Err(Problem::field("status", "INVALID_VALUE", "must be all, active or suspended")),
    }
}

/// Every business, newest first. For operators.
#[utoipa::path(get, path = "/api/operator/tenants", tag = "operator", params(TenantQuery), security(("bearer" = [])),
    responses((status = 200, body = Data<TenantList>), (status = 401), (status = 403), (status = 422)))]
async fn list_tenants(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    Params(query): Params<TenantQuery>,
) -> Result<Paged<Data<TenantList>>> {
    check_operator(&caller)?;
    let (limit, offset, page) = Page { page: query.page, limit: query.limit }.check()?;
    let (pattern, status) = (like_pattern(query.q.as_deref().unwrap_or(""))?, parse_status(query.status.as_deref())?);
    let (tenants, total) = store::find_tenants(people.db(), &pattern, status, limit, offset).await?;
    Ok(Paged { body: Data::new(TenantList { tenants, total }), total, page, limit })
}

/// One business with its team.
#[utoipa::path(get, path = "/api/operator/tenants/{id}", tag = "operator", params(("id" = Id<id::Tenant>, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = Data<TenantDetail>), (status = 401), (status = 403), (status = 404)))]
async fn tenant(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(tenant): PathId<id::Tenant>,
) -> Result<Data<TenantDetail>> {
    Ok(Data::new(show_tenant(&people, &caller, &client, tenant).await?))
}

/// Why; the people of the business read it in their log.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonBody {
    reason: String,
}

/// Why it is opened again, for the same log; may be left out, and so may the body.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ResumeBody {
    reason: Option<String>,
}

/// Closes a business: nobody signs in there, and its live sockets end.
#[utoipa::path(post, path = "/api/operator/tenants/{id}/suspend", tag = "operator", request_body = ReasonBody,
    params(("id" = Id<id::Tenant>, Path)), security(("bearer" = [])),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`OWN_ACCOUNT`, `ALREADY_SUSPENDED`"), (status = 422)))]
async fn suspend_tenant(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(tenant): PathId<id::Tenant>,
    Body(body): Body<ReasonBody>,
) -> Result<Data<Value>> {
    check_operator(&caller)?;
    actions::suspend_tenant(&people, &caller, &client, tenant, Standing::Closed(&body.reason)).await?;
    Ok(Data::new(json!({})).message("The business was closed."))
}

/// Opens a business again.
#[utoipa::path(post, path = "/api/operator/tenants/{id}/resume", tag = "operator", request_body = ResumeBody,
    params(("id" = Id<id::Tenant>, Path)), security(("bearer" = [])),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`NOT_SUSPENDED`"), (status = 422)))]
async fn resume_tenant(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(tenant): PathId<id::Tenant>,
    Body(body): Body<ResumeBody>,
) -> Result<Data<Value>> {
    check_operator(&caller)?;
    actions::suspend_tenant(&people, &caller, &client, tenant, Standing::Open(body.reason.as_deref())).await?;
    Ok(Data::new(json!({})).message("The business was opened again."))
}

/// Closes an account: its sessions end.
#[utoipa::path(post, path = "/api/operator/users/{id}/suspend", tag = "operator", request_body = ReasonBody,
    params(("id" = Id<id::User>, Path)), security(("bearer" = [])),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`OWN_ACCOUNT`, `ALREADY_SUSPENDED`"), (status = 422)))]
async fn suspend_user(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(user): PathId<id::User>,
    Body(body): Body<ReasonBody>,
) -> Result<Data<Value>> {
    check_operator(&caller)?;
    actions::suspend_user(&people, &caller, &client, user, Standing::Closed(&body.reason)).await?;
    Ok(Data::new(json!({})).message("The account was closed."))
}

/// Opens an account again.
#[utoipa::path(post, path = "/api/operator/users/{id}/resume", tag = "operator", request_body = ResumeBody,
    params(("id" = Id<id::User>, Path)), security(("bearer" = [])),
    responses((status = 200), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`NOT_SUSPENDED`"), (status = 422)))]
async fn resume_user(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(user): PathId<id::User>,
    Body(body): Body<ResumeBody>,
) -> Result<Data<Value>> {
    check_operator(&caller)?;
    actions::suspend_user(&people, &caller, &client, user, Standing::Open(body.reason.as_deref())).await?;
    Ok(Data::new(json!({})).message("The account was opened again."))
}

/// Looks into a business for half an hour, as its owner sees it. Every write is refused with `READ_ONLY_SESSION`; signing
/// out ends it. Beginning and end stand in the business's log.
#[utoipa::path(post, path = "/api/operator/tenants/{id}/impersonate", tag = "operator", request_body = ReasonBody,
    params(("id" = Id<id::Tenant>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<Impersonation>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`TENANT_SUSPENDED`"), (status = 422)))]
async fn impersonate(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(tenant): PathId<id::Tenant>,
    Body(body): Body<ReasonBody>,
) -> Result<Data<Impersonation>> {
    check_operator(&caller)?;
    Ok(Data::new(actions::look_into(&people, &caller, &client, tenant, &body.reason).await?))
}
