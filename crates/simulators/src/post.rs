//! Telling the application what became of a message, as the services do: a signed request, repeated until it is taken.
//! Addresses on loopback only.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::http::is_loopback;
use crate::start::stopped;

/// How long one post may take.
const POST_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a post is tried before it is dropped.
const POSTS_MAX: u32 = 5;
/// The pause before one that was not taken is tried again.
const POST_PAUSE: Duration = Duration::from_millis(500);
/// Bytes of an answer that are read: only its first line counts.
const ANSWER_BYTES_MAX: usize = 1024;

/// Something to be posted.
pub(crate) trait Post {
    /// The header of its signature.
    const SIGNATURE_HEADER: &'static str;
    /// What its body is.
    const CONTENT_TYPE: &'static str;
    fn url(&self) -> &str;
    fn body(&self) -> &str;
    fn signature(&self) -> &str;
}

/// Posts what comes, one after the other, until the simulators stop.
pub(crate) async fn post_all<P: Post>(mut waiting: mpsc::Receiver<P>, mut stop: watch::Receiver<bool>) {
    loop {
        let next = tokio::select! {
            () = stopped(&mut stop) => return,
            next = waiting.recv() => next,
        };
        let Some(next) = next else { return };
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = post_until_taken(&next) => {}
        }
    }
}

async fn post_until_taken<P: Post>(what: &P) {
    let Some((authority, path)) = local_target(what.url()) else { return };
    for _ in 0..POSTS_MAX {
        match timeout(POST_TIMEOUT, post(authority, path, what)).await {
            Ok(Ok(status)) if status < 500 => return,
            Ok(Ok(status)) => tracing::debug!(status, path, "a post was not taken"),
            Ok(Err(error)) => tracing::debug!(%error, path, "a post failed"),
            Err(_) => tracing::debug!(path, "a post was not answered in time"),
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

async fn post<P: Post>(authority: &str, path: &str, what: &P) -> io::Result<u16> {
    let target = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(target).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n{}: {}\r\n\
         Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
        P::SIGNATURE_HEADER,
        what.signature(),
        P::CONTENT_TYPE,
        what.body().len(),
        what.body()
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX as u64).read_to_end(&mut answer).await?;
    let line = String::from_utf8_lossy(&answer);
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no HTTP answer"))
}
