//! Status callbacks: a signed form, posted to addresses on loopback.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha1::Sha1;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::SentMessage;
use crate::http::is_loopback;
use crate::start::stopped;

/// How long one post may take.
const POST_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a callback is posted before it is dropped.
const POSTS_MAX: u32 = 5;
/// The pause before a callback that was not taken is posted again.
const POST_PAUSE: Duration = Duration::from_millis(500);
/// Bytes of an answer that are read: only its first line counts.
const ANSWER_BYTES_MAX: usize = 1024;

/// A callback as it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Callback {
    /// Where to.
    pub url: String,
    /// The body, `application/x-www-form-urlencoded`.
    pub form: String,
    /// `X-Twilio-Signature`.
    pub signature: String,
}

pub(super) fn sign(message: &SentMessage, status: &str, error_code: Option<u32>) -> Option<Callback> {
    let url = message.status_callback.clone()?;
    // A sorted map is what the signature is made over.
    let mut fields = BTreeMap::from([
        ("AccountSid", message.account_sid.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("From", message.from.clone()),
        ("MessageSid", message.sid.clone()),
        ("MessageStatus", status.to_owned()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status.to_owned()),
        ("To", message.to.clone()),
    ]);
    fields.extend(error_code.map(|code| ("ErrorCode", code.to_string())));
    finish(url, &message.auth_token, &fields)
}

/// An incoming message as Twilio posts it to the address that its number is set up with.
pub(super) fn incoming(
    account_sid: &str,
    auth_token: &str,
    url: &str,
    from: &str,
    to: &str,
    body: &str,
) -> Option<Callback> {
    let fields = BTreeMap::from([
        ("AccountSid", account_sid.to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("Body", body.to_owned()),
        ("From", from.to_owned()),
        ("MessageSid", "SM00000000000000000000000000000000".to_owned()),
        ("NumMedia", "0".to_owned()),
        ("To", to.to_owned()),
    ]);
    finish(url.to_owned(), auth_token, &fields)
}

fn finish(url: String, auth_token: &str, fields: &BTreeMap<&'static str, String>) -> Option<Callback> {
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).ok()?;
    mac.update(url.as_bytes());
    for (key, value) in fields {
        mac.update(key.as_bytes());
        mac.update(value.as_bytes());
    }
    let pairs: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", escape(value))).collect();
    Some(Callback { url, form: pairs.join("&"), signature: STANDARD.encode(mac.finalize().into_bytes()) })
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Posts what comes, one after the other, until the simulators stop.
pub(super) async fn post_all(mut waiting: mpsc::Receiver<Callback>, mut stop: watch::Receiver<bool>) {
    loop {
        let callback = tokio::select! {
            () = stopped(&mut stop) => return,
            callback = waiting.recv() => callback,
        };
        let Some(callback) = callback else { return };
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = post_until_taken(&callback) => {}
        }
    }
}

async fn post_until_taken(callback: &Callback) {
    let Some((authority, path)) = local_target(&callback.url) else { return };
    for _ in 0..POSTS_MAX {
        match timeout(POST_TIMEOUT, post(authority, path, callback)).await {
            Ok(Ok(status)) if status < 500 => return,
            Ok(Ok(status)) => tracing::debug!(status, "a status callback was not taken"),
            Ok(Err(error)) => tracing::debug!(%error, "a status callback could not be posted"),
            Err(_) => tracing::debug!("a status callback was not answered in time"),
        }
        tokio::time::sleep(POST_PAUSE).await;
    }
}

/// Host with port, and path, of an address on this machine.
fn local_target(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    is_loopback(authority).then_some((authority, if path.is_empty() { "/" } else { path }))
}

async fn post(authority: &str, path: &str, callback: &Callback) -> io::Result<u16> {
    let target = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(target).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nX-Twilio-Signature: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
        callback.signature,
        callback.form.len(),
        callback.form
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX as u64).read_to_end(&mut answer).await?;
    let line = String::from_utf8_lossy(&answer);
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no HTTP answer"))
}
