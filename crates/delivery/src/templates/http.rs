//! Texts over HTTP.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, Params, UserAuth, etag::Tagged, routes},
};

use super::{
    actions::{self, find_place},
    body::{InLanguage, PreviewTemplate, SendTest, Wanted, WriteTemplate},
    test_send::send_test,
    view::{Line, PreviewView, TemplateView, TestView},
};
use crate::Delivery;

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new()
        .routes(routes!(list_templates))
        .routes(routes!(show_template, write_template, reset_template))
        .routes(routes!(preview_template))
        .routes(routes!(test_template))
}

/// Every text: of each event type for each channel, and which of them the business wrote itself.
#[utoipa::path(get, path = "/api/templates", tag = "templates", params(Wanted), security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<Line>>), (status = 401), (status = 403), (status = 422)))]
async fn list_templates(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    Params(wanted): Params<Wanted>,
) -> Result<Data<Vec<Line>>> {
    let lines = actions::list(&delivery, &caller, wanted.kind.as_deref(), wanted.channel.as_deref()).await?;
    Ok(Data::new(lines))
}

/// One text with what it may name. Where the business wrote none, the built-in one with version 0.
#[utoipa::path(get, path = "/api/templates/{type}/{channel}", tag = "templates",
    params(("type" = String, Path), ("channel" = String, Path), InLanguage), security(("bearer" = [])),
    responses((status = 200, body = Data<TemplateView>, description = "With `ETag`."), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn show_template(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    Path(place): Path<(String, String)>,
    Params(query): Params<InLanguage>,
) -> Result<Tagged<Data<TemplateView>>> {
    let place = find_place(&delivery, caller.tenant, &place, query.language.as_deref()).await?;
    let view = actions::show(&delivery, &caller, &place).await?;
    Ok(Tagged(view.line.version, Data::new(view)))
}

/// Writes the business's own text. An unknown name in it is refused by name.
#[utoipa::path(put, path = "/api/templates/{type}/{channel}", tag = "templates", request_body = WriteTemplate,
    params(("type" = String, Path), ("channel" = String, Path), InLanguage, ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = Data<TemplateView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`LIMIT_REACHED`"), (status = 412),
        (status = 422, description = "Fields with `UNKNOWN_VARIABLE`, `UNKNOWN_FILTER`, `TEMPLATE_SYNTAX`, `UNSAFE_PLACE`; or `TEMPLATE_FAILED`.")))]
async fn write_template(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Path(place): Path<(String, String)>,
    Params(query): Params<InLanguage>,
    Body(body): Body<WriteTemplate>,
) -> Result<Tagged<Data<TemplateView>>> {
    let place = find_place(&delivery, caller.tenant, &place, query.language.as_deref()).await?;
    let view = actions::write(&delivery, &caller, &client, &headers, &place, body.into()).await?;
    Ok(Tagged(view.line.version, Data::new(view)))
}

/// Goes back to the built-in text.
#[utoipa::path(delete, path = "/api/templates/{type}/{channel}", tag = "templates",
    params(("type" = String, Path), ("channel" = String, Path), InLanguage, ("If-Match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = Data<TemplateView>, description = "The text that counts now."), (status = 401),
        (status = 403), (status = 404), (status = 412)))]
async fn reset_template(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Path(place): Path<(String, String)>,
    Params(query): Params<InLanguage>,
) -> Result<Data<TemplateView>> {
    let place = find_place(&delivery, caller.tenant, &place, query.language.as_deref()).await?;
    Ok(Data::new(actions::reset(&delivery, &caller, &client, &headers, &place).await?))
}

/// Writes a text with the type's example or other data, without storing or sending anything.
#[utoipa::path(post, path = "/api/templates/{type}/{channel}/preview", tag = "templates", request_body = PreviewTemplate,
    params(("type" = String, Path), ("channel" = String, Path), InLanguage), security(("bearer" = [])),
    responses((status = 200, body = Data<PreviewView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn preview_template(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    Path(place): Path<(String, String)>,
    Params(query): Params<InLanguage>,
    Body(body): Body<PreviewTemplate>,
) -> Result<Data<PreviewView>> {
    let place = find_place(&delivery, caller.tenant, &place, query.language.as_deref()).await?;
    Ok(Data::new(actions::preview(&delivery, &caller, &place, body).await?.into()))
}

/// Sends the text that counts to one address. It is an event like any other, so its deliveries show how it fares.
#[utoipa::path(post, path = "/api/templates/{type}/{channel}/test", tag = "templates", request_body = SendTest,
    params(("type" = String, Path), ("channel" = String, Path), InLanguage), security(("bearer" = [])),
    responses((status = 202, body = Data<TestView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn test_template(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Path(place): Path<(String, String)>,
    Params(query): Params<InLanguage>,
    Body(body): Body<SendTest>,
) -> Result<Response> {
    let place = find_place(&delivery, caller.tenant, &place, query.language.as_deref()).await?;
    let event_id = send_test(&delivery, &caller, &client, &place, body.to.as_deref(), body.data).await?;
    Ok((StatusCode::ACCEPTED, Data::new(TestView { event_id }).message("The test is on its way.")).into_response())
}
