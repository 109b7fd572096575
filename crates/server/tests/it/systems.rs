//! Other systems of a business: what their keys and the tokens made from them open in the whole house.

use std::time::Duration;

use kernel::Role;
use platform::Room;
use serde_json::{Value, json};

use crate::harness::{App, Business, text};

const HOUR: Duration = Duration::from_secs(3600);
/// Sockets that connect while their key is revoked.
const CONNECTING: usize = 24;

/// A key and its id.
struct Key {
    id: String,
    plain: String,
}

async fn key(app: &App, business: &Business, scopes: &[&str]) -> Key {
    let body = json!({"name": "Shop", "scopes": scopes});
    let made = app.post("/api/api-keys").bearer(&business.token).json(body).send().await.data(201);
    Key { id: text(&made["id"]).to_owned(), plain: text(&made["key"]).to_owned() }
}

async fn token(app: &App, business: &Business, key: &Key) -> String {
    let body = json!({"customer_id": business.id, "user_id": 123, "session_id": "php-7"});
    let answer = app.post("/auth/token").header("x-api-key", &key.plain).json(body).send().await.expect(200);
    text(&answer["token"]).to_owned()
}

async fn revoke(app: &App, business: &Business, key: &Key) {
    app.delete(&format!("/api/api-keys/{}", key.id)).bearer(&business.token).send().await.data(200);
}

/// An event that nobody is written to about.
fn clocked_in() -> Value {
    let data = json!({"user_id": 7, "user_name": "Ann", "clock_in_time": "2026-11-20T06:00:00Z"});
    json!({"event_type": "user:clockedIn", "event_data": data})
}

async fn is_let_in(app: &App, token: &str) -> bool {
    app.socket_with(json!({"token": token})).await.is_ok()
}

