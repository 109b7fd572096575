//! The signed word about a visitor (ES256). The keys are nobody's secret: they sign for a house that exists in tests only.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::{CLIENT_ID, Lie, Visitor};

const KEY_ID: &str = "one";
/// PKCS#8.
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggCaMQWaxjG19MG5kGrDIsJmZt7XZdot8QDw6ZryHY7ehRANCAAREUSN8VQg84ladN13rn6l/IpnV9EYMgCjXWCdywm2/ttI2//ofWFyBpY+HG9TMt7OEjiPDGoCDgAsybA3MQ3bQ";
const KEY_X: &str = "RFEjfFUIPOJWnTdd65-pfyKZ1fRGDIAo11gncsJtv7Y";
const KEY_Y: &str = "0jb_-h9YXIGlj4cb1My3s4SOI8MagIOACzJsDcxDdtA";
const OTHER_KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiJKGQHBlcwZQZlMb4gE4lv4X2SoYehPAz7YyL5zvA16hRANCAASzsLDo7nw3DNQeT6t2xlOa+zopHUuL7VVrVGuKz1ddYPeBHXloAADNYk5DQennY1JTtW3ExhJdnTk8KUlrE+Tz";
/// How long a word is good.
const LIFETIME_SECONDS: i64 = 300;

/// The keys that its words are signed with (RFC 7517).
pub(super) fn keys() -> Value {
    json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KEY_ID, "x": KEY_X, "y": KEY_Y }] })
}

/// A word about a visitor, as wrong as it was asked to be.
pub(super) fn speak(
    issuer: &str,
    visitor: &Visitor,
    nonce: Option<&str>,
    now_seconds: i64,
    lie: Option<Lie>,
) -> Result<String, jsonwebtoken::errors::Error> {
    let end = if lie == Some(Lie::Expired) { now_seconds - 3600 } else { now_seconds + LIFETIME_SECONDS };
    let mut claims = json!({
        "iss": if lie == Some(Lie::OtherIssuer) { "https://elsewhere.example" } else { issuer },
        "aud": if lie == Some(Lie::OtherAudience) { "somebody else" } else { CLIENT_ID },
        "sub": visitor.subject,
        "iat": end - LIFETIME_SECONDS,
        "exp": end,
        "email_verified": visitor.email_verified,
    });
    let nonce = if lie == Some(Lie::OtherNonce) { Some("another") } else { nonce };
    for (name, value) in [("nonce", nonce), ("email", visitor.email.as_deref()), ("name", visitor.name.as_deref())] {
        if let Some(value) = value {
            claims[name] = value.into();
        }
    }
    if lie == Some(Lie::Unsigned) {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        return Ok(format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims)));
    }
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::ES256) };
    let key = if lie == Some(Lie::OtherKey) { OTHER_KEY } else { KEY };
    let key = STANDARD.decode(key).map_err(jsonwebtoken::errors::ErrorKind::Base64)?;
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(&key))
}
