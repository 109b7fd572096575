//! The customers' sign-up, sign-in and sessions over HTTP. Every call without a token names the business by its invite code
//! or its label.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use kernel::{Id, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, CustomerAuth, Data, Form, PathId, routes},
};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use super::{
    actions::{self, GuestOutcome, Login, SignUp},
    model::{CustomerProfile, CustomerSignedIn, CustomerView},
    rules::{ProfileChange, SignUpInput, parse_sign_up, parse_visitor},
};
use crate::{
    People,
    sessions::{
        Device, PersonKind, SessionList,
        actions::{end_all_sessions, end_own_session},
        cookies::{self, WithCookie},
        list_sessions,
    },
    signin::SecondFactor,
    tenants::find_by_code_or_slug,
};

const KIND: PersonKind = PersonKind::Customer;
/// The field that names the business; without it no business is known, and whatever else is wrong is told all the same.
const INVITE_CODE: &str = "inviteCode";

type SignedIn = WithCookie<Data<CustomerSignedIn>>;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(guest))
        .routes(routes!(link))
        .routes(routes!(link_verify))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
        .routes(routes!(me, change_me))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
}

/// A sign-up. `role` is taken and ignored.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerRegisterBody {
    invite_code: String,
    email: String,
    password: String,
    name: String,
    phone: Option<String>,
    #[serde(default, rename = "role")]
    #[schema(ignore)]
    _role: Option<IgnoredAny>,
}

/// Signs a customer up.
#[utoipa::path(post, path = "/api/customers/auth/register", tag = "customers", request_body = CustomerRegisterBody,
    responses((status = 201, body = Data<CustomerSignedIn>, description = "Also sets the cookie `fd_customer_refresh`."),
        (status = 404), (status = 409, description = "`EMAIL_EXISTS`"), (status = 422), (status = 429)))]
async fn register(
    State(people): State<People>,
    client: ClientInfo,
    Form { sent: body, unread }: Form<CustomerRegisterBody>,
) -> Result<WithCookie<Created<Data<CustomerSignedIn>>>> {
    let (email, password, name) = (body.email.as_str(), body.password.as_str(), body.name.as_str());
    let input = SignUpInput { email, password, name, phone: body.phone.as_deref() };
    if unread.has_unread(INVITE_CODE) {
        parse_sign_up(unread.clone(), &input, None)?;
    }
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    let sign_up = SignUp { input, unread, device: Device::from(&client) };
    let done = actions::register_customer(&people, &tenant, sign_up).await?;
    entered(&people, done)
}

/// A sign-in. One of the codes is needed once two-step sign-in is set up; what an earlier sign-in called `deviceToken` may
/// come along instead of its cookie.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerLoginBody {
    invite_code: String,
    email: String,
    password: String,
    code: Option<String>,
    backup_code: Option<String>,
    device_token: Option<String>,
}

/// Signs a customer in.
#[utoipa::path(post, path = "/api/customers/auth/login", tag = "customers", request_body = CustomerLoginBody,
    responses((status = 200, body = Data<CustomerSignedIn>, description = "Also sets the cookie `fd_customer_refresh`."),
        (status = 401, description = "`INVALID_CREDENTIALS`; `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE` with `methods`"),
        (status = 404), (status = 422), (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn login(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<CustomerLoginBody>,
) -> Result<SignedIn> {
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    let second = second_factor(body.code.as_deref(), body.backup_code.as_deref());
    let device = cookies::find_device(KIND, &client, &headers, body.device_token);
    let attempt = Login { email: &body.email, password: &body.password, second, device };
    signed_in(&people, actions::login(&people, &tenant, attempt).await?)
}

/// A visitor's contact: an address, a number, or both.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct GuestBody {
    invite_code: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
}

/// A link is on its way, if there is anybody to send it to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LinkSent {
    sign_in_link_sent: bool,
}

fn link_sent() -> Data<LinkSent> {
    Data::new(LinkSent { sign_in_link_sent: true })
}

