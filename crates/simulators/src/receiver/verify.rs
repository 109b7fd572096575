//! Checks what a webhook's request claims, from the published rules of both schemes and without our own signing code.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is not there, or cannot be read.
    #[error("the header {0} is missing or malformed")]
    Header(&'static str),
    /// The secret is not one.
    #[error("the secret is not whsec_ and base64")]
    Secret,
    /// No signature is by this secret.
    #[error("the {0} signature is not by this secret")]
    Wrong(&'static str),
}

fn code(key: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, SignatureError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| SignatureError::Secret)?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac.finalize().into_bytes().to_vec())
}

fn header<'a>(headers: &'a [(String, String)], name: &'static str) -> Result<&'a str, SignatureError> {
    let found = headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    found.ok_or(SignatureError::Header(name))
}

/// Checks both schemes with one secret, as it was shown.
///
/// # Errors
/// When either is not by this secret.
pub fn verify(secret: &str, headers: &[(String, String)], body: &[u8]) -> Result<(), SignatureError> {
    let bytes = secret.strip_prefix("whsec_").and_then(|coded| STANDARD.decode(coded).ok());
    let bytes = bytes.ok_or(SignatureError::Secret)?;
    let (id, seconds) = (header(headers, "webhook-id")?, header(headers, "webhook-timestamp")?);
    let wanted = code(&bytes, &[id.as_bytes(), b".", seconds.as_bytes(), b".", body])?;
    let wanted = format!("v1,{}", STANDARD.encode(wanted));
    if !header(headers, "webhook-signature")?.split(' ').any(|one| one == wanted) {
        return Err(SignatureError::Wrong("webhook-signature"));
    }
    let millis = header(headers, "x-webhook-timestamp")?;
    let wanted = code(secret.as_bytes(), &[millis.as_bytes(), b".", body])?;
    let wanted: String = wanted.iter().map(|byte| format!("{byte:02x}")).collect();
    let given = ["x-webhook-signature", "x-webhook-signature-previous"];
    let mut given = given.iter().filter_map(|name| header(headers, name).ok());
    let is_good = given.any(|one| one.strip_prefix("sha256=") == Some(&wanted));
    if is_good { Ok(()) } else { Err(SignatureError::Wrong("x-webhook-signature")) }
}

pub(super) fn by_any(secrets: &[String], headers: &[(String, String)], body: &[u8]) -> Result<(), SignatureError> {
    let mut last = Err(SignatureError::Secret);
    for secret in secrets {
        last = verify(secret, headers, body);
        if last.is_ok() {
            break;
        }
    }
    last
}
