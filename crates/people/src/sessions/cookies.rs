//! The refresh token as a cookie for the web app: out of reach of scripts, sent to its own routes only, and taken only
//! from pages of ours.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use platform::{Fault, Result, config::Config, http::ClientInfo};

use super::{
    error,
    model::{Device, PersonKind, TokenPair},
    rules::{SESSION_LIFETIME, is_own_origin},
};
use crate::signin::rules::DEVICE_KNOWN_FOR;

const fn name_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::User => "fd_refresh",
        PersonKind::Customer => "fd_customer_refresh",
    }
}

const fn device_name_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::User => "fd_device",
        PersonKind::Customer => "fd_customer_device",
    }
}

const fn path_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::User => "/api/auth",
        PersonKind::Customer => "/api/customers/auth",
    }
}

/// An answer that also keeps or drops cookies of its kind.
#[derive(Debug)]
pub struct WithCookie<T> {
    body: T,
    cookies: Vec<HeaderValue>,
}

impl<T: IntoResponse> IntoResponse for WithCookie<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        for cookie in self.cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// The answer, with the refresh token and what names the device kept in the browser.
pub fn keep<T>(config: &Config, kind: PersonKind, tokens: &TokenPair, body: T) -> Result<WithCookie<T>> {
    let mut cookies = vec![cookie(config, kind, name_of(kind), &tokens.refresh_token, SESSION_LIFETIME)?];
    if let Some(token) = tokens.device_token.as_deref() {
        cookies.push(cookie(config, kind, device_name_of(kind), token, DEVICE_KNOWN_FOR)?);
    }
    Ok(WithCookie { body, cookies })
}

/// The answer, with the refresh token taken away; the device stays known.
pub(crate) fn drop<T>(config: &Config, kind: PersonKind, body: T) -> Result<WithCookie<T>> {
    Ok(WithCookie { body, cookies: vec![cookie(config, kind, name_of(kind), "", Duration::ZERO)?] })
}

fn cookie(config: &Config, kind: PersonKind, name: &str, value: &str, lifetime: Duration) -> Result<HeaderValue> {
    let secure = if config.client_url.starts_with("https://") { "; Secure" } else { "" };
    let (path, seconds) = (path_of(kind), lifetime.as_secs());
    // A token is base64url, so nothing in it needs quoting.
    let cookie = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).map_err(|e| Fault::internal("setting a cookie", e))
}

/// The device of a request: what it was given at an earlier sign-in comes in the body, else in its cookie.
pub fn find_device(kind: PersonKind, client: &ClientInfo, headers: &HeaderMap, from_body: Option<String>) -> Device {
    Device::from(client).with_token(from_body.or_else(|| find_device_token(kind, headers)))
}

/// What an earlier sign-in gave the browser, when it sends it as a cookie.
pub(crate) fn find_device_token(kind: PersonKind, headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(device_name_of(kind)).map(|cookie| cookie.value().to_owned())
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
