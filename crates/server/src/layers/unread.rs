//! A request that is answered before it was read to its end: refused by its credential, its size, its first field. A client
//! that is cut off while it still writes never sees the answer, so what it goes on sending is read and thrown away while the
//! answer is on its way, within bounds of bytes and time.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures_util::StreamExt;
use http::header::EXPECT;
use http_body_util::Limited;
use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// What is thrown away of one request at most.
const DROPPED_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Longest time spent on one.
const DROP_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests whose rest is read at the same time; each takes one buffer of the connection.
const AT_ONCE_MAX: usize = 128;

/// Places for reading on.
#[derive(Clone)]
pub struct Unread(Arc<Semaphore>);

impl Default for Unread {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE_MAX)))
    }
}

/// The middleware.
pub async fn read_on(State(Unread(places)): State<Unread>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let asks_first = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    let kept = Kept(Arc::new(Mutex::new(Reading { body: Some(body), begun: false })));
    let response = next.run(Request::from_parts(parts, Body::new(kept.clone()))).await;
    if let Some(rest) = kept.rest(asks_first)
        && let Ok(place) = places.try_acquire_owned()
    {
        tokio::spawn(throw_away(rest, place));
    }
    response
}

async fn throw_away(rest: Body, _place: OwnedSemaphorePermit) {
    let mut frames = Limited::new(rest, DROPPED_BYTES_MAX);
    let mut frames = std::pin::pin!(futures_util::stream::poll_fn(|cx| Pin::new(&mut frames).poll_frame(cx)));
    let reading = async { while let Some(Ok(_)) = frames.next().await {} };
    if timeout(DROP_TIMEOUT, reading).await.is_err() {
        tracing::debug!("the rest of a refused request did not end in time");
    }
}

struct Reading {
    /// Gone when it has ended or failed.
    body: Option<Body>,
    /// Whether anybody has asked for it.
    begun: bool,
}

/// A body that can be read on when who reads it has lost interest.
#[derive(Clone)]
struct Kept(Arc<Mutex<Reading>>);

impl Kept {
    /// What is left, when nobody reads it any more. A client that asked first whether to send, and was not told to, sends
    /// nothing.
    fn rest(self, asks_first: bool) -> Option<Body> {
        let reading = Arc::into_inner(self.0)?.into_inner();
        reading.body.filter(|body| !body.is_end_stream() && (reading.begun || !asks_first))
    }
}

impl HttpBody for Kept {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let mut reading = self.0.lock();
        reading.begun = true;
        let Some(body) = &mut reading.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            reading.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0.lock().body.as_ref().map_or_else(|| http_body::SizeHint::with_exact(0), Body::size_hint)
    }
}
