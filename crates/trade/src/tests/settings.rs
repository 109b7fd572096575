//! The settings pages: services, providers, hours.

use kernel::Role;
use people::team::{NewMember, create_member};
use serde_json::{Value, json};

use super::{App, text};

const SERVICES: &str = "/api/services";

async fn a_service_takes_its_price_in_every_form_and_gives_minor_units(app: App) {
    let salon = app.salon().await;
    for (price, amount) in [
        (json!(50), 5000),
        (json!(10.5), 1050),
        (json!("0.29"), 29),
        (json!({"amount": 150_000, "currency": "KES"}), 150_000),
    ] {
        let body = json!({"name": "Shave", "duration": 20, "price": price, "category": "Beard", "description": " x "});
        let made = app.ask("POST", SERVICES).bearer(&salon.token).json(body).send().await.data(201);
        assert_eq!(made["price"], json!({"amount": amount, "currency": "KES"}), "{price}");
        assert_eq!((&made["duration"], &made["active"], &made["description"]), (&json!(20), &json!(true), &json!("x")));
        assert_eq!(made["providerIds"], json!([]));
    }
    let public = app.get(&format!("/api/public/services?inviteCode={}", salon.code()), "").await.data(200);
    assert_eq!(public.as_array().unwrap().len(), 5);
}

async fn bad_services_name_their_fields(app: App) {
    let salon = app.salon().await;
    let post = |body: Value| app.ask("POST", SERVICES).bearer(&salon.token).json(body).send();
    let bad = json!({"name": " ", "duration": 0, "price": "1e3"});
    assert_eq!(post(bad).await.fields(), ["name/INVALID_VALUE", "duration/OUT_OF_RANGE", "price/INVALID_VALUE"]);
    for (price, _why) in
        [(json!(-1), "negative"), (json!(10.505), "precision"), (json!({"amount": 1, "currency": "USD"}), "currency")]
    {
        let body = json!({"name": "A", "duration": 5, "price": price});
        assert_eq!(post(body).await.fields(), ["price/INVALID_VALUE"]);
    }
    assert_eq!(post(json!({"name": "A", "duration": 5})).await.fields(), ["price/REQUIRED"]);
    assert_eq!(post(json!({"name": "A", "duration": -5, "price": 1})).await.fields(), ["duration/INVALID_VALUE"]);
    assert_eq!(post(json!({"name": "A", "duration": 5, "price": 1, "x": 1})).await.fields(), ["x/UNKNOWN_FIELD"]);
    let who = json!({"name": "A", "duration": 5, "price": 1, "providerIds": ["user_00000000000000000000000000"]});
    assert_eq!(post(who).await.fields(), ["providerIds/NOT_FOUND"]);
}

async fn a_service_changes_under_its_tag_and_goes_into_the_archive_and_back(app: App) {
    let salon = app.salon().await;
    let path = format!("{SERVICES}/{}", text(&salon.service["id"]));
    let shown = app.get(&path, &salon.token).await;
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    let patch = |body: Value| app.ask("PATCH", &path).bearer(&salon.token).header("if-match", &tag).json(body).send();
    let changed = patch(json!({"price": 2000, "active": false})).await.data(200);
    assert_eq!(
        (&changed["price"]["amount"], &changed["active"], &changed["name"]),
        (&json!(200_000), &json!(false), &json!("Haircut"))
    );
    assert_eq!(patch(json!({"price": 1})).await.refused(412), "PRECONDITION_FAILED");
    assert_eq!(salon.book(super::MONDAY_10, "x@example.com").await.refused(404), "NOT_FOUND");
    let whole = json!({"name": "Cut", "duration": 45, "price": "18.50", "active": true});
    let replaced = app.put(&path, &salon.token, whole).await.data(200);
    assert_eq!((&replaced["name"], &replaced["duration"]), (&json!("Cut"), &json!(45)));
    let archived = app.ask("DELETE", &path).bearer(&salon.token).send().await.data(200);
    assert_eq!((&archived["active"], archived["archivedAt"].is_string()), (&json!(false), true));
    app.ask("DELETE", &path).bearer(&salon.token).send().await.expect(200);
    let list = async |query: &str| {
        let listed = app.get(&format!("{SERVICES}{query}"), &salon.token).await;
        let total = listed.headers["x-total-count"].to_str().unwrap().to_owned();
        (total, listed.data(200).as_array().unwrap().len())
    };
    let public = async || {
        let listed = app.get(&format!("/api/public/services?inviteCode={}", salon.code()), "").await.data(200);
        listed.as_array().unwrap().len()
    };
    assert_eq!((list("").await, list("?archived=true").await), (("0".into(), 0), ("1".into(), 1)));
    assert_eq!((app.get(&path, &salon.token).await.data(200), public().await), (archived.clone(), 0));
    assert_eq!(salon.book(super::MONDAY_10, "x@example.com").await.refused(404), "NOT_FOUND");
    let change = |method: &'static str, body: Value| app.ask(method, &path).bearer(&salon.token).json(body).send();
    assert_eq!(change("PATCH", json!({"active": true})).await.fields(), ["active/INVALID_VALUE"]);
    assert_eq!(change("PATCH", json!({"name": "Trim"})).await.data(200)["archivedAt"], archived["archivedAt"]);
    let back = change("PATCH", json!({"archived": false})).await.data(200);
    assert_eq!(
        (&back["archivedAt"], &back["active"]),
        (&Value::Null, &json!(false)),
        "nobody sees it before it is shown"
    );
    assert_eq!((list("").await, list("?archived=true").await, public().await), (("1".into(), 1), ("0".into(), 0), 0));
    assert_eq!(change("PATCH", json!({"archived": true})).await.data(200)["active"], false);
    change("PATCH", json!({"archived": false, "active": true})).await.data(200);
    assert_eq!(public().await, 1);
    app.ask("DELETE", &path).bearer(&salon.token).send().await.expect(200);
    let whole = json!({"name": "Cut", "duration": 45, "price": "18.50"});
    assert_eq!(change("PUT", whole).await.data(200)["archivedAt"], Value::Null);
    assert_eq!(public().await, 1);
    assert_eq!(app.count("SELECT id FROM audit_log WHERE action = 'service.archived'").await, 2, "one for each time");
}

