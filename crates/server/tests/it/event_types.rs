//! A business reads what may happen, and adds types of its own that are taken, checked and delivered like built-in ones.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, Reply, text};

const TYPES: &str = "/api/event-types";

async fn add(app: &App, business: &Business, body: Value) -> Reply {
    app.post(TYPES).bearer(&business.token).json(body).send().await
}

fn stock_low() -> Value {
    json!({"name": "stock:low", "description": "Something runs out.", "audience": "manager", "fields": [
        {"name": "item.name", "type": "text", "required": true, "description": "What."},
        {"name": "item.left", "type": "integer", "required": true},
        {"name": "buyer_email", "type": "email", "required": true, "example": "buyer@example.com"},
        {"name": "value", "type": "money", "example": 1500.5},
    ]})
}

both_databases! {
    async fn the_catalogue_says_what_each_type_needs(app: App) {
        let salon = app.business("Salon").await;
        let listed = app.get(TYPES).bearer(&salon.token).send().await.data(200);
        let listed = listed.as_array().unwrap();
        assert!(listed.len() >= 33, "{}", listed.len());
        let invoice = listed.iter().find(|kind| kind["name"] == "invoice.sent").unwrap();
        assert_eq!(invoice["required"], json!(["invoice_id", "client_email", "invoice_number", "total_amount"]));
        assert_eq!(invoice["recipients"]["email"], json!(["client_email"]));
        assert_eq!(invoice["channels"], json!(["email", "whatsapp", "sms", "webhook", "inapp"]));
        assert_eq!(invoice["audience"], "manager");
        let is_language = |field: &Value| field["name"] == "language" && field["required"] == false;
        assert!(listed.iter().all(|kind| kind["fields"].as_array().unwrap().iter().any(is_language)), "every type has it");
        assert_eq!(invoice["schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");
        // The example of each type is taken as it stands, goes by every channel that is set up, and comes to its end.
        let all = json!({"url": app.hook("/all"), "events": ["*"]});
        app.post("/api/webhooks").bearer(&salon.token).json(all).send().await.data(201);
        for kind in listed.iter().filter(|kind| kind["postable"] == true) {
            let body = json!({"event_type": kind["alias"], "event_data": kind["example"]});
            app.post("/api/events").bearer(&salon.token).json(body).send().await.expect(202);
        }
        // Several are for one person, who gets so many mails a minute.
        for _ in 0..10 {
            app.run_due_jobs().await;
            app.advance(Duration::from_secs(60));
        }
        let open = "SELECT COUNT(*) FROM events WHERE status <> 'completed'";
        assert_eq!(app.count(open, vec![]).await, 0);
        let undone = "SELECT COUNT(*) FROM deliveries WHERE status NOT IN ('sent', 'delivered')";
        assert_eq!(app.count(undone, vec![]).await, 0);
        let heard = app.receiver().received_at("/all");
        for kind in listed.iter().filter(|kind| kind["postable"] == true) {
            let name = kind["name"].as_str();
            assert!(heard.iter().any(|call| call.header("x-webhook-event") == name), "{name:?} was not heard of");
        }
        let by_colon = app.get("/api/event-types/user:clockedIn").bearer(&salon.token).send().await.data(200);
        assert_eq!(by_colon["name"], "user.clockedIn");
        assert_eq!(app.get("/api/event-types/moon.landed").bearer(&salon.token).send().await.refused(404), "NOT_FOUND");
    }

    async fn an_own_type_is_checked_and_delivered_like_any_other(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let state = async |business: &Business, data: Value| {
            let body = json!({"event_type": "stock:low", "event_data": data});
            app.post("/api/events").bearer(&business.token).json(body).send().await
        };
        let data = json!({"item": {"name": "Shampoo <b>", "left": 2}, "buyer_email": "buyer@example.com"});
        assert_eq!(state(&salon, data.clone()).await.refused(422), "UNKNOWN_EVENT_TYPE");
        let added = add(&app, &salon, stock_low()).await;
        assert_eq!(added.header("etag"), "\"v1\"");
        let added = added.data(201);
        assert_eq!((&added["name"], &added["builtin"]), (&json!("stock.low"), &json!(false)));
        assert_eq!(added["schema"]["properties"]["item"]["required"], json!(["name", "left"]));
        // It is this business's alone.
        assert_eq!(state(&other, data.clone()).await.refused(422), "UNKNOWN_EVENT_TYPE");
        let wrong = json!({"item": {"left": "two"}, "buyer_email": "nobody"});
        let fields = ["event_data.item.name/REQUIRED", "event_data.item.left/INVALID_VALUE", "event_data.buyer_email/INVALID_EMAIL"];
        assert_eq!(state(&salon, wrong).await.fields(), fields);
        state(&salon, data).await.expect(202);
        app.run_due_jobs().await;
        let mail = app.mailbox().list_for("buyer@example.com");
        assert_eq!(mail.len(), 1);
        assert_eq!(mail[0].subject, "Stock low – Salon");
        assert!(mail[0].text.contains("Item name: Shampoo <b>"), "{}", mail[0].text);
        let told = app.get("/api/notifications").bearer(&salon.token).send().await.data(200);
        assert!(told.as_array().unwrap().iter().any(|line| line["title"] == "Stock low"), "{told}");
    }

    async fn an_own_type_changes_only_on_what_was_seen_and_goes_with_its_texts(app: App) {
        let salon = app.business("Salon").await;
        add(&app, &salon, stock_low()).await.data(201);
        let path = format!("{TYPES}/stock.low");
        let text_path = "/api/templates/stock.low/email";
        let own = json!({"subject": "Low: {{ item.name }}", "text": "{{ item.left }} left"});
        app.put(text_path).bearer(&salon.token).json(own).send().await.data(200);
        let put = |tag: &str, body: Value| app.put(&path).bearer(&salon.token).header("if-match", tag).json(body).send();
        let changed = put("\"v1\"", json!({"title": "Running out", "fields": []})).await.data(200);
        assert_eq!((&changed["title"], &changed["version"]), (&json!("Running out"), &json!(2)));
        assert_eq!(put("\"v1\"", json!({"fields": []})).await.refused(412), "PRECONDITION_FAILED");
        assert_eq!(put("*", json!({"name": "stock.high"})).await.fields(), ["name/INVALID_VALUE"]);
        app.delete(&path).bearer(&salon.token).send().await.data(200);
        assert_eq!(app.get(&path).bearer(&salon.token).send().await.refused(404), "NOT_FOUND");
        // Made again, it begins with the plain text.
        add(&app, &salon, stock_low()).await.data(201);
        let shown = app.get(text_path).bearer(&salon.token).send().await.data(200);
        assert_eq!((&shown["custom"], &shown["version"]), (&json!(false), &json!(0)));
    }

    async fn a_built_in_name_cannot_be_taken_nor_changed(app: App) {
        let salon = app.business("Salon").await;
        for name in ["invoice.sent", "invoice:sent", "appointment.created"] {
            assert_eq!(add(&app, &salon, json!({"name": name})).await.refused(409), "EVENT_TYPE_TAKEN");
        }
        let path = format!("{TYPES}/invoice:sent");
        let put = app.put(&path).bearer(&salon.token).json(json!({})).send().await;
        assert_eq!(put.refused(409), "EVENT_TYPE_BUILT_IN");
        assert_eq!(app.delete(&path).bearer(&salon.token).send().await.refused(409), "EVENT_TYPE_BUILT_IN");
        add(&app, &salon, json!({"name": "stock.low"})).await.data(201);
        assert_eq!(add(&app, &salon, json!({"name": "stock:low"})).await.refused(409), "EVENT_TYPE_TAKEN");
    }

    async fn what_is_no_type_is_refused_by_field(app: App) {
        let salon = app.business("Salon").await;
        assert_eq!(add(&app, &salon, json!({})).await.fields(), ["name/REQUIRED"]);
        for name in ["", "stock", "stock low", "1.2", "a.b.c.d.e", "💥.x"] {
            assert_eq!(add(&app, &salon, json!({"name": name})).await.fields(), ["name/INVALID_NAME"], "{name}");
        }
        let unknown = add(&app, &salon, json!({"name": "stock.low", "owner": "me"})).await;
        assert_eq!(unknown.fields(), ["owner/UNKNOWN_FIELD"]);
        let fields = json!([{"name": "a", "type": "spaceship"}]);
        assert_eq!(add(&app, &salon, json!({"name": "stock.low", "fields": fields})).await.status, 422);
        let fields = json!([{"name": "business", "type": "text"}, {"name": "ok", "type": "integer", "example": "x"}]);
        let refused = add(&app, &salon, json!({"name": "stock.low", "fields": fields})).await;
        assert_eq!(refused.fields(), ["fields[0].name/RESERVED", "fields[1].example/INVALID_VALUE"]);
        let listed = app.get(TYPES).bearer(&salon.token).send().await.data(200);
        assert!(listed.as_array().unwrap().iter().all(|kind| kind["builtin"] == true));
    }

    async fn managers_add_types_and_staff_may_not_even_look(app: App) {
        let salon = app.business("Salon").await;
        let (manager, staff) = (app.member(&salon, Role::Manager).await, app.member(&salon, Role::Staff).await);
        let add = |token: &str| app.post(TYPES).bearer(token).json(json!({"name": "stock.low"})).send();
        assert_eq!(add(&staff.token).await.refused(403), "FORBIDDEN");
        assert_eq!(app.get(TYPES).bearer(&staff.token).send().await.refused(403), "FORBIDDEN");
        assert_eq!(text(&add(&manager.token).await.data(201)["name"]), "stock.low");
    }

    async fn a_business_has_room_for_two_hundred_own_types(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        for number in 0..200 {
            let tenant = salon.tenant();
            let values = vec![tenant.into(), format!("own.type{number}").into()];
            let sql = "INSERT INTO event_types (tenant_id, name, definition, version, created_at, updated_at) \
                 VALUES (?, ?, '{}', 1, 0, 0)";
            app.execute(sql, values).await;
        }
        assert_eq!(add(&app, &salon, json!({"name": "one.more"})).await.refused(409), "LIMIT_REACHED");
        add(&app, &other, json!({"name": "one.more"})).await.data(201);
    }
}
