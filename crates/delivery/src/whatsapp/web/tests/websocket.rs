//! As much of a WebSocket server as one client needs (RFC 6455).

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// First byte of a whole binary frame.
const BINARY: u8 = 0x82;
const KEY: &str = "sec-websocket-key:";

/// Reads a request to its end.
pub async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// Takes the connection as a WebSocket.
pub async fn accept(stream: &mut TcpStream) -> io::Result<()> {
    let head = read_head(stream).await?;
    let key = head.lines().find_map(|line| line.to_lowercase().starts_with(KEY).then(|| line[KEY.len()..].trim()));
    let accept = STANDARD.encode(Sha1::digest(format!("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key.unwrap())));
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await
}

/// A binary frame of a server.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap();
    let head = match u8::try_from(length) {
        Ok(short @ ..126) => vec![BINARY, short],
        _ => [&[BINARY, 126], &length.to_be_bytes()[..]].concat(),
    };
    [&head, message].concat()
}

/// The next binary frame of a client, unmasked; an error when it closes.
pub async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    if stream.read_u8().await? != BINARY {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    let length = match stream.read_u8().await? & 0x7f {
        126 => u64::from(stream.read_u16().await?),
        127 => stream.read_u64().await?,
        short => u64::from(short),
    };
    let mut mask = [0; 4];
    stream.read_exact(&mut mask).await?;
    let mut bytes = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect())
}
