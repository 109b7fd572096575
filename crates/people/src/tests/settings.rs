//! The business's settings page.

use kernel::Role;
use serde_json::json;

use super::{App, tenant_of, text};
use crate::team::{NewMember, create_member};

const SETTINGS: &str = "/api/settings/business";

async fn a_change_counts_only_on_what_was_seen(app: App) {
    let owner = app.owner("ann@example.com").await;
    let token = text(&owner["accessToken"]);
    let shown = app.get(SETTINGS, token).await;
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    let settings = shown.expect(200)["data"].take();
    assert_eq!((&settings["name"], &settings["afterCareDays"]), (&json!("Demo Salon"), &json!(7)));
    let patch = |body| app.ask("PATCH", SETTINGS).bearer(token).header("if-match", &tag).json(body);
    let change = json!({"about": "Hair", "brandColor": "#1F6FEB", "slug": "ann-salon", "phone": "0712 345678"});
    let changed = patch(change).send().await;
    assert_ne!(changed.headers["etag"].to_str().unwrap(), tag);
    let changed = changed.expect(200)["data"].take();
    assert_eq!((&changed["slug"], &changed["brandColor"]), (&json!("ann-salon"), &json!("#1f6feb")));
    assert_eq!(patch(json!({"about": "Nails"})).send().await.refused(412), "PRECONDITION_FAILED");
    assert_eq!(app.get(SETTINGS, token).await.expect(200)["data"]["about"], "Hair");
    // The new label counts at once, the old one no longer.
    let guest = |code: &str| json!({"inviteCode": code, "name": "Gus", "email": format!("{code}@example.com")});
    app.post("/api/customers/auth/guest", guest("ann-salon")).await.expect(201);
    assert_eq!(app.post("/api/customers/auth/guest", guest("demo-salon")).await.refused(404), "NOT_FOUND");
}

async fn of_changes_at_once_one_counts_on_what_was_seen_and_all_without(app: App) {
    let owner = app.owner("ann@example.com").await;
    let token = text(&owner["accessToken"]);
    let tag = app.get(SETTINGS, token).await.headers["etag"].to_str().unwrap().to_owned();
    let patch = |n: usize, tag: Option<&str>| {
        let ask = app.ask("PATCH", SETTINGS).bearer(token).json(json!({"about": format!("about {n}")}));
        match tag {
            Some(tag) => ask.header("if-match", tag).send(),
            None => ask.send(),
        }
    };
    let tagged = futures_util::future::join_all((0..6).map(|n| patch(n, Some(&tag)))).await;
    let stored = tagged.iter().filter(|reply| reply.status == 200).count();
    let refused = tagged.iter().filter(|reply| reply.status == 412).count();
    assert_eq!((stored, refused), (1, 5));
    for reply in futures_util::future::join_all((0..6).map(|n| patch(n, None))).await {
        reply.expect(200);
    }
    assert_eq!(app.count("SELECT action FROM audit_log WHERE action = 'business.updated'").await, 7);
}

async fn a_zone_is_named_as_it_is_written_and_money_is_one_that_people_count_in(app: App) {
    let owner = app.owner("ann@example.com").await;
    let token = text(&owner["accessToken"]);
    let zone = json!({"timezone": " europe/BERLIN "});
    let changed = app.ask("PATCH", SETTINGS).bearer(token).json(zone).send().await.expect(200);
    assert_eq!(changed["data"]["timezone"], "Europe/Berlin");
    let money = |code: &str| app.ask("PATCH", SETTINGS).bearer(token).json(json!({ "currency": code })).send();
    assert_eq!(money(" eur ").await.expect(200)["data"]["currency"], "EUR");
    for code in ["ZZZ", "EURO", "€", ""] {
        assert_eq!(money(code).await.refused(422), "VALIDATION_ERROR", "{code}");
    }
}

async fn a_label_belongs_to_one_business(app: App) {
    app.owner("ann@example.com").await;
    let other = app.owner("bob@example.com").await;
    let token = text(&other["accessToken"]);
    let taken = app.ask("PATCH", SETTINGS).bearer(token).json(json!({"slug": "demo-salon"})).send().await;
    assert_eq!(taken.refused(409), "SLUG_TAKEN");
    let wrong = app.ask("PATCH", SETTINGS).bearer(token).json(json!({"timezone": "Mars/Base", "x": 1})).send().await;
    assert_eq!(wrong.refused(422), "VALIDATION_ERROR");
}

async fn staff_may_not_see_or_change_the_settings_and_managers_may(app: App) {
    let owner = app.owner("ann@example.com").await;
    for (email, role, status) in [("s@example.com", Role::Staff, 403), ("m@example.com", Role::Manager, 200)] {
        let password = "correct horse".to_owned();
        let new = NewMember { tenant: tenant_of(&owner), name: "Sam".into(), email: email.into(), password, role };
        create_member(&app.people, new).await.unwrap();
        let login = json!({"email": email, "password": "correct horse"});
        let data = app.post("/api/auth/login", login).await.expect(200)["data"].take();
        assert_eq!(data["team"]["role"], role.as_str());
        let token = text(&data["accessToken"]);
        app.get(SETTINGS, token).await.expect(status);
        app.ask("PATCH", SETTINGS).bearer(token).json(json!({"about": "x"})).send().await.expect(status);
    }
}

on_both_databases![
    a_change_counts_only_on_what_was_seen,
    of_changes_at_once_one_counts_on_what_was_seen_and_all_without,
    a_zone_is_named_as_it_is_written_and_money_is_one_that_people_count_in,
    a_label_belongs_to_one_business,
    staff_may_not_see_or_change_the_settings_and_managers_may,
];
