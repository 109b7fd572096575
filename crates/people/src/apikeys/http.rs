//! API keys and connection tokens over HTTP.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use kernel::{Id, Right, Scope, Timestamp, id, problem::Fields};
use platform::{
    Result,
    http::{Answer, ApiRouter, Body, ClientInfo, Created, Data, PathId, SenderAuth, UserAuth, routes},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    access,
    actions::{self, TokenWish},
    model::{ApiKeyView, NewApiKey},
    rules::{KeyWish, parse_foreign},
};
use crate::People;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new().routes(routes!(list_keys, create_key)).routes(routes!(revoke_key)).routes(routes!(issue_token))
}

/// The business's API keys, newest first; revoked ones are gone, expired ones stay until they are revoked.
#[utoipa::path(get, path = "/api/api-keys", tag = "api keys", security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<ApiKeyView>>), (status = 401), (status = 403)))]
async fn list_keys(State(people): State<People>, UserAuth(caller): UserAuth) -> Result<Data<Vec<ApiKeyView>>> {
    Ok(Data::new(access::list_keys(&people, &caller).await?))
}

/// A new key.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CreateKey {
    /// What people will call it.
    name: String,
    /// At least one.
    scopes: Vec<Scope>,
    /// When it stops working by itself; never, when absent.
    expires_at: Option<Timestamp>,
}

/// Makes an API key. Its text is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/api-keys", tag = "api keys", request_body = CreateKey, security(("bearer" = [])),
    responses((status = 201, body = Data<NewApiKey>), (status = 401), (status = 403),
        (status = 409, description = "`TOO_MANY_KEYS`"), (status = 422)))]
async fn create_key(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(body): Body<CreateKey>,
) -> Result<Created<Data<NewApiKey>>> {
    caller.check(Right::Team)?;
    let wish = KeyWish::parse(&body.name, body.scopes, body.expires_at, people.world().now())?;
    Ok(Created(Data::new(actions::create_key(&people, &caller, &client, wish).await?)))
}

/// Revokes a key: it and its connection tokens stop working at once, and their sockets are closed.
#[utoipa::path(delete, path = "/api/api-keys/{id}", tag = "api keys", security(("bearer" = [])),
    params(("id" = Id<id::ApiKey>, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404)))]
async fn revoke_key(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(key): PathId<id::ApiKey>,
) -> Result<Data<Value>> {
    actions::revoke_key(&people, &caller, &client, key).await?;
    Ok(Data::new(serde_json::json!({})).message("The key was revoked."))
}

/// Who shall hold the token.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    /// The business's id, `biz_…`: the one whose key is sent.
    customer_id: String,
    /// Text or number of the other system.
    user_id: Value,
    /// Text or number of the other system.
    session_id: Value,
}

/// What came of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TokenAnswer {
    /// For the socket's `auth.token`, or as bearer for `/whatsapp/…`.
    token: String,
    /// Seconds until it ends.
    expires_in: u64,
}

/// Exchanges an API key with the scope `events:write` for a connection token, which a page may hold.
#[utoipa::path(post, path = "/auth/token", tag = "api keys", request_body = TokenBody, security(("apiKey" = [])),
    responses((status = 200, body = Answer<TokenAnswer>), (status = 401), (status = 403),
        (status = 404, description = "`customer_id` is not the business of this key"), (status = 422)))]
async fn issue_token(
    State(people): State<People>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    Body(body): Body<TokenBody>,
) -> Result<Response> {
    let mut fields = Fields::new();
    let user = parse_foreign(&mut fields, "user_id", &body.user_id);
    let session = parse_foreign(&mut fields, "session_id", &body.session_id);
    fields.check()?;
    let wish = TokenWish { customer: body.customer_id, user, session };
    let (token, expires_in) = actions::issue_token(&people, &sender, &client, wish).await?;
    let mut response = Answer::new(TokenAnswer { token, expires_in }).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