both_databases! {
    async fn a_tokens_socket_states_events_and_nothing_else(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let opened = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(201);
        let conversation = &opened["conversation"]["id"];
        let key = key(&app, &salon, &["events:write", "events:read", "whatsapp:manage"]).await;
        let socket = app.socket(&token(&app, &salon, &key).await).await;
        for (event, payload) in [
            ("join_conversation", conversation.clone()),
            ("join_conversation", json!({"conversationId": conversation, "afterSeq": 0})),
            ("leave_conversation", json!({"conversationId": conversation})),
            ("send_message", json!({"conversationId": conversation, "message": "hi"})),
            ("typing_start", json!({"conversationId": conversation})),
            ("message_read", json!({"conversationId": conversation, "upToSeq": 1})),
        ] {
            let refusal = socket.emit_ack(event, payload.clone()).await;
            assert_eq!((&refusal["status"], &refusal["code"]), (&json!(403), &json!("FORBIDDEN")), "{event} {payload}");
            socket.emit(event, payload).await;
            assert_eq!(socket.expect("message_error").await["code"], "FORBIDDEN", "{event}");
        }
        assert_eq!(socket.emit_ack("no_such_event", json!({})).await["code"], "UNKNOWN_EVENT");
        let desk = app.socket(&salon.token).await;
        let said = json!({"conversationId": conversation, "content": "Is it open?"});
        app.post("/api/messages/send").bearer(&cara.token).json(said).send().await.expect(201);
        desk.expect("new_message_notification").await;
        assert_eq!(socket.emit_ack("no_such_event", json!({})).await["code"], "UNKNOWN_EVENT");
        assert_eq!(socket.arrived(), Vec::<String>::new(), "it hears nothing of people");
    }

    async fn a_token_opens_a_socket_for_an_hour_and_a_key_never_does(app: App) {
        let salon = app.business("Salon").await;
        let key = key(&app, &salon, &["events:write"]).await;
        let token = token(&app, &salon, &key).await;
        assert!(is_let_in(&app, &token).await);
        assert!(!is_let_in(&app, &key.plain).await);
        let socket = app.socket(&token).await;
        app.advance(HOUR);
        assert!(!is_let_in(&app, &token).await);
        assert_eq!(socket.emit_ack("no_such_event", json!({})).await["code"], "UNKNOWN_EVENT", "who is in stays in");
    }

    async fn revoking_a_key_closes_the_sockets_of_its_tokens_and_no_other(app: App) {
        let salon = app.business("Salon").await;
        let (one, two) = (key(&app, &salon, &["events:write"]).await, key(&app, &salon, &["events:write"]).await);
        let (first, again) = (token(&app, &salon, &one).await, token(&app, &salon, &one).await);
        let (dying, dying_too) = (app.socket(&first).await, app.socket(&again).await);
        let (staying, desk) = (app.socket(&token(&app, &salon, &two).await).await, app.socket(&salon.token).await);
        revoke(&app, &salon, &one).await;
        for socket in [dying, dying_too] {
            assert_eq!(socket.expect_within("session_ended", Duration::from_secs(1)).await["reason"], "the API key was revoked");
            socket.ended().await;
        }
        assert!(!is_let_in(&app, &first).await);
        for socket in [staying, desk] {
            assert_eq!(socket.emit_ack("no_such_event", json!({})).await["code"], "UNKNOWN_EVENT");
        }
    }

    async fn a_socket_that_connects_while_its_key_is_revoked_does_not_stay(app: App) {
        let salon = app.business("Salon").await;
        let key = key(&app, &salon, &["events:write"]).await;
        let token = token(&app, &salon, &key).await;
        let connecting: Vec<_> = (0..CONNECTING)
            .map(|_| {
                let (app, token) = (app.clone(), token.clone());
                tokio::spawn(async move { app.socket_with(json!({"token": token})).await })
            })
            .collect();
        revoke(&app, &salon, &key).await;
        for connecting in connecting {
            if let Ok(socket) = connecting.await.unwrap() {
                socket.ended().await;
            }
        }
        let room = Room::key(kernel::Id::parse(&key.id).unwrap());
        assert_eq!(app.house().platform.realtime().count(&room), 0);
    }

    async fn people_without_the_right_state_no_events(app: App) {
        let salon = app.business("Salon").await;
        let staff = app.member(&salon, Role::Staff).await;
        let cara = app.customer(&salon).await;
        for token in [&staff.token, &cara.token] {
            let socket = app.socket(token).await;
            let event = json!({"event_type": "user:clockedIn", "event_data": {}});
            let refusal = socket.emit_ack("internal:event", event.clone()).await;
            assert_eq!((&refusal["success"], &refusal["code"]), (&json!(false), &json!("FORBIDDEN")), "{refusal}");
            let told = socket.expect("event:failed").await;
            assert_eq!((&told["code"], &told["event_id"]), (&json!("FORBIDDEN"), &Value::Null), "{told}");
        }
    }

    async fn a_key_counts_beside_an_idempotency_key_as_somebody_of_its_own(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (one, two) = (key(&app, &salon, &["events:write"]).await, key(&app, &other, &["events:write"]).await);
        let body = json!({"customerName": "New", "customerEmail": "new@example.com"});
        let ask = async |key: &Key| {
            let asked = app.post("/api/public/appointments").header("x-api-key", &key.plain).key("same");
            asked.json(body.clone()).send().await
        };
        let first = ask(&one).await;
        assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (422, ""));
        assert_eq!(ask(&one).await.header("idempotency-replayed"), "true");
        assert_eq!(ask(&two).await.header("idempotency-replayed"), "", "another business's answer is not given out");
    }

    async fn each_credential_opens_the_events_as_far_as_it_may(app: App) {
        let salon = app.business("Salon").await;
        let (staff, cara) = (app.member(&salon, Role::Staff).await, app.customer(&salon).await);
        let (writer, reader) = (key(&app, &salon, &["events:write"]).await, key(&app, &salon, &["events:read"]).await);
        let dead = key(&app, &salon, &["events:write", "events:read"]).await;
        revoke(&app, &salon, &dead).await;
        let token = token(&app, &salon, &writer).await;
        let ask = async |path: &str, key: &str, bearer: &str| {
            let asked = if path.ends_with("?limit=1") { app.get(path) } else { app.post(path).json(clocked_in()) };
            let asked = if key.is_empty() { asked } else { asked.header("x-api-key", key) };
            asked.bearer(bearer).send().await.status.as_u16()
        };
        for (what, key, bearer, states, reads) in [
            ("nothing", "", "", 401, 401),
            ("a wrong key", "fdk_wrong", "", 401, 401),
            ("a revoked key", dead.plain.as_str(), "", 401, 401),
            ("a key as bearer", "", writer.plain.as_str(), 401, 401),
            ("a customer", "", cara.token.as_str(), 401, 401),
            ("staff", "", staff.token.as_str(), 403, 403),
            ("a token, which is for sockets", "", token.as_str(), 403, 403),
            ("a key that reads", reader.plain.as_str(), "", 403, 200),
            ("a key that writes", writer.plain.as_str(), "", 202, 403),
            ("the owner", "", salon.token.as_str(), 202, 200),
            ("a bad key beside the owner", dead.plain.as_str(), salon.token.as_str(), 401, 401),
            ("a good key beside a bad token", writer.plain.as_str(), "nonsense", 202, 403),
        ] {
            for path in ["/api/events", "/api/websocket-events.php"] {
                assert_eq!(ask(path, key, bearer).await, states, "{what} at POST {path}");
            }
            assert_eq!(ask("/api/events?limit=1", key, bearer).await, reads, "{what} at GET /api/events");
        }
    }

    async fn an_event_is_heard_by_its_token_and_by_who_may_see_events_and_by_nobody_else(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (staff, cara) = (app.member(&salon, Role::Staff).await, app.customer(&salon).await);
        let manager = app.member(&salon, Role::Manager).await;
        // What the house itself has to tell of these people is over before anybody listens.
        app.run_due_jobs().await;
        let key = key(&app, &salon, &["events:write"]).await;
        let first = token(&app, &salon, &key).await;
        let (sender, beside) = (app.socket(&first).await, app.socket(&first).await);
        let strangers = [
            app.socket(&token(&app, &salon, &key).await).await,
            app.socket(&staff.token).await,
            app.socket(&cara.token).await,
            app.socket(&other.token).await,
        ];
        let desk = app.socket(&manager.token).await;
        let answer = sender.emit_ack("internal:event", clocked_in()).await;
        assert_eq!((&answer["success"], &answer["event_type"]), (&json!(true), &json!("user:clockedIn")), "{answer}");
        app.run_due_jobs().await;
        for socket in [&sender, &beside, &desk] {
            for event in ["event:acknowledged", "event:progress", "event:completed"] {
                let told = socket.expect(event).await;
                assert_eq!((&told["event_id"], &told["customer_id"]), (&answer["event_id"], &json!(salon.id)), "{told}");
                assert_eq!(told["event_type"], "user:clockedIn");
            }
        }
        for socket in &strangers {
            assert_eq!(socket.emit_ack("no_such_event", json!({})).await["code"], "UNKNOWN_EVENT");
            let heard: Vec<_> = socket.arrived().into_iter().filter(|name| name.contains(':')).collect();
            assert_eq!(heard, Vec::<String>::new());
        }
        revoke(&app, &salon, &key).await;
        sender.ended().await;
    }

    async fn an_event_over_a_socket_is_refused_with_each_field_and_a_stranger_states_only_its_own(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let key = key(&app, &other, &["events:write"]).await;
        let socket = app.socket(&token(&app, &other, &key).await).await;
        let refusal = socket.emit_ack("internal:event", json!({"event_type": "invoice:sent", "event_data": {}})).await;
        assert_eq!((&refusal["status"], &refusal["code"]), (&json!(422), &json!("VALIDATION_ERROR")), "{refusal}");
        let told = socket.expect("event:failed").await;
        assert_eq!((&told["errors"], &told["event_id"]), (&refusal["errors"], &Value::Null), "{told}");
        for payload in [json!(null), json!("x"), json!([]), json!({"event_type": 7}), json!({"event_data": {}})] {
            let refusal = socket.emit_ack("internal:event", payload.clone()).await;
            assert_eq!(refusal["success"], json!(false), "{payload}");
            socket.expect("event:failed").await;
        }
        let mut forged = clocked_in();
        forged["customer_id"] = json!(salon.id);
        assert_eq!(socket.emit_ack("internal:event", forged).await["success"], json!(true));
        let of = "SELECT COUNT(*) FROM events WHERE tenant_id = ? AND type = 'user.clockedIn'";
        assert_eq!(app.count(of, vec![salon.tenant().into()]).await, 0);
        assert_eq!(app.count(of, vec![other.tenant().into()]).await, 1);
        app.run_due_jobs().await;
    }
}
