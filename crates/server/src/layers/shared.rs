//! Makes what a layer stands around cheap to copy. A middleware copies what is inside it for each request, with all layers
//! further in, so a dozen of them copied each other some eighty times; with this between them each is copied once.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use tower::{Layer, Service, ServiceExt, util::Oneshot};

/// To be put between a middleware and what it stands around: `.layer((middleware, Shared))`.
#[derive(Debug, Clone, Copy)]
pub struct Shared;

impl<S> Layer<S> for Shared {
    type Service = SharedInside<S>;

    fn layer(&self, inner: S) -> SharedInside<S> {
        SharedInside(Arc::new(inner))
    }
}

/// The same service for everybody, copied when it is called.
#[derive(Debug)]
pub struct SharedInside<S>(Arc<S>);

impl<S> Clone for SharedInside<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R, S: Service<R> + Clone> Service<R> for SharedInside<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Oneshot<S, R>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        // The copy that is called waits until it is ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Oneshot<S, R> {
        S::clone(&self.0).oneshot(request)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{
        Router,
        body::Body,
        extract::{Request, State},
        middleware::{Next, from_fn_with_state},
        response::Response,
        routing::get,
    };

    use super::*;

    struct Counted(Arc<AtomicUsize>);

    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(self.0.clone())
        }
    }

    async fn pass(State(_): State<Counted>, request: Request, next: Next) -> Response {
        next.run(request).await
    }

    async fn copies_for_a_request_through(layers: usize) -> usize {
        let copies = Arc::new(AtomicUsize::new(0));
        let mut router: Router = Router::new().route("/", get(|| async { "in" }));
        for _ in 0..layers {
            router = router.layer((from_fn_with_state(Counted(copies.clone()), pass), Shared));
        }
        let ask = || Request::get("/").body(Body::empty()).unwrap();
        let reply = router.clone().oneshot(ask()).await.unwrap();
        assert!(reply.status().is_success());
        copies.store(0, Ordering::Relaxed);
        router.oneshot(ask()).await.unwrap();
        copies.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_layer_is_copied_as_often_however_many_stand_around_it() {
        let (few, many) = (copies_for_a_request_through(5).await, copies_for_a_request_through(20).await);
        assert!(few >= 5 && many <= 5 * few, "{few} copies for 5 layers, {many} for 20");
    }
}
