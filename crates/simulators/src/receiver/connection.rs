//! One connection: requests one after the other, each met with what is planned for its path.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Fault, Receiver};

/// Longest head of a request.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Longest body of a request.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes written at once of a long answer.
const PIECE_BYTES: usize = 64 * 1024;
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";

struct Head {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body_bytes: usize,
}

pub(super) async fn serve(mut stream: TcpStream, receiver: Receiver) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a webhook connection keeps Nagle's algorithm");
    }
    if let Err(error) = converse(&mut stream, &receiver).await {
        tracing::debug!(%error, "a webhook connection ended");
    }
}

async fn converse(stream: &mut TcpStream, receiver: &Receiver) -> io::Result<()> {
    let mut held = Vec::with_capacity(4096);
    while let Some((head, body_at)) = read_head(stream, &mut held).await? {
        let end = body_at + head.body_bytes;
        while held.len() < end {
            if stream.read_buf(&mut held).await? == 0 {
                return Ok(());
            }
        }
        let fault = receiver.take(&head.method, &head.path, head.headers, &held[body_at..end]);
        held.drain(..end);
        if !answer(stream, fault).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// The next head, and where the body behind it begins; none when the client is done.
async fn read_head(stream: &mut TcpStream, held: &mut Vec<u8>) -> io::Result<Option<(Head, usize)>> {
    loop {
        if let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = std::str::from_utf8(&held[..end]).ok().and_then(parse_head);
            return head.map(|head| Some((head, end + 4))).ok_or_else(|| io::Error::other("not a request"));
        }
        if held.first().is_some_and(|byte| !byte.is_ascii_alphabetic()) {
            // A client that greets for TLS: this is how a server of plain HTTP turns it away.
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?;
            return Err(io::Error::other("not plain HTTP"));
        }
        if held.len() > HEAD_BYTES_MAX {
            return Err(io::Error::other("the head of a request is too long"));
        }
        if stream.read_buf(held).await? == 0 {
            return Ok(None);
        }
    }
}

fn parse_head(text: &str) -> Option<Head> {
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let parted = lines.map(|line| line.split_once(':').map(|(k, v)| (k.to_ascii_lowercase(), v.trim().to_owned())));
    let headers = parted.collect::<Option<Vec<_>>>()?;
    let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value.parse::<usize>());
    let body_bytes = length.transpose().ok()?.unwrap_or(0);
    (body_bytes <= BODY_BYTES_MAX).then_some(Head { method, path, headers, body_bytes })
}

/// Whether the connection goes on.
async fn answer(stream: &mut TcpStream, fault: Fault) -> io::Result<bool> {
    match fault {
        Fault::None => stream.write_all(OK).await?,
        Fault::Headers { headers } => {
            let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{lines}content-length: 2\r\n\r\nok").as_bytes()).await?;
        }
        Fault::Slow { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            stream.write_all(OK).await?;
        }
        Fault::Status { code, retry_after, location } => {
            let line =
                |name: &str, value: Option<String>| value.map(|v| format!("{name}: {v}\r\n")).unwrap_or_default();
            let (retry, location) = (line("retry-after", retry_after), line("location", location));
            let text = format!("HTTP/1.1 {code} Planned\r\n{retry}{location}content-length: 7\r\n\r\nplanned");
            stream.write_all(text.as_bytes()).await?;
        }
        Fault::Hang => wait_until_gone(stream).await?,
        Fault::HangInBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome").await?;
            wait_until_gone(stream).await?;
        }
        Fault::Huge { bytes } => {
            stream.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n").as_bytes()).await?;
            let piece = [b'x'; PIECE_BYTES];
            let mut left = bytes;
            while left > 0 {
                let now = left.min(PIECE_BYTES);
                stream.write_all(&piece[..now]).await?;
                left -= now;
            }
        }
        Fault::Reset => return Ok(false),
        Fault::Garbage => {
            stream.write_all(b"220 mail.example.com ESMTP ready\r\n").await?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns when the other side closed.
async fn wait_until_gone(stream: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await? > 0 {}
    Err(io::Error::other("the other side gave up"))
}
