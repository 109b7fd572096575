//! What the stand-in promises, asked over its own doors as a program would.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{WhatsApp, cloud, control, phones};
use crate::messages::{MessageFault, MessageRule};

const TO: &str = "+254712345678";

fn whatsapp() -> WhatsApp {
    WhatsApp::new(Arc::new(|| 7_000)).0
}

async fn call(router: Router, method: &str, path: &str, token: &str, body: Value) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path).header("host", "localhost:1");
    let request = request.header("content-type", "application/json").header("authorization", token);
    let response = router.oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn send(whatsapp: &WhatsApp, token: &str, body: Value) -> (StatusCode, Value) {
    call(cloud::router().with_state(whatsapp.clone()), "POST", "/v23.0/123/messages", token, body).await
}

fn words(text: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": "254712345678", "type": "text", "text": {"body": text},
        "biz_opaque_callback_data": "dlv_1"})
}

#[tokio::test]
async fn a_message_is_taken_and_reported_about_with_a_signature() {
    let whatsapp = whatsapp();
    let (status, taken) = send(&whatsapp, "Bearer t", words("Hello")).await;
    assert_eq!((status, &taken["contacts"][0]["wa_id"]), (StatusCode::OK, &json!("254712345678")));
    let message = whatsapp.log().to(TO).remove(0);
    assert_eq!(
        (message.text.as_str(), message.from.as_str(), &taken["messages"][0]["id"]),
        ("Hello", "123", &json!(message.id))
    );
    assert_eq!(whatsapp.report(&message.id, "delivered", None), None, "nobody said where to");
    whatsapp.report_to("http://127.0.0.1:1/x", "secret");
    let report = whatsapp.report(&message.id, "failed", Some(131_026)).unwrap();
    assert!(report.signature.starts_with("sha256=") && report.signature.len() == 71, "{report:?}");
    for part in ["dlv_1", "131026", &message.id, "\"status\":\"failed\""] {
        assert!(report.body.contains(part), "{part}: {}", report.body);
    }
}

#[tokio::test]
async fn what_the_real_service_refuses_is_refused_with_its_code() {
    let whatsapp = whatsapp();
    assert_eq!(send(&whatsapp, "", words("x")).await.1["error"]["code"], 190);
    let mut bad = words("x");
    bad["to"] = json!("0712");
    assert_eq!(send(&whatsapp, "Bearer t", bad).await.1["error"]["code"], 131_009);
    assert_eq!(send(&whatsapp, "Bearer t", words(&"x".repeat(4097))).await.1["error"]["code"], 100);
    assert_eq!(send(&whatsapp, "Bearer t", json!({"to": "1"})).await.1["error"]["code"], 100);
    let busy = MessageFault::Refuse { status: 429, code: Some(130_429), retry_after_seconds: None };
    whatsapp.log().set_faults(vec![MessageRule::from(busy).only_for(TO).times(1)]);
    assert_eq!(send(&whatsapp, "Bearer t", words("x")).await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send(&whatsapp, "Bearer t", words("x")).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_phone_is_paired_lost_found_and_unlinked() {
    let whatsapp = whatsapp();
    let phones = || phones::router().with_state(whatsapp.clone());
    let say = |text: &str| json!({"id": "A", "to": TO, "kind": "text", "text": text});
    call(phones(), "POST", "/sessions/biz_1", "", json!({"paired": false})).await;
    let (_, told) = call(phones(), "GET", "/sessions/biz_1/signals?after=0", "", Value::Null).await;
    assert_eq!((&told["signals"][0]["kind"], &told["signals"][0]["number"]), (&json!("code"), &json!(1)));
    assert_eq!(call(phones(), "POST", "/sessions/biz_1/messages", "", say("early")).await.0, StatusCode::CONFLICT);
    let scan = call(control::router(whatsapp.clone()), "POST", "/whatsapp/scan", "", json!({})).await;
    assert_eq!(scan.1["sessions"], 1);
    let (_, told) = call(phones(), "GET", "/sessions/biz_1/signals?after=1", "", Value::Null).await;
    let kinds: Vec<&str> = told["signals"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["paired", "connected"]);
    assert_eq!(call(phones(), "POST", "/sessions/biz_1/messages", "", say("now")).await.1["id"], "A");
    whatsapp.estrange(TO);
    let known = call(phones(), "GET", "/sessions/biz_1/contacts/254712345678", "", Value::Null).await;
    assert_eq!(known.1["known"], false);
    assert!(whatsapp.lose("biz_1", "off") && whatsapp.connect("biz_1") && whatsapp.unlink("biz_1"));
    assert!(!whatsapp.scan("biz_2"), "nobody has such a session");
    assert_eq!(call(phones(), "POST", "/sessions/biz_1/messages", "", say("late")).await.0, StatusCode::CONFLICT);
}
