//! The socket layer's limits and its place among the routes. What travels over the sockets belongs to the floors; here is
//! only how large, how fast and how long.

use std::time::Duration;

use axum::{Router, extract::Request, middleware::map_request};
use http::{HeaderName, HeaderValue, Uri, header};
use hyper::upgrade::OnUpgrade;
use socketioxide::{ParserConfig, SocketIo};

/// Packets that may wait for one socket before it is cut off; it reconnects and catches up by sequence.
pub const BUFFER_PACKETS_MAX: usize = 1024;
/// Bytes of one message, on either transport.
pub const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
/// The read buffer of a socket: most frames are smaller, and an idle socket keeps it.
const READ_BUFFER_BYTES: usize = 1024;
/// How often a socket is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(25);
/// How long it may take to say so.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a transport may be open without asking for the namespace.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a client may take to acknowledge what it was asked to.
const ACK_TIMEOUT: Duration = Duration::from_secs(5);
/// Binary parts of one message; no event of ours has any.
const BINARIES_MAX: usize = 4;

/// The socket layer with nobody connected, as routes: clients use the spelling with the slash.
pub fn build() -> (Router, SocketIo) {
    let parser =
        ParserConfig::common().max_incoming_binaries(BINARIES_MAX).max_incoming_binary_buf_size(MESSAGE_BYTES_MAX);
    let (service, io) = SocketIo::builder()
        .req_path("/socket.io")
        .max_buffer_size(BUFFER_PACKETS_MAX)
        .max_payload(MESSAGE_BYTES_MAX as u64)
        .ws_max_message_size(MESSAGE_BYTES_MAX)
        .ws_max_frame_size(MESSAGE_BYTES_MAX)
        .ws_read_buffer_size(READ_BUFFER_BYTES)
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .ack_timeout(ACK_TIMEOUT)
        .with_parser(parser)
        .build_svc();
    let routes = Router::new()
        .route_service("/socket.io", service.clone())
        .route_service("/socket.io/", service)
        .layer(map_request(lighten));
    (routes, io)
}

/// What the socket layer reads of a request; it keeps the request as long as the socket lives.
const HEADERS_KEPT: [HeaderName; 2] = [header::SEC_WEBSOCKET_KEY, header::CONTENT_TYPE];

/// Leaves of a request only what the socket layer reads, copied: as it came, every header and the address are parts of the
/// 8 KiB into which the connection was read, and one of them keeps all of it.
async fn lighten(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    let mut light = Request::new(body);
    *light.method_mut() = parts.method;
    // Only an address that cannot be written again stays as it came.
    *light.uri_mut() = Uri::try_from(parts.uri.to_string()).unwrap_or(parts.uri);
    for name in HEADERS_KEPT {
        let copied = parts.headers.get(&name).and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
        light.headers_mut().extend(copied.map(|value| (name, value)));
    }
    if let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() {
        light.extensions_mut().insert(upgrade);
    }
    light
}

/// How many sockets are connected to this node; none as long as nobody answers on the namespace.
pub fn count(io: &SocketIo) -> usize {
    io.of("/").map_or(0, |namespace| namespace.sockets().len())
}
