//! A push service (RFC 8030) and the browsers behind it. It takes `POST /push/{device}` with the headers of RFC 8291 and
//! RFC 8292, checks the statement of who sends (signature, audience, age), opens the message with the browser's keys, as a
//! browser would, and keeps what came. Faults are used up one after the other: 410 says that the browser is signed off.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aes_gcm::{Aes128Gcm, KeyInit as _, aead::Aead as _};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, middleware};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToEncodedPoint as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::http::check_host;
use crate::start::NowMillis;

/// Messages kept; the oldest make room.
pub const KEPT_MAX: usize = 1_000;
/// Bytes of one message that a push service must take.
const BODY_BYTES_MAX: usize = 4_096;
/// Seconds that a statement of who sends may hold.
const STATEMENT_SECONDS_MAX: i64 = 24 * 3600;
/// Salt, record size and the length of the key.
const HEADER_BYTES: usize = 21;
/// Bytes of a public key, not compressed.
const POINT_BYTES: usize = 65;

/// One message that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// To which browser.
    pub device: String,
    /// What its service worker would see.
    pub payload: Value,
    /// Seconds that the service may keep it.
    pub ttl: u64,
    /// How much it presses.
    pub urgency: String,
    /// A newer one takes its place.
    pub topic: String,
    /// Who sends, as stated.
    pub subject: String,
    /// When it came, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// What a browser gives to whoever may write to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// Where its push service takes messages.
    pub endpoint: String,
    /// Its public key, base64url.
    pub p256dh: String,
    /// The secret it shares, base64url.
    pub auth: String,
}

#[derive(Default)]
struct Kept {
    pushed: VecDeque<Pushed>,
    faults: HashMap<String, VecDeque<u16>>,
}

/// A shared handle on the simulated service.
#[derive(Clone)]
pub struct Push {
    kept: Arc<Mutex<Kept>>,
    now: NowMillis,
}

impl Push {
    pub(crate) fn new(now: NowMillis) -> Self {
        Self { kept: Arc::default(), now }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A browser of this name at a service that answers at this origin. The same name is the same browser.
    pub fn browser(origin: &str, device: &str) -> Browser {
        let (key, auth) = keys_of(device);
        let point = key.public_key().to_encoded_point(false);
        Browser {
            endpoint: format!("{origin}/push/{device}"),
            p256dh: URL_SAFE_NO_PAD.encode(point.as_bytes()),
            auth: URL_SAFE_NO_PAD.encode(auth),
        }
    }

    /// What came for a browser, oldest first.
    pub fn pushed_to(&self, device: &str) -> Vec<Pushed> {
        self.kept().pushed.iter().filter(|pushed| pushed.device == device).cloned().collect()
    }

    /// The statuses that the next messages to a browser meet, in order.
    pub fn refuse(&self, device: &str, statuses: &[u16]) {
        self.kept().faults.insert(device.to_owned(), statuses.iter().copied().collect());
    }
}

/// The keys of a browser are made from its name, so that nothing has to be remembered.
fn keys_of(device: &str) -> (SecretKey, [u8; 16]) {
    let mut seed: [u8; 32] = Sha256::digest(device.as_bytes()).into();
    loop {
        if let Ok(key) = SecretKey::from_slice(&seed) {
            let auth = Sha256::digest(seed);
            let mut first = [0; 16];
            first.copy_from_slice(&auth[..16]);
            return (key, first);
        }
        seed = Sha256::digest(seed).into();
    }
}

/// What answers on the service's own port.
pub(crate) fn router(push: Push) -> Router {
    Router::new()
        .route("/push/{device}", post(take))
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(2 * BODY_BYTES_MAX))
        .with_state(push)
}

async fn take(State(push): State<Push>, Path(device): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = push.kept().faults.get_mut(&device).and_then(VecDeque::pop_front);
    if let Some(status) = fault {
        return StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    }
    match read(&push, &device, &headers, &body) {
        Ok(pushed) => {
            let mut kept = push.kept();
            kept.pushed.push_back(pushed);
            if kept.pushed.len() > KEPT_MAX {
                kept.pushed.pop_front();
            }
            (StatusCode::CREATED, [("location", format!("/message/{device}"))]).into_response()
        }
        Err((status, complaint)) => (status, complaint).into_response(),
    }
}

