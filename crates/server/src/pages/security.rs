//! `/.well-known/security.txt` (RFC 9116): where people report a hole.

use std::time::Duration;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::Problem;
use platform::Result;

use super::System;

/// How long the page may be believed. It is made anew each time it is asked for, so that it never runs out while the house
/// is looked after; the RFC wants less than a year.
const BELIEVED_FOR: Duration = Duration::from_secs(180 * 24 * 3600);

/// Where to report a security hole, in the form of RFC 9116.
#[utoipa::path(get, path = "/.well-known/security.txt", tag = "house",
    responses((status = 200, content_type = "text/plain", body = String),
        (status = 404, description = "The operator named no contact.")))]
pub(super) async fn security_txt(State(system): State<System>) -> Result<Response> {
    let config = system.platform.config();
    let contact = config.security_contact.as_deref().ok_or_else(Problem::not_found)?;
    let expires = system.platform.world().now().plus(BELIEVED_FOR);
    let text = format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        config.client_url
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
