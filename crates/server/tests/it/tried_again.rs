//! What ends a wait: a place that failed is left alone, and tried again at once when something was mended or somebody says so.
//! And what an event is refused for before anything waits at all.

use serde_json::{Value, json};
use simulators::receiver::{Fault, Plan};

use crate::harness::{App, Business, text};

const FAILURES_TO_OPEN: usize = 10;

async fn listen(app: &App, business: &Business, path: &str) -> Value {
    let body = json!({"url": app.hook(path), "events": ["user.clockedIn"]});
    app.post("/api/webhooks").bearer(&business.token).json(body).send().await.data(201)
}

async fn state(app: &App, business: &Business) -> String {
    let data = json!({"user_id": 7, "user_name": "Ann", "clock_in_time": "2026-11-20T06:00:00Z"});
    let body = json!({"event_type": "user.clockedIn", "event_data": data});
    let accepted = app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
    app.run_due_jobs().await;
    text(&accepted["data"]["event_id"]).to_owned()
}

async fn delivery(app: &App, business: &Business, event: &str) -> Value {
    let all = app.get(&format!("/api/events/{event}/deliveries")).bearer(&business.token).send().await.data(200);
    all.as_array().unwrap().iter().find(|delivery| delivery["channel"] == "webhook").unwrap().clone()
}

/// A webhook whose receiver failed so often that it is left alone; an event that came before that, and one after it.
async fn left_alone(app: &App, path: &str) -> (Business, Value, String, String) {
    let shop = app.business("Shop").await;
    let webhook = listen(app, &shop, path).await;
    app.receiver().plan(path, [Plan::always(Fault::status(500))]);
    let mut first = String::new();
    for _ in 0..FAILURES_TO_OPEN {
        first = state(app, &shop).await;
    }
    let after = state(app, &shop).await;
    assert_eq!(app.receiver().received_at(path).len(), FAILURES_TO_OPEN, "the last one was not tried");
    app.receiver().clear();
    app.receiver().plan(path, []);
    app.receiver().behave();
    (shop, webhook, first, after)
}

