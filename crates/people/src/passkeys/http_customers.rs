//! Passkeys of customers over HTTP.

use axum::extract::State;
use http::HeaderMap;
use kernel::{Id, id};
use platform::{
    Result,
    http::{ApiRouter, Body, ClientInfo, Created, CustomerAuth, Data, PathId, routes},
};

use super::{
    actions,
    body::{AddPasskey, CustomerPasskeyAnswer, NamePasskey},
    model::{Asked, OnePasskey, PasskeyList},
};
use crate::{
    People,
    customers::CustomerSignedIn,
    sessions::{
        PersonKind,
        cookies::{self, WithCookie},
    },
    signin::shapes::FreshProof,
    tenants::find_by_code_or_slug,
};

const KIND: PersonKind = PersonKind::Customer;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(passkeys))
        .routes(routes!(ask_to_add_passkey))
        .routes(routes!(add_passkey))
        .routes(routes!(rename_passkey, remove_passkey))
        .routes(routes!(ask_who))
        .routes(routes!(sign_in_by_passkey))
}

/// The customer's passkeys, oldest first.
#[utoipa::path(get, path = "/api/customers/auth/passkeys", tag = "customers", security(("bearer" = [])),
    responses((status = 200, body = Data<PasskeyList>), (status = 401)))]
async fn passkeys(State(people): State<People>, CustomerAuth(caller): CustomerAuth) -> Result<Data<PasskeyList>> {
    Ok(Data::new(actions::list_passkeys(&people, &caller).await?))
}

/// What to ask a device for that is to hold a new passkey (WebAuthn, creation options). Ten minutes after the sign-in and
/// later the account's password is asked for once more, and a code where two-step sign-in is on.
#[utoipa::path(post, path = "/api/customers/auth/passkeys/register/start", tag = "customers", security(("bearer" = [])),
    request_body = FreshProof,
    responses((status = 200, body = Data<Asked>), (status = 401),
        (status = 403, description = "`SIGN_IN_AGAIN`: there is no password to ask for"),
        (status = 409, description = "`PASSKEYS_UNAVAILABLE`, `TOO_MANY_PASSKEYS`"),
        (status = 422, description = "`password`, `code`: `REQUIRED`, `WRONG`"),
        (status = 423, description = "`ACCOUNT_LOCKED`, with `Retry-After`"), (status = 429)))]
async fn ask_to_add_passkey(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    Body(body): Body<FreshProof>,
) -> Result<Data<Asked>> {
    Ok(Data::new(actions::ask_to_add(&people, &caller, body.again()).await?))
}

/// Keeps the passkey that a device made.
#[utoipa::path(post, path = "/api/customers/auth/passkeys/register/finish", tag = "customers", security(("bearer" = [])),
    request_body = AddPasskey,
    responses((status = 201, body = Data<OnePasskey>),
        (status = 400, description = "`INVALID_PASSKEY_ANSWER`: too late, used already, or not ours"), (status = 401),
        (status = 409, description = "`PASSKEY_EXISTS`, `TOO_MANY_PASSKEYS`"), (status = 422)))]
async fn add_passkey(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    Body(body): Body<AddPasskey>,
) -> Result<Created<Data<OnePasskey>>> {
    let answer = body.parse_answer()?;
    let (challenge, name) = (&body.challenge_id, body.name.as_deref());
    let passkey = actions::finish_adding(&people, &caller, &client, challenge, &answer, name).await?;
    Ok(Created(Data::new(OnePasskey { passkey })))
}

/// Calls a passkey something else.
#[utoipa::path(patch, path = "/api/customers/auth/passkeys/{id}", tag = "customers", security(("bearer" = [])),
    params(("id" = Id<id::Passkey>, Path)), request_body = NamePasskey,
    responses((status = 200, body = Data<OnePasskey>), (status = 401), (status = 404), (status = 422)))]
async fn rename_passkey(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    PathId(passkey): PathId<id::Passkey>,
    Body(body): Body<NamePasskey>,
) -> Result<Data<OnePasskey>> {
    let passkey = actions::rename(&people, &caller, &client, passkey, &body.name).await?;
    Ok(Data::new(OnePasskey { passkey }))
}

/// Takes a passkey away: nobody signs in with it any more.
#[utoipa::path(delete, path = "/api/customers/auth/passkeys/{id}", tag = "customers", security(("bearer" = [])),
    params(("id" = Id<id::Passkey>, Path)), responses((status = 200), (status = 401), (status = 404)))]
async fn remove_passkey(
    State(people): State<People>,
    CustomerAuth(caller): CustomerAuth,
    client: ClientInfo,
    PathId(passkey): PathId<id::Passkey>,
) -> Result<Data<serde_json::Value>> {
    actions::remove(&people, &caller, &client, passkey).await?;
    Ok(Data::new(serde_json::json!({})).message("The passkey was removed."))
}

/// What to ask a device for that is to say who somebody is (WebAuthn, request options). Names nobody.
#[utoipa::path(post, path = "/api/customers/auth/passkeys/login/start", tag = "customers",
    responses((status = 200, body = Data<Asked>), (status = 409, description = "`PASSKEYS_UNAVAILABLE`"), (status = 429)))]
async fn ask_who(State(people): State<People>) -> Result<Data<Asked>> {
    Ok(Data::new(actions::ask_who(&people).await?))
}

/// Signs a customer in by a passkey; no other factor is asked for.
#[utoipa::path(post, path = "/api/customers/auth/passkeys/login/finish", tag = "customers", request_body = CustomerPasskeyAnswer,
    responses((status = 200, body = Data<CustomerSignedIn>, description = "Also sets the cookie `fd_customer_refresh`."),
        (status = 401, description = "`INVALID_PASSKEY`"), (status = 403, description = "`ACCOUNT_SUSPENDED`, `NO_BUSINESS`"),
        (status = 409, description = "`PASSKEYS_UNAVAILABLE`"), (status = 422), (status = 429)))]
async fn sign_in_by_passkey(
    State(people): State<People>,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<CustomerPasskeyAnswer>,
) -> Result<WithCookie<Data<CustomerSignedIn>>> {
    let tenant = find_by_code_or_slug(&people, &body.invite_code).await?;
    let device = cookies::find_device(KIND, &client, &headers, body.device_token.clone());
    let answer = body.parse_answer()?;
    let done = actions::sign_customer_in(&people, &tenant, &body.challenge_id, &answer, &device).await?;
    let tokens = done.tokens.clone();
    cookies::keep(people.platform().config(), KIND, &tokens, Data::new(done))
}