async fn a_service_keeps_its_currency_when_the_business_takes_another(app: App) {
    let salon = app.salon().await;
    let path = format!("{SERVICES}/{}", text(&salon.service["id"]));
    let booked = salon.book(super::MONDAY_10, "ann@example.com").await.expect(201);
    let settings = json!({"currency": "UGX"});
    app.ask("PATCH", "/api/settings/business").bearer(&salon.token).json(settings).send().await.expect(200);
    let kept = app.get(&path, &salon.token).await.data(200);
    assert_eq!(kept["price"]["currency"], "KES", "no amount means something else overnight");
    let patch = |body: Value| app.ask("PATCH", &path).bearer(&salon.token).json(body).send();
    assert_eq!(patch(json!({"price": 1800})).await.data(200)["price"], json!({"amount": 180_000, "currency": "KES"}));
    let usd = json!({"price": {"amount": 1, "currency": "USD"}});
    assert_eq!(patch(usd).await.fields(), ["price/INVALID_VALUE"]);
    let own = json!({"price": {"amount": 160_000, "currency": "KES"}, "name": "Trim"});
    assert_eq!(patch(own).await.data(200)["price"]["amount"], 160_000);
    let moved = json!({"price": {"amount": 50_000, "currency": "UGX"}});
    assert_eq!(patch(moved.clone()).await.data(200)["price"], moved["price"]);
    assert_eq!(patch(json!({"price": {"amount": 1, "currency": "KES"}})).await.fields(), ["price/INVALID_VALUE"]);
    let new = json!({"name": "Shave", "duration": 20, "price": 20_000});
    let made = app.ask("POST", SERVICES).bearer(&salon.token).json(new).send().await.data(201);
    assert_eq!(
        made["price"],
        json!({"amount": 20_000, "currency": "UGX"}),
        "without decimals, as that currency has none"
    );
    let visit = format!("/api/appointments/{}", text(&booked["appointment"]["id"]));
    assert_eq!(app.get(&visit, &salon.token).await.data(200)["price"]["currency"], "KES", "what was agreed stays");
}

async fn only_managers_edit_and_only_their_own_business(app: App) {
    let salon = app.salon().await;
    let (sam, _) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    let cara = salon.customer("cara@example.com").await;
    let service = format!("{SERVICES}/{}", text(&salon.service["id"]));
    let provider = format!("/api/providers/{}", text(&salon.owner["user"]["id"]));
    let hours = format!("{provider}/hours");
    let writes = [
        ("PATCH", service.as_str(), json!({"price": 1})),
        ("PUT", service.as_str(), json!({"name": "A", "duration": 5, "price": 1})),
        ("DELETE", service.as_str(), json!({})),
        ("PATCH", provider.as_str(), json!({"bookable": false})),
        ("PUT", hours.as_str(), json!({"weekly": []})),
    ];
    for (method, path, body) in writes {
        let ask = |token: &str| app.ask(method, path).bearer(token).json(body.clone()).send();
        assert_eq!(ask(&sam).await.refused(403), "FORBIDDEN", "{method} {path}");
        assert_eq!(ask(&other.token).await.refused(404), "NOT_FOUND", "{method} {path}");
        assert_eq!(ask(text(&cara["accessToken"])).await.refused(401), "UNAUTHORIZED", "{method} {path}");
        assert_eq!(ask("").await.refused(401), "UNAUTHORIZED", "{method} {path}");
    }
    assert_eq!(app.get(&service, &sam).await.status, 200);
    assert_eq!(app.get(&service, &other.token).await.refused(404), "NOT_FOUND");
}

