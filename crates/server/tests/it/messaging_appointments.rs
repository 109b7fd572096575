//! Threads of appointments: made by their first message, between that customer and that provider, closed after the care.

use std::time::Duration;

use futures_util::future::join_all;
use kernel::Role;
use serde_json::{Value, json};

use crate::{chat::each, harness::text};

const DAY: Duration = Duration::from_secs(24 * 3600);

both_databases! {
    async fn the_first_message_makes_the_one_thread_of_an_appointment(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let visit = app.booking(&salon, &cara, &service, "2026-11-23T07:00:00Z").await;
        let send = |n: usize| {
            let token = if n.is_multiple_of(2) { &cara.token } else { &salon.token };
            app.send_message(token, json!({"appointmentId": visit["id"], "content": format!("about it {n}")}))
        };
        assert_eq!(app.count("SELECT COUNT(*) FROM conversations", vec![]).await, 0);
        let replies: Vec<Value> = join_all((0..20).map(send)).await.into_iter().map(|r| r.expect(201)).collect();
        let id = text(&replies[0]["conversationId"]).to_owned();
        assert!(replies.iter().all(|r| r["conversationId"] == json!(id)), "one thread: {replies:?}");
        let mut numbers: Vec<i64> = replies.iter().map(|r| r["message"]["seq"].as_i64().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<i64>>());
        let conversation = app.thread(&cara.token, &id, "").await["conversation"].take();
        assert_eq!((&conversation["type"], &conversation["appointmentId"]), (&json!("appointment"), &visit["id"]));
        assert_eq!(conversation["appointment"]["service"], service["name"]);
        let shown = app.get(&format!("/api/appointments/{}", text(&visit["id"]))).bearer(&salon.token).send().await.data(200);
        assert_eq!(shown["conversationId"], json!(id), "the booking knows its thread");
        let direct = app.direct(&cara).await;
        assert_ne!(direct, id, "the direct thread is another one");
        assert_eq!(app.conversations(&cara.token, "").await.as_array().unwrap().len(), 2);
    }

    async fn only_its_customer_and_its_provider_have_it(app: App) {
        let salon = app.business("Salon").await;
        let (mia, noa) = (app.member(&salon, Role::Staff).await, app.member(&salon, Role::Staff).await);
        let (cara, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let service = app.service(&salon).await;
        let body = json!({"inviteCode": salon.invite_code, "customerName": cara.name, "customerEmail": cara.email,
            "service": service["id"], "time": "2026-11-23T07:00:00Z", "staff": mia.id});
        let visit = app.post("/api/public/appointments").bearer(&cara.token).json(body).send().await.expect(201)["appointment"].take();
        let other = app.business("Other").await;
        let other_customer = app.customer(&other).await;
        for stranger in [&noa.token, &ben.token, &other.token, &other_customer.token] {
            let sent = app.send_message(stranger, json!({"appointmentId": visit["id"], "content": "hi"})).await;
            assert_eq!(sent.refused(404), "NOT_FOUND");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM conversations", vec![]).await, 0, "a refused message makes no thread");
        let sent = app.send_message(&mia.token, json!({"appointmentId": visit["id"], "content": "see you Monday"})).await.expect(201);
        let id = text(&sent["conversationId"]).to_owned();
        assert_eq!(each(&app.conversations(&mia.token, "").await, "id"), [&json!(id)]);
        assert_eq!(app.conversations(&noa.token, "").await, json!([]));
        app.say(&cara.token, &id, "thank you").await;
        let path = format!("/api/messages/conversations/{id}");
        for stranger in [&noa.token, &ben.token, &other.token, &other_customer.token] {
            assert_eq!(app.get(&path).bearer(stranger).send().await.refused(404), "NOT_FOUND");
        }
        let socket = app.socket(&mia.token).await;
        socket.emit_ack("join_conversation", json!(id)).await;
        let move_to = json!({"time": "2026-11-23T08:00:00Z", "staffId": noa.id});
        app.put(&format!("/api/appointments/{}/reschedule", text(&visit["id"]))).bearer(&salon.token).json(move_to).send().await.data(200);
        app.run_due_jobs().await;
        app.thread(&noa.token, &id, "").await;
        assert_eq!(app.get(&path).bearer(&mia.token).send().await.refused(404), "NOT_FOUND", "the thread goes with the visit");
        app.say(&cara.token, &id, "hello Noa").await;
        assert_eq!(socket.emit_ack("join_conversation", json!(id)).await["code"], "NOT_FOUND");
        assert_eq!(socket.take("message_received"), Vec::<Value>::new());
    }

    async fn it_closes_when_the_days_of_after_care_have_passed(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let visit = app.booking(&salon, &cara, &service, "2026-11-20T08:00:00Z").await;
        let path = format!("/api/appointments/{}", text(&visit["id"]));
        let sent = app.send_message(&cara.token, json!({"appointmentId": visit["id"], "content": "on my way"})).await.expect(201);
        let id = text(&sent["conversationId"]).to_owned();
        app.put(&format!("{path}/confirm")).bearer(&salon.token).json(json!({})).send().await.data(200);
        app.advance(Duration::from_secs(3 * 3600));
        let owner = app.sign_in_again(&salon.email).await;
        app.put(&format!("{path}/complete")).bearer(&owner).json(json!({})).send().await.data(200);
        app.run_due_jobs().await;
        app.advance(DAY * 7 - Duration::from_millis(1));
        let token = app.customer_again(&salon, &cara).await;
        app.say(&token, &id, "how do I wash it?").await;
        assert_eq!(app.thread(&token, &id, "").await["conversation"]["closed"], json!(false));
        app.advance(Duration::from_millis(1));
        let socket = app.socket(&token).await;
        for body in [json!({"conversationId": id, "content": "late"}), json!({"appointmentId": visit["id"], "content": "late"})] {
            assert_eq!(app.send_message(&token, body.clone()).await.refused(409), "CONVERSATION_CLOSED");
            let ack = socket.emit_ack("send_message", body).await;
            assert_eq!((&ack["status"], &ack["code"]), (&json!(409), &json!("CONVERSATION_CLOSED")));
        }
        let owner = app.sign_in_again(&salon.email).await;
        assert_eq!(app.send_message(&owner, json!({"conversationId": id, "content": "late"})).await.refused(409), "CONVERSATION_CLOSED");
        let page = app.thread(&token, &id, "").await;
        assert_eq!((&page["conversation"]["closed"], page["messages"].as_array().unwrap().len()), (&json!(true), 2), "reading goes on");
    }

    async fn it_closes_at_once_with_a_cancelled_visit(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let visit = app.booking(&salon, &cara, &service, "2026-11-23T07:00:00Z").await;
        let sent = app.send_message(&cara.token, json!({"appointmentId": visit["id"], "content": "hello"})).await.expect(201);
        let path = format!("/api/appointments/{}/cancel", text(&visit["id"]));
        app.put(&path).bearer(&salon.token).json(json!({})).send().await.data(200);
        app.run_due_jobs().await;
        let late = app.send_message(&cara.token, json!({"conversationId": sent["conversationId"], "content": "oh"})).await;
        assert_eq!(late.refused(409), "CONVERSATION_CLOSED");
        let unwritten = app.booking(&salon, &cara, &service, "2026-11-23T08:00:00Z").await;
        app.put(&format!("/api/appointments/{}/reject", text(&unwritten["id"]))).bearer(&salon.token).json(json!({})).send().await.data(200);
        let late = app.send_message(&cara.token, json!({"appointmentId": unwritten["id"], "content": "why"})).await;
        assert_eq!(late.refused(409), "CONVERSATION_CLOSED");
        assert_eq!(app.count("SELECT COUNT(*) FROM conversations", vec![]).await, 1, "a closed thread is not made");
    }
}
