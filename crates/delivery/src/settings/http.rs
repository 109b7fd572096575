//! The channels page over HTTP.

use axum::extract::State;
use http::HeaderMap;
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Data, UserAuth, etag::Tagged, routes},
};
use serde::{Deserialize, Deserializer};

use super::{
    access,
    actions::{self, TestReport, TestedChannel},
    model::TlsWord,
    rules::{ChannelsPatch, CloudPatch, SmtpPatch, TwilioPatch},
    view::ChannelsView,
};
use crate::Delivery;

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(show_channels, change_channels, put_channels)).routes(routes!(test_channel))
}

/// Tells an absent field from a null one.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A mail server. The password is kept when it is left out, unless the server or the user changes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SmtpBody {
    host: Option<String>,
    port: Option<u16>,
    user: Option<String>,
    password: Option<String>,
    from: Option<String>,
    tls: Option<TlsWord>,
}

/// A Twilio account. The token is kept when it is left out, unless the account changes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TwilioBody {
    account_sid: Option<String>,
    auth_token: Option<String>,
    from: Option<String>,
}

/// A number on WhatsApp's Cloud API. Secrets are kept when they are left out.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CloudBody {
    phone_number_id: Option<String>,
    business_account_id: Option<String>,
    access_token: Option<String>,
    app_secret: Option<String>,
    verify_token: Option<String>,
}

/// What changes; what is left out stays. `null` removes an address, or a provider with its secrets.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeChannels {
    email_enabled: Option<bool>,
    use_customer_smtp: Option<bool>,
    sms_enabled: Option<bool>,
    use_customer_twilio: Option<bool>,
    whatsapp_enabled: Option<bool>,
    use_customer_whatsapp: Option<bool>,
    webhook_enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    webhook_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    reply_to: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SmtpBody>)]
    smtp: Option<Option<SmtpBody>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<TwilioBody>)]
    twilio: Option<Option<TwilioBody>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CloudBody>)]
    whatsapp: Option<Option<CloudBody>>,
}

impl From<ChangeChannels> for ChannelsPatch {
    fn from(body: ChangeChannels) -> Self {
        Self {
            email_enabled: body.email_enabled,
            use_customer_smtp: body.use_customer_smtp,
            sms_enabled: body.sms_enabled,
            use_customer_twilio: body.use_customer_twilio,
            whatsapp_enabled: body.whatsapp_enabled,
            use_customer_whatsapp: body.use_customer_whatsapp,
            webhook_enabled: body.webhook_enabled,
            webhook_url: body.webhook_url,
            reply_to: body.reply_to,
            smtp: body.smtp.map(|sent| sent.map(SmtpPatch::from)),
            twilio: body.twilio.map(|sent| sent.map(TwilioPatch::from)),
            whatsapp: body.whatsapp.map(|sent| sent.map(CloudPatch::from)),
        }
    }
}

impl From<SmtpBody> for SmtpPatch {
    fn from(body: SmtpBody) -> Self {
        let SmtpBody { host, port, user, password, from, tls } = body;
        Self { host, port, user, password, from, tls }
    }
}

impl From<TwilioBody> for TwilioPatch {
    fn from(body: TwilioBody) -> Self {
        let TwilioBody { account_sid, auth_token, from } = body;
        Self { account_sid, auth_token, from }
    }
}

impl From<CloudBody> for CloudPatch {
    fn from(body: CloudBody) -> Self {
        let CloudBody { phone_number_id, business_account_id, access_token, app_secret, verify_token } = body;
        Self { phone_number_id, business_account_id, access_token, app_secret, verify_token }
    }
}

/// A message to oneself, to see whether a channel works.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TestBody {
    /// Which.
    channel: TestedChannel,
    /// An e-mail address or a phone number.
    to: String,
}

/// How the business sends.
#[utoipa::path(get, path = "/api/settings/channels", tag = "settings", security(("bearer" = [])),
    responses((status = 200, body = Data<ChannelsView>, description = "With `ETag`; secrets are never shown."), (status = 401), (status = 403)))]
async fn show_channels(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
) -> Result<Tagged<Data<ChannelsView>>> {
    let settings = access::access_channels(&delivery, &caller).await?;
    Ok(Tagged(settings.version(), Data::new(ChannelsView::new(&settings, delivery.platform().config()))))
}

/// Changes how the business sends.
#[utoipa::path(patch, path = "/api/settings/channels", tag = "settings", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was seen; another version is 412.")),
    request_body = ChangeChannels,
    responses((status = 200, body = Data<ChannelsView>), (status = 401), (status = 403), (status = 412), (status = 422)))]
async fn change_channels(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<ChangeChannels>,
) -> Result<Tagged<Data<ChannelsView>>> {
    let settings = actions::change_channels(&delivery, &caller, &client, &headers, body.into()).await?;
    Ok(Tagged(settings.version(), Data::new(ChannelsView::new(&settings, delivery.platform().config()))))
}

/// The same as PATCH.
#[utoipa::path(put, path = "/api/settings/channels", tag = "settings", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was seen; another version is 412.")),
    request_body = ChangeChannels,
    responses((status = 200, body = Data<ChannelsView>), (status = 401), (status = 403), (status = 412), (status = 422)))]
async fn put_channels(
    state: State<Delivery>,
    auth: UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    body: Body<ChangeChannels>,
) -> Result<Tagged<Data<ChannelsView>>> {
    change_channels(state, auth, client, headers, body).await
}

/// Sends a message through the channel as it is set up, and tells what its provider said.
#[utoipa::path(post, path = "/api/settings/channels/test", tag = "settings", security(("bearer" = [])),
    request_body = TestBody,
    responses((status = 200, body = Data<TestReport>), (status = 401), (status = 403), (status = 422)))]
async fn test_channel(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(body): Body<TestBody>,
) -> Result<Data<TestReport>> {
    Ok(Data::new(actions::test_channel(&delivery, &caller, &client, body.channel, &body.to).await?))
}
