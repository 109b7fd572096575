//! Traces reach a collector, below the caller's own.

use axum::{Router, body::Bytes, extract::State, routing::post};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

use crate::{harness::SOON, program::Program};

/// Bodies that may wait to be looked at.
const BODIES_MAX: usize = 64;
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// A collector on a port of its own, and what it is sent.
async fn collector() -> (String, mpsc::Receiver<Bytes>) {
    let (sent, received) = mpsc::channel(BODIES_MAX);
    let take = |State(sent): State<mpsc::Sender<Bytes>>, body: Bytes| async move {
        sent.send(body).await.unwrap();
    };
    let routes = Router::new().route("/v1/traces", post(take)).with_state(sent);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (address, received)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_a_span_below_that_of_its_caller() {
    let (address, mut received) = collector().await;
    let data = tempfile::tempdir().unwrap();
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str()), ("OTEL_SERVICE_NAME", "desk-of-tests")];
    let program = Program::start_with(data.path(), None, &settings).await;
    #[allow(clippy::disallowed_methods, reason = "a test is a client of the house, not a part of it")]
    let client = reqwest::Client::new();
    let url = format!("http://{}/api/auth/me", program.address);
    let asked = client.get(url).header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01")).send();
    assert_eq!(asked.await.unwrap().status(), 401);
    program.told_to_end().await;

    let has = |body: &[u8], part: &[u8]| body.windows(part.len()).any(|bytes| bytes == part);
    let arrived = async {
        while let Some(body) = received.recv().await {
            if has(&body, &hex::decode(TRACE).unwrap()) {
                return body;
            }
        }
        panic!("no such trace came");
    };
    let body = timeout(SOON, arrived).await.expect("what is left is sent at the end");
    for part in ["desk-of-tests", "GET /api/auth/me", "http.response.status_code"] {
        assert!(has(&body, part.as_bytes()), "{part} is missing");
    }
}
