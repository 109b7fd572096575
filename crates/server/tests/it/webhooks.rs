//! Webhooks from the call that adds one to the request that another system gets, with everything that can go wrong there.

use std::{collections::BTreeSet, time::Duration};

use kernel::Role;
use serde_json::{Value, json};
use simulators::receiver::{Fault, Plan, Received, verify};

use crate::harness::{App, Business, SOON, text};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Its data names nobody who would be written to.
const EVENT: &str = "user.clockedIn";

/// A business with a key that outlives every turn of the clock.
struct Shop {
    business: Business,
    key: String,
}

impl Shop {
    async fn open(app: &App) -> Self {
        let business = app.business("Shop").await;
        let wish = json!({"name": "ERP", "scopes": ["events:write", "events:read"]});
        let made = app.post("/api/api-keys").bearer(&business.token).json(wish).send().await.data(201);
        Self { business, key: text(&made["key"]).to_owned() }
    }

    /// States the event; gives its id.
    async fn state(&self, app: &App) -> String {
        let data = json!({"user_id": 7, "user_name": "Ann", "clock_in_time": "2026-11-20T06:00:00Z"});
        let body = json!({"event_type": "user:clockedIn", "event_data": data});
        let accepted = app.post("/api/events").header("x-api-key", &self.key).json(body).send().await.expect(202);
        text(&accepted["data"]["event_id"]).to_owned()
    }

    /// The delivery of an event to a webhook; others tell people in the app.
    async fn delivery(&self, app: &App, event: &str) -> Value {
        let asked = app.get(&format!("/api/events/{event}/deliveries")).header("x-api-key", &self.key);
        let all = asked.send().await.data(200);
        all.as_array().unwrap().iter().find(|delivery| delivery["channel"] == "webhook").unwrap().clone()
    }

    async fn add(&self, app: &App, path: &str) -> Value {
        let body = json!({"url": app.hook(path), "events": [EVENT]});
        app.post("/api/webhooks").bearer(&self.business.token).json(body).send().await.data(201)
    }

    /// A fresh sign-in, for when the clock was turned.
    async fn token(&self, app: &App) -> String {
        let login = json!({"email": self.business.email, "password": "correct horse battery"});
        let data = app.post("/api/auth/login").json(login).send().await.data(200);
        text(&data["accessToken"]).to_owned()
    }

    async fn show(&self, app: &App, webhook: &Value) -> Value {
        let token = self.token(app).await;
        app.get(&format!("/api/webhooks/{}", text(&webhook["id"]))).bearer(&token).send().await.data(200)
    }
}

fn is_signed(received: &Received, secret: &Value) -> bool {
    verify(text(secret), &received.headers, received.body.as_bytes()).is_ok()
}

