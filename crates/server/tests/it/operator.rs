//! The people who run the installation: they close and open, and look without touching.

use std::time::Duration;

use people::operator::{Appointed, appoint};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{App, Business, PASSWORD, Reply, text},
    signals::{ended_at_once, on_two_nodes},
};

/// An operator, signed in.
async fn operator(app: &App) -> String {
    let made = appoint(&app.house().people, "op@example.com", "Omar Operator", PASSWORD).await.unwrap();
    assert_eq!(made, Appointed::New);
    let login = json!({"email": "op@example.com", "password": PASSWORD});
    let data = app.post("/api/auth/login").json(login).send().await.data(200);
    text(&data["accessToken"]).to_owned()
}

async fn close(app: &App, token: &str, what: &str) -> Reply {
    let reason = json!({"reason": "unpaid"});
    app.post(&format!("/api/operator/{what}/suspend")).bearer(token).json(reason).send().await
}

async fn open(app: &App, token: &str, what: &str) -> Reply {
    app.post(&format!("/api/operator/{what}/resume")).bearer(token).send().await
}

async fn look(app: &App, token: &str, business: &Business) -> Reply {
    let path = format!("/api/operator/tenants/{}/impersonate", business.id);
    app.post(&path).bearer(token).json(json!({"reason": "they asked for help"})).send().await
}

/// The actions that operators left in the log of a business.
async fn log(app: &App, business: &Business) -> Vec<(String, Value)> {
    let sql = "SELECT action, details FROM audit_log WHERE tenant_id = ? AND (action LIKE 'impersonation.%' OR action LIKE \
        'business.suspended' OR action LIKE 'business.resumed' OR action LIKE 'user.suspended' OR action LIKE 'user.resumed') \
        ORDER BY id";
    let rows = app.rows(sql, vec![business.tenant().into()]).await;
    let line = |row: &sea_orm::QueryResult| {
        let details: String = row.try_get("", "details").unwrap();
        (row.try_get::<String>("", "action").unwrap(), serde_json::from_str(&details).unwrap())
    };
    rows.iter().map(line).collect()
}