/// Lets a visitor in without a password. An address that is known here gets a sign-in link instead.
#[utoipa::path(post, path = "/api/customers/auth/guest", tag = "customers", request_body = GuestBody,
    responses((status = 201, body = Data<CustomerSignedIn>, description = "Also sets the cookie `fd_customer_refresh`."),
        (status = 202, body = Data<LinkSent>, description = "The address is known; a link was mailed to it."),
        (status = 404), (status = 422), (status = 429)))]
async fn guest(
    State(people): State<People>,
    client: ClientInfo,
    Form { sent: body, unread }: Form<GuestBody>,
) -> Result<Response> {
    let (name, email, phone) = (body.name.as_str(), body.email.as_deref(), body.phone.as_deref());
    if unread.has_unread(INVITE_CODE) {
        parse_visitor(unread.clone(), name, email, phone, None)?;
    }
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    let contact = parse_visitor(unread, name, email, phone, Some(&tenant.country))?;
    match actions::enter_as_guest(&people, &tenant, contact, &Device::from(&client)).await? {
        GuestOutcome::Entered(done) => Ok(entered(&people, *done)?.into_response()),
        GuestOutcome::LinkSent => {
            let body = link_sent().message("This address is known here. We sent a link to sign in with.");
            Ok((StatusCode::ACCEPTED, body).into_response())
        }
    }
}

/// Where to send a link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LinkBody {
    invite_code: String,
    email: String,
}

/// Mails a sign-in link, if the address is known; the answer is always the same.
#[utoipa::path(post, path = "/api/customers/auth/link", tag = "customers", request_body = LinkBody,
    responses((status = 200, body = Data<LinkSent>), (status = 404), (status = 422), (status = 429)))]
async fn link(State(people): State<People>, Body(body): Body<LinkBody>) -> Result<Data<LinkSent>> {
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    actions::request_link(&people, &tenant, &body.email).await?;
    Ok(link_sent().message("If the address is known here, a link to sign in is on its way."))
}

/// The secret of a mailed link. When the business is named too, the link must be one of its own.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LinkVerifyBody {
    token: String,
    invite_code: Option<String>,
    code: Option<String>,
    backup_code: Option<String>,
    device_token: Option<String>,
}

/// Signs a customer in by a mailed link, once. While a code is asked for and not given, the link stays good.
#[utoipa::path(post, path = "/api/customers/auth/link/verify", tag = "customers", request_body = LinkVerifyBody,
    responses((status = 200, body = Data<CustomerSignedIn>, description = "Also sets the cookie `fd_customer_refresh`."),
        (status = 401, description = "`INVALID_SIGN_IN_LINK`; `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE` with `methods`"),
        (status = 422), (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn link_verify(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<LinkVerifyBody>,
) -> Result<SignedIn> {
    let tenant = find_named(&people, body.invite_code.as_deref()).await?;
    let second = second_factor(body.code.as_deref(), body.backup_code.as_deref());
    let device = cookies::find_device(KIND, &client, &headers, body.device_token);
    signed_in(&people, actions::verify_link(&people, &body.token, tenant, second, &device).await?)
}

/// The refresh token, unless it comes in the cookie. When the business is named too, the session must be at it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerRefreshBody {
    refresh_token: Option<String>,
    invite_code: Option<String>,
}

/// Renews a session.
#[utoipa::path(post, path = "/api/customers/auth/refresh", tag = "customers", request_body = CustomerRefreshBody,
    responses((status = 200, body = Data<CustomerSignedIn>),
        (status = 401, description = "`INVALID_REFRESH_TOKEN`; a used-up token also ends its session"),
        (status = 403, description = "`ORIGIN_NOT_ALLOWED`"), (status = 422)))]
async fn refresh(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<CustomerRefreshBody>,
) -> Result<SignedIn> {
    let config = people.platform().config();
    let token = cookies::find_refresh_token(config, KIND, body.refresh_token, &client, &headers)?;
    let tenant = find_named(&people, body.invite_code.as_deref()).await?;
    signed_in(&people, actions::refresh(&people, &token, tenant, &Device::from(&client)).await?)
}

