//! Signing in with an account at another house, over HTTP. `start` and `callback` are pages that a browser goes through; both
//! answer with a redirect, also when it did not work.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;
use http::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
};
use kernel::Problem;
use platform::{
    Fault, Result,
    config::Config,
    http::{ApiRouter, Body, ClientInfo, Data, Params, routes},
};
use serde::Deserialize;

use super::{
    actions::{self, Arrival, Leave, Return},
    model::{Door, OidcProviderList, OidcProviderView},
};
use crate::{
    People,
    accounts::UserSignedIn,
    customers::CustomerSignedIn,
    passkeys::rules::CHALLENGE_LIFETIME,
    sessions::{
        PersonKind,
        cookies::{self, WithCookie},
    },
    signin::SecondFactor,
    tenants::find_by_code_or_slug,
};

/// Holds the secret of a browser that is away.
const COOKIE: &str = "fd_away";
const COOKIE_PATH: &str = "/api/auth/oidc";

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(providers))
        .routes(routes!(start))
        .routes(routes!(start_customer))
        .routes(routes!(callback))
        .routes(routes!(finish))
        .routes(routes!(finish_customer))
}

/// The other houses that one may sign in with; empty when the operator has registered with none.
#[utoipa::path(get, path = "/api/auth/oidc/providers", tag = "accounts",
    responses((status = 200, body = Data<OidcProviderList>), (status = 429)))]
async fn providers(State(people): State<People>) -> Data<OidcProviderList> {
    let view = |provider: &super::provider::Provider| OidcProviderView { id: provider.id, name: provider.name.clone() };
    Data::new(OidcProviderList { providers: people.providers().all().iter().map(view).collect() })
}

/// Where to go afterwards.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct StartParams {
    /// A path of this app.
    next: Option<String>,
}

/// Sends a browser to another house to sign in to the business side.
#[utoipa::path(get, path = "/api/auth/oidc/{provider}/start", tag = "accounts",
    params(("provider" = String, Path), StartParams),
    responses((status = 303, description = "To the other house, or back to `/sign-in?problem=…`"), (status = 404)))]
async fn start(
    State(people): State<People>,
    Path(provider): Path<String>,
    Params(params): Params<StartParams>,
) -> Result<Response> {
    people.providers().find(&provider)?;
    go(&people, actions::leave(&people, &provider, Door::Desk, params.next).await, Door::Desk)
}

/// The business, and where to go afterwards.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerStartParams {
    /// The business by its invite code or label.
    invite_code: String,
    /// A path of this app.
    next: Option<String>,
}

/// Sends a customer's browser to another house to sign in at a business.
#[utoipa::path(get, path = "/api/customers/auth/oidc/{provider}/start", tag = "customers",
    params(("provider" = String, Path), CustomerStartParams),
    responses((status = 303, description = "To the other house, or back to `/client/sign-in?problem=…`"), (status = 404)))]
async fn start_customer(
    State(people): State<People>,
    Path(provider): Path<String>,
    Params(params): Params<CustomerStartParams>,
) -> Result<Response> {
    people.providers().find(&provider)?;
    let door = Door::Front(find_by_code_or_slug(&people, &params.invite_code).await?.id);
    go(&people, actions::leave(&people, &provider, door, params.next).await, door)
}

/// What the other house adds to the address: RFC 6749, 4.1.2, and whatever else it likes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CallbackParams {
    /// The secret that went there.
    state: Option<String>,
    /// To be redeemed.
    code: Option<String>,
}

/// Takes a browser back from another house and hands the app a code for `finish`, in the fragment of the address.
#[utoipa::path(get, path = "/api/auth/oidc/{provider}/callback", tag = "accounts",
    params(("provider" = String, Path), CallbackParams),
    responses((status = 303, description = "To `/sign-in/done#code=…` or `/client/sign-in/done#code=…`, or back to where it began"),
        (status = 429)))]
async fn callback(
    State(people): State<People>,
    Path(provider): Path<String>,
    Params(params): Params<CallbackParams>,
    headers: HeaderMap,
) -> Result<Response> {
    let jar = CookieJar::from_headers(&headers);
    let back = Return {
        provider: &provider,
        state: params.state.as_deref().unwrap_or_default(),
        code: params.code,
        kept: jar.get(COOKIE).map(|cookie| cookie.value()),
    };
    match actions::come_back(&people, back).await {
        Ok(arrival) => redirect(&people, &done(&people, &arrival), ""),
        Err(fault) => turn_back(&people, Door::Desk, &fault),
    }
}

fn go(people: &People, leave: Result<Leave>, door: Door) -> Result<Response> {
    match leave {
        Ok(leave) => redirect(people, leave.to.as_str(), &leave.secret),
        Err(fault) => turn_back(people, door, &fault),
    }
}

