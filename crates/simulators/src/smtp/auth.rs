//! Credentials as clients send them: AUTH PLAIN (RFC 4616) and the older LOGIN. Any password is right; the user
//! name is kept so that a test can tell whose settings a mail was sent with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::reply::Reply;

pub(super) const USERNAME_PROMPT: Reply = Reply::new(334, "", "VXNlcm5hbWU6");
pub(super) const PASSWORD_PROMPT: Reply = Reply::new(334, "", "UGFzc3dvcmQ6");
pub(super) const EMPTY_PROMPT: Reply = Reply::new(334, "", "");

/// The user name out of `[authzid] NUL authcid NUL password`.
pub(super) fn parse_plain(encoded: &str) -> Result<String, Reply> {
    let decoded = decode(encoded)?;
    let mut parts = decoded.split('\0');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(username), Some(password), None) if !username.is_empty() && !password.is_empty() => {
            Ok(username.to_owned())
        }
        _ => Err(Reply::new(501, "5.5.2", "PLAIN is NUL user NUL password")),
    }
}

/// One answer of the LOGIN dialogue.
pub(super) fn parse_login(encoded: &str) -> Result<String, Reply> {
    let decoded = decode(encoded)?;
    if decoded.is_empty() { Err(Reply::new(501, "5.5.2", "an empty answer")) } else { Ok(decoded) }
}

fn decode(encoded: &str) -> Result<String, Reply> {
    const NOT_BASE64: Reply = Reply::new(501, "5.5.2", "not base64 of UTF-8");
    // RFC 4954: an empty initial response is sent as a single equals sign.
    let encoded = if encoded == "=" { "" } else { encoded };
    let bytes = STANDARD.decode(encoded).map_err(|_| NOT_BASE64)?;
    String::from_utf8(bytes).map_err(|_| NOT_BASE64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_or_refused() {
        assert_eq!(parse_plain(&STANDARD.encode("\0ann\0secret")), Ok("ann".to_owned()));
        assert_eq!(parse_plain(&STANDARD.encode("admin\0ann\0secret")), Ok("ann".to_owned()));
        for bad in [STANDARD.encode("ann\0secret"), STANDARD.encode("\0ann\0"), "=".to_owned(), "???".to_owned()] {
            assert_eq!(parse_plain(&bad).map_err(|reply| reply.code()), Err(501), "{bad}");
        }
        assert_eq!(parse_login(&STANDARD.encode("ann")), Ok("ann".to_owned()));
        assert!(parse_login("").is_err());
        assert_eq!(STANDARD.decode("VXNlcm5hbWU6").unwrap(), b"Username:");
        assert_eq!(STANDARD.decode("UGFzc3dvcmQ6").unwrap(), b"Password:");
    }
}
