//! What only this house can know, it alone states; and what is somebody's own matter is told to nobody else.

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, text};

const RESERVED: &str = "EVENT_TYPE_RESERVED";
const HOOK: &str = "/everything";

async fn key_of(app: &App, salon: &Business, scopes: Value) -> String {
    let wish = json!({"name": "Shop", "scopes": scopes});
    text(&app.post("/api/api-keys").bearer(&salon.token).json(wish).send().await.data(201)["key"]).to_owned()
}

async fn token_of(app: &App, salon: &Business, key: &str) -> String {
    let body = json!({"customer_id": salon.id, "user_id": 1, "session_id": "s"});
    text(&app.post("/auth/token").header("x-api-key", key).json(body).send().await.expect(200)["token"]).to_owned()
}

async fn hear_all(app: &App, salon: &Business) -> String {
    let all = json!({"url": app.hook(HOOK), "events": ["*"]});
    text(&app.post("/api/webhooks").bearer(&salon.token).json(all).send().await.data(201)["id"]).to_owned()
}

async fn events(app: &App, kind: &str) -> i64 {
    app.count("SELECT COUNT(*) FROM events WHERE type = ?", vec![kind.into()]).await
}

both_databases! {
    async fn what_only_the_house_knows_nobody_states_from_outside(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        app.run_due_jobs().await;
        let key = key_of(&app, &salon, json!(["events:write", "events:read"])).await;
        let (desk, outside) = (app.socket(&manager.token).await, app.socket(&token_of(&app, &salon, &key).await).await);
        let kinds = app.get("/api/event-types").bearer(&salon.token).send().await.data(200);
        let own: Vec<&Value> = kinds.as_array().unwrap().iter().filter(|kind| kind["postable"] == false).collect();
        let names: Vec<&str> = own.iter().map(|kind| text(&kind["name"])).collect();
        assert_eq!(names, [
            "notifications.digest", "message.created", "tenant.created", "team.member_joined", "team.member_left",
            "team.role_changed", "team.ownership_transferred", "account.security", "webhook.disabled",
        ]);
        for kind in own {
            let before = events(&app, text(&kind["name"])).await;
            for spelling in [&kind["name"], &kind["alias"]] {
                let body = json!({"event_type": spelling, "event_data": kind["example"]});
                for path in ["/api/events", "/api/websocket-events.php"] {
                    let by_key = app.post(path).header("x-api-key", &key).json(body.clone()).send().await;
                    assert_eq!(by_key.refused(422), RESERVED, "{spelling}");
                    let by_manager = app.post(path).bearer(&manager.token).json(body.clone()).send().await;
                    assert_eq!(by_manager.refused(422), RESERVED, "{spelling}");
                }
                let mut later = body.clone();
                later["scheduled_for"] = json!("2026-12-24T10:00:00Z");
                later["idempotency_key"] = json!("k-1");
                assert_eq!(app.post("/api/events").header("x-api-key", &key).json(later).send().await.refused(422), RESERVED);
                for socket in [&desk, &outside] {
                    assert_eq!(socket.emit_ack("internal:event", body.clone()).await["code"], RESERVED, "{spelling}");
                    assert_eq!(socket.expect("event:failed").await["code"], RESERVED);
                }
            }
            assert_eq!(events(&app, text(&kind["name"])).await, before, "{}", kind["name"]);
        }
        // What the documents name may be stated as before, appointments kept elsewhere among it.
        for name in ["invoice.sent", "customer.created", "appointment.created"] {
            let kind = kinds.as_array().unwrap().iter().find(|kind| kind["name"] == name).unwrap();
            assert_eq!(kind["postable"], true);
            let body = json!({"event_type": name, "event_data": kind["example"]});
            app.post("/api/events").header("x-api-key", &key).json(body).send().await.expect(202);
        }
        app.run_due_jobs().await;
    }

    async fn an_own_type_takes_no_name_of_the_house(app: App) {
        let salon = app.business("Salon").await;
        for name in ["account.closed", "team:lunch", "Tenant.created", "member.left", "webhook.a.b", "notifications.x"] {
            let reply = app.post("/api/event-types").bearer(&salon.token).json(json!({"name": name})).send().await;
            assert_eq!(reply.refused(422), RESERVED, "{name}");
        }
        app.post("/api/event-types").bearer(&salon.token).json(json!({"name": "member.joined"})).send().await.data(201);
    }

    async fn the_safety_of_an_account_is_told_to_its_holder_and_to_nobody_else(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        let webhook = hear_all(&app, &salon).await;
        let key = key_of(&app, &salon, json!(["events:write", "events:read"])).await;
        app.run_due_jobs().await;
        let desk = app.socket(&manager.token).await;
        let heard_before = app.receiver().received_at(HOOK).len();

        let id = app.fact(&salon, "account.security", json!({"news": "password_changed", "userId": salon.owner_id})).await;
        let lines = app.get("/api/notifications").bearer(&salon.token).send().await.data(200);
        assert!(lines.as_array().unwrap().iter().any(|line| line["type"] == "account.security"), "its holder is told: {lines}");

        let row = &app.rows("SELECT id FROM deliveries WHERE event_id = ?", vec![id.uuid().into()]).await[0];
        let delivery: kernel::Id<kernel::id::Delivery> = row.try_get("", "id").unwrap();
        for list in ["/api/events", "/api/events?type=account:security", "/api/deliveries", "/api/deliveries?channel=inapp"] {
            let by_manager = app.get(list).bearer(&manager.token).send().await.data(200);
            let by_key = app.get(list).header("x-api-key", &key).send().await.data(200);
            for seen in [by_manager, by_key, app.get(list).bearer(&salon.token).send().await.data(200)] {
                assert!(!seen.to_string().contains("account.security"), "{list}: {seen}");
            }
        }
        let paths = [
            ("GET", format!("/api/events/{id}")), ("GET", format!("/api/events/{id}/deliveries")),
            ("GET", format!("/api/deliveries/{delivery}")), ("POST", format!("/api/events/{id}/replay")),
            ("POST", format!("/api/events/{id}/cancel")), ("POST", format!("/api/deliveries/{delivery}/retry")),
        ];
        for (method, path) in paths {
            let ask = || if method == "GET" { app.get(&path) } else { app.post(&path) };
            assert_eq!(ask().bearer(&manager.token).send().await.refused(404), "NOT_FOUND", "{path}");
            assert_eq!(ask().header("x-api-key", &key).send().await.refused(404), "NOT_FOUND", "{path}");
        }

        // A replay of all that happened leaves it out as well; it is no event that a webhook can name.
        let window = json!({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
        app.post(&format!("/api/webhooks/{webhook}/replay")).bearer(&salon.token).json(window.clone()).send().await.data(200);
        app.execute("UPDATE deliveries SET status = 'dead', due_at = NULL, finished_at = created_at WHERE id = ?", vec![delivery.uuid().into()]).await;
        let again = app.post("/api/deliveries/replay").bearer(&manager.token).json(window).send().await.data(200);
        assert_eq!(again["replayed"], 0);
        app.run_due_jobs().await;
        let heard = app.receiver().received_at(HOOK);
        assert!(heard[heard_before..].iter().all(|call| call.header("x-webhook-event") != Some("account.security")));
        assert!(desk.take("event:progress").is_empty() && desk.take("event:completed").is_empty(), "not over the socket either");
        for name in ["account.security", "notifications.digest"] {
            let wish = json!({"url": app.hook("/own"), "events": [name]});
            let refused = app.post("/api/webhooks").bearer(&salon.token).json(wish).send().await;
            assert_eq!(refused.fields(), ["events[0]/UNKNOWN_EVENT_TYPE"]);
        }
        let shown = app.get("/api/webhooks/events").bearer(&salon.token).send().await.data(200);
        assert!(!shown.to_string().contains("account.security"));
    }
}