type Complaint = (StatusCode, &'static str);

fn read(push: &Push, device: &str, headers: &HeaderMap, body: &[u8]) -> Result<Pushed, Complaint> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if body.len() > BODY_BYTES_MAX {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "larger than 4096 bytes"));
    }
    let ttl = text("ttl").parse().map_err(|_| (StatusCode::BAD_REQUEST, "no TTL"))?;
    if text("content-encoding") != "aes128gcm" {
        return Err((StatusCode::BAD_REQUEST, "another encoding than aes128gcm"));
    }
    let host = text("host");
    let authorization = text(AUTHORIZATION.as_str());
    let subject = check_statement(authorization, &format!("http://{host}"), (push.now)() / 1000)
        .ok_or((StatusCode::UNAUTHORIZED, "the statement of who sends is not good"))?;
    let plain = open(device, body).ok_or((StatusCode::BAD_REQUEST, "the message does not open"))?;
    let payload = serde_json::from_slice(&plain).map_err(|_| (StatusCode::BAD_REQUEST, "the message is no JSON"))?;
    Ok(Pushed {
        device: device.to_owned(),
        payload,
        ttl,
        urgency: text("urgency").to_owned(),
        topic: text("topic").to_owned(),
        subject,
        at_ms: (push.now)(),
    })
}

/// The subject of a good statement: signed by the key beside it, for us, and not for too long.
fn check_statement(header: &str, audience: &str, now: i64) -> Option<String> {
    let (token, key) = header.strip_prefix("vapid t=")?.split_once(", k=")?;
    let (said, signature) = token.rsplit_once('.')?;
    let key = VerifyingKey::from_sec1_bytes(&URL_SAFE_NO_PAD.decode(key).ok()?).ok()?;
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    key.verify(said.as_bytes(), &signature).ok()?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(said.split_once('.')?.1).ok()?).ok()?;
    let expires = claims["exp"].as_i64()?;
    let is_good = claims["aud"] == audience && expires > now && expires <= now + STATEMENT_SECONDS_MAX;
    is_good.then(|| claims["sub"].as_str().map(str::to_owned)).flatten()
}

/// As a browser opens it (RFC 8291).
fn open(device: &str, body: &[u8]) -> Option<Vec<u8>> {
    let (key, auth) = keys_of(device);
    let (salt, point) = (body.get(..16)?, body.get(HEADER_BYTES..HEADER_BYTES + POINT_BYTES)?);
    let sealed = body.get(HEADER_BYTES + POINT_BYTES..)?;
    let theirs = PublicKey::from_sec1_bytes(point).ok()?;
    let shared = diffie_hellman(key.to_nonzero_scalar(), theirs.as_affine());
    let own = key.public_key().to_encoded_point(false);
    let about = [b"WebPush: info\0".as_slice(), own.as_bytes(), point].concat();
    let expand = |salt: &[u8], material: &[u8], about: &[u8], out: &mut [u8]| {
        Hkdf::<Sha256>::new(Some(salt), material).expand(about, out).ok()
    };
    let (mut material, mut content_key, mut nonce) = ([0; 32], [0; 16], [0; 12]);
    expand(&auth, shared.raw_secret_bytes(), &about, &mut material)?;
    expand(salt, &material, b"Content-Encoding: aes128gcm\0", &mut content_key)?;
    expand(salt, &material, b"Content-Encoding: nonce\0", &mut nonce)?;
    let mut plain = Aes128Gcm::new_from_slice(&content_key).ok()?.decrypt(&nonce.into(), sealed).ok()?;
    // The last record ends with a 2 and as many zeros as its sender liked.
    while plain.last() == Some(&0) {
        plain.pop();
    }
    (plain.pop() == Some(2)).then_some(plain)
}
