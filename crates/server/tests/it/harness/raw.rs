//! Bytes on a connection, for what no HTTP library would send.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::App;

const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that came back until the house closed the connection.
#[derive(Debug)]
pub struct RawReply(pub String);

impl RawReply {
    /// The status of the first answer.
    pub fn status(&self) -> u16 {
        let code = self.0.split(' ').nth(1).unwrap_or_else(|| panic!("no HTTP answer: {:?}", self.0));
        code.parse().unwrap()
    }
}

impl App {
    /// Sends the bytes and reads until the connection ends; the request should say `Connection: close`.
    pub async fn send_raw(&self, bytes: &[u8]) -> RawReply {
        let mut stream = TcpStream::connect(self.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut reply = Vec::new();
        timeout(READ_TIMEOUT, stream.read_to_end(&mut reply)).await.expect("the connection ends").unwrap();
        RawReply(String::from_utf8_lossy(&reply).into_owned())
    }
}
