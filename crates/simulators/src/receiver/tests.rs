//! The receiver by itself, over real sockets.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Fault, Plan};
use crate::{Simulators, SimulatorsConfig};

const SOON: Duration = Duration::from_secs(5);

async fn start() -> Simulators {
    Simulators::start(SimulatorsConfig::new(Arc::new(|| 7))).await.unwrap()
}

/// Sends bytes and reads until the other side closes, or the text that ends the wait has come.
async fn exchange(stream: &mut TcpStream, sent: &str, until: &str) -> String {
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    while !String::from_utf8_lossy(&got).contains(until) {
        if stream.read_buf(&mut got).await.unwrap() == 0 {
            break;
        }
    }
    String::from_utf8(got).unwrap()
}

#[tokio::test]
async fn requests_on_one_connection_are_kept_in_order() {
    let simulators = start().await;
    let mut stream = TcpStream::connect(simulators.webhook_addr()).await.unwrap();
    for body in ["one", "two"] {
        let sent = format!("POST /a HTTP/1.1\r\nHost: x\r\nX-Mark: {body}\r\ncontent-length: 3\r\n\r\n{body}");
        assert!(exchange(&mut stream, &sent, "ok").await.starts_with("HTTP/1.1 200 OK"));
    }
    let came = simulators.receiver().wait_for("/a", 2, SOON).await.unwrap();
    assert_eq!((came[0].body.as_str(), came[1].header("x-mark"), came[1].at), ("one", Some("two"), 7));
    assert!(simulators.receiver().wait_for("/b", 1, Duration::from_millis(1)).await.is_err());
    simulators.stop().await;
}

#[tokio::test]
async fn plans_are_met_in_order_and_then_it_behaves() {
    let simulators = start().await;
    let asked = Fault::Status { code: 429, retry_after: Some("7".to_owned()), location: None };
    simulators.receiver().plan("/a", [Plan::once(asked), Plan::once(Fault::Reset), Plan::once(Fault::Garbage)]);
    let request = "POST /a HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
    let mut said = Vec::new();
    for until in ["planned", "\0", "\0", "ok"] {
        let mut stream = TcpStream::connect(simulators.webhook_addr()).await.unwrap();
        said.push(exchange(&mut stream, request, until).await);
    }
    assert!(said[0].starts_with("HTTP/1.1 429") && said[0].contains("retry-after: 7\r\n"), "{said:?}");
    assert_eq!((said[1].as_str(), said[2].starts_with("220 ")), ("", true));
    assert!(said[3].starts_with("HTTP/1.1 200"));
    simulators.stop().await;
}

#[tokio::test]
async fn a_known_secret_is_checked_by_both_schemes() {
    let simulators = start().await;
    // The published example of the standard; the older header by hand: HMAC-SHA256("whsec_…", "1614265330000.{body}").
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    simulators.receiver().expect_secrets("/a", &[secret]);
    let body = r#"{"test": 2432232314}"#;
    let older = "38dcd345d12a163975f2a8484af858926bb995e425f50d05a5aaeaacf2178698";
    let request = format!(
        "POST /a HTTP/1.1\r\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\nwebhook-timestamp: 1614265330\r\n\
         webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\nx-webhook-timestamp: 1614265330000\r\n\
         x-webhook-signature: sha256={older}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(simulators.webhook_addr()).await.unwrap();
    exchange(&mut stream, &request, "ok").await;
    let came = simulators.receiver().wait_for("/a", 1, SOON).await.unwrap();
    assert_eq!((came[0].verified, came[0].complaint.as_deref()), (Some(true), None));
    let forged = request.replace("2432232314", "2432232315");
    exchange(&mut stream, &forged, "ok").await;
    let came = simulators.receiver().wait_for("/a", 2, SOON).await.unwrap();
    assert_eq!(came[1].verified, Some(false));
    simulators.stop().await;
}
