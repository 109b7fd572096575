//! The business side's sign-up, sign-in and sessions over HTTP.

use axum::extract::State;
use http::HeaderMap;
use kernel::{Id, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, Data, Form, PathId, SetupAuth, UserAuth, routes},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    actions::{self, Login, RegisterUser, StartBusiness},
    model::{UserProfile, UserSignedIn, UserView},
    rules::{BusinessInput, RegistrationInput},
};
use crate::{
    People,
    customers::{http::null_as_empty, rules::ProfileChange},
    sessions::{
        Device, PersonKind, SessionList,
        actions::{end_all_sessions, end_own_session},
        cookies::{self, WithCookie},
        list_sessions,
    },
    signin::SecondFactor,
};

const KIND: PersonKind = PersonKind::User;

type SignedIn = WithCookie<Data<UserSignedIn>>;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(start_business))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
        .routes(routes!(switch))
        .routes(routes!(me, change_me))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
}

/// A sign-up. `role` is taken and ignored: whoever signs a business up owns it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RegisterBody {
    email: String,
    password: String,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    business_name: Option<String>,
    phone: Option<String>,
    timezone: Option<String>,
    currency: Option<String>,
    country: Option<String>,
    #[serde(default, rename = "role")]
    #[schema(ignore)]
    _role: Option<IgnoredAny>,
}

/// Signs up a person and their business.
#[utoipa::path(post, path = "/api/auth/register", tag = "accounts", request_body = RegisterBody,
    responses((status = 201, body = Data<UserSignedIn>, description = "Also sets the cookie `fd_refresh`."),
        (status = 409, description = "`EMAIL_EXISTS`"), (status = 422), (status = 429)))]
async fn register(
    State(people): State<People>,
    client: ClientInfo,
    Form { sent: body, unread }: Form<RegisterBody>,
) -> Result<WithCookie<Created<Data<UserSignedIn>>>> {
    let input = RegistrationInput {
        email: &body.email,
        password: &body.password,
        name: body.name.as_deref(),
        first_name: body.first_name.as_deref(),
        last_name: body.last_name.as_deref(),
        business_name: body.business_name.as_deref(),
        phone: body.phone.as_deref(),
        timezone: body.timezone.as_deref(),
        currency: body.currency.as_deref(),
        country: body.country.as_deref(),
    };
    let done = actions::register(&people, RegisterUser { input, unread, device: Device::from(&client) }).await?;
    let tokens = done.signed_in.tokens.clone();
    cookies::keep(people.platform().config(), KIND, &tokens, Created(Data::new(done.signed_in)))
}

/// A sign-in. One of the codes is needed once two-step sign-in is set up; what an earlier sign-in called `deviceToken` may
/// come along instead of its cookie.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LoginBody {
    email: String,
    password: String,
    code: Option<String>,
    backup_code: Option<String>,
    device_token: Option<String>,
}

/// Signs a user in, in the business they used last.
#[utoipa::path(post, path = "/api/auth/login", tag = "accounts", request_body = LoginBody,
    responses((status = 200, body = Data<UserSignedIn>, description = "Also sets the cookie `fd_refresh`."),
        (status = 401, description = "`INVALID_CREDENTIALS`; `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE` with `methods`"),
        (status = 403, description = "`ACCOUNT_SUSPENDED`, `BUSINESS_SUSPENDED`, `NO_BUSINESS`"), (status = 422),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn login(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<LoginBody>,
) -> Result<SignedIn> {
    let second = SecondFactor { code: body.code.as_deref(), backup_code: body.backup_code.as_deref() };
    let device = cookies::find_device(KIND, &client, &headers, body.device_token);
    let attempt = Login { email: &body.email, password: &body.password, second, device };
    signed_in(&people, actions::login(&people, attempt).await?)
}

/// A business of one's own, and the sign-in of who starts it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct StartBusinessBody {
    email: String,
    password: String,
    code: Option<String>,
    backup_code: Option<String>,
    device_token: Option<String>,
    business_name: String,
    timezone: Option<String>,
    currency: Option<String>,
    country: Option<String>,
}

/// Starts a business for somebody who belongs to none any more, whom no sign-in lets in: proven by all that a sign-in asks for,
/// they own it and are signed in there.
#[utoipa::path(post, path = "/api/auth/businesses", tag = "accounts", request_body = StartBusinessBody,
    responses((status = 201, body = Data<UserSignedIn>, description = "Also sets the cookie `fd_refresh`."),
        (status = 401, description = "`INVALID_CREDENTIALS`; `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE` with `methods`"),
        (status = 403, description = "`ACCOUNT_SUSPENDED`"), (status = 409, description = "`HAS_BUSINESS`"), (status = 422),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn start_business(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Form { sent: body, unread }: Form<StartBusinessBody>,
) -> Result<WithCookie<Created<Data<UserSignedIn>>>> {
    let second = SecondFactor { code: body.code.as_deref(), backup_code: body.backup_code.as_deref() };
    let device = cookies::find_device(KIND, &client, &headers, body.device_token);
    let login = Login { email: &body.email, password: &body.password, second, device };
    let business = BusinessInput {
        name: &body.business_name,
        timezone: body.timezone.as_deref(),
        currency: body.currency.as_deref(),
        country: body.country.as_deref(),
    };
    let done = actions::start_business(&people, StartBusiness { login, business, unread }).await?;
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), KIND, &tokens, Created(Data::new(done)))
}