fn done(people: &People, arrival: &Arrival) -> String {
    let page = match arrival.door {
        Door::Desk => "/sign-in/done",
        Door::Front(_) => "/client/sign-in/done",
    };
    let mut fragment = url::form_urlencoded::Serializer::new(String::new());
    fragment.append_pair("code", &arrival.secret);
    if let Some(next) = &arrival.next {
        fragment.append_pair("next", next);
    }
    format!("{}{page}#{}", people.platform().config().client_url, fragment.finish())
}

/// Back to where the sign-in began, with the reason as a code that the page has words for.
fn turn_back(people: &People, door: Door, fault: &Fault) -> Result<Response> {
    let code = match fault {
        Fault::Problem(problem) => problem.code,
        other => {
            tracing::error!(cause = other.chain(), "a sign-in by another house failed");
            Problem::internal().code
        }
    };
    let page = match door {
        Door::Desk => "/sign-in",
        Door::Front(_) => "/client/sign-in",
    };
    redirect(people, &format!("{}{page}?problem={code}", people.platform().config().client_url), "")
}

/// Goes there; what is kept in the cookie meanwhile is dropped when it is empty.
fn redirect(people: &People, to: &str, secret: &str) -> Result<Response> {
    let cookie = cookie(people.platform().config(), secret);
    let headers = [(LOCATION, to.to_owned()), (SET_COOKIE, cookie), (CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// `Lax`: the way back is a navigation that begins at the other house.
fn cookie(config: &Config, secret: &str) -> String {
    let secure = if config.client_url.starts_with("https://") { "; Secure" } else { "" };
    let seconds = if secret.is_empty() { 0 } else { CHALLENGE_LIFETIME.as_secs() };
    format!("{COOKIE}={secret}; Path={COOKIE_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

/// What the app found in the fragment, and a code when one is asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FinishBody {
    /// From the address; works once, for five minutes.
    code: String,
    /// From an authenticator app.
    two_factor_code: Option<String>,
    /// From the printed list.
    backup_code: Option<String>,
    /// From an earlier sign-in, when it is not kept as a cookie.
    device_token: Option<String>,
}

/// Signs a user in whom another house knows.
#[utoipa::path(post, path = "/api/auth/oidc/finish", tag = "accounts", request_body = FinishBody,
    responses((status = 200, body = Data<UserSignedIn>, description = "Also sets the cookie `fd_refresh`."),
        (status = 401, description = "`INVALID_SIGN_IN`; `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE` with `methods`"),
        (status = 403, description = "`NO_ACCOUNT`, `EMAIL_NOT_VERIFIED`, `ADDRESS_NOT_CONFIRMED`, `ACCOUNT_SUSPENDED`, \
            `BUSINESS_SUSPENDED`, `NO_BUSINESS`"),
        (status = 422), (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn finish(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<FinishBody>,
) -> Result<WithCookie<Data<UserSignedIn>>> {
    let device = cookies::find_device(PersonKind::User, &client, &headers, body.device_token);
    let second = second(body.two_factor_code.as_deref(), body.backup_code.as_deref());
    let done = actions::finish_user(&people, &body.code, second, &device).await?;
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), PersonKind::User, &tokens, Data::new(done))
}

/// The same at a business.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CustomerFinishBody {
    /// The business by its invite code or label.
    invite_code: String,
    /// From the address; works once, for five minutes.
    code: String,
    /// From an authenticator app.
    two_factor_code: Option<String>,
    /// From the printed list.
    backup_code: Option<String>,
    /// From an earlier sign-in, when it is not kept as a cookie.
    device_token: Option<String>,
}

/// Signs a customer in whom another house knows; whoever is new here becomes a customer.
#[utoipa::path(post, path = "/api/customers/auth/oidc/finish", tag = "customers", request_body = CustomerFinishBody,
    responses((status = 200, body = Data<CustomerSignedIn>, description = "Also sets the cookie `fd_customer_refresh`."),
        (status = 401, description = "`INVALID_SIGN_IN`; `TWO_FACTOR_REQUIRED`, `INVALID_TWO_FACTOR_CODE` with `methods`"),
        (status = 403, description = "`EMAIL_NOT_VERIFIED`, `ADDRESS_NOT_CONFIRMED`"), (status = 404), (status = 422),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn finish_customer(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<CustomerFinishBody>,
) -> Result<WithCookie<Data<CustomerSignedIn>>> {
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    let device = cookies::find_device(PersonKind::Customer, &client, &headers, body.device_token);
    let second = second(body.two_factor_code.as_deref(), body.backup_code.as_deref());
    let done = actions::finish_customer(&people, &tenant, &body.code, second, &device).await?;
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), PersonKind::Customer, &tokens, Data::new(done))
}

const fn second<'a>(code: Option<&'a str>, backup_code: Option<&'a str>) -> SecondFactor<'a> {
    SecondFactor { code, backup_code }
}
