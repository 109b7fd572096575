//! Signatures after two schemes at once. Standard Webhooks signs `id.seconds.body` with the bytes behind `whsec_`; the older
//! one signs `milliseconds.body` with the secret's text as it was shown. The receiver checks whichever it knows.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use sha2::Sha256;

use super::secret::{PREFIX, Secrets};

type HmacSha256 = Hmac<Sha256>;

/// Both keyed hashes of one secret, ready to be fed.
#[derive(Clone)]
struct Key {
    standard: HmacSha256,
    shown: HmacSha256,
}

/// What signs the requests of one webhook.
#[derive(Clone)]
pub(crate) struct Keys {
    current: Key,
    /// Newest first, each with the end of its time.
    old: Vec<(Key, Timestamp)>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// The values of the three signature headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signatures {
    /// `webhook-signature`: one `v1,…` per secret that signs now, newest first.
    pub standard: String,
    /// `X-Webhook-Signature`: by the newest secret.
    pub shown: String,
    /// `X-Webhook-Signature-Previous`: by the one before it, while that still signs along.
    pub previous: Option<String>,
}

impl Key {
    fn new(secret: &str) -> Option<Self> {
        let coded = secret.strip_prefix(PREFIX)?.trim_end_matches('=');
        let bytes = STANDARD_NO_PAD.decode(coded).ok()?;
        Some(Self {
            standard: HmacSha256::new_from_slice(&bytes).ok()?,
            shown: HmacSha256::new_from_slice(secret.as_bytes()).ok()?,
        })
    }
    fn standard(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        let head = format!("{id}.{}.", at.seconds());
        let code = self.standard.clone().chain_update(head).chain_update(body).finalize();
        format!("v1,{}", STANDARD.encode(code.into_bytes()))
    }
    fn shown(&self, at: Timestamp, body: &[u8]) -> String {
        let code = self.shown.clone().chain_update(format!("{}.", at.millis())).chain_update(body).finalize();
        format!("sha256={}", hex::encode(code.into_bytes()))
    }
}

impl Keys {
    /// `None` for a secret that none of ours could be.
    pub(super) fn new(secrets: &Secrets) -> Option<Self> {
        let old = secrets.old.iter().filter_map(|old| Some((Key::new(&old.secret)?, old.until))).collect();
        Some(Self { current: Key::new(&secrets.current)?, old })
    }

    /// Signs one request.
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> Signatures {
        let mut standard = self.current.standard(id, at, body);
        let mut previous = None;
        for (key, _) in self.old.iter().filter(|(_, until)| *until > at) {
            standard.push(' ');
            standard.push_str(&key.standard(id, at, body));
            previous = previous.or_else(|| Some(key.shown(at, body)));
        }
        Signatures { standard, shown: self.current.shown(at, body), previous }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::secret::OldSecret;

    /// The example that the standard's own libraries are tested with.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const AT: Timestamp = Timestamp::from_millis(1_614_265_330_000);

    #[test]
    fn the_published_example_is_signed_as_published() {
        let keys = Keys::new(&Secrets { current: SECRET.to_owned(), old: Vec::new() }).unwrap();
        let signed = keys.sign(ID, AT, BODY);
        assert_eq!(signed.standard, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(signed.previous, None);
    }

    #[test]
    fn an_old_secret_signs_along_until_its_time_is_over() {
        let old = OldSecret { secret: SECRET.to_owned(), until: AT.plus(std::time::Duration::from_millis(1)) };
        let new = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".to_owned();
        let keys = Keys::new(&Secrets { current: new, old: vec![old] }).unwrap();
        let both = keys.sign(ID, AT, BODY);
        assert!(both.standard.ends_with(" v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="), "{}", both.standard);
        assert!(both.previous.is_some_and(|previous| previous != both.shown));
        let later = keys.sign(ID, AT.plus(std::time::Duration::from_secs(1)), BODY);
        assert!(!later.standard.contains(' ') && later.previous.is_none());
    }
}