/// Signs out: this session ends.
#[utoipa::path(post, path = "/api/customers/auth/logout", tag = "customers", security(("bearer" = [])),
    responses((status = 200), (status = 401)))]
async fn logout(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
) -> Result<WithCookie<Data<serde_json::Value>>> {
    end_own_session(&people, &caller, caller.session, &client).await?;
    cookies::drop(people.platform().config(), KIND, Data::new(serde_json::json!({})).message("Signed out."))
}

/// Signs out everywhere: every session of the customer ends.
#[utoipa::path(post, path = "/api/customers/auth/logout-all", tag = "customers", security(("bearer" = [])),
    responses((status = 200), (status = 401)))]
async fn logout_all(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
) -> Result<WithCookie<Data<serde_json::Value>>> {
    end_all_sessions(&people, &caller, &client).await?;
    cookies::drop(people.platform().config(), KIND, Data::new(serde_json::json!({})).message("Signed out everywhere."))
}

/// Who am I, and where.
#[utoipa::path(get, path = "/api/customers/auth/me", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<CustomerProfile>), (status = 401)))]
async fn me(State(people): State<People>, CustomerAuth(caller): CustomerAuth) -> Result<Data<CustomerProfile>> {
    Ok(Data::new(actions::show_profile(&people, &caller).await?))
}

/// Fields to change; an empty `phone` clears it when there is an address.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeMe {
    name: Option<String>,
    /// `null` clears it too.
    #[serde(default, deserialize_with = "null_as_empty")]
    phone: Option<String>,
}

/// Tells `null` from what was left out.
pub(crate) fn null_as_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<String>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|sent| Some(sent.unwrap_or_default()))
}

/// The changed customer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangedCustomer {
    customer: CustomerView,
}

/// Changes one's own name or number.
#[utoipa::path(patch, path = "/api/customers/auth/me", tag = "customers", security(("bearer" = [])),
    request_body = ChangeMe,
    responses((status = 200, body = Data<ChangedCustomer>), (status = 401), (status = 422)))]
async fn change_me(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Form { sent, unread }: Form<ChangeMe>,
) -> Result<Data<ChangedCustomer>> {
    let change = ProfileChange { name: sent.name.as_deref(), phone: sent.phone.as_deref(), unread };
    let customer = actions::update_profile(&people, &caller, &client, change).await?;
    Ok(Data::new(ChangedCustomer { customer: CustomerView::from(customer) }))
}

/// The customer's live sessions, newest first.
#[utoipa::path(get, path = "/api/customers/auth/sessions", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<SessionList>), (status = 401)))]
async fn sessions(State(people): State<People>, CustomerAuth(caller): CustomerAuth) -> Result<Data<SessionList>> {
    Ok(Data::new(list_sessions(&people, &caller).await?))
}

/// Ends one of the customer's sessions.
#[utoipa::path(delete, path = "/api/customers/auth/sessions/{id}", tag = "customers", security(("bearer" = [])),
    params(("id" = Id<id::Session>, Path)), responses((status = 200), (status = 401), (status = 404)))]
async fn end_session(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    PathId(session): PathId<id::Session>,
) -> Result<Data<serde_json::Value>> {
    end_own_session(&people, &caller, session, &client).await?;
    Ok(Data::new(serde_json::json!({})).message("The session was ended."))
}

/// The business that a call names although its token does already.
pub(crate) async fn find_named(people: &People, code: Option<&str>) -> Result<Option<Id<id::Tenant>>> {
    let Some(code) = code else { return Ok(None) };
    Ok(Some(find_by_code_or_slug(people, code).await?.id))
}

const fn second_factor<'a>(code: Option<&'a str>, backup_code: Option<&'a str>) -> SecondFactor<'a> {
    SecondFactor { code, backup_code }
}

fn signed_in(people: &People, done: CustomerSignedIn) -> Result<SignedIn> {
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), KIND, &tokens, Data::new(done))
}

fn entered(people: &People, done: CustomerSignedIn) -> Result<WithCookie<Created<Data<CustomerSignedIn>>>> {
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), KIND, &tokens, Created(Data::new(done)))
}
