//! The settings page of the business over HTTP.

use axum::extract::State;
use http::HeaderMap;
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, UserAuth, etag::Tagged, routes},
};
use serde::Deserialize;

use super::{access::access_business, actions::update_settings, model::BusinessSettings, rules::SettingsPatch};
use crate::People;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new().routes(routes!(show_settings, change_settings))
}

/// Fields to change; an empty text clears `about`, `phone`, `address` and `brandColor`. `slug`, `requireTwoFactor` and
/// `embedOrigins` are for admins and the owner.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeSettings {
    name: Option<String>,
    slug: Option<String>,
    timezone: Option<String>,
    currency: Option<String>,
    country: Option<String>,
    about: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    brand_color: Option<String>,
    after_care_days: Option<i32>,
    /// Whether every member must have two-step sign-in.
    require_two_factor: Option<bool>,
    /// Origins of other sites that may show the storefront in a frame: at most 20, all of them at once.
    embed_origins: Option<Vec<String>>,
}

impl From<ChangeSettings> for SettingsPatch {
    fn from(body: ChangeSettings) -> Self {
        Self {
            name: body.name,
            slug: body.slug,
            timezone: body.timezone,
            currency: body.currency,
            country: body.country,
            about: body.about,
            phone: body.phone,
            address: body.address,
            brand_color: body.brand_color,
            after_care_days: body.after_care_days,
            require_two_factor: body.require_two_factor,
            embed_origins: body.embed_origins,
        }
    }
}

/// The business's settings.
#[utoipa::path(get, path = "/api/settings/business", tag = "settings", security(("bearer" = [])),
    responses((status = 200, body = Data<BusinessSettings>, description = "With `ETag`."), (status = 401), (status = 403)))]
async fn show_settings(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
) -> Result<Tagged<Data<BusinessSettings>>> {
    let tenant = access_business(&people, &caller).await?;
    Ok(Tagged(tenant.version, Data::new(BusinessSettings::from(&*tenant))))
}

/// Changes the business's settings.
#[utoipa::path(patch, path = "/api/settings/business", tag = "settings", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was seen; another version is 412.")),
    request_body = ChangeSettings,
    responses((status = 200, body = Data<BusinessSettings>), (status = 401), (status = 403),
        (status = 409, description = "`SLUG_TAKEN`"), (status = 412), (status = 422)))]
async fn change_settings(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<ChangeSettings>,
) -> Result<Tagged<Data<BusinessSettings>>> {
    let tenant = update_settings(&people, &caller, &client, &headers, body.into()).await?;
    Ok(Tagged(tenant.version, Data::new(BusinessSettings::from(&tenant))))
}
