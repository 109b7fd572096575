//! What the Cloud API reports about messages: signed JSON, posted to addresses on loopback.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::SentWhatsApp;
use crate::http::is_loopback;
use crate::start::stopped;

/// How long one post may take.
const POST_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a report is posted before it is dropped.
const POSTS_MAX: u32 = 5;
/// The pause before a report that was not taken is posted again.
const POST_PAUSE: Duration = Duration::from_millis(500);
/// Bytes of an answer that are read: only its first line counts.
const ANSWER_BYTES_MAX: usize = 1024;

/// A report as it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Where to.
    pub url: String,
    /// The body, JSON.
    pub body: String,
    /// `X-Hub-Signature-256`.
    pub signature: String,
}

pub(super) fn sign(
    message: &SentWhatsApp,
    url: &str,
    secret: &str,
    status: &str,
    error_code: Option<u32>,
    now_ms: i64,
) -> Option<Report> {
    let mut told = json!({
        "id": message.id,
        "status": status,
        "timestamp": (now_ms / 1000).to_string(),
        "recipient_id": message.to.trim_start_matches('+'),
    });
    if let Some(opaque) = &message.opaque {
        told["biz_opaque_callback_data"] = Value::from(opaque.as_str());
    }
    if let Some(code) = error_code {
        told["errors"] = json!([{ "code": code, "title": "Message undeliverable" }]);
    }
    let metadata = json!({ "display_phone_number": "15550100", "phone_number_id": message.from });
    let value = json!({ "messaging_product": "whatsapp", "metadata": metadata, "statuses": [told] });
    let entry = json!([{ "id": "0", "changes": [{ "field": "messages", "value": value }] }]);
    let body = json!({ "object": "whatsapp_business_account", "entry": entry }).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body.as_bytes());
    let mut signature = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        write!(signature, "{byte:02x}").ok()?;
    }
    Some(Report { url: url.to_owned(), body, signature })
}

/// Posts what comes, one after the other, until the simulators stop.
pub(super) async fn post_all(mut waiting: mpsc::Receiver<Report>, mut stop: watch::Receiver<bool>) {
    loop {
        let report = tokio::select! {
            () = stopped(&mut stop) => return,
            report = waiting.recv() => report,
        };
        let Some(report) = report else { return };
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = post_until_taken(&report) => {}
        }
    }
}

async fn post_until_taken(report: &Report) {
    let Some(rest) = report.url.strip_prefix("http://") else { return };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if !is_loopback(authority) {
        return;
    }
    for _ in 0..POSTS_MAX {
        match timeout(POST_TIMEOUT, post(authority, path, report)).await {
            Ok(Ok(status)) if status < 500 => return,
            Ok(Ok(status)) => tracing::debug!(status, "a report was not taken"),
            Ok(Err(error)) => tracing::debug!(%error, "a report could not be posted"),
            Err(_) => tracing::debug!("a report was not answered in time"),
        }
        tokio::time::sleep(POST_PAUSE).await;
    }
}

async fn post(authority: &str, path: &str, report: &Report) -> io::Result<u16> {
    let target = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(target).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nX-Hub-Signature-256: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        report.signature,
        report.body.len(),
        report.body
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX as u64).read_to_end(&mut answer).await?;
    let line = String::from_utf8_lossy(&answer);
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no HTTP answer"))
}