both_databases! {
    async fn operators_see_every_business_from_outside(app: App) {
        let (salon, spa) = (app.business("Salon 50%").await, app.business("Spa").await);
        app.customer(&salon).await;
        let op = operator(&app).await;
        let list = |query: &'static str| {
            let (app, op) = (app.clone(), op.clone());
            async move { app.get(&format!("/api/operator/tenants{query}")).bearer(&op).send().await }
        };
        let all = list("").await;
        assert_eq!(all.header("x-total-count"), "3");
        let all = all.data(200);
        let of_salon = all["tenants"].as_array().unwrap().iter().find(|line| line["id"] == salon.id.as_str()).unwrap();
        assert_eq!(of_salon["owner"], json!({"name": "Olive Owner", "email": salon.email}));
        assert_eq!((&of_salon["members"], &of_salon["customers"]), (&json!(1), &json!(1)));
        assert!(of_salon["suspendedAt"].is_null() && !of_salon["lastActiveAt"].is_null());
        for (query, found) in [("?q=sPA", 1), ("?q=50%25", 1), ("?q=owner", 2), ("?q=nobody", 0), ("?status=suspended", 0),
            ("?status=active&limit=2", 2)] {
            assert_eq!(list(query).await.data(200)["tenants"].as_array().unwrap().len(), found, "{query}");
        }
        assert_eq!(list("?status=odd").await.fields(), ["status/INVALID_VALUE"]);
        let one = app.get(&format!("/api/operator/tenants/{}", spa.id)).bearer(&op).send().await.data(200);
        assert_eq!((&one["name"], &one["team"][0]["role"]), (&json!("Spa"), &json!("owner")));
        let house = app.get("/api/operator/overview").bearer(&op).send().await.data(200);
        assert_eq!((&house["tenants"], &house["users"], &house["customers"]), (&json!(3), &json!(3), &json!(1)));
        assert!(house["database"]["sizeBytes"].as_i64().unwrap() > 0 && house["queue"]["dead"] == 0);
        let me = app.get("/api/auth/me").bearer(&op).send().await.data(200);
        assert_eq!((&me["operator"], &me["impersonatedBy"]), (&json!(true), &Value::Null));
        for path in ["/api/operator/tenants", "/api/operator/overview"] {
            assert_eq!(app.get(path).bearer(&salon.token).send().await.refused(403), "FORBIDDEN");
        }
    }

    async fn a_closed_business_answers_nobody_until_it_is_opened(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let customer = app.customer(&salon).await;
        let op = operator(&app).await;
        let sockets = [app.socket(&salon.token).await, app.socket(&customer.token).await];
        let apart = app.socket(&other.token).await;
        let what = format!("tenants/{}", salon.id);
        let unsaid = app.post(&format!("/api/operator/{what}/suspend")).bearer(&op).json(json!({"reason": " "}));
        assert_eq!(unsaid.send().await.fields(), ["reason/REQUIRED"]);
        close(&app, &op, &what).await.data(200);
        for socket in &sockets {
            assert_eq!(ended_at_once(socket).await, "the business was closed");
        }
        assert_eq!(app.get("/api/auth/me").bearer(&salon.token).send().await.refused(401), "UNAUTHORIZED");
        assert_eq!(app.get("/api/customers/auth/me").bearer(&customer.token).send().await.refused(401), "UNAUTHORIZED");
        let page = format!("/api/public/store-owner/{}", salon.slug);
        assert_eq!(app.get(&page).send().await.refused(404), "NOT_FOUND");
        assert_eq!(look(&app, &op, &salon).await.refused(409), "TENANT_SUSPENDED");
        // Only who proves that they belong there is told, and why.
        let sign_in = async |password: &str| {
            let body = json!({"email": salon.email, "password": password});
            app.post("/api/auth/login").json(body).send().await
        };
        assert_eq!(sign_in("not this one").await.refused(401), "INVALID_CREDENTIALS");
        let told = sign_in(PASSWORD).await;
        assert!(text(&told.body["detail"]).contains("unpaid"), "{:#}", told.body);
        assert_eq!(told.refused(403), "BUSINESS_SUSPENDED");
        let switch = app.post("/api/auth/switch").bearer(&other.token).json(json!({"tenantId": salon.id}));
        assert_eq!(switch.send().await.refused(404), "NOT_FOUND", "a stranger learns nothing");
        let found = app.get("/api/operator/tenants?status=suspended").bearer(&op).send().await.data(200);
        assert_eq!(found["tenants"][0]["suspendedReason"], "unpaid");
        app.get("/api/auth/me").bearer(&other.token).send().await.data(200);
        assert!(apart.arrived().iter().all(|event| event != "session_ended"));
        open(&app, &op, &what).await.data(200);
        app.get("/api/auth/me").bearer(&salon.token).send().await.data(200);
        app.get(&page).send().await.data(200);
        let lines: Vec<String> = log(&app, &salon).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(lines, ["business.suspended", "business.resumed"]);
    }

    async fn what_is_open_cannot_be_opened_and_why_is_kept(app: App) {
        let salon = app.business("Salon").await;
        let op = operator(&app).await;
        let resume = async |what: &str, body: Value| {
            app.post(&format!("/api/operator/{what}/resume")).bearer(&op).json(body).send().await
        };
        for what in [format!("tenants/{}", salon.id), format!("users/{}", salon.owner_id)] {
            assert_eq!(open(&app, &op, &what).await.refused(409), "NOT_SUSPENDED");
            close(&app, &op, &what).await.data(200);
            // In a millisecond of its own, so that the log has an order.
            app.advance(Duration::from_millis(1));
            assert_eq!(close(&app, &op, &what).await.refused(409), "ALREADY_SUSPENDED");
            let wrong = resume(&what, json!({"why": "paid", "reason": 7})).await.fields();
            assert_eq!(wrong, ["reason/INVALID_VALUE", "why/UNKNOWN_FIELD"]);
            assert_eq!(resume(&what, json!({"reason": "x".repeat(301)})).await.fields(), ["reason/INVALID_TEXT"]);
            resume(&what, json!({"reason": "they paid"})).await.data(200);
            app.advance(Duration::from_millis(1));
            assert_eq!(resume(&what, json!({"reason": "they paid"})).await.refused(409), "NOT_SUSPENDED");
        }
        let kept: Vec<(String, Value)> =
            log(&app, &salon).await.into_iter().map(|(action, mut details)| (action, details["reason"].take())).collect();
        let line = |action: &str, reason: &str| (action.to_owned(), json!(reason));
        assert_eq!(kept, [line("business.suspended", "unpaid"), line("business.resumed", "they paid"),
            line("user.suspended", "unpaid"), line("user.resumed", "they paid")]);
    }

    async fn nothing_leaves_in_the_name_of_a_closed_business_until_it_is_opened(app: App) {
        let (salon, other) = (app.settled_business("Salon").await, app.settled_business("Other").await);
        let op = operator(&app).await;
        for business in [&salon, &other] {
            let body = json!({"event_type": "invoice:sent", "scheduled_for": "2026-11-20T06:10:00Z", "event_data": {
                "invoice_id": 1, "client_email": format!("client-{}@example.com", business.slug), "client_name": "Ann",
                "invoice_number": "INV-7", "total_amount": 10}});
            app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
        }
        let what = format!("tenants/{}", salon.id);
        close(&app, &op, &what).await.data(200);
        app.advance(Duration::from_secs(601));
        app.run_due_jobs().await;
        let mails = |business: &Business| app.mailbox().list_for(&format!("client-{}@example.com", business.slug)).len();
        assert_eq!((mails(&salon), mails(&other)), (0, 1), "others are not concerned");
        let held = "SELECT COUNT(*) FROM deliveries WHERE status = 'held' AND error_code = 'BUSINESS_CLOSED'";
        assert!(app.count(held, vec![]).await > 0);
        open(&app, &op, &what).await.data(200);
        app.run_due_jobs().await;
        assert_eq!(mails(&salon), 1, "at once");
    }

    async fn where_the_operator_asks_for_it_a_business_sends_by_their_server_once_an_owner_is_known(app: App) {
        let node = app.node(&[("REQUIRE_VERIFIED_OWNER", "1")]).await;
        let salon = app.business("Salon").await;
        let state = |to: String| {
            let body = json!({"event_type": "invoice:sent", "event_data": {"invoice_id": 1, "client_email": to,
                "client_name": "Ann", "invoice_number": "INV-7", "total_amount": 10}});
            node.post("/api/events").bearer(&salon.token).json(body).send()
        };
        state("ann@example.com".into()).await.expect(202);
        state(salon.email.clone()).await.expect(202);
        node.run_due_jobs().await;
        let held = "SELECT COUNT(*) FROM deliveries WHERE status = 'held' AND error_code = 'OWNER_NOT_VERIFIED'";
        assert_eq!((app.count(held, vec![]).await, node.mailbox().list_for("ann@example.com").len()), (1, 0));
        let link = crate::accounts::token_in(&crate::accounts::last_mail(&app, &salon.email, "Confirm"));
        let own = app.mailbox().list_for(&salon.email);
        assert_eq!(own.iter().filter(|mail| mail.text.contains("INV-7")).count(), 1, "an owner may be written to");
        node.post("/api/auth/verify-email").json(json!({"token": link})).send().await.data(200);
        node.run_due_jobs().await;
        assert_eq!((app.count(held, vec![]).await, node.mailbox().list_for("ann@example.com").len()), (0, 1));
    }

    async fn a_closed_account_is_signed_out_everywhere(app: App) {
        let salon = app.business("Salon").await;
        let op = operator(&app).await;
        let socket = app.socket(&salon.token).await;
        let what = format!("users/{}", salon.owner_id);
        close(&app, &op, &what).await.data(200);
        assert_eq!(ended_at_once(&socket).await, "the account was closed");
        assert_eq!(app.get("/api/auth/me").bearer(&salon.token).send().await.refused(401), "UNAUTHORIZED");
        let login = || app.post("/api/auth/login").json(json!({"email": salon.email, "password": PASSWORD}));
        assert_eq!(login().send().await.refused(403), "ACCOUNT_SUSPENDED");
        open(&app, &op, &what).await.data(200);
        login().send().await.data(200);
        let me = app.get("/api/auth/me").bearer(&op).send().await.data(200);
        for own in [format!("users/{}", text(&me["user"]["id"])), format!("tenants/{}", text(&me["team"]["id"]))] {
            assert_eq!(close(&app, &op, &own).await.refused(409), "OWN_ACCOUNT");
        }
    }

    async fn a_look_sees_everything_and_changes_nothing(app: App) {
        let salon = app.business("Salon").await;
        let customer = app.customer(&salon).await;
        let first = json!({"content": "Hello?"});
        let begun = app.post("/api/messages/conversations").bearer(&customer.token).json(json!({})).send().await.expect(201);
        let conversation = text(&begun["conversation"]["id"]).to_owned();
        let said = json!({"conversationId": conversation, "content": first["content"]});
        app.post("/api/messages/send").bearer(&customer.token).json(said).send().await.expect(201);
        let op = operator(&app).await;
        assert_eq!(look(&app, &salon.token, &salon).await.refused(403), "FORBIDDEN");
        let seen = look(&app, &op, &salon).await.data(200);
        assert_eq!((&seen["expiresIn"], &seen["team"]["id"]), (&json!(1800), &json!(salon.id)));
        let eye = text(&seen["accessToken"]);
        let me = app.get("/api/auth/me").bearer(eye).send().await.data(200);
        assert_eq!((&me["impersonatedBy"]["name"], &me["team"]["role"]), (&json!("Omar Operator"), &json!("owner")));
        app.get("/api/team").bearer(eye).send().await.data(200);
        app.get("/api/settings/business").bearer(eye).send().await.data(200);
        let path = format!("/api/messages/conversations/{conversation}?markRead=true");
        let thread = app.get(&path).bearer(eye).send().await.expect(200);
        assert_eq!(thread["messages"][0]["readBy"], json!([]), "nothing is marked as read");
        // Every write there is, by the document.
        let document = app.get("/api-docs/openapi.json").send().await.expect(200);
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys().filter(|method| *method != "get") {
                if path == "/api/auth/logout" {
                    continue;
                }
                let place = path.replace(['{', '}'], "x");
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let refused = app.ask(method, &place).bearer(eye).json(json!({})).send().await.refused(403);
                assert_eq!(refused, "READ_ONLY_SESSION", "{path}");
            }
        }
        for path in ["/api/operator/tenants", "/api/operator/overview"] {
            assert_eq!(app.get(path).bearer(eye).send().await.refused(403), "FORBIDDEN", "no operator in there");
        }
        let socket = app.socket(eye).await;
        assert_eq!(socket.emit_ack("join_conversation", json!({"conversationId": conversation})).await["success"], true);
        for event in frontdesk::asyncapi::events().filter(|event| event.direction == platform::realtime::Direction::ToServer) {
            if !["join_conversation", "leave_conversation"].contains(&event.name) {
                assert_eq!(socket.emit_ack(event.name, json!({})).await["code"], "READ_ONLY_SESSION", "{}", event.name);
            }
        }
        app.get("/api/messages/search?q=Hello").bearer(eye).send().await.expect(200);
        let sql = "SELECT COUNT(*) FROM audit_log WHERE action = 'conversation.viewed' AND tenant_id = ? AND object = ?";
        let looks = vec![salon.tenant().into(), conversation.clone().into()];
        assert_eq!(app.count(sql, looks).await, 3, "the page, the room, and the search");
        // Two lines of one moment of the test's clock have no order.
        app.advance(Duration::from_secs(1));
        app.post("/api/auth/logout").bearer(eye).send().await.data(200);
        assert_eq!(app.get("/api/auth/me").bearer(eye).send().await.refused(401), "UNAUTHORIZED");
        app.advance(Duration::from_secs(1800));
        app.run_due_jobs().await;
        let lines = log(&app, &salon).await;
        let actions: Vec<&str> = lines.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["impersonation.started", "impersonation.ended"]);
        assert_eq!(lines[0].1["reason"], "they asked for help");
    }

    async fn a_look_ends_after_half_an_hour(app: App) {
        let salon = app.business("Salon").await;
        let op = operator(&app).await;
        let seen = look(&app, &op, &salon).await.data(200);
        let eye = text(&seen["accessToken"]);
        let socket = app.socket(eye).await;
        app.advance(Duration::from_secs(1799));
        app.get("/api/auth/me").bearer(eye).send().await.data(200);
        app.advance(Duration::from_secs(1));
        assert_eq!(app.get("/api/auth/me").bearer(eye).send().await.refused(401), "UNAUTHORIZED");
        app.run_due_jobs().await;
        assert_eq!(ended_at_once(&socket).await, "the look into this business has ended");
        assert_eq!(log(&app, &salon).await.len(), 2);
    }

    async fn somebody_with_an_account_becomes_an_operator_at_once(app: App) {
        let salon = app.business("Salon").await;
        assert_eq!(app.get("/api/operator/overview").bearer(&salon.token).send().await.refused(403), "FORBIDDEN");
        let made = appoint(&app.house().people, &salon.email, "Olive", "ignored").await.unwrap();
        assert_eq!(made, Appointed::Known);
        app.get("/api/operator/overview").bearer(&salon.token).send().await.data(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_closed_here_is_closed_there_on_postgres() {
    on_two_nodes(|here, there| async move {
        let (salon, spa) = (here.business("Salon").await, here.business("Spa").await);
        let op = operator(&here).await;
        let sockets = [there.socket(&salon.token).await, there.socket(&spa.token).await];
        for token in [&salon.token, &spa.token] {
            there.get("/api/auth/me").bearer(token).send().await.data(200);
        }
        close(&here, &op, &format!("tenants/{}", salon.id)).await.data(200);
        close(&here, &op, &format!("users/{}", spa.owner_id)).await.data(200);
        assert_eq!(ended_at_once(&sockets[0]).await, "the business was closed");
        assert_eq!(ended_at_once(&sockets[1]).await, "the account was closed");
        for token in [&salon.token, &spa.token] {
            assert_eq!(there.get("/api/auth/me").bearer(token).send().await.refused(401), "UNAUTHORIZED");
        }
    })
    .await;
}
