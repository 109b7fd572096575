//! The refresh token as a cookie for the web app: out of reach of scripts, sent to its own routes only, and taken only
//! from pages of ours.

use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use platform::{Fault, Result, config::Config, http::ClientInfo};

use super::{
    error,
    model::PersonKind,
    rules::{SESSION_LIFETIME, is_own_origin},
};

const fn name_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::User => "fd_refresh",
        PersonKind::Customer => "fd_customer_refresh",
    }
}

const fn path_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::User => "/api/auth",
        PersonKind::Customer => "/api/customers/auth",
    }
}

/// An answer that also keeps or drops the cookie of its kind.
#[derive(Debug)]
pub struct WithCookie<T> {
    body: T,
    cookie: HeaderValue,
}

impl<T: IntoResponse> IntoResponse for WithCookie<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        response.headers_mut().append(SET_COOKIE, self.cookie);
        response
    }
}

/// The answer, with the refresh token kept in the browser.
pub fn keep<T>(config: &Config, kind: PersonKind, refresh_token: &str, body: T) -> Result<WithCookie<T>> {
    set(config, kind, refresh_token, SESSION_LIFETIME.as_secs(), body)
}

/// The answer, with the cookie taken away.
pub(crate) fn drop<T>(config: &Config, kind: PersonKind, body: T) -> Result<WithCookie<T>> {
    set(config, kind, "", 0, body)
}

fn set<T>(config: &Config, kind: PersonKind, value: &str, seconds: u64, body: T) -> Result<WithCookie<T>> {
    let secure = if config.client_url.starts_with("https://") { "; Secure" } else { "" };
    let (name, path) = (name_of(kind), path_of(kind));
    // A token is base64url, so nothing in it needs quoting.
    let cookie = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|e| Fault::internal("setting a cookie", e))?;
    Ok(WithCookie { body, cookie })
}

/// The refresh token of a request: from the body, else from the cookie if the page is ours.
pub(crate) fn find_refresh_token(
    config: &Config,
    kind: PersonKind,
    from_body: Option<String>,
    client: &ClientInfo,
    headers: &HeaderMap,
) -> Result<String> {
    if let Some(token) = from_body {
        return Ok(token);
    }
    let jar = CookieJar::from_headers(headers);
    let token = jar.get(name_of(kind)).map(|cookie| cookie.value().to_owned()).ok_or_else(error::refresh_refused)?;
    let (origin, host) = (client.origin.as_deref(), client.host.as_deref());
    if is_own_origin(origin, host, &config.allowed_origins, &config.client_url) {
        Ok(token)
    } else {
        Err(error::origin_refused().into())
    }
}
