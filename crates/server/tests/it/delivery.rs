//! One event in, every channel out: what a developer's shop posts becomes mail and webhooks, and the business watches it
//! happen. How the queue behaves under trouble is proven on the floor itself, in `crates/delivery/src/tests`.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};
use simulators::Fault;

use crate::harness::{App, Business, PASSWORD, Reply, text};

/// What document C's example posts.
fn invoice() -> Value {
    json!({"event_type": "invoice:sent", "event_data": {
        "invoice_id": 123, "client_email": "client@example.com", "invoice_number": "INV-001", "total_amount": 1500.00,
        "client_name": "John Doe",
    }})
}

async fn state(app: &App, business: &Business, body: Value) -> Reply {
    app.post("/api/events").bearer(&business.token).json(body).send().await
}

async fn accepted(app: &App, business: &Business, body: Value) -> String {
    text(&state(app, business, body).await.expect(202)["data"]["event_id"]).to_owned()
}

async fn event(app: &App, business: &Business, id: &str) -> Value {
    app.get(&format!("/api/events/{id}")).bearer(&business.token).send().await.data(200)
}

async fn deliveries(app: &App, business: &Business, id: &str) -> Vec<Value> {
    let path = format!("/api/events/{id}/deliveries");
    app.get(&path).bearer(&business.token).send().await.data(200).as_array().unwrap().clone()
}

/// The deliveries that go by mail; in-app lines are somebody else's promise.
async fn mails(app: &App, business: &Business, id: &str) -> Vec<Value> {
    deliveries(app, business, id).await.into_iter().filter(|row| row["channel"] == "email").collect()
}

/// A connection token of the business, as its shop would fetch one.
async fn token(app: &App, business: &Business) -> String {
    let key = json!({"name": "Shop", "scopes": ["events:write", "events:read"]});
    let key = app.post("/api/api-keys").bearer(&business.token).json(key).send().await.data(201);
    let body = json!({"customer_id": business.id, "user_id": 1, "session_id": "php-7"});
    let asked = app.post("/auth/token").header("x-api-key", text(&key["key"])).json(body);
    text(&asked.send().await.expect(200)["token"]).to_owned()
}

async fn retry(app: &App, business: &Business, delivery: &Value) -> Reply {
    let path = format!("/api/deliveries/{}/retry", text(&delivery["id"]));
    app.post(&path).bearer(&business.token).send().await
}

