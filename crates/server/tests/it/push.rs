//! Notices to browsers: registered per device, sealed for it alone, and forgotten when its push service says so. The
//! stand-in opens each message with the browser's own keys, by code of its own.

use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, text};

const MONDAY: &str = "2026-11-23T07:00:00Z";

async fn register(app: &App, token: &str, device: &str) -> Value {
    let browser = app.browser(device);
    let body = json!({"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}, "deviceName": device});
    app.post("/api/push/subscriptions").bearer(token).json(body).send().await.data(201)
}

async fn listed(app: &App, token: &str) -> Vec<Value> {
    let all = app.get("/api/push/subscriptions").bearer(token).send().await.data(200);
    all["subscriptions"].as_array().unwrap().clone()
}

async fn booked(app: &App, salon: &Business, cara: &Customer) -> Value {
    let service = app.service(salon).await;
    let visit = app.booking(salon, cara, &service, MONDAY).await;
    app.run_due_jobs().await;
    visit
}

both_databases! {
    async fn a_registered_browser_shows_what_happens(app: App) {
        let salon = app.business("Salon").await;
        let (cara, other) = (app.customer(&salon).await, app.customer(&salon).await);
        register(&app, &cara.token, "phone").await;
        register(&app, &other.token, "elsewhere").await;
        let visit = booked(&app, &salon, &cara).await;
        let pushed = app.push().pushed_to("phone");
        assert_eq!(pushed.len(), 1, "{pushed:?}");
        let pushed = &pushed[0];
        assert_eq!(pushed.payload["title"], "Appointment booked");
        assert_eq!(pushed.payload["tag"], visit["id"]);
        assert_eq!(pushed.payload["url"], format!("/client?business={}", salon.slug));
        assert_eq!(pushed.payload["category"], "appointments");
        assert_eq!((pushed.urgency.as_str(), pushed.ttl), ("normal", 86_400));
        assert_eq!(pushed.topic, text(&visit["id"]));
        assert_eq!(pushed.subject, "mailto:noreply@desk.example.com");
        assert!(app.push().pushed_to("elsewhere").is_empty());
        assert!(listed(&app, &cara.token).await[0]["lastUsedAt"].is_string());
    }

    async fn a_browser_is_its_owners_and_goes_with_whoever_has_it_in_hand(app: App) {
        let salon = app.business("Salon").await;
        let (cara, other) = (app.customer(&salon).await, app.customer(&salon).await);
        let first = register(&app, &cara.token, "tablet").await;
        assert_eq!(register(&app, &cara.token, "tablet").await["id"], first["id"], "twice is once");
        let path = format!("/api/push/subscriptions/{}", text(&first["id"]));
        for stranger in [&other.token, &salon.token] {
            assert_eq!(app.delete(&path).bearer(stranger).send().await.refused(404), "NOT_FOUND");
        }
        register(&app, &other.token, "tablet").await;
        assert!(listed(&app, &cara.token).await.is_empty());
        assert_eq!(listed(&app, &other.token).await[0]["isCurrent"], true);
        app.delete(&path).bearer(&other.token).send().await.data(200);
        assert!(listed(&app, &other.token).await.is_empty());
    }

    async fn a_browser_that_is_signed_off_is_forgotten_and_a_busy_service_is_asked_again(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        register(&app, &cara.token, "gone").await;
        register(&app, &cara.token, "busy").await;
        app.push().refuse("gone", &[410]);
        app.push().refuse("busy", &[429]);
        booked(&app, &salon, &cara).await;
        let left = listed(&app, &cara.token).await;
        assert_eq!((left.len(), &left[0]["deviceName"]), (1, &json!("busy")));
        assert!(app.push().pushed_to("busy").is_empty());
        app.advance(std::time::Duration::from_secs(60));
        app.run_due_jobs().await;
        assert_eq!(app.push().pushed_to("busy").len(), 1);
    }

    async fn whoever_signed_out_is_told_nothing_more_on_that_browser(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        register(&app, &cara.token, "shared").await;
        let service = app.service(&salon).await;
        app.booking(&salon, &cara, &service, MONDAY).await;
        app.post("/api/customers/auth/logout").bearer(&cara.token).send().await.data(200);
        app.run_due_jobs().await;
        assert!(app.push().pushed_to("shared").is_empty());
        assert_eq!(app.count("SELECT COUNT(*) FROM push_subscriptions", vec![]).await, 0);
    }

    async fn only_a_browsers_own_keys_and_a_web_address_are_taken(app: App) {
        let salon = app.business("Salon").await;
        let good = app.browser("good");
        let ask = |endpoint: &str, p256dh: &str, auth: &str| {
            let body = json!({"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}});
            app.post("/api/push/subscriptions").bearer(&salon.token).json(body).send()
        };
        assert_eq!(ask("http://push.example.com/x", &good.p256dh, &good.auth).await.fields(), ["endpoint/INVALID_VALUE"]);
        assert_eq!(ask("https://10.0.0.1/x", &good.p256dh, &good.auth).await.fields(), ["endpoint/INVALID_VALUE"]);
        assert_eq!(ask("https://push.example.com/x", "AAAA", &good.auth).await.fields(), ["keys/INVALID_VALUE"]);
        assert_eq!(ask("https://push.example.com/x", &good.p256dh, "AAAA").await.fields(), ["keys/INVALID_VALUE"]);
        ask(&good.endpoint, &good.p256dh, &good.auth).await.data(201);
    }

    async fn the_key_is_made_once_for_all_nodes_and_a_test_reaches_every_device(app: App) {
        let salon = app.business("Salon").await;
        let key = |app: &App| app.get("/api/push/key").bearer(&salon.token).send();
        let first = key(&app).await.data(200);
        let second = app.node(&[]).await;
        assert_eq!(key(&second).await.data(200), first);
        let own = app.node(&[("VAPID_PRIVATE_KEY", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")]).await;
        assert!(text(&key(&own).await.data(200)["publicKey"]).starts_with("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"));
        register(&app, &salon.token, "desk").await;
        register(&app, &salon.token, "pocket").await;
        app.push().refuse("pocket", &[404]);
        let tested = app.post("/api/push/test").bearer(&salon.token).send().await.data(200);
        assert_eq!(tested, json!({"sent": 1, "failed": 1}));
        assert_eq!(app.push().pushed_to("desk").len(), 1);
    }
}