/// The refresh token, unless it comes in the cookie.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RefreshBody {
    refresh_token: Option<String>,
}

/// Renews a session.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", request_body = RefreshBody,
    responses((status = 200, body = Data<UserSignedIn>),
        (status = 401, description = "`INVALID_REFRESH_TOKEN`; a used-up token also ends its session"),
        (status = 403, description = "`ORIGIN_NOT_ALLOWED`"), (status = 422)))]
async fn refresh(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<RefreshBody>,
) -> Result<SignedIn> {
    let config = people.platform().config();
    let token = cookies::find_refresh_token(config, KIND, body.refresh_token, &client, &headers)?;
    signed_in(&people, actions::refresh(&people, &token, &Device::from(&client)).await?)
}

/// Signs out: this session ends.
#[utoipa::path(post, path = "/api/auth/logout", tag = "accounts", security(("bearer" = [])),
    responses((status = 200), (status = 401)))]
async fn logout(
    State(people): State<People>,
    SetupAuth(caller): SetupAuth,
    client: ClientInfo,
) -> Result<WithCookie<Data<serde_json::Value>>> {
    end_own_session(&people, &caller, caller.session, &client).await?;
    cookies::drop(people.platform().config(), KIND, Data::new(serde_json::json!({})).message("Signed out."))
}

/// Signs out everywhere: every session of the user ends, in every business.
#[utoipa::path(post, path = "/api/auth/logout-all", tag = "accounts", security(("bearer" = [])),
    responses((status = 200), (status = 401)))]
async fn logout_all(
    State(people): State<People>,
    SetupAuth(caller): SetupAuth,
    client: ClientInfo,
) -> Result<WithCookie<Data<serde_json::Value>>> {
    end_all_sessions(&people, &caller, &client).await?;
    cookies::drop(people.platform().config(), KIND, Data::new(serde_json::json!({})).message("Signed out everywhere."))
}

/// The business to go to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SwitchBody {
    tenant_id: Id<id::Tenant>,
}

/// Opens a session in another business of the user, also where the present one asks for two-step sign-in first.
#[utoipa::path(post, path = "/api/auth/switch", tag = "accounts", security(("bearer" = [])),
    request_body = SwitchBody,
    responses((status = 200, body = Data<UserSignedIn>), (status = 401), (status = 404), (status = 422)))]
async fn switch(
    State(people): State<People>,
    SetupAuth(caller): SetupAuth,
    client: ClientInfo,
    Body(body): Body<SwitchBody>,
) -> Result<SignedIn> {
    let done = actions::switch_business(&people, &caller, body.tenant_id, &Device::from(&client)).await?;
    signed_in(&people, done)
}

/// Who am I, where, and where else could I be.
#[utoipa::path(get, path = "/api/auth/me", tag = "accounts", security(("bearer" = [])),
    responses((status = 200, body = Data<UserProfile>), (status = 401)))]
async fn me(State(people): State<People>, SetupAuth(caller): SetupAuth) -> Result<Data<UserProfile>> {
    Ok(Data::new(actions::show_profile(&people, &caller).await?))
}

/// One's own name and number. What is left out stays; an empty number is taken away.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeOwn {
    name: Option<String>,
    /// `null` clears it too.
    #[serde(default, deserialize_with = "null_as_empty")]
    phone: Option<String>,
}

/// The changed user.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangedUser {
    user: UserView,
}

/// Changes one's own name or number, in every business that one belongs to.
#[utoipa::path(patch, path = "/api/auth/me", tag = "accounts", security(("bearer" = [])), request_body = ChangeOwn,
    responses((status = 200, body = Data<ChangedUser>), (status = 401), (status = 422)))]
async fn change_me(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Form { sent, unread }: Form<ChangeOwn>,
) -> Result<Data<ChangedUser>> {
    let change = ProfileChange { name: sent.name.as_deref(), phone: sent.phone.as_deref(), unread };
    let user = actions::update_profile(&people, &caller, &client, change).await?;
    Ok(Data::new(ChangedUser { user }))
}

/// The user's live sessions, newest first.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "accounts", security(("bearer" = [])),
    responses((status = 200, body = Data<SessionList>), (status = 401)))]
async fn sessions(State(people): State<People>, SetupAuth(caller): SetupAuth) -> Result<Data<SessionList>> {
    Ok(Data::new(list_sessions(&people, &caller).await?))
}

/// Ends one of the user's sessions.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "accounts", security(("bearer" = [])),
    params(("id" = Id<id::Session>, Path)), responses((status = 200), (status = 401), (status = 404)))]
async fn end_session(
    State(people): State<People>,
    SetupAuth(caller): SetupAuth,
    client: ClientInfo,
    PathId(session): PathId<id::Session>,
) -> Result<Data<serde_json::Value>> {
    end_own_session(&people, &caller, session, &client).await?;
    Ok(Data::new(serde_json::json!({})).message("The session was ended."))
}

fn signed_in(people: &People, done: UserSignedIn) -> Result<SignedIn> {
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), KIND, &tokens, Data::new(done))
}
