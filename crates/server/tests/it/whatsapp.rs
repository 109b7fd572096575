//! Paired phones, for which the built-in stand-in speaks: pairing, waiting, sending in turn, restoring, letting go.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{App, Business, text};

const PHONE: &str = "+254712345678";

fn invoice(phone: &str) -> Value {
    json!({"event_type": "invoice:sent", "event_data": {
        "invoice_id": 1, "client_email": "ann@example.com", "client_phone": phone, "invoice_number": "INV-7",
        "total_amount": 10,
    }})
}

async fn state(app: &App, business: &Business, event: Value) -> String {
    let reply = app.post("/api/events").bearer(&business.token).json(event).send().await;
    text(&reply.expect(202)["data"]["event_id"]).to_owned()
}

async fn delivery(app: &App, business: &Business, event: &str) -> Value {
    let all = app.get(&format!("/api/events/{event}/deliveries")).bearer(&business.token).send().await.data(200);
    let mut all: Vec<Value> =
        all.as_array().unwrap().iter().filter(|row| row["channel"] == "whatsapp").cloned().collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn ask_code(app: &App, business: &Business) -> Value {
    app.get(&format!("/whatsapp/qr/{}", business.id)).bearer(&business.token).send().await.expect(200)
}

async fn status(app: &App, business: &Business) -> String {
    let path = format!("/whatsapp/status/{}", business.id);
    text(&app.get(&path).bearer(&business.token).send().await.expect(200)["status"]).to_owned()
}

/// A business with a phone that can send.
async fn paired(app: &App) -> Business {
    let salon = app.business("Salon").await;
    let desk = app.socket(&salon.token).await;
    ask_code(app, &salon).await;
    assert!(app.whatsapp().scan(&salon.id));
    desk.expect("whatsapp:client_ready").await;
    salon
}

/// A connection token of a key with these scopes.
async fn token(app: &App, business: &Business, scopes: &[&str]) -> String {
    let key = json!({"name": "Shop", "scopes": scopes});
    let key = app.post("/api/api-keys").bearer(&business.token).json(key).send().await.data(201);
    let body = json!({"customer_id": business.id, "user_id": 1, "session_id": "s"});
    let made = app.post("/auth/token").header("x-api-key", text(&key["key"])).json(body).send().await.expect(200);
    text(&made["token"]).to_owned()
}

both_databases! {
    async fn a_phone_is_paired_and_let_go_and_those_who_may_know_hear_of_it(app: App) {
        let app = app.node_with_phones(&[]).await;
        let salon = app.business("Salon").await;
        assert_eq!(status(&app, &salon).await, "not_initialized");
        let manages = token(&app, &salon, &["events:write", "whatsapp:manage"]).await;
        let states = token(&app, &salon, &["events:write"]).await;
        let (desk, system, other) =
            (app.socket(&salon.token).await, app.socket(&manages).await, app.socket(&states).await);
        let asked = app.get(&format!("/whatsapp/qr/{}", salon.id)).bearer(&manages).send().await.expect(200);
        assert!(text(&asked["qr_code"]).starts_with("data:image/png;base64,iVBOR"), "{asked}");
        assert_eq!((&asked["success"], &asked["status"]), (&json!(true), &json!("qr_ready")));
        for socket in [&desk, &system] {
            let told = socket.expect("whatsapp:qr_generated").await;
            assert_eq!((&told["customer_id"], &told["qr"]), (&json!(salon.id), &asked["qr_code"]));
        }
        assert!(app.whatsapp().scan(&salon.id));
        for socket in [&desk, &system] {
            assert_eq!(socket.expect("whatsapp:client_authenticated").await["status"], "authenticated");
            let ready = socket.expect("whatsapp:client_ready").await;
            assert_eq!((&ready["customer_id"], &ready["status"]), (&json!(salon.id), &json!("ready")));
        }
        assert_eq!(status(&app, &salon).await, "ready");
        assert_eq!(ask_code(&app, &salon).await["qr_code"], Value::Null, "a paired phone needs no code");

        let path = format!("/whatsapp/logout/{}", salon.id);
        let broken = app.post(&path).bearer(&manages).raw_json("{\"user_id\":").send().await;
        assert_eq!(broken.refused(400), "INVALID_BODY");
        assert_eq!(status(&app, &salon).await, "ready", "nothing was done");
        let triple = json!({"customer_id": salon.id, "user_id": 1, "session_id": "php-7"});
        let done = app.post(&path).bearer(&manages).json(triple).send().await.expect(200);
        assert_eq!((&done["success"], &done["message"]), (&json!(true), &json!("Logged out.")));
        assert_eq!(desk.expect("whatsapp:client_logged_out").await["reason"], "Logged out here.");
        assert_eq!(status(&app, &salon).await, "logged_out");
        assert_eq!(app.count("SELECT COUNT(*) FROM whatsapp_keys", vec![]).await, 0);
        assert!(!app.whatsapp().scan(&salon.id), "the other side was told");
        let actions = app.rows("SELECT action FROM audit_log WHERE action LIKE 'whatsapp.%' ORDER BY action", vec![]).await;
        let actions: Vec<String> = actions.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(actions, ["whatsapp.logged_out", "whatsapp.pairing_started"]);
        assert!(other.arrived().iter().all(|event| !event.starts_with("whatsapp:")), "its key may not pair");
    }

    async fn only_keys_with_the_scope_and_only_of_that_business_may_pair(app: App) {
        let app = app.node_with_phones(&[]).await;
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let states = token(&app, &salon, &["events:write"]).await;
        let foreign = token(&app, &other, &["events:write", "whatsapp:manage"]).await;
        for (what, method) in [("qr", "GET"), ("status", "GET"), ("logout", "POST")] {
            let path = format!("/whatsapp/{what}/{}", salon.id);
            let ask = || app.ask(method.parse().unwrap(), &path);
            assert_eq!(ask().bearer(&states).send().await.refused(403), "FORBIDDEN", "{what}");
            assert_eq!(ask().bearer(&foreign).send().await.refused(404), "NOT_FOUND", "{what}");
        }
        assert!(app.whatsapp().waiting().is_empty());
    }

    async fn a_code_to_type_is_given_for_a_number(app: App) {
        let app = app.node_with_phones(&[]).await;
        let salon = app.business("Salon").await;
        let ask = |phone: &str| app.get(&format!("/whatsapp/qr/{}?phone={phone}", salon.id)).bearer(&salon.token);
        assert_eq!(ask("0712345678").send().await.expect(200)["pairing_code"], "SIM12345");
        assert_eq!(ask("12").send().await.fields(), ["phone/INVALID_PHONE"]);
        app.whatsapp().estrange(PHONE);
        assert_eq!(ask("0712345678").send().await.fields(), ["phone/INVALID_PHONE"]);
    }

    async fn a_delivery_waits_for_the_phone_and_leaves_when_it_is_ready(app: App) {
        let app = app.node_with_phones(&[]).await;
        let salon = paired(&app).await;
        let desk = app.socket(&salon.token).await;
        assert!(app.whatsapp().lose(&salon.id, "The battery is empty."));
        assert_eq!(desk.expect("whatsapp:client_disconnected").await["reason"], "The battery is empty.");
        let event = state(&app, &salon, invoice("0712 345678")).await;
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"], &row["attempts"]), (&json!("held"), &json!("WHATSAPP_NOT_READY"), &json!(0)));
        assert!(app.whatsapp().log().all().is_empty());

        assert!(app.whatsapp().connect(&salon.id));
        desk.expect("whatsapp:client_ready").await;
        app.house().delivery.tend_whatsapp().await.unwrap();
        app.run_due_jobs().await;
        let message = app.whatsapp().log().to(PHONE).remove(0);
        assert!(message.by_phone && message.text.contains("INV-7") && message.from == salon.id, "{message:?}");
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["message_id"], &row["attempts"]), (&json!("sent"), &json!(message.id), &json!(1)));

        assert!(app.whatsapp().arrive(&salon.id, &message.id));
        let told = loop {
            let told = desk.expect("message:sent").await;
            if told["status"] == "delivered" && told["channel"] == "whatsapp" {
                break told;
            }
        };
        assert_eq!(told["delivery_id"], row["id"], "{told}");
        assert_eq!(delivery(&app, &salon, &event).await["status"], "delivered");
    }

    async fn a_number_that_is_not_on_whatsapp_is_not_written_to(app: App) {
        let app = app.node_with_phones(&[]).await;
        let salon = paired(&app).await;
        app.whatsapp().estrange(PHONE);
        let event = state(&app, &salon, invoice(PHONE)).await;
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("dead"), &json!("NOT_ON_WHATSAPP")), "{row}");
        assert!(app.whatsapp().log().all().is_empty());
    }

    async fn a_phone_sends_in_turns_and_waiting_is_no_attempt(app: App) {
        let app = app.node_with_phones(&[("WHATSAPP_PER_MINUTE", "1")]).await;
        let salon = paired(&app).await;
        let first = state(&app, &salon, invoice("+254712000001")).await;
        app.run_due_jobs().await;
        let second = state(&app, &salon, invoice("+254712000002")).await;
        app.run_due_jobs().await;
        assert_eq!(delivery(&app, &salon, &first).await["status"], "sent");
        let row = delivery(&app, &salon, &second).await;
        assert_eq!((&row["status"], &row["attempts"]), (&json!("pending"), &json!(0)), "{row}");
        assert_eq!(app.whatsapp().log().all().len(), 1);
        app.advance(Duration::from_secs(90));
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &second).await;
        assert_eq!((&row["status"], &row["attempts"]), (&json!("sent"), &json!(1)), "{row}");
    }

    async fn a_file_that_an_event_names_goes_along(app: App) {
        let app = app.node_with_phones(&[]).await;
        let salon = paired(&app).await;
        let mut event = invoice(PHONE);
        event["event_data"]["media_url"] = json!(app.hook("/files/INV-7.pdf"));
        let good = state(&app, &salon, event.clone()).await;
        app.run_due_jobs().await;
        let message = app.whatsapp().log().to(PHONE).remove(0);
        assert_eq!((message.kind.as_str(), message.name.as_deref()), ("document", Some("INV-7.pdf")));
        assert!(message.text.contains("INV-7"));
        assert_eq!(delivery(&app, &salon, &good).await["status"], "sent");
        // Where the house itself lives is no business of a business.
        event["event_data"]["media_url"] = json!("http://10.0.0.1/secret.pdf");
        let bad = state(&app, &salon, event).await;
        app.advance(Duration::from_secs(60));
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &bad).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("dead"), &json!("MEDIA_UNREADABLE")), "{row}");
    }

    async fn a_pairing_survives_the_end_of_its_process(app: App) {
        let first = app.node_with_phones(&[]).await;
        let salon = paired(&first).await;
        first.house().delivery.stop_whatsapp().await;
        let second = app.node_with_phones(&[]).await;
        let desk = second.socket(&salon.token).await;
        second.house().delivery.tend_whatsapp().await.unwrap();
        desk.expect("whatsapp:client_ready").await;
        let event = state(&second, &salon, invoice(PHONE)).await;
        second.run_due_jobs().await;
        assert_eq!(delivery(&second, &salon, &event).await["status"], "sent");
    }

    async fn a_process_that_died_loses_its_sessions_when_their_lease_is_over(app: App) {
        let first = app.node_with_phones(&[]).await;
        let salon = paired(&first).await;
        let second = app.node_with_phones(&[]).await;
        let desk = second.socket(&salon.token).await;
        second.house().delivery.tend_whatsapp().await.unwrap();
        assert!(desk.arrived().is_empty(), "somebody still has it");
        app.advance(Duration::from_secs(61));
        second.house().delivery.tend_whatsapp().await.unwrap();
        desk.expect("whatsapp:client_ready").await;
        // The first one was only away: it sees that it has lost the session, and lets go.
        first.house().delivery.tend_whatsapp().await.unwrap();
        assert_eq!(status(&first, &salon).await, "ready");
    }

    async fn every_process_can_be_asked_about_a_session(app: App) {
        let first = app.node_with_phones(&[]).await;
        let salon = paired(&first).await;
        let second = app.node_with_phones(&[]).await;
        assert_eq!(status(&second, &salon).await, "ready");
        assert_eq!(ask_code(&second, &salon).await["status"], "ready");
        let event = state(&second, &salon, invoice(PHONE)).await;
        second.run_due_jobs().await;
        assert_eq!(delivery(&second, &salon, &event).await["code"], "WHATSAPP_ELSEWHERE");
        // Where the phone cannot send at all, that is the reason, whichever process looks.
        app.execute("UPDATE whatsapp_sessions SET status = 'disconnected'", vec![]).await;
        let path = format!("/api/deliveries/{}/retry", text(&delivery(&second, &salon, &event).await["id"]));
        second.post(&path).bearer(&salon.token).send().await.data(200);
        second.run_due_jobs().await;
        assert_eq!(delivery(&second, &salon, &event).await["code"], "WHATSAPP_NOT_READY");
        app.execute("UPDATE whatsapp_sessions SET status = 'ready'", vec![]).await;
        first.house().delivery.tend_whatsapp().await.unwrap();
        first.run_due_jobs().await;
        assert_eq!(delivery(&first, &salon, &event).await["status"], "sent");

        let path = format!("/whatsapp/logout/{}", salon.id);
        second.post(&path).bearer(&salon.token).json(json!({})).send().await.expect(200);
        assert_eq!(status(&first, &salon).await, "logged_out");
        first.house().delivery.tend_whatsapp().await.unwrap();
        assert!(!app.whatsapp().connect(&salon.id), "the process that ran it has let the phone go");
        assert_eq!(app.count("SELECT COUNT(*) FROM whatsapp_keys", vec![]).await, 0);
    }

    async fn a_phone_that_was_unlinked_or_refused_must_be_paired_anew(app: App) {
        let app = app.node_with_phones(&[]).await;
        let salon = paired(&app).await;
        let desk = app.socket(&salon.token).await;
        assert!(app.whatsapp().unlink(&salon.id));
        assert_eq!(desk.expect("whatsapp:client_logged_out").await["reason"], "Unlinked on the phone.");
        assert_eq!(ask_code(&app, &salon).await["status"], "qr_ready");
        assert!(app.whatsapp().refuse(&salon.id, "Too many devices."));
        assert_eq!(desk.expect("whatsapp:client_auth_failed").await["reason"], "Too many devices.");
        assert_eq!(status(&app, &salon).await, "auth_failed");
        assert_eq!(ask_code(&app, &salon).await["status"], "qr_ready");
    }
}