async fn of_two_first_changes_that_saw_nothing_one_counts(app: App) {
    let salon = app.salon().await;
    let new = NewMember {
        tenant: salon.tenant(),
        name: "Sam".into(),
        email: "sam@example.com".into(),
        password: "correct horse".into(),
        role: Role::Staff,
    };
    let sam = create_member(app.trade.people(), new).await.unwrap().id;
    let path = format!("/api/providers/{sam}");
    let tag = app.get(&path, &salon.token).await.headers["etag"].to_str().unwrap().to_owned();
    let change = |method: &'static str, path: String, body: Value| {
        app.ask(method, &path).bearer(&salon.token).header("if-match", &tag).json(body).send()
    };
    let weekly = json!({"weekly": [{"day": 1, "start": "09:00", "end": "12:00"}]});
    let (one, two) = tokio::join!(
        change("PUT", format!("{path}/hours"), weekly),
        change("PATCH", path.clone(), json!({"bookable": true}))
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

async fn a_price_changes_although_somebody_left_who_gave_the_service(app: App) {
    let salon = app.salon().await;
    let (_, sam) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    let path = format!("{SERVICES}/{}", text(&salon.service["id"]));
    let patch = |body: Value| app.ask("PATCH", &path).bearer(&salon.token).json(body).send();
    patch(json!({"providerIds": [sam, salon.owner["user"]["id"]]})).await.expect(200);
    let tx = app.trade.db().begin().await.unwrap();
    tx.execute("UPDATE users SET suspended_at = 1 WHERE name = 'Sam'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(patch(json!({"price": 7})).await.data(200)["price"]["amount"], 700);
    patch(json!({"providerIds": [salon.owner["user"]["id"]]})).await.expect(200);
    assert_eq!(patch(json!({"providerIds": [sam]})).await.fields(), ["providerIds/NOT_FOUND"]);
}

async fn hours_are_replaced_whole_under_their_tag(app: App) {
    let salon = app.salon().await;
    let user = text(&salon.owner["user"]["id"]);
    let listed = app.get("/api/providers", &salon.token).await.data(200);
    assert_eq!(listed[0]["weekly"].as_array().unwrap().len(), 6);
    assert_eq!((&listed[0]["bookable"], &listed[0]["timezone"]), (&json!(true), &json!("Africa/Nairobi")));
    let path = format!("/api/providers/{user}/hours");
    let tag = app.get(&format!("/api/providers/{user}"), &salon.token).await.headers["etag"].clone();
    let put = |weekly: Value| {
        app.ask("PUT", &path)
            .bearer(&salon.token)
            .header("if-match", tag.to_str().unwrap())
            .json(json!({"weekly": weekly}))
            .send()
    };
    let bad = |day: u8, start: &str, end: &str| json!([{"day": 1, "start": "09:00", "end": "12:00"}, {"day": day, "start": start, "end": end}]);
    assert_eq!(put(bad(8, "09:00", "10:00")).await.fields(), ["weekly[1]/OUT_OF_RANGE"]);
    assert_eq!(put(bad(1, "11:00", "13:00")).await.fields(), ["weekly[1]/OVERLAP"]);
    assert_eq!(put(bad(2, "13:00", "13:00")).await.fields(), ["weekly[1]/INVALID_VALUE"]);
    assert_eq!(put(bad(2, "9:00", "13:00")).await.fields(), ["weekly[1].start/INVALID_VALUE"]);
    let siesta = json!([{"day": 1, "start": "14:00", "end": "16:00"}, {"day": 1, "start": "09:00", "end": "11:00"}]);
    let set = put(siesta.clone()).await.data(200);
    assert_eq!(set["weekly"][0]["start"], "09:00");
    assert_eq!(put(siesta).await.refused(412), "PRECONDITION_FAILED");
    assert_eq!(salon.offered("2026-11-23").await.len(), 6);
    assert!(salon.offered("2026-11-24").await.is_empty());
    let color = |sent: &str| {
        let body = json!({ "color": sent });
        app.ask("PATCH", &format!("/api/providers/{user}")).bearer(&salon.token).json(body).send()
    };
    assert_eq!(color("#1F6FEB").await.data(200)["color"], "#1f6feb");
    assert_eq!(color("red").await.fields(), ["color/INVALID_VALUE"]);
}

on_both_databases![
    a_service_takes_its_price_in_every_form_and_gives_minor_units,
    bad_services_name_their_fields,
    a_service_changes_under_its_tag_and_goes_into_the_archive_and_back,
    a_service_keeps_its_currency_when_the_business_takes_another,
    only_managers_edit_and_only_their_own_business,
    of_two_first_changes_that_saw_nothing_one_counts,
    a_price_changes_although_somebody_left_who_gave_the_service,
    hours_are_replaced_whole_under_their_tag,
];