both_databases! {
    async fn an_event_becomes_a_mail_and_the_owner_watches_it_happen(app: App) {
        let salon = app.business("Salon").await;
        // That the business was founded is an event too, and not ours.
        app.run_due_jobs().await;
        let desk = app.socket(&salon.token).await;
        let reply = state(&app, &salon, invoice()).await.expect(202);
        assert_eq!(reply["success"], true);
        let data = &reply["data"];
        assert_eq!((&data["event_type"], &data["status"]), (&json!("invoice:sent"), &json!("pending")));
        let id = text(&data["event_id"]);

        let acknowledged = desk.expect("event:acknowledged").await;
        assert_eq!((&acknowledged["event_id"], &acknowledged["event_type"]), (&json!(id), &json!("invoice:sent")));
        let begun = desk.expect("event:progress").await;
        assert_eq!((&begun["progress"], &begun["customer_id"]), (&json!(0), &json!(salon.id)));

        app.run_due_jobs().await;
        let sent = desk.expect("message:sent").await;
        assert_eq!(sent["event_id"], id);
        let completed = desk.expect("event:completed").await;
        assert_eq!(completed["event_id"], id);
        let listed = completed["result"]["deliveries"].as_array().unwrap();
        assert!(listed.iter().any(|row| row["channel"] == "email" && row["recipient"] == "client@example.com"), "{completed}");

        let mail = app.mailbox().list_for("client@example.com");
        assert_eq!(mail.len(), 1);
        let shown = event(&app, &salon, id).await;
        assert_eq!((&shown["status"], &shown["progress"], &shown["type"]), (&json!("completed"), &json!(100), &json!("invoice.sent")));
        assert_eq!(shown["event_data"], invoice()["event_data"]);
        let mails = mails(&app, &salon, id).await;
        assert_eq!((mails.len(), &mails[0]["status"], &mails[0]["attempts"]), (1, &json!("sent"), &json!(1)));
        assert_eq!(mails[0]["attempts_log"][0]["number"], 1);
    }

    async fn document_cs_old_address_takes_the_same(app: App) {
        let salon = app.business("Salon").await;
        let asked = app.post("/api/websocket-events.php").bearer(&salon.token).json(invoice());
        let id = text(&asked.send().await.expect(202)["data"]["event_id"]).to_owned();
        app.run_due_jobs().await;
        assert_eq!(event(&app, &salon, &id).await["status"], "completed");
    }

    async fn what_is_refused_leaves_nothing_behind(app: App) {
        let salon = app.business("Salon").await;
        let nobody = app.post("/api/events").json(invoice()).send().await;
        assert_eq!(nobody.refused(401), "UNAUTHORIZED");
        let keyed = |key: &str| app.post("/api/events").header("x-api-key", key).bearer(&salon.token).json(invoice()).send();
        let wish = json!({"name": "Shop", "scopes": ["events:write"]});
        let made = app.post("/api/api-keys").bearer(&salon.token).json(wish).send().await.data(201);
        let key = text(&made["key"]);
        for wrong in ["nonsense", "", &key[..key.len() - 1], &format!("{key}x")] {
            assert_eq!(keyed(wrong).await.refused(401), "API_KEY_NOT_TAKEN", "{wrong:?}");
        }
        app.delete(&format!("/api/api-keys/{}", text(&made["id"]))).bearer(&salon.token).send().await.expect(200);
        assert_eq!(keyed(key).await.refused(401), "API_KEY_NOT_TAKEN", "revoked");
        let staff = app.member(&salon, Role::Staff).await;
        let asked = app.post("/api/events").bearer(&staff.token).json(invoice()).send().await;
        assert_eq!(asked.refused(403), "FORBIDDEN");
        let unknown = state(&app, &salon, json!({"event_type": "moon:landed", "event_data": {}})).await;
        assert_eq!(unknown.refused(422), "UNKNOWN_EVENT_TYPE");
        assert_eq!(state(&app, &salon, json!({})).await.fields(), ["event_type/REQUIRED", "event_data/REQUIRED"]);
        let empty = state(&app, &salon, json!({"event_type": "invoice:sent", "event_data": {}})).await.fields();
        for field in ["invoice_id", "client_email", "invoice_number", "total_amount"] {
            assert!(empty.contains(&format!("event_data.{field}/REQUIRED")), "{empty:?}");
        }
        let listed = state(&app, &salon, json!({"event_type": "invoice:sent", "event_data": [1]})).await;
        assert_eq!(listed.fields(), ["event_data/INVALID_VALUE"]);
        let mut late = invoice();
        late["scheduled_for"] = json!("2030-01-01T00:00:00Z");
        assert_eq!(state(&app, &salon, late).await.fields(), ["scheduled_for/OUT_OF_RANGE"]);
        let mut keyed = invoice();
        keyed["idempotency_key"] = json!("  ");
        assert_eq!(state(&app, &salon, keyed).await.fields(), ["idempotency_key/INVALID_VALUE"]);
        let mut large = invoice();
        large["event_data"]["note"] = json!("x".repeat(2 * 1024 * 1024));
        assert_eq!(state(&app, &salon, large.clone()).await.refused(413), "PAYLOAD_TOO_LARGE");
        // A payload of a megabyte may come in, and is more than an event may carry.
        large["event_data"]["note"] = json!("x".repeat(1_000_000));
        assert_eq!(state(&app, &salon, large).await.fields(), ["event_data/TOO_LONG"]);
        let mut many = invoice();
        let everybody = |count: usize| -> Value { (0..count).map(|n| format!("c{n}@x.example")).collect() };
        many["event_data"]["client_email"] = everybody(10_001);
        assert_eq!(state(&app, &salon, many.clone()).await.fields(), ["event_data.client_email/TOO_MANY"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE source = 'api'", vec![]).await, 0);
        assert_eq!(state(&app, &salon, invoice()).await.expect(202)["success"], true);
        many["event_data"]["client_email"] = everybody(10_000);
        many["scheduled_for"] = json!("2026-11-21T06:00:00Z");
        assert_eq!(state(&app, &salon, many).await.expect(202)["data"]["status"], "scheduled");
    }

    async fn a_key_gives_the_first_answer_again_and_another_event_under_it_is_refused(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let mut keyed = invoice();
        keyed["idempotency_key"] = json!("order-7");
        let first = state(&app, &salon, keyed.clone()).await.expect(202);
        assert_eq!(state(&app, &salon, keyed.clone()).await.expect(202), first);
        app.run_due_jobs().await;
        assert_eq!(state(&app, &salon, keyed.clone()).await.expect(202), first);
        let theirs = state(&app, &other, keyed.clone()).await.expect(202);
        assert_ne!(theirs["data"]["event_id"], first["data"]["event_id"]);
        let mut changed = keyed.clone();
        changed["event_data"]["total_amount"] = json!(99);
        assert_eq!(state(&app, &salon, changed).await.refused(422), "IDEMPOTENCY_MISMATCH");
        assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE source = 'api'", vec![]).await, 2);
        assert_eq!(app.mailbox().list_for("client@example.com").len(), 1);

        app.advance(Duration::from_secs(25 * 3600));
        let login = json!({"email": salon.email, "password": PASSWORD});
        let token = app.post("/api/auth/login").json(login).send().await.data(200)["accessToken"].clone();
        let again = app.post("/api/events").bearer(text(&token)).json(keyed).send().await.expect(202);
        assert_ne!(again["data"]["event_id"], first["data"]["event_id"], "a key is free again after a day");
    }

    async fn the_header_does_as_the_key_in_the_body(app: App) {
        let salon = app.business("Salon").await;
        let ask = || app.post("/api/events").bearer(&salon.token).key("order-7");
        let first = ask().json(invoice()).send().await.expect(202);
        assert_eq!(ask().json(invoice()).send().await.expect(202), first);
        let mut changed = invoice();
        changed["event_data"]["total_amount"] = json!(99);
        assert_eq!(ask().json(changed).send().await.refused(422), "IDEMPOTENCY_MISMATCH");
        assert_eq!(app.count("SELECT COUNT(*) FROM events WHERE source = 'api'", vec![]).await, 1);
    }

    async fn an_event_waits_for_its_time(app: App) {
        let salon = app.settled_business("Salon").await;
        let mut later = invoice();
        later["scheduled_for"] = json!("2026-11-20T06:10:00Z");
        let reply = state(&app, &salon, later).await.expect(202);
        assert_eq!(reply["data"]["status"], "scheduled");
        let id = text(&reply["data"]["event_id"]);
        app.run_due_jobs().await;
        assert_eq!(event(&app, &salon, id).await["status"], "scheduled");
        assert!(app.mailbox().list().is_empty());
        app.advance(Duration::from_secs(601));
        app.run_due_jobs().await;
        let shown = event(&app, &salon, id).await;
        assert_eq!((&shown["status"], &shown["scheduled_for"]), (&json!("completed"), &json!("2026-11-20T06:10:00.000Z")));
        assert_eq!(app.mailbox().list_for("client@example.com").len(), 1);
    }

    async fn a_time_that_is_over_means_at_once(app: App) {
        let salon = app.settled_business("Salon").await;
        for over in ["2026-11-20T05:59:59Z", "1970-01-01T00:00:00Z"] {
            let mut late = invoice();
            late["scheduled_for"] = json!(over);
            let reply = state(&app, &salon, late).await.expect(202);
            assert_eq!(reply["data"]["status"], "pending");
            app.run_due_jobs().await;
            let shown = event(&app, &salon, text(&reply["data"]["event_id"])).await;
            assert_eq!((&shown["status"], &shown["scheduled_for"]), (&json!("completed"), &Value::Null));
        }
        assert_eq!(app.mailbox().list_for("client@example.com").len(), 2);
    }

    async fn a_cancelled_event_does_not_go_out(app: App) {
        let salon = app.settled_business("Salon").await;
        let mut later = invoice();
        later["scheduled_for"] = json!("2026-11-20T06:10:00Z");
        let (waiting, planned) = (accepted(&app, &salon, later).await, accepted(&app, &salon, invoice()).await);
        let replay = |id: &str| app.post(&format!("/api/events/{id}/replay")).bearer(&salon.token).send();
        assert_eq!(replay(&waiting).await.refused(409), "NOT_OUT_YET");
        for id in [&waiting, &planned] {
            let path = format!("/api/events/{id}/cancel");
            let shown = app.post(&path).bearer(&salon.token).send().await.data(200);
            assert_eq!(shown["status"], "cancelled");
            let counts = &shown["deliveries"];
            assert_eq!((&counts["cancelled"], &counts["done"]), (&counts["total"], &counts["total"]), "{shown}");
            assert_eq!(app.post(&path).bearer(&salon.token).send().await.refused(409), "INVALID_TRANSITION");
        }
        app.advance(Duration::from_secs(601));
        app.run_due_jobs().await;
        assert!(app.mailbox().list().is_empty());
        let rows = deliveries(&app, &salon, &planned).await;
        assert!(!rows.is_empty() && rows.iter().all(|row| row["status"] == "cancelled"), "{rows:?}");
        // Whoever wants it after all sends it again: one delivery, or a new event.
        retry(&app, &salon, &rows[0]).await.data(200);
        let counts = event(&app, &salon, &planned).await["deliveries"].clone();
        assert_eq!(counts["cancelled"].as_i64().unwrap(), counts["total"].as_i64().unwrap() - 1, "{counts}");
        replay(&waiting).await.expect(202);
        app.run_due_jobs().await;
        assert_eq!(event(&app, &salon, &planned).await["status"], "completed");
    }

    async fn what_was_given_up_is_visible_and_can_be_sent_again(app: App) {
        let salon = app.node(&[("DELIVERY_SCHEDULE", "0s,1s,2s")]).await;
        let (app, business) = (salon, app.settled_business("Salon").await);
        let desk = app.socket(&business.token).await;
        app.mail_faults().set(vec![Fault::RejectRecipient { code: 452 }.into()]).unwrap();
        let id = accepted(&app, &business, invoice()).await;
        for _ in 0..4 {
            app.run_due_jobs().await;
            app.advance(Duration::from_secs(3));
        }
        let failed = desk.expect("message:failed").await;
        assert_eq!(failed["recipient"], "client@example.com");
        let dead = app.get("/api/deliveries?status=dead&channel=email").bearer(&business.token).send().await.data(200);
        assert_eq!(dead.as_array().unwrap().len(), 1, "{dead}");
        app.mail_faults().clear();
        desk.expect("event:completed").await;
        desk.take("event:progress");
        let again = retry(&app, &business, &dead[0]).await.data(200);
        assert_eq!(again["status"], "pending");
        let reopened = desk.expect("event:progress").await;
        assert_eq!((&reopened["event_id"], &reopened["status"]), (&json!(id), &json!("processing")));
        assert_eq!(reopened["deliveries"]["failed"], 0, "{reopened}");
        app.run_due_jobs().await;
        assert_eq!(app.mailbox().list_for("client@example.com").len(), 1);
        let shown = event(&app, &business, &id).await;
        assert_eq!((&shown["status"], &shown["deliveries"]["failed"]), (&json!("completed"), &json!(0)));
        assert_eq!(retry(&app, &business, &dead[0]).await.refused(409), "INVALID_TRANSITION");
    }

    async fn another_business_sees_nothing_of_it(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        app.run_due_jobs().await;
        let spy = app.socket(&other.token).await;
        let id = accepted(&app, &salon, invoice()).await;
        app.run_due_jobs().await;
        let row = deliveries(&app, &salon, &id).await.remove(0);
        for path in [format!("/api/events/{id}"), format!("/api/events/{id}/deliveries"), format!("/api/deliveries/{}", text(&row["id"]))] {
            assert_eq!(app.get(&path).bearer(&other.token).send().await.refused(404), "NOT_FOUND", "{path}");
        }
        for path in [format!("/api/events/{id}/replay"), format!("/api/events/{id}/cancel"), format!("/api/deliveries/{}/retry", text(&row["id"]))] {
            assert_eq!(app.post(&path).bearer(&other.token).send().await.refused(404), "NOT_FOUND", "{path}");
        }
        for path in ["/api/events", "/api/deliveries"] {
            let theirs = app.get(path).bearer(&other.token).send().await.data(200).to_string();
            assert!(!theirs.contains(&id) && !theirs.contains("client@example.com"), "{theirs}");
        }
        // Its own event comes on the same socket, and nothing came before it.
        accepted(&app, &other, invoice()).await;
        spy.expect("event:acknowledged").await;
        let arrived = spy.arrived();
        assert!(arrived.iter().all(|event| !event.starts_with("message:")), "{arrived:?}");
    }

    async fn a_token_states_over_its_socket_and_hears_what_becomes_of_it(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        app.run_due_jobs().await;
        let (mine, sibling, theirs) = (token(&app, &salon).await, token(&app, &salon).await, token(&app, &other).await);
        let (socket, beside, spy) = (app.socket(&mine).await, app.socket(&sibling).await, app.socket(&theirs).await);
        let desk = app.socket(&salon.token).await;

        let refused = socket.emit_ack("internal:event", json!({"event_type": "invoice:sent", "event_data": {}})).await;
        assert_eq!(refused["code"], "VALIDATION_ERROR");
        let told = socket.expect("event:failed").await;
        assert_eq!((&told["event_id"], &told["code"]), (&Value::Null, &json!("VALIDATION_ERROR")));

        let ack = socket.emit_ack("internal:event", invoice()).await;
        assert_eq!((&ack["success"], &ack["event_type"]), (&json!(true), &json!("invoice:sent")));
        app.run_due_jobs().await;
        for socket in [&socket, &desk] {
            assert_eq!(socket.expect("event:acknowledged").await["event_id"], ack["event_id"]);
            assert_eq!(socket.expect("message:sent").await["event_id"], ack["event_id"]);
            assert_eq!(socket.expect("event:completed").await["event_type"], "invoice:sent");
        }
        // The others hear of their own events, and of nothing before.
        for (socket, business) in [(&beside, &salon), (&spy, &other)] {
            let own = socket.emit_ack("internal:event", invoice()).await;
            assert_eq!(socket.expect("event:acknowledged").await["event_id"], own["event_id"], "{}", business.slug);
            assert!(socket.take("event:failed").is_empty());
        }
        app.run_due_jobs().await;
    }

    async fn percentages_are_true_and_nobody_hears_them_twice(app: App) {
        let salon = app.business("Salon").await;
        app.run_due_jobs().await;
        let desk = app.socket(&salon.token).await;
        let mut many = invoice();
        many["event_data"]["client_email"] = json!((0..40).map(|n| format!("p{n}@example.com")).collect::<Vec<_>>());
        let id = accepted(&app, &salon, many).await;
        app.run_due_jobs().await;
        desk.expect("event:completed").await;
        let steps = desk.take("event:progress");
        let of_event: Vec<&Value> = steps.iter().filter(|step| step["event_id"] == id.as_str()).collect();
        let mut last = -1;
        for step in &of_event {
            let (percent, counts) = (step["progress"].as_i64().unwrap(), &step["deliveries"]);
            let (done, total) = (counts["done"].as_i64().unwrap(), counts["total"].as_i64().unwrap());
            assert_eq!(percent, done * 100 / total, "{step}");
            assert!(percent > last, "{steps:?}");
            last = percent;
        }
        assert_eq!(last, 100);
        let mails = desk.take("message:sent").into_iter().filter(|told| told["channel"] == "email");
        let told: std::collections::BTreeSet<String> = mails.map(|told| text(&told["delivery_id"]).to_owned()).collect();
        assert_eq!(told.len(), 40);
    }

    async fn a_booking_is_mailed_to_its_customer_once_and_its_day_is_not(app: App) {
        let salon = app.business("Salon").await;
        let service = app.service(&salon).await;
        let book = json!({"inviteCode": salon.invite_code, "customerName": "Wanjiru", "customerEmail": "w@example.com",
            "service": service["id"], "time": "2026-11-23T07:00:00Z"});
        let booked = app.post("/api/public/appointments").json(book).send().await.expect(201)["appointment"].take();
        app.run_due_jobs().await;
        let mails = || app.mailbox().list_for("w@example.com").len();
        assert_eq!(mails(), 1, "one mail for one booking");
        let step = async |verb: &str| {
            let path = format!("/api/appointments/{}/{verb}", text(&booked["id"]));
            app.put(&path).bearer(&salon.token).send().await.data(200);
            app.run_due_jobs().await;
        };
        step("confirm").await;
        assert_eq!(mails(), 2);
        app.clock().set(kernel::Timestamp::parse("2026-11-23T07:05:00Z").unwrap());
        let login = json!({"email": salon.email, "password": PASSWORD});
        let token = app.post("/api/auth/login").json(login).send().await.data(200)["accessToken"].clone();
        let path = format!("/api/appointments/{}/start", text(&booked["id"]));
        app.put(&path).bearer(text(&token)).send().await.data(200);
        app.run_due_jobs().await;
        assert_eq!(mails(), 2, "nobody is written to because their visit has begun");
    }

    async fn the_log_is_paged_and_narrowed(app: App) {
        let salon = app.business("Salon").await;
        for n in 0..5 {
            let mut one = invoice();
            one["event_data"]["invoice_number"] = json!(format!("INV_{n}%"));
            accepted(&app, &salon, one).await;
            app.advance(Duration::from_secs(1));
        }
        let first = app.get("/api/events?type=invoice:sent&limit=2").bearer(&salon.token).send().await;
        let link = first.header("link").to_owned();
        let mut seen: Vec<String> = first.data(200).as_array().unwrap().iter().map(|e| text(&e["id"]).to_owned()).collect();
        let mut next = link;
        while let Some(path) = next.strip_prefix('<').and_then(|rest| rest.split('>').next()) {
            let page = app.get(path).bearer(&salon.token).send().await;
            next = page.header("link").to_owned();
            seen.extend(page.data(200).as_array().unwrap().iter().map(|e| text(&e["id"]).to_owned()));
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first: {seen:?}");
        let count = async |query: &str| {
            let path = format!("/api/events?{query}");
            app.get(&path).bearer(&salon.token).send().await.data(200).as_array().unwrap().len()
        };
        assert_eq!(count("q=inv_3%25").await, 1);
        assert_eq!(count("q=INV&type=invoice.sent").await, 5);
        assert_eq!(count(&format!("q={}", seen[0])).await, 1);
        assert_eq!(count("status=processing&from=2026-11-20T06:00:02Z&to=2026-11-20T06:00:04Z").await, 2);
        assert_eq!(count("status=scheduled").await, 0);
        for bad in ["limit=0", "limit=201", "cursor=evt_1", "status=lost", "from=yesterday", "colour=red"] {
            app.get(&format!("/api/events?{bad}")).bearer(&salon.token).send().await.expect(422);
        }
        app.run_due_jobs().await;
    }
}
