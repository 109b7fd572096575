//! Who is asking, over HTTP and over sockets. The extractors fail before a handler's body runs; what a credential means is
//! answered through the [`Authenticator`] port by the people floor.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use futures_util::future::BoxFuture;
use http::{HeaderName, header::AUTHORIZATION, request::Parts};
use kernel::{
    Caller, Problem,
    sender::{Credential, Scope, Sender},
};

use crate::{Fault, Result};

/// Where other systems put their key.
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// What a connection token may do over HTTP. Its other half, stating events, is for sockets.
const SCOPES_OF_TOKENS: [Scope; 1] = [Scope::Whatsapp];

/// Whoever a bearer token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A signed-in user or customer.
    Person(Caller),
    /// Another system, by a connection token.
    System(Sender),
}

/// Answers what a credential means. Wrong, expired, revoked or of another kind: 401.
pub trait Authenticator: Send + Sync + 'static {
    /// The caller behind an access token of a user or a customer. Whoever still has to set up the second factor that their
    /// business asks for is refused with 403.
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller>>;
    /// The same, and also whoever still has to set up a second factor.
    fn authenticate_for_setup<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller>>;
    /// Whoever is behind a bearer token of any kind.
    fn identify<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Identity>>;
    /// The system behind an API key.
    fn authenticate_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Sender>>;
}

/// The port as it sits in the request extensions.
#[derive(Clone)]
pub struct AuthPort(pub Arc<dyn Authenticator>);

/// A user or a customer.
#[derive(Debug, Clone)]
pub struct Auth(pub Caller);
/// A user; a customer's token is a wrong kind here and gets 401.
#[derive(Debug, Clone)]
pub struct UserAuth(pub Caller);
/// A user, also one who still has to set up the second factor that their business asks for: for the routes by which they
/// do, see themselves and sign out.
#[derive(Debug, Clone)]
pub struct SetupAuth(pub Caller);
/// A customer; a user's token is a wrong kind here and gets 401.
#[derive(Debug, Clone)]
pub struct CustomerAuth(pub Caller);
/// Somebody, if a credential came along; a bad credential is still refused.
#[derive(Debug, Clone)]
pub struct MaybeAuth(pub Option<Caller>);
/// Whoever may speak for a business's other systems: `X-API-Key`, or as bearer a user's token or a connection token; a
/// customer's token is a wrong kind and gets 401. What it may do is asked of it by [`Sender::check`].
///
/// With both headers the key counts alone: a proxy in front may add an `Authorization` of its own, and a key that is no
/// longer good must not go unnoticed behind another credential. A connection token has only those of its scopes that are
/// meant for HTTP.
#[derive(Debug, Clone)]
pub struct SenderAuth(pub Sender);

/// The bearer token of a request.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn port(parts: &Parts) -> Result<AuthPort> {
    let port = parts.extensions.get::<AuthPort>().cloned();
    port.ok_or_else(|| Fault::internal("authenticating", "no authenticator is wired"))
}

async fn caller(parts: &mut Parts) -> Result<Caller> {
    if let Some(known) = parts.extensions.get::<Caller>() {
        return Ok(known.clone());
    }
    let port = port(parts)?;
    let token = bearer(parts).ok_or_else(Problem::unauthorized)?;
    let caller = port.0.authenticate(token).await?;
    parts.extensions.insert(caller.clone());
    Ok(caller)
}

async fn sender(parts: &Parts) -> Result<Sender> {
    let port = port(parts)?;
    if let Some(key) = parts.headers.get(API_KEY) {
        return port.0.authenticate_key(key.to_str().map_err(|_| Problem::unauthorized())?).await;
    }
    if let Some(known) = parts.extensions.get::<Caller>() {
        return if known.is_business() { Ok(known.clone().into()) } else { Err(Problem::unauthorized().into()) };
    }
    match port.0.identify(bearer(parts).ok_or_else(Problem::unauthorized)?).await? {
        Identity::Person(caller) if caller.is_business() => Ok(Sender::from(caller)),
        Identity::Person(_) => Err(Problem::unauthorized().into()),
        Identity::System(sender) => Ok(over_http(sender)),
    }
}

/// The sender with what it may do over HTTP.
fn over_http(mut sender: Sender) -> Sender {
    if let Credential::Token { scopes, .. } = &mut sender.credential {
        *scopes = scopes.iter().copied().filter(|scope| SCOPES_OF_TOKENS.contains(scope)).collect();
    }
    sender
}

impl<S: Send + Sync> FromRequestParts<S> for Auth {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        caller(parts).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UserAuth {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = caller(parts).await?;
        if caller.is_business() { Ok(Self(caller)) } else { Err(Problem::unauthorized().into()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SetupAuth {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let token = bearer(parts).ok_or_else(Problem::unauthorized)?;
        let caller = port(parts)?.0.authenticate_for_setup(token).await?;
        if caller.is_business() { Ok(Self(caller)) } else { Err(Problem::unauthorized().into()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CustomerAuth {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = caller(parts).await?;
        if caller.is_business() { Err(Problem::unauthorized().into()) } else { Ok(Self(caller)) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeAuth {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        if parts.headers.contains_key(AUTHORIZATION) {
            return caller(parts).await.map(|c| Self(Some(c)));
        }
        Ok(Self(None))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SenderAuth {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        sender(parts).await.map(Self)
    }
}
