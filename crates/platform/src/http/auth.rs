//! Who is asking, over HTTP and over sockets. The extractors fail before a handler's body runs; what a token means is
//! answered through the [`Authenticator`] port by the people floor.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use futures_util::future::BoxFuture;
use http::{header::AUTHORIZATION, request::Parts};
use kernel::{Caller, Problem};

use crate::{Fault, Result};

/// Answers what a bearer token means. Wrong, expired, revoked or of another kind: 401.
pub trait Authenticator: Send + Sync + 'static {
    /// The caller behind an access token of a user or a customer.
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller>>;
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
/// A customer; a user's token is a wrong kind here and gets 401.
#[derive(Debug, Clone)]
pub struct CustomerAuth(pub Caller);
/// Somebody, if a credential came along; a bad credential is still refused.
#[derive(Debug, Clone)]
pub struct MaybeAuth(pub Option<Caller>);

/// The bearer token of a request.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn caller(parts: &mut Parts) -> Result<Caller> {
    if let Some(known) = parts.extensions.get::<Caller>() {
        return Ok(known.clone());
    }
    let port = parts.extensions.get::<AuthPort>().cloned();
    let port = port.ok_or_else(|| Fault::internal("authenticating", "no authenticator is wired"))?;
    let token = bearer(parts).ok_or_else(Problem::unauthorized)?;
    let caller = port.0.authenticate(token).await?;
    parts.extensions.insert(caller.clone());
    Ok(caller)
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