both_databases! {
    async fn what_waits_behind_a_failing_place_says_so_and_goes_when_somebody_says_so(app: App) {
        app.expect_leftovers();
        let (shop, _, first, after) = left_alone(&app, "/erp").await;
        let waiting = delivery(&app, &shop, &after).await;
        assert_eq!((&waiting["status"], &waiting["code"]), (&json!("pending"), &json!("WAITS_AFTER_FAILURES")), "{waiting}");
        let path = format!("/api/deliveries/{}/retry", text(&waiting["id"]));
        app.post(&path).bearer(&shop.token).send().await.expect(200);
        app.run_due_jobs().await;
        let gone = delivery(&app, &shop, &after).await;
        assert_eq!((&gone["status"], &gone["code"]), (&json!("delivered"), &Value::Null), "{gone}");
        // The place answers, so a new one goes at once; the failed one waits for its step and keeps its reason.
        let next = state(&app, &shop).await;
        assert_eq!(delivery(&app, &shop, &next).await["status"], "delivered");
        let failed = delivery(&app, &shop, &first).await;
        assert_eq!((&failed["status"], &failed["code"]), (&json!("failed"), &json!("HTTP_STATUS")));
    }

    async fn a_delivery_that_is_put_back_keeps_the_reason_of_its_last_try(app: App) {
        app.expect_leftovers();
        let shop = app.business("Shop").await;
        listen(&app, &shop, "/erp").await;
        app.receiver().plan("/erp", [Plan::always(Fault::status(500))]);
        let first = state(&app, &shop).await;
        for _ in 0..FAILURES_TO_OPEN {
            state(&app, &shop).await;
        }
        // The second try of the first one comes while its place is left alone.
        app.advance(std::time::Duration::from_secs(10));
        app.run_due_jobs().await;
        let waiting = delivery(&app, &shop, &first).await;
        assert_eq!((&waiting["attempts"], &waiting["status"], &waiting["code"]), (&json!(1), &json!("failed"), &json!("HTTP_STATUS")), "{waiting}");
    }

    async fn a_good_test_call_and_another_address_end_the_wait(app: App) {
        app.expect_leftovers();
        let (shop, webhook, ..) = left_alone(&app, "/one").await;
        let path = format!("/api/webhooks/{}", text(&webhook["id"]));
        let called = app.post(&format!("{path}/test")).bearer(&shop.token).json(json!({})).send().await.data(200);
        assert_eq!(called["ok"], true);
        let next = state(&app, &shop).await;
        assert_eq!(delivery(&app, &shop, &next).await["status"], "delivered");
        let (other, webhook, ..) = left_alone(&app, "/two").await;
        let path = format!("/api/webhooks/{}", text(&webhook["id"]));
        app.put(&path).bearer(&other.token).json(json!({"url": app.hook("/three")})).send().await.data(200);
        let next = state(&app, &other).await;
        assert_eq!(delivery(&app, &other, &next).await["status"], "delivered");
    }

    async fn numbers_nobody_can_call_and_money_that_is_none_are_refused(app: App) {
        let salon = app.business("Salon").await;
        let send = async |changes: Value| {
            let mut data = json!({"invoice_id": 1, "client_email": "c@example.com", "invoice_number": "7", "total_amount": 10});
            for (name, value) in changes.as_object().unwrap() {
                data[name] = value.clone();
            }
            app.post("/api/events").bearer(&salon.token).json(json!({"event_type": "invoice:sent", "event_data": data})).send().await
        };
        for bad in ["27123456789", "12345", "+999999999999999"] {
            let fields = send(json!({"client_phone": bad})).await.fields();
            assert_eq!(fields, ["event_data.client_phone/INVALID_PHONE"], "{bad}");
        }
        let many = json!({"client_phone": ["0712 345 678", "12345", "+254712345678", "27123456789"], "language": 7});
        assert_eq!(send(many).await.fields(), ["event_data.language/INVALID_VALUE"]);
        let many = json!({"client_phone": ["0712 345 678", "12345", "+254712345678", "27123456789"]});
        let named = ["event_data.client_phone[1]/INVALID_PHONE", "event_data.client_phone[3]/INVALID_PHONE"];
        assert_eq!(send(many).await.fields(), named);
        let many = json!({"client_email": ["c@example.com", "nobody"], "total_amount": -10});
        let named = ["event_data.client_email[1]/INVALID_EMAIL", "event_data.total_amount/OUT_OF_RANGE"];
        assert_eq!(send(many).await.fields(), named);
        for good in ["00254712345678", "+27123456789", "0712 345 678", "254712345678"] {
            send(json!({"client_phone": good})).await.expect(202);
        }
        for (changes, field) in [
            (json!({"currency": "ZZZ"}), "event_data.currency/INVALID_CURRENCY"),
            (json!({"currency": "JPY", "total_amount": 10.5}), "event_data.total_amount/OUT_OF_RANGE"),
            (json!({"total_amount": "1500.005"}), "event_data.total_amount/OUT_OF_RANGE"),
        ] {
            assert_eq!(send(changes.clone()).await.fields(), [field], "{changes}");
        }
        for good in [json!({"currency": "JPY", "total_amount": "10.00"}), json!({"currency": "kwd", "total_amount": 1.234}), json!({"total_amount": 0.30000000000000004})] {
            send(good).await.expect(202);
        }
        app.run_due_jobs().await;
    }

    async fn a_text_that_cannot_be_written_is_given_up_with_its_reason(app: App) {
        let salon = app.business("Salon").await;
        let deep = "{% for a in client_name %}{% for b in client_name %}{% for c in client_name %}x{% endfor %}{% endfor %}{% endfor %}";
        let own = json!({"subject": "Invoice", "text": deep, "html": "<p>Invoice</p>"});
        app.put("/api/templates/invoice.sent/email").bearer(&salon.token).json(own).send().await.data(200);
        let data = json!({"invoice_id": 1, "client_email": "c@example.com", "invoice_number": "7", "total_amount": 10,
            "client_name": "n".repeat(9_000)});
        let body = json!({"event_type": "invoice:sent", "event_data": data});
        let accepted = app.post("/api/events").bearer(&salon.token).json(body).send().await.expect(202);
        app.run_due_jobs().await;
        let path = format!("/api/events/{}/deliveries", text(&accepted["data"]["event_id"]));
        let all = app.get(&path).bearer(&salon.token).send().await.data(200);
        let mail = all.as_array().unwrap().iter().find(|delivery| delivery["channel"] == "email").unwrap();
        assert_eq!((&mail["status"], &mail["code"]), (&json!("dead"), &json!("TEMPLATE_FAILED")), "{mail}");
        assert!(text(&mail["error"]).contains("fuel"), "{mail}");
    }
}
