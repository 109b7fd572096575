//! Connections: accepted up to a bound, given a time to say what they want, and ended in order when the node drains. This is
//! `axum::serve` with limits, which that leaves out: without them a client that never finishes its headers stays for ever.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo, response::Response};
use http::Request;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;
use tower::Service;

/// Connections of one node at a time; beyond that a new one waits in the system's queue. A live socket is one of them.
pub const CONNECTIONS_MAX: usize = 65_536;
/// How long a connection may take to send the head of a request, or stay idle between two.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long to wait after the system refused to accept, for example because files ran out.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);
/// Streams that one HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 128;

/// Answers connections until `stop`; gives back what still runs then. Those that have asked nothing yet, or only begun to,
/// are closed at that moment.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    head_timeout: Duration,
    stop: CancellationToken,
) -> GracefulShutdown {
    // Turns every handler into its final form here instead of at each request.
    let router: Router = router.with_state(());
    let running = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_timeout);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS_MAX).enable_connect_protocol();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return running,
            accepted = next(&listener, &places) => accepted,
        };
        if let Some((stream, peer, place)) = accepted {
            let place = Place::new(place);
            let (router, watcher) = (router.clone(), running.watcher());
            let (builder, stop) = (builder.clone(), stop.clone());
            tokio::spawn(async move {
                if is_spoken_to(&stream, head_timeout, &stop).await {
                    serve(builder, stream, peer, place, router, watcher, stop).await;
                }
            });
        }
    }
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_RETRY).await;
            None
        }
    }
}

/// Whether the client says anything in time; the library's own limit begins with the first byte.
async fn is_spoken_to(stream: &TcpStream, head_timeout: Duration, stop: &CancellationToken) -> bool {
    let mut byte = [0];
    tokio::select! {
        biased;
        first = tokio::time::timeout(head_timeout, stream.peek(&mut byte)) => matches!(first, Ok(Ok(1..))),
        () = stop.cancelled() => false,
    }
}

async fn serve(
    builder: Builder<TokioExecutor>,
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    watcher: Watcher,
    stop: CancellationToken,
) {
    // Small frames must leave at once: Nagle's algorithm holds an acknowledgement back for 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection ended before it began");
    }
    let held = place.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        held.0.asked.store(true, Ordering::Relaxed);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(held.clone());
        answer(router.clone(), request)
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let mut connection = pin!(watcher.watch(connection));
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            // The library closes a connection between two requests by itself, but waits for the rest of a first head, and
            // for a head that never begins. Nobody is owed an answer there.
            if !place.0.asked.load(Ordering::Relaxed) {
                return;
            }
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection ended badly");
    }
}

/// The place of one connection. A live socket goes on after its upgrade ended the exchange of requests, so the place goes
/// with the request, to whoever keeps that.
#[derive(Clone)]
pub struct Place(Arc<Held>);

struct Held {
    #[expect(dead_code, reason = "held, not read")]
    permit: OwnedSemaphorePermit,
    /// Whether a whole head of a request has come.
    asked: AtomicBool,
}

impl Place {
    fn new(permit: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(Held { permit, asked: AtomicBool::new(false) }))
    }
}

async fn answer(mut router: Router, request: Request<Body>) -> Result<Response, Infallible> {
    router.call(request).await
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    async fn start(head_timeout: Duration) -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
        tokio::spawn(accept(listener, Router::new().route("/", get(peer)), head_timeout, stop.clone()));
        (address, stop)
    }

    async fn ask(address: SocketAddr, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut reply = Vec::new();
        tokio::time::timeout(SOON, stream.read_to_end(&mut reply)).await.expect("the connection ends").unwrap();
        String::from_utf8(reply).unwrap()
    }

    #[tokio::test]
    async fn a_client_that_never_finishes_its_headers_is_let_go() {
        let (address, _stop) = start(Duration::from_millis(50)).await;
        let reply = ask(address, b"GET / HTTP/1.1\r\nHost: desk\r\nX-Slow: ").await;
        assert!(!reply.contains("200 OK"), "{reply}");
    }

    #[tokio::test]
    async fn a_client_that_never_says_anything_is_let_go() {
        let (address, _stop) = start(Duration::from_millis(50)).await;
        assert_eq!(ask(address, b"").await, "");
    }

    /// Sends the bytes, waits until they have been read, and tells the node to end; gives what the client hears until the
    /// connection is closed. Heads may take an hour here, so nothing ends by that.
    async fn drained(bytes: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let end = CancellationToken::new();
        let told = end.clone();
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/slow", get(|| async move { told.cancelled_owned().await }));
        let accepting = tokio::spawn(accept(listener, router, Duration::from_secs(3600), stop.clone()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        // Another connection was answered after this one came: it has been accepted.
        ask(address, b"GET / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").await;
        stop.cancel();
        let running = accepting.await.unwrap();
        let ended = async { tokio::join!(running.shutdown(), async { end.cancel() }) };
        tokio::time::timeout(SOON, ended).await.expect("nothing holds the node up");
        let mut reply = Vec::new();
        // A connection with unread bytes is reset.
        let read = tokio::time::timeout(SOON, stream.read_to_end(&mut reply)).await.expect("the connection ends");
        assert!(read.is_ok() || reply.is_empty(), "{read:?}");
        String::from_utf8_lossy(&reply).into_owned()
    }

    #[tokio::test]
    async fn connections_that_asked_nothing_are_closed_when_the_node_ends() {
        let half = b"GET / HTTP/1.1\r\nHost: desk\r\nX-Slow: ";
        let half_after_one = b"GET / HTTP/1.1\r\nHost: desk\r\n\r\nGET / HTTP/1.1\r\nHost: ";
        let idle_after_one = b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n";
        for bytes in [&b""[..], b"PRI * HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", half] {
            assert!(!drained(bytes).await.contains("HTTP/1.1"), "{}", String::from_utf8_lossy(bytes));
        }
        for bytes in [&half_after_one[..], idle_after_one] {
            assert_eq!(drained(bytes).await.matches("200 OK").count(), 1);
        }
    }

    #[tokio::test]
    async fn a_request_that_runs_when_the_node_ends_is_answered() {
        let reply = drained(b"GET /slow HTTP/1.1\r\nHost: desk\r\n\r\n").await;
        assert!(reply.starts_with("HTTP/1.1 200 OK"), "{reply}");
    }

    #[tokio::test]
    async fn a_request_knows_where_it_comes_from() {
        let (address, _stop) = start(SOON).await;
        let reply = ask(address, b"GET / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").await;
        assert!(reply.starts_with("HTTP/1.1 200 OK") && reply.ends_with("127.0.0.1"), "{reply}");
    }

    #[tokio::test]
    async fn nobody_is_let_in_after_the_end() {
        let (address, stop) = start(SOON).await;
        stop.cancel();
        let refused = async {
            while let Ok(mut stream) = TcpStream::connect(address).await {
                // What the system took before it was told is closed without an answer.
                let mut reply = Vec::new();
                if stream.read_to_end(&mut reply).await.is_err() || reply.is_empty() {
                    break;
                }
            }
        };
        tokio::time::timeout(SOON, refused).await.expect("the listener is gone");
    }
}
