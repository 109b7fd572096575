//! The refresh token as a cookie for the web app: out of reach of scripts, sent to its own routes only, and taken only
//! from pages of ours.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use kernel::{Id, id};
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

const USER_DEVICE: &str = "fd_device";
const CUSTOMER_DEVICE: &str = "fd_customer_device_";
/// Names that one browser keeps for the businesses its owner is a customer of. Few enough that all of them fit into the
/// head of a request; where two businesses share one, the later sign-in counts.
const CUSTOMER_DEVICES_MAX: u8 = 32;

/// Where a sign-in of this kind at this business is remembered by the browser.
fn device_name_of(kind: PersonKind, tenant: Id<id::Tenant>) -> String {
    match kind {
        PersonKind::User => USER_DEVICE.to_owned(),
        PersonKind::Customer => format!("{CUSTOMER_DEVICE}{}", tenant.uuid().as_bytes()[15] % CUSTOMER_DEVICES_MAX),
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
        cookies.push(cookie(config, kind, &device_name_of(kind, tokens.tenant), token, DEVICE_KNOWN_FOR)?);
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

/// The device of a request: what it was given at an earlier sign-in comes in the body, else in its cookies.
pub fn find_device(kind: PersonKind, client: &ClientInfo, headers: &HeaderMap, from_body: Option<String>) -> Device {
    Device::from(client).with_tokens(find_device_tokens(kind, headers, from_body))
}

/// What earlier sign-ins gave the device; at which of the businesses each was is told by what was signed.
pub(crate) fn find_device_tokens(kind: PersonKind, headers: &HeaderMap, from_body: Option<String>) -> Vec<String> {
    if let Some(token) = from_body {
        return vec![token];
    }
    let is_one = |name: &str| match kind {
        PersonKind::User => name == USER_DEVICE,
        PersonKind::Customer => name.starts_with(CUSTOMER_DEVICE),
    };
    let jar = CookieJar::from_headers(headers);
    let tokens = jar.iter().filter(|cookie| is_one(cookie.name())).map(|cookie| cookie.value().to_owned());
    tokens.take(CUSTOMER_DEVICES_MAX.into()).collect()
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
