//! The simulated service over its own socket.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::messages::{MessageFault, MessageRule};
use crate::start::{Simulators, SimulatorsConfig};

const SID: &str = "AC0123456789abcdef0123456789abcdef";
const SOON: Duration = Duration::from_secs(5);

async fn start() -> Simulators {
    Simulators::start(SimulatorsConfig::new(Arc::new(|| 7))).await.unwrap()
}

async fn send(simulators: &Simulators, login: &str, form: &str) -> (u16, Value, String) {
    let mut stream = TcpStream::connect(simulators.twilio_addr()).await.unwrap();
    let request = format!(
        "POST /2010-04-01/Accounts/{SID}/Messages.json HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Authorization: Basic {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        simulators.twilio_addr(),
        STANDARD.encode(login),
        form.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null), head.to_lowercase())
}

fn login() -> String {
    format!("{SID}:token")
}

#[tokio::test]
async fn a_message_is_taken_and_can_be_read_back() {
    let simulators = start().await;
    let (status, body, _) = send(&simulators, &login(), "To=%2B254712345678&From=Salon&Body=Hello+there").await;
    assert_eq!((status, body["status"].as_str()), (201, Some("queued")));
    let message = simulators.twilio().log().wait_for("+254712345678", SOON).await.unwrap();
    assert_eq!(message.sid, body["sid"].as_str().unwrap());
    assert_eq!((message.from.as_str(), message.body.as_str(), message.received_at_ms), ("Salon", "Hello there", 7));
    assert!(message.sid.starts_with("SM") && message.sid.len() == 34);
}

#[tokio::test]
async fn what_the_real_service_refuses_is_refused_with_its_code() {
    let simulators = start().await;
    let long = format!("To=%2B254712345678&From=Salon&Body={}", "a".repeat(1601));
    let cases = [
        ("To=0712&From=Salon&Body=x", 400, 21_211),
        ("From=Salon&Body=x", 400, 21_604),
        ("To=%2B254712345678&Body=x", 400, 21_603),
        ("To=%2B254712345678&From=Salon", 400, 21_602),
        (long.as_str(), 400, 21_617),
    ];
    for (form, status, code) in cases {
        let (given, body, _) = send(&simulators, &login(), form).await;
        assert_eq!((given, body["code"].as_u64()), (status, Some(code)), "{form}");
    }
    for bad in ["ACffffffffffffffffffffffffffffffff:token", SID] {
        let (status, body, _) = send(&simulators, bad, "To=%2B254712345678&From=Salon&Body=x").await;
        assert_eq!((status, body["code"].as_u64()), (401, Some(20_003)));
    }
    assert!(simulators.twilio().log().all().is_empty());
}

#[tokio::test]
async fn a_rule_strikes_its_number_as_often_as_told() {
    let simulators = start().await;
    let busy = MessageFault::Refuse { status: 429, code: Some(20_429), retry_after_seconds: Some(9) };
    assert!(simulators.twilio().log().set_faults(vec![MessageRule::from(busy).only_for("+254712345678").times(1)]));
    let (status, _, _) = send(&simulators, &login(), "To=%2B254700000001&From=Salon&Body=x").await;
    assert_eq!(status, 201);
    let (status, body, head) = send(&simulators, &login(), "To=%2B254712345678&From=Salon&Body=x").await;
    assert_eq!((status, body["code"].as_u64()), (429, Some(20_429)));
    assert!(head.contains("retry-after: 9"), "{head}");
    let (status, _, _) = send(&simulators, &login(), "To=%2B254712345678&From=Salon&Body=x").await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn what_became_of_a_message_is_posted_signed_to_this_machine_only() {
    let simulators = start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http%3A%2F%2F{}%2Fstatus", listener.local_addr().unwrap());
    let form = format!("To=%2B254712345678&From=Salon&Body=x&StatusCallback={url}");
    let (_, body, _) = send(&simulators, &login(), &form).await;
    let mut posted = Vec::new();
    for _ in 0..2 {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = vec![0; 4096];
        let count = stream.read(&mut read).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        posted.push(String::from_utf8_lossy(&read[..count]).into_owned());
    }
    let sid = body["sid"].as_str().unwrap();
    let expected = simulators.twilio().callback(sid, "delivered", None).unwrap();
    assert!(posted[0].contains("MessageStatus=sent"), "{posted:?}");
    assert!(posted[1].contains(&expected.form) && posted[1].contains(&expected.signature), "{posted:?}");
    assert!(simulators.twilio().callback("SM0", "delivered", None).is_none());
}