both_databases! {
    async fn a_webhook_hears_of_an_event_signed_by_both_schemes(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let event = shop.state(&app).await;
        app.run_due_jobs().await;
        let came = app.receiver().wait_for("/erp", 1, SOON).await.unwrap();
        let call = &came[0];
        assert_eq!((came.len(), call.method.as_str()), (1, "POST"));
        assert!(is_signed(call, &webhook["secret"]), "{call:?}");
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body, json!({
            "id": event, "type": EVENT, "event": EVENT, "timestamp": "2026-11-20T06:00:00.000Z",
            "data": {"user_id": 7, "user_name": "Ann", "clock_in_time": "2026-11-20T06:00:00Z"},
        }));
        assert_eq!(call.header("content-type"), Some("application/json"));
        assert_eq!((call.header("webhook-id"), call.header("x-webhook-event")), (Some(event.as_str()), Some(EVENT)));
        let seconds = call.header("webhook-timestamp").unwrap();
        assert_eq!(call.header("x-webhook-timestamp"), Some(format!("{seconds}000").as_str()));
        let delivery = shop.delivery(&app, &event).await;
        assert_eq!((&delivery["status"], &delivery["channel"]), (&json!("delivered"), &json!("webhook")));
        assert_eq!(delivery["recipient"], webhook["id"]);
        assert_eq!(call.header("x-webhook-delivery"), delivery["id"].as_str());
    }

    async fn a_secret_is_shown_once_and_stored_sealed(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let secret = text(&webhook["secret"]);
        assert!(secret.starts_with("whsec_") && secret.len() > 40, "{secret}");
        let token = &shop.business.token;
        let listed = app.get("/api/webhooks").bearer(token).send().await.data(200);
        let shown = shop.show(&app, &webhook).await;
        assert!(!listed.to_string().contains("whsec_") && !shown.to_string().contains("whsec_"));
        let row = app.rows("SELECT secrets FROM webhooks", vec![]).await;
        let stored: Vec<u8> = row[0].try_get("", "secrets").unwrap();
        let bare = secret.trim_start_matches("whsec_").as_bytes();
        assert!(!stored.windows(bare.len()).any(|window| window == bare), "the secret lies open");
    }

    async fn an_old_secret_signs_along_for_a_day(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let path = format!("/api/webhooks/{}/regenerate-secret", text(&webhook["id"]));
        let renewed = app.post(&path).bearer(&shop.business.token).send().await.data(200);
        let (old, new) = (&webhook["secret"], &renewed["secret"]);
        assert_ne!(old, new);
        assert_eq!(renewed["oldSecretUntil"], "2026-11-21T06:00:00.000Z");
        for (wait, old_is_good) in [(Duration::ZERO, true), (DAY - Duration::from_secs(60), true), (DAY, false)] {
            app.receiver().clear();
            app.advance(wait);
            shop.state(&app).await;
            app.run_due_jobs().await;
            let came = app.receiver().wait_for("/erp", 1, SOON).await.unwrap();
            assert!(is_signed(&came[0], new));
            assert_eq!(is_signed(&came[0], old), old_is_good);
            assert_eq!(came[0].header("webhook-signature").unwrap().split(' ').count(), 1 + usize::from(old_is_good));
        }
    }

    async fn only_a_2xx_counts_and_everything_else_comes_again(app: App) {
        let shop = Shop::open(&app).await;
        shop.add(&app, "/erp").await;
        let elsewhere = Fault::Status { code: 302, retry_after: None, location: Some(app.hook("/elsewhere")) };
        for (fault, code) in [
            (Fault::status(500), "HTTP_STATUS"),
            (Fault::status(404), "HTTP_STATUS"),
            (elsewhere, "REDIRECT"),
            (Fault::Reset, "CONNECTION_BROKEN"),
            (Fault::Garbage, "CONNECTION_BROKEN"),
        ] {
            app.receiver().clear();
            app.receiver().plan("/erp", [Plan::once(fault.clone())]);
            let event = shop.state(&app).await;
            app.run_due_jobs().await;
            let delivery = shop.delivery(&app, &event).await;
            assert_eq!((&delivery["status"], &delivery["code"]), (&json!("failed"), &json!(code)), "{fault:?}");
            app.advance(Duration::from_secs(60));
            app.run_due_jobs().await;
            let delivery = shop.delivery(&app, &event).await;
            assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("delivered"), &json!(2)), "{fault:?}");
            let came = app.receiver().received_at("/erp");
            let ids: Vec<_> = came.iter().map(|call| call.header("webhook-id")).collect();
            assert_eq!(ids, [Some(event.as_str()); 2], "both attempts carry one id");
        }
        assert!(app.receiver().received_at("/elsewhere").is_empty(), "a redirect was followed");
    }

    async fn a_long_answer_is_cut_and_a_bad_handshake_named(app: App) {
        let shop = Shop::open(&app).await;
        shop.add(&app, "/erp").await;
        app.receiver().plan("/erp", [Plan::once(Fault::Huge { bytes: 10 * 1024 * 1024 })]);
        let event = shop.state(&app).await;
        app.run_due_jobs().await;
        let delivery = shop.delivery(&app, &event).await;
        let kept = text(&delivery["attempts_log"][0]["response"]);
        assert!(kept.len() < 65 * 1024 && kept.ends_with("[cut here]"), "{} bytes", kept.len());

        let secure = app.hook("/erp").replace("http://", "https://");
        let body = json!({"url": secure, "events": ["*"]});
        let webhook = app.post("/api/webhooks").bearer(&shop.business.token).json(body).send().await.data(201);
        let path = format!("/api/webhooks/{}/test", text(&webhook["id"]));
        let tried = app.post(&path).bearer(&shop.business.token).json(json!({})).send().await.data(200);
        assert_eq!((&tried["ok"], &tried["code"]), (&json!(false), &json!("TLS_FAILED")));
    }

    async fn the_receiver_says_how_long_everything_that_goes_there_waits(app: App) {
        let calls = |path: &str| app.receiver().received_at(path).len();
        for (path, retry_after) in [("/seconds", "600"), ("/date", "Fri, 20 Nov 2026 06:10:00 GMT")] {
            let shop = Shop::open(&app).await;
            shop.add(&app, path).await;
            let fault = Fault::Status { code: 429, retry_after: Some(retry_after.to_owned()), location: None };
            app.receiver().plan(path, [Plan::once(fault)]);
            let event = shop.state(&app).await;
            app.run_due_jobs().await;
            let delivery = shop.delivery(&app, &event).await;
            assert_eq!(delivery["next_attempt_at"], "2026-11-20T06:10:00.000Z", "{retry_after}");
            let next = shop.state(&app).await;
            app.run_due_jobs().await;
            let waiting = shop.delivery(&app, &next).await;
            assert_eq!((&waiting["attempts"], &waiting["code"]), (&json!(0), &json!("WAITS_AS_ASKED")), "{waiting}");
            assert_eq!(calls(path), 1, "{retry_after}");
        }
        app.advance(Duration::from_secs(599));
        app.run_due_jobs().await;
        assert_eq!((calls("/seconds"), calls("/date")), (1, 1));
        app.advance(Duration::from_secs(12));
        app.run_due_jobs().await;
        assert_eq!((calls("/seconds"), calls("/date")), (3, 3), "each once again, and the ones behind them");
    }

    async fn who_is_gone_is_called_no_more_and_the_owner_is_told(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        app.receiver().plan("/erp", [Plan::always(Fault::status(410))]);
        let event = shop.state(&app).await;
        app.run_due_jobs().await;
        let delivery = shop.delivery(&app, &event).await;
        assert_eq!((&delivery["status"], &delivery["code"]), (&json!("dead"), &json!("RECEIVER_GONE")));
        let shown = shop.show(&app, &webhook).await;
        assert_eq!((&shown["enabled"], &shown["disabledCode"]), (&json!(false), &json!("RECEIVER_GONE")));
        let mail = app.mailbox().wait_for(&shop.business.email, SOON).await.unwrap();
        assert!(mail.text.contains(&app.hook("/erp")) && mail.text.contains("410"), "{}", mail.text);
        assert_eq!(app.count("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'webhook.disabled'", vec![]).await, 1);

        frontdesk::simulated::keep_mail(&app.house().delivery, &app.mailbox().list()).await.unwrap();
        let kept = app.get("/api/mailbox").bearer(&shop.business.token).send().await.data(200).to_string();
        assert!(kept.contains(&mail.subject), "it is in the business's own mailbox: {kept}");

        // In the app too, where it is an event like any other.
        let told = app.get("/api/notifications").bearer(&shop.business.token).send().await.data(200).to_string();
        assert!(told.contains("Webhook switched off") && told.contains("wants no more calls"), "{told}");

        app.receiver().clear();
        let missed = shop.state(&app).await;
        app.run_due_jobs().await;
        assert!(app.receiver().received_at("/erp").is_empty(), "it was called again");

        // Switched on again it hears of new events, and what failed can be sent once more.
        app.receiver().behave();
        let token = &shop.business.token;
        let path = format!("/api/webhooks/{}", text(&webhook["id"]));
        let window = json!({"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"});
        let replay = format!("{path}/replay");
        let refused = app.post(&replay).bearer(token).json(window.clone()).send().await.refused(409);
        assert_eq!(refused, "WEBHOOK_DISABLED");
        app.put(&path).bearer(token).json(json!({"enabled": true})).send().await.data(200);
        let replayed = app.post(&replay).bearer(token).json(window.clone()).send().await.data(200);
        // What it was called off for, and what happened while it was off.
        assert_eq!(replayed, json!({"replayed": 2, "missed": 1, "hasMore": false}));
        app.run_due_jobs().await;
        let came = app.receiver().wait_for("/erp", 2, SOON).await.unwrap();
        // Both are of one moment of the test's clock, so their ids stand in any order.
        let ids: BTreeSet<&str> = came.iter().filter_map(|call| call.header("webhook-id")).collect();
        assert_eq!(ids, BTreeSet::from([event.as_str(), missed.as_str()]));
        for id in [&event, &missed] {
            assert_eq!(shop.delivery(&app, id).await["status"], "delivered");
            let shown = app.get(&format!("/api/events/{id}")).header("x-api-key", &shop.key).send().await.data(200);
            let counts = json!({"total": 2, "done": 2, "failed": 0, "cancelled": 0});
            assert_eq!((&shown["status"], &shown["deliveries"]), (&json!("completed"), &counts));
        }
        let nothing = app.post(&replay).bearer(token).json(window).send().await.data(200);
        assert_eq!(nothing, json!({"replayed": 0, "missed": 0, "hasMore": false}));
    }

    async fn five_days_of_failure_switch_it_off_and_one_success_starts_the_count_anew(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let days = async |days: u32, fault: Fault| {
            app.receiver().plan("/erp", [Plan::always(fault)]);
            app.advance(DAY * days);
            app.run_due_jobs().await;
            shop.state(&app).await;
            app.run_due_jobs().await;
            shop.show(&app, &webhook).await
        };
        let failing = days(0, Fault::status(500)).await;
        assert_eq!(failing["failingSince"], "2026-11-20T06:00:00.000Z");
        assert_eq!(days(4, Fault::None).await["failingSince"], Value::Null);
        assert_eq!(days(1, Fault::status(500)).await["failingSince"], "2026-11-25T06:00:00.000Z");
        assert_eq!(days(4, Fault::status(500)).await["enabled"], true);
        let off = days(1, Fault::status(500)).await;
        assert_eq!((&off["enabled"], &off["disabledCode"]), (&json!(false), &json!("FAILING")));
        let mail = app.mailbox().wait_for(&shop.business.email, SOON).await.unwrap();
        assert!(mail.text.contains("five days"), "{}", mail.text);
        let told = app.mailbox().list_for(&shop.business.email);
        assert_eq!(told.iter().filter(|mail| mail.text.contains("five days")).count(), 1);
    }

    async fn no_webhook_leads_into_the_operators_network(app: App) {
        let strict = app.node(&[("OUTBOUND_ALLOWED_CIDRS", "")]).await;
        let shop = Shop::open(&app).await;
        let token = &shop.business.token;
        for url in [
            "http://127.0.0.1:8080/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::1]/",
            "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/", "http://10.0.0.8/", "http://localhost/",
        ] {
            let body = json!({"url": url, "events": ["*"]});
            let reply = strict.post("/api/webhooks").bearer(token).json(body).send().await;
            assert_eq!(reply.body["errors"][0]["code"], "ADDRESS_NOT_ALLOWED", "{url}: {}", reply.body);
        }
        for url in ["ftp://example.com/", "http://user:pass@example.com/", "example.com", "http://example.com:25/"] {
            let body = json!({"url": url, "events": ["*"]});
            let reply = strict.post("/api/webhooks").bearer(token).json(body).send().await;
            assert_eq!(reply.body["errors"][0]["code"], "URL_NOT_ALLOWED", "{url}: {}", reply.body);
        }
        // One that was allowed before is refused at the next attempt.
        shop.add(&app, "/erp").await;
        let event = shop.state(&strict).await;
        strict.run_due_jobs().await;
        let delivery = shop.delivery(&strict, &event).await;
        assert_eq!((&delivery["status"], &delivery["code"]), (&json!("failed"), &json!("ADDRESS_NOT_ALLOWED")));
        assert!(!delivery.to_string().contains("leads to 127"), "{delivery}");
        assert!(app.receiver().received_at("/erp").is_empty());
    }

    async fn events_are_named_in_either_spelling_and_must_exist(app: App) {
        let shop = Shop::open(&app).await;
        let token = &shop.business.token;
        let known = app.get("/api/webhooks/events").bearer(token).send().await.data(200);
        let names: Vec<&str> = known.as_array().unwrap().iter().map(|kind| text(&kind["name"])).collect();
        assert!(names.contains(&"invoice.sent") && names.contains(&EVENT) && names.contains(&"appointment.created"));
        let add = async |events: Value| {
            let body = json!({"url": app.hook("/erp"), "events": events});
            app.post("/api/webhooks").bearer(token).json(body).send().await
        };
        let made = add(json!(["invoice:sent", "invoice.sent", "user:clockedIn"])).await.data(201);
        assert_eq!(made["events"], json!(["invoice.sent", EVENT]));
        assert_eq!(add(json!(["invoice.sent", "*"])).await.data(201)["events"], json!(["*"]));
        assert_eq!(add(json!(["invoice.sent", "no.such"])).await.fields(), ["events[1]/UNKNOWN_EVENT_TYPE"]);
        assert_eq!(add(json!([])).await.fields(), ["events/REQUIRED"]);
        assert_eq!(add(json!("*")).await.fields(), ["events/INVALID_VALUE"]);
    }

    async fn a_webhook_is_changed_by_whoever_saw_it_last(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let (token, path) = (&shop.business.token, format!("/api/webhooks/{}", text(&webhook["id"])));
        let seen = app.get(&path).bearer(token).send().await;
        let tag = seen.header("etag").to_owned();
        let change = async |body: Value| app.put(&path).bearer(token).header("if-match", &tag).json(body).send().await;
        let changed = change(json!({"description": "Our ERP", "events": ["invoice.paid"]})).await.data(200);
        assert_eq!((&changed["description"], &changed["events"]), (&json!("Our ERP"), &json!(["invoice.paid"])));
        assert_eq!(change(json!({"enabled": false})).await.refused(412), "PRECONDITION_FAILED");
        assert_eq!(app.put(&path).bearer(token).json(json!({"secret": "whsec_x"})).send().await.fields(), ["secret/UNKNOWN_FIELD"]);
        let staff = app.member(&shop.business, Role::Staff).await;
        assert_eq!(app.get(&path).bearer(&staff.token).send().await.refused(403), "FORBIDDEN");
        app.delete(&path).bearer(token).send().await.data(200);
        assert_eq!(app.get(&path).bearer(token).send().await.refused(404), "NOT_FOUND");
        let done = app.count("SELECT COUNT(*) AS n FROM audit_log WHERE action LIKE 'webhook.%'", vec![]).await;
        assert_eq!(done, 3, "added, changed, removed");
    }

    async fn fifty_webhooks_are_enough(app: App) {
        let shop = Shop::open(&app).await;
        for _ in 0..50 {
            shop.add(&app, "/erp").await;
        }
        let body = json!({"url": app.hook("/erp"), "events": ["*"]});
        let more = app.post("/api/webhooks").bearer(&shop.business.token).json(body).send().await;
        assert_eq!(more.refused(409), "LIMIT_REACHED");
    }

    async fn a_test_call_shows_what_was_said_and_leaves_a_line_and_no_delivery(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let path = format!("/api/webhooks/{}/test", text(&webhook["id"]));
        let test = async |body: Value| {
            // Calls of one moment of the test's clock have no order.
            app.advance(Duration::from_secs(1));
            app.post(&path).bearer(&shop.business.token).json(body).send().await
        };
        let tried = test(json!({})).await.data(200);
        assert_eq!((&tried["ok"], &tried["httpStatus"], &tried["response"]), (&json!(true), &json!(200), &json!("ok")));
        assert_eq!(test(json!({"event": "invoice:sent"})).await.data(200)["ok"], true);
        assert_eq!(test(json!({"event": "no.such"})).await.fields(), ["event/UNKNOWN_EVENT_TYPE"]);
        let came = app.receiver().wait_for("/erp", 2, SOON).await.unwrap();
        assert!(came.iter().all(|call| is_signed(call, &webhook["secret"])));
        assert_eq!(came[0].header("x-webhook-event"), Some("webhook.test"));
        assert_eq!(came[1].header("x-webhook-event"), Some("invoice.sent"));
        app.receiver().plan("/erp", [Plan::always(Fault::status(410))]);
        let refused = test(json!({})).await.data(200);
        assert_eq!((&refused["ok"], &refused["code"]), (&json!(false), &json!("RECEIVER_GONE")));
        assert_eq!(shop.show(&app, &webhook).await["enabled"], true, "a test switches nothing off");
        assert_eq!(app.count("SELECT COUNT(*) AS n FROM deliveries WHERE channel = 'webhook'", vec![]).await, 0);

        // The log has them beside what was really sent, newest first.
        app.receiver().behave();
        app.advance(Duration::from_secs(1));
        let event = shop.state(&app).await;
        app.run_due_jobs().await;
        let path = format!("/api/webhooks/{}/logs", text(&webhook["id"]));
        let page = app.get(&format!("{path}?limit=3")).bearer(&shop.business.token).send().await;
        let next = page.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
        let shown = |lines: &Value| -> Vec<(String, bool, bool)> {
            let line = |l: &Value| (text(&l["event"]).to_owned(), l["isTest"] == json!(true), l["ok"] == json!(true));
            lines.as_array().unwrap().iter().map(line).collect()
        };
        let lines = page.data(200);
        let line = |event: &str, is_test, ok| (event.to_owned(), is_test, ok);
        let newest = [line(EVENT, false, true), line("webhook.test", true, false), line("invoice.sent", true, true)];
        assert_eq!(shown(&lines), newest);
        assert_eq!((&lines[0]["eventId"], &lines[1]["httpStatus"]), (&json!(event), &json!(410)));
        let rest = app.get(&next).bearer(&shop.business.token).send().await.data(200);
        assert_eq!(shown(&rest), [line("webhook.test", true, true)]);
        assert!(text(&rest[0]["requestBody"]).contains("It works."));
    }

    async fn the_log_has_each_attempt_with_what_was_sent_and_said(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        app.receiver().plan("/erp", [Plan::once(Fault::status(503))]);
        let first = shop.state(&app).await;
        app.run_due_jobs().await;
        app.advance(Duration::from_secs(60));
        app.run_due_jobs().await;
        let second = shop.state(&app).await;
        app.run_due_jobs().await;
        let path = format!("/api/webhooks/{}/logs", text(&webhook["id"]));
        let logs = app.get(&path).bearer(&shop.business.token).send().await.data(200);
        let lines: Vec<_> = logs.as_array().unwrap().iter().map(|l| (&l["eventId"], &l["attempt"], &l["httpStatus"])).collect();
        let (first, second) = (json!(first), json!(second));
        assert_eq!(lines, [(&second, &json!(1), &json!(200)), (&first, &json!(2), &json!(200)), (&first, &json!(1), &json!(503))]);
        assert_eq!((&logs[2]["code"], &logs[2]["response"], &logs[2]["ok"]), (&json!("HTTP_STATUS"), &json!("planned"), &json!(false)));
        assert!(text(&logs[1]["request"]).starts_with(&format!("POST {}", app.hook("/erp"))));
        let sent = app.receiver().received_at("/erp");
        assert_eq!(text(&logs[1]["requestBody"]), sent[1].body);

        let page = app.get(&format!("{path}?limit=1")).bearer(&shop.business.token).send().await;
        let next = page.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
        assert_eq!(page.data(200).as_array().unwrap().len(), 1);
        let rest = app.get(&next).bearer(&shop.business.token).send().await.data(200);
        assert_eq!(rest.as_array().unwrap().len(), 2);
    }

    async fn the_headers_of_an_answer_are_kept_without_what_lets_somebody_in(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let mut answered = vec![
            ("X-Request-Id".to_owned(), "r-17".to_owned()),
            ("Set-Cookie".to_owned(), "sid=k3y; Path=/".to_owned()),
        ];
        app.receiver().plan("/erp", [Plan::once(Fault::Headers { headers: answered.clone() })]);
        let event = shop.state(&app).await;
        app.run_due_jobs().await;
        let attempt = shop.delivery(&app, &event).await["attempts_log"][0].clone();
        let kept = text(&attempt["response_headers"]);
        assert_eq!(kept, "x-request-id: r-17\nset-cookie: [hidden]\ncontent-length: 2");
        let path = format!("/api/webhooks/{}", text(&webhook["id"]));
        let logs = async || app.get(&format!("{path}/logs")).bearer(&shop.business.token).send().await.data(200);
        assert_eq!(logs().await[0]["responseHeaders"], kept);

        // A test call shows and keeps them as well, and no more of them than fit.
        app.advance(Duration::from_secs(1));
        answered.push(("X-Long".to_owned(), "v".repeat(9_000)));
        app.receiver().plan("/erp", [Plan::once(Fault::Headers { headers: answered })]);
        let test = app.post(&format!("{path}/test")).bearer(&shop.business.token).json(json!({})).send().await.data(200);
        let shown = text(&test["responseHeaders"]);
        assert!(shown.starts_with("x-request-id: r-17\nset-cookie: [hidden]\nx-long: vvv"), "{shown}");
        assert!(shown.ends_with("v\n[cut here]") && shown.len() < 9_000, "{}", shown.len());
        assert_eq!(logs().await[0]["responseHeaders"], test["responseHeaders"]);

        // Where nothing came back, nothing is made up.
        app.advance(Duration::from_secs(1));
        app.receiver().plan("/erp", [Plan::once(Fault::Reset)]);
        let silent = app.post(&format!("{path}/test")).bearer(&shop.business.token).json(json!({})).send().await;
        assert_eq!(silent.data(200)["responseHeaders"], Value::Null);
    }

    async fn the_address_of_the_settings_is_a_webhook_that_hears_everything(app: App) {
        let shop = Shop::open(&app).await;
        let token = &shop.business.token;
        let save = async |body: Value| app.patch("/api/settings/channels").bearer(token).json(body).send().await.data(200);
        save(json!({"webhookEnabled": true, "webhookUrl": app.hook("/all")})).await;
        let listed = app.get("/api/webhooks").bearer(token).send().await.data(200);
        assert_eq!((&listed[0]["managed"], &listed[0]["events"]), (&json!(true), &json!(["*"])));
        let path = format!("/api/webhooks/{}", text(&listed[0]["id"]));
        let made = app.post(&format!("{path}/regenerate-secret")).bearer(token).send().await.data(200);
        // What happened before is told as well: the business was founded.
        app.run_due_jobs().await;
        app.receiver().clear();
        let event = shop.state(&app).await;
        app.run_due_jobs().await;
        let came = app.receiver().wait_for("/all", 1, SOON).await.unwrap();
        assert!(is_signed(&came[0], &made["secret"]));
        assert_eq!(came[0].header("webhook-id"), Some(event.as_str()));

        let moved = app.put(&path).bearer(token).json(json!({"url": app.hook("/other")})).send().await;
        assert_eq!(moved.refused(409), "WEBHOOK_MANAGED");
        assert_eq!(app.delete(&path).bearer(token).send().await.refused(409), "WEBHOOK_MANAGED");
        save(json!({"webhookUrl": app.hook("/moved")})).await;
        shop.state(&app).await;
        app.run_due_jobs().await;
        let came = app.receiver().wait_for("/moved", 1, SOON).await.unwrap();
        assert!(is_signed(&came[0], &made["secret"]), "the secret stays when the address moves");
        save(json!({"webhookEnabled": false})).await;
        shop.state(&app).await;
        app.run_due_jobs().await;
        assert_eq!(app.receiver().received_at("/moved").len(), 1);
    }

    async fn a_removed_webhook_is_given_up(app: App) {
        let shop = Shop::open(&app).await;
        let webhook = shop.add(&app, "/erp").await;
        let event = shop.state(&app).await;
        app.delete(&format!("/api/webhooks/{}", text(&webhook["id"]))).bearer(&shop.business.token).send().await.data(200);
        app.run_due_jobs().await;
        let delivery = shop.delivery(&app, &event).await;
        assert_eq!((&delivery["status"], &delivery["code"]), (&json!("dead"), &json!("WEBHOOK_REMOVED")));
        assert!(app.receiver().received_at("/erp").is_empty());
    }
}
