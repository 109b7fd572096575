//! The audit log shows a business's admins who did what, and nobody else anything.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, text};

async fn log(app: &App, token: &str, query: &str) -> Value {
    app.get(&format!("/api/audit{query}")).bearer(token).send().await.data(200)
}

fn actions(page: &Value) -> Vec<&str> {
    page["entries"].as_array().unwrap().iter().map(|entry| text(&entry["action"])).collect()
}

/// A salon in which a manager changed the price of a service.
async fn changed_price(app: &App) -> (Business, crate::harness::Member, Value) {
    let salon = app.business("Salon").await;
    let mia = app.member(&salon, Role::Manager).await;
    let service = app.service(&salon).await;
    let path = format!("/api/services/{}", text(&service["id"]));
    app.patch(&path).bearer(&mia.token).json(json!({"price": 1800})).send().await.data(200);
    (salon, mia, service)
}

both_databases! {
    async fn a_change_is_shown_with_who_what_and_where_before_and_after(app: App) {
        let (salon, mia, service) = changed_price(&app).await;
        let page = log(&app, &salon.token, "?action=service.updated").await;
        let entry = &page["entries"][0];
        assert_eq!(entry["actor"]["id"], mia.id);
        assert_eq!(entry["actor"]["kind"], "user");
        assert!(text(&entry["actor"]["name"]).starts_with("Mia Member"));
        assert_eq!(entry["object"], json!({"id": service["id"], "kind": "svc", "label": service["name"]}));
        assert_eq!(entry["before"], json!({"price": {"amount": 150_000, "currency": "KES"}}), "what stayed is not repeated");
        assert_eq!(entry["after"], json!({"price": {"amount": 180_000, "currency": "KES"}}));
        assert_eq!(entry["ip"], "127.0.0.1");
        let settings = json!({"about": "We cut hair"});
        app.patch("/api/settings/business").bearer(&salon.token).json(settings).send().await.data(200);
        let page = log(&app, &salon.token, "?action=business.updated").await;
        assert_eq!(page["entries"][0]["before"]["about"], Value::Null);
        assert_eq!(page["entries"][0]["after"]["about"], "We cut hair");
        let login = json!({"email": salon.email, "password": crate::harness::PASSWORD});
        app.post("/api/auth/login").header("user-agent", "Somebody's phone").json(login).send().await.data(200);
        // Mia signed in at the same moment of the test's clock.
        let page = log(&app, &salon.token, &format!("?action=user.signed_in&actor={}", salon.owner_id)).await;
        assert_eq!(page["entries"][0]["userAgent"], "Somebody's phone");
        assert!(page["entries"][0]["details"].get("userAgent").is_none(), "it is told once");
    }

    async fn every_setting_is_kept_as_it_was_and_as_it_is_and_no_secret_is(app: App) {
        let salon = app.business("Salon").await;
        let put = async |path: &str, body: Value| app.put(path).bearer(&salon.token).json(body).send().await.data(200);
        let patch = async |path: &str, body: Value| app.patch(path).bearer(&salon.token).json(body).send().await.data(200);
        let entry = async |action: &str| log(&app, &salon.token, &format!("?action={action}")).await["entries"][0].take();
        put("/api/settings/notifications", json!({"reachBack": {"enabled": false, "afterMinutes": 5}})).await;
        let kept = entry("notifications.updated").await;
        assert_eq!((&kept["before"]["reachBack"]["enabled"], &kept["after"]["reachBack"]["enabled"]), (&json!(true), &json!(false)));
        put("/api/notifications/preferences", json!({"language": "de"})).await;
        let kept = entry("preferences.updated").await;
        assert_eq!((&kept["before"]["language"], &kept["after"]["language"]), (&Value::Null, &json!("de")));
        let smtp = json!({"host": "mail.example.com", "user": "salon", "password": "a mail secret", "from": "Salon <front@salon.example>"});
        patch("/api/settings/channels", json!({"replyTo": "front@salon.example", "smtp": smtp})).await;
        let kept = entry("channels.updated").await;
        assert_eq!((&kept["before"]["replyTo"], &kept["after"]["replyTo"]), (&Value::Null, &json!("front@salon.example")));
        assert_eq!(kept["after"]["smtp"]["host"], "mail.example.com");
        assert!(kept.to_string().contains("smtp.password") && !kept.to_string().contains("a mail secret"), "{kept:#}");
        let body = json!({"name": "Till", "scopes": ["events:read"]});
        let key = app.post("/api/api-keys").bearer(&salon.token).json(body).send().await.data(201);
        app.delete(&format!("/api/api-keys/{}", text(&key["id"]))).bearer(&salon.token).send().await.data(200);
        assert_eq!(entry("api_key.created").await["after"]["name"], "Till");
        let kept = entry("api_key.revoked").await;
        assert_eq!((&kept["before"]["name"], &kept["after"]), (&json!("Till"), &Value::Null));
        let kind = |words: &str| json!({"name": "stock.low", "description": words, "category": "Stock", "fields": []});
        app.post("/api/event-types").bearer(&salon.token).json(kind("Low.")).send().await.expect(201);
        put("/api/event-types/stock.low", kind("Very low.")).await;
        let kept = entry("event_type.changed").await;
        assert_eq!((&kept["before"], &kept["after"]), (&json!({"description": "Low."}), &json!({"description": "Very low."})));
        // How often something was changed is not what was changed.
        let all = app.get("/api/audit?limit=200").bearer(&salon.token).send().await.data(200);
        for line in all["entries"].as_array().unwrap() {
            let has = |part: &str| line["details"][part].get("version").is_some();
            assert!(!has("before") && !has("after") && line["details"].get("version").is_none(), "{line:#}");
        }
        patch("/api/settings/business", json!({"requireTwoFactor": true})).await;
        let setup = app.post("/api/auth/2fa/setup").bearer(&salon.token).send().await.data(200);
        let code = crate::accounts::Authenticator::new(text(&setup["secret"])).code(&app);
        app.post("/api/auth/2fa/verify").bearer(&salon.token).json(json!({"code": code})).send().await.data(200);
        let kept = entry("business.updated").await;
        assert_eq!((&kept["before"]["requireTwoFactor"], &kept["after"]["requireTwoFactor"]), (&json!(false), &json!(true)));
    }

    async fn what_names_no_address_gets_that_of_its_request(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let opened = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(201);
        let path = format!("/api/messages/conversations/{}", text(&opened["conversation"]["id"]));
        app.patch(&path).bearer(&salon.token).json(json!({"priority": "high"})).send().await.expect(200);
        let page = log(&app, &salon.token, "?action=conversation.changed").await;
        assert_eq!(page["entries"][0]["ip"], "127.0.0.1");
    }

    async fn what_people_do_by_themselves_is_written_down_too(app: App) {
        let salon = app.business("Salon").await;
        let service = app.service(&salon).await;
        let one = async |action: &str| {
            let mut page = log(&app, &salon.token, &format!("?action={action}")).await;
            let entries = page["entries"].take();
            assert_eq!(entries.as_array().unwrap().len(), 1, "{action}: {entries:#}");
            entries[0].clone()
        };
        let guest = json!({"inviteCode": salon.slug, "name": "Gus Guest", "email": "gus@example.com"});
        let gus = app.post("/api/customers/auth/guest").json(guest).send().await.data(201);
        let came = one("customer.came_as_guest").await;
        assert_eq!((&came["actor"]["id"], &came["after"]["name"]), (&gus["customer"]["id"], &json!("Gus Guest")));
        let book = async |token: &str, email: &str, time: &str| {
            let body = json!({"inviteCode": salon.invite_code, "customerName": "Gus Guest", "customerEmail": email, "service": service["id"], "time": time});
            app.post("/api/public/appointments").bearer(token).json(body).send().await.expect(201)["appointment"]["id"].take()
        };
        let visit = book(text(&gus["accessToken"]), "gus@example.com", "2026-11-23T07:00:00Z").await;
        let booked = one("appointment.created").await;
        assert_eq!((&booked["object"]["id"], &booked["actor"]["id"]), (&visit, &gus["customer"]["id"]));
        // Whoever only types an address that is known here is not said to be its owner.
        app.advance(Duration::from_secs(1));
        let visit = book("", "gus@example.com", "2026-11-23T09:00:00Z").await;
        let newest = log(&app, &salon.token, "?action=appointment.created").await["entries"][0].take();
        assert_eq!((&newest["object"]["id"], &newest["actor"]["id"]), (&visit, &json!("visitor")));
        app.advance(Duration::from_secs(1));
        book("", "new@example.com", "2026-11-24T07:00:00Z").await;
        let newest = log(&app, &salon.token, "?action=customer.came_as_guest").await["entries"][0].take();
        assert_ne!(newest["actor"]["id"], gus["customer"]["id"]);

        let browser = app.browser("phone");
        let body = json!({"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}, "deviceName": "Phone"});
        let register = || app.post("/api/push/subscriptions").bearer(&salon.token).json(body.clone()).send();
        let registered = register().await.data(201);
        register().await.data(201);
        let line = one("push.registered").await;
        assert_eq!((&line["details"]["device"], line.to_string().contains(&browser.auth)), (&json!("Phone"), false));
        app.delete(&format!("/api/push/subscriptions/{}", text(&registered["id"]))).bearer(&salon.token).send().await.data(200);
        one("push.removed").await;

        let heard = json!({"url": app.hook("/"), "events": ["*"]});
        let webhook = app.post("/api/webhooks").bearer(&salon.token).json(heard).send().await.data(201);
        app.delete(&format!("/api/webhooks/{}", text(&webhook["id"]))).bearer(&salon.token).send().await.expect(200);
        assert_eq!(one("webhook.removed").await["object"]["id"], webhook["id"]);

        let owner: kernel::Id<kernel::id::User> = kernel::Id::parse(&salon.owner_id).unwrap();
        let passkey: kernel::Id<kernel::id::Passkey> = app.world().id();
        let sql = "INSERT INTO passkeys (id, kind, person_id, credential_id, credential, name, created_at) VALUES (?, 'user', ?, ?, '{}', 'Phone', 0)";
        app.execute(sql, vec![passkey.into(), owner.into(), vec![1_u8].into()]).await;
        app.patch(&format!("/api/auth/passkeys/{passkey}")).bearer(&salon.token).json(json!({"name": "Old phone"})).send().await.data(200);
        let line = one("passkey.renamed").await;
        assert_eq!((&line["before"]["name"], &line["after"]["name"]), (&json!("Phone"), &json!("Old phone")));
        app.run_due_jobs().await;
    }

    async fn an_operator_who_looks_at_one_business_leaves_a_line_there(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        people::operator::appoint(&app.house().people, "op@example.com", "Omar Operator", crate::harness::PASSWORD).await.unwrap();
        let login = json!({"email": "op@example.com", "password": crate::harness::PASSWORD});
        let token = app.post("/api/auth/login").json(login).send().await.data(200)["accessToken"].take();
        let path = format!("/api/operator/tenants/{}", salon.id);
        app.get(&path).bearer(text(&token)).send().await.data(200);
        let line = log(&app, &salon.token, "?action=business.viewed").await["entries"][0].take();
        assert_eq!((&line["actor"]["kind"], &line["details"]["operator"]), (&json!("operator"), &json!("Omar Operator")));
        assert_eq!(app.get(&path).bearer(&salon.token).send().await.refused(403), "FORBIDDEN");
        assert_eq!(log(&app, &salon.token, "?action=business.viewed").await["entries"].as_array().unwrap().len(), 1);
        assert_eq!(log(&app, &other.token, "?action=business.viewed").await["entries"], json!([]));
    }

    async fn a_log_is_read_by_the_admins_of_its_own_business(app: App) {
        let (salon, mia, _) = changed_price(&app).await;
        let other = app.business("Other").await;
        let cara = app.customer(&salon).await;
        let admin = app.member(&salon, Role::Admin).await;
        assert!(actions(&log(&app, &admin.token, "").await).contains(&"service.updated"));
        let foreign = log(&app, &other.token, "").await;
        assert!(!actions(&foreign).contains(&"service.updated"), "{foreign:#}");
        let foreign = log(&app, &other.token, &format!("?actor={}", mia.id)).await;
        assert_eq!(foreign["entries"], json!([]));
        assert_eq!(app.get("/api/audit").bearer(&mia.token).send().await.refused(403), "FORBIDDEN");
        assert_eq!(app.get("/api/audit/actions").bearer(&mia.token).send().await.refused(403), "FORBIDDEN");
        assert_eq!(app.get("/api/audit").bearer(&cara.token).send().await.refused(401), "UNAUTHORIZED");
        let kinds = app.get("/api/audit/actions").bearer(&admin.token).send().await.data(200);
        let kinds: Vec<&str> = kinds["actions"].as_array().unwrap().iter().map(text).collect();
        assert!(kinds.contains(&"service.created") && kinds.contains(&"service.updated"), "{kinds:?}");
        assert!(kinds.is_sorted_by(|one, next| one < next), "each once and in order: {kinds:?}");
    }

    async fn the_log_is_narrowed_and_paged(app: App) {
        let salon = app.business("Salon").await;
        for _ in 0..5 {
            app.service(&salon).await;
            app.advance(Duration::from_secs(60));
        }
        let all = log(&app, &salon.token, "?action=service.created").await;
        assert_eq!(all["entries"].as_array().unwrap().len(), 5);
        assert!(all["nextCursor"].is_null());
        let mut seen = Vec::new();
        let mut query = "?action=service.created&limit=2".to_owned();
        loop {
            let page = log(&app, &salon.token, &query).await;
            seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].clone()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            query = format!("?action=service.created&limit=2&cursor={cursor}");
        }
        let ids: Vec<Value> = all["entries"].as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect();
        assert_eq!(seen, ids, "the pages are the whole, in order");
        let (newest, oldest) = (text(&all["entries"][0]["at"]), text(&all["entries"][4]["at"]));
        let between = log(&app, &salon.token, &format!("?action=service.created&from={oldest}&to={newest}")).await;
        assert_eq!(between["entries"].as_array().unwrap().len(), 4, "the end is not among them");
        let object = text(&all["entries"][2]["object"]["id"]);
        assert_eq!(actions(&log(&app, &salon.token, &format!("?object={object}")).await), ["service.created"]);
        let refused = app.get("/api/audit?from=yesterday&limit=0").bearer(&salon.token).send().await.fields();
        assert_eq!(refused, ["from/INVALID_VALUE"]);
        assert_eq!(app.get("/api/audit?limit=201").bearer(&salon.token).send().await.fields(), ["limit/OUT_OF_RANGE"]);
        assert_eq!(app.get("/api/audit?cursor=x").bearer(&salon.token).send().await.fields(), ["cursor/INVALID_VALUE"]);
    }

    async fn lines_are_forgotten_when_their_time_has_come(app: App) {
        let salon = app.business("Salon").await;
        app.service(&salon).await;
        app.advance(Duration::from_secs(729 * 24 * 3600));
        assert_eq!(people::audit::forget_old(&app.house().platform).await.unwrap(), 0);
        app.advance(Duration::from_secs(2 * 24 * 3600));
        assert!(people::audit::forget_old(&app.house().platform).await.unwrap() >= 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_log", vec![]).await, 0);
    }
}
