//! Another business's ids in every place that takes an id, text that is nobody's, and businesses that were closed.

use serde_json::{Value, json};

use super::{App, MONDAY_9, MONDAY_10, Reply, Salon, text};

/// What a refusal says, without what names the request.
fn refusal(reply: Reply) -> (u16, Value) {
    let status = reply.status.as_u16();
    let mut body = reply.body;
    body["instance"].take();
    body["requestId"].take();
    (status, body)
}

/// An id in a path or a body, another business's or nobody's.
struct Ids {
    customer: String,
    service: String,
    staff: String,
    appointment: String,
}

async fn ids_of(salon: &Salon<'_>) -> Ids {
    let booked = salon.book(MONDAY_9, "john@example.com").await.expect(201)["appointment"].take();
    let id = |name: &str| text(&booked[name]).to_owned();
    Ids { customer: id("customerId"), service: id("serviceId"), staff: id("staffId"), appointment: id("id") }
}

/// Every request that takes an id, with these ids in its place one at a time.
fn requests(salon: &Salon<'_>, ids: &Ids) -> Vec<(&'static str, String, Value)> {
    let Ids { customer, service, staff, appointment } = ids;
    let (own, code) = (text(&salon.service["id"]), salon.code());
    let guest = json!({"customerName": "Joe", "customerEmail": "joe@example.com", "time": MONDAY_10});
    let with = |base: &Value, more: Value| {
        let mut body = base.clone();
        more.as_object().unwrap().iter().for_each(|(key, value)| body[key] = value.clone());
        body
    };
    let desk = "/api/appointments".to_owned();
    let public = "/api/public/appointments".to_owned();
    let times = |service: &str, more: &str| {
        format!("/api/public/availability?inviteCode={code}&service={service}&date=2026-11-23{more}")
    };
    let days = |service: &str, more: &str| {
        format!("/api/public/availability/days?inviteCode={code}&service={service}&month=2026-11{more}")
    };
    let named = json!({"name": "Cut", "duration": 30, "price": 1, "providerIds": [staff]});
    vec![
        ("POST", desk.clone(), with(&guest, json!({"serviceId": service}))),
        ("POST", desk.clone(), with(&guest, json!({"service": service}))),
        ("POST", desk.clone(), with(&guest, json!({"serviceId": own, "staffId": staff}))),
        ("POST", desk, json!({"customerId": customer, "serviceId": own, "time": MONDAY_10})),
        ("POST", public.clone(), with(&guest, json!({"inviteCode": code, "service": service}))),
        ("POST", public, with(&guest, json!({"inviteCode": code, "service": own, "staff": staff}))),
        ("GET", times(service, ""), Value::Null),
        ("GET", times(own, &format!("&staff={staff}")), Value::Null),
        ("GET", days(service, ""), Value::Null),
        ("GET", days(own, &format!("&staff={staff}")), Value::Null),
        ("GET", format!("/api/appointments/{appointment}"), Value::Null),
        ("GET", format!("/api/appointments/{appointment}/calendar.ics"), Value::Null),
        ("PUT", format!("/api/appointments/{appointment}/confirm"), json!({})),
        ("PUT", format!("/api/appointments/{appointment}/reschedule"), json!({"time": MONDAY_10})),
        ("GET", format!("/api/services/{service}"), Value::Null),
        ("PATCH", format!("/api/services/{service}"), json!({"price": 1})),
        ("PUT", format!("/api/services/{service}"), json!({"name": "Cut", "duration": 30, "price": 1})),
        ("DELETE", format!("/api/services/{service}"), Value::Null),
        ("POST", "/api/services".to_owned(), named.clone()),
        ("PATCH", format!("/api/services/{own}"), json!({"providerIds": [staff]})),
        ("PUT", format!("/api/services/{own}"), named),
        ("GET", format!("/api/providers/{staff}"), Value::Null),
        ("PATCH", format!("/api/providers/{staff}"), json!({"bookable": true})),
        ("PUT", format!("/api/providers/{staff}/hours"), json!({"weekly": []})),
    ]
}

async fn foreign_ids_answer_like_nobodys_wherever_an_id_goes(app: App) {
    let salon = app.salon().await;
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    let theirs = ids_of(&other).await;
    let none = "00000000000000000000000000";
    let nobodys = Ids {
        customer: format!("cust_{none}"),
        service: format!("svc_{none}"),
        staff: format!("user_{none}"),
        appointment: format!("appt_{none}"),
    };
    let asked = requests(&salon, &theirs).into_iter().zip(requests(&salon, &nobodys));
    for ((method, path, body), (_, absent_path, absent_body)) in asked {
        let send = |path: String, body: Value| {
            let bearer = if path.starts_with("/api/public") { "" } else { salon.token.as_str() };
            let ask = app.ask(method, &path).bearer(bearer);
            if body.is_null() { ask.send() } else { ask.json(body).send() }
        };
        let theirs = refusal(send(path.clone(), body.clone()).await);
        assert!([404, 422].contains(&theirs.0), "{method} {path} {body}: {theirs:?}");
        assert_eq!(theirs, refusal(send(absent_path, absent_body).await), "{method} {path} {body}");
    }
    for filter in [format!("staffId={}", theirs.staff), format!("customerId={}", theirs.customer)] {
        let listed = app.get(&format!("/api/appointments?{filter}"), &salon.token).await;
        assert_eq!(listed.data(200), json!([]), "{filter}");
    }
    let own = salon.booked(MONDAY_9, "john@example.com").await;
    let moved = |staff: &str| {
        let (path, body) =
            (format!("/api/appointments/{own}/reschedule"), json!({"time": MONDAY_10, "staffId": staff}));
        let (app, token) = (&app, &salon.token);
        async move { refusal(app.put(&path, token, body).await) }
    };
    assert_eq!(moved(&theirs.staff).await, moved(&nobodys.staff).await);
    assert_eq!(app.count("SELECT id FROM appointments").await, 2);
    assert_eq!(app.count("SELECT id FROM services").await, 2);
    assert_eq!(app.count("SELECT id FROM customers").await, 2);
}

async fn text_that_is_nobodys_is_not_found(app: App) {
    let salon = app.salon().await;
    let code = salon.code();
    for path in [
        "/api/public/store-owner/%00".to_owned(),
        "/api/public/store-owner/%FF%FE".to_owned(),
        format!("/api/public/store-owner/{}", "x".repeat(500)),
        "/api/public/store-owner/'%20OR%201=1--".to_owned(),
        "/api/public/services?inviteCode=%00".to_owned(),
        "/api/public/services?inviteCode=%FF".to_owned(),
        "/api/public/availability?inviteCode=a%00b&service=haircut&date=2026-11-23".to_owned(),
        format!("/api/public/availability?inviteCode={code}&service=%00&date=2026-11-23"),
        format!("/api/public/availability?inviteCode={code}&service=haircut&date=2026-11-23&staff=%00"),
    ] {
        assert_eq!(app.get(&path, "").await.refused(404), "NOT_FOUND", "{path}");
    }
    for (field, value) in [("inviteCode", "a\0b"), ("service", "\0"), ("staff", "\0")] {
        let mut wish = salon.wish(MONDAY_10, "john@example.com");
        wish[field] = json!(value);
        assert_eq!(app.post("/api/public/appointments", wish).await.refused(404), "NOT_FOUND", "{field}");
    }
    for (field, value) in
        [("customerName", "a\0b"), ("customerEmail", "a\0@b.de"), ("customerPhone", "+2547\0"), ("notes", "\0")]
    {
        let mut wish = salon.wish(MONDAY_10, "john@example.com");
        wish[field] = json!(value);
        assert_eq!(app.post("/api/public/appointments", wish).await.refused(422), "VALIDATION_ERROR", "{field}");
    }
    let reason = json!({"reason": "a\0b"});
    let id = salon.booked(MONDAY_10, "john@example.com").await;
    let reject = app.put(&format!("/api/appointments/{id}/reject"), &salon.token, reason).await;
    assert_eq!(reject.fields(), ["reason/INVALID_VALUE"]);
    assert_eq!(app.get("/api/public/appointments/manage?token=%00", "").await.refused(401), "INVALID_LINK");
}

async fn a_closed_business_sells_and_shows_nothing(app: App) {
    let (code, token, link, customer) = {
        let salon = app.salon().await;
        let booked = salon.book(MONDAY_10, "john@example.com").await.expect(201);
        let (_, link) = text(&booked["manageUrl"]).split_once("?token=").unwrap();
        let customer = text(&booked["session"]["accessToken"]).to_owned();
        (salon.code().to_owned(), salon.token.clone(), link.to_owned(), customer)
    };
    let tx = app.trade.db().begin().await.unwrap();
    tx.execute("UPDATE tenants SET suspended_at = 1", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let app = app.restarted().await;
    for path in [
        format!("/api/public/store-owner/{code}"),
        format!("/api/public/services?inviteCode={code}"),
        format!("/api/public/availability?inviteCode={code}&service=haircut&date=2026-11-23"),
    ] {
        assert_eq!(app.get(&path, "").await.refused(404), "NOT_FOUND", "{path}");
    }
    let wish = json!({"inviteCode": code, "customerName": "Joe", "customerEmail": "joe@example.com",
        "service": "haircut", "time": MONDAY_9});
    assert_eq!(app.post("/api/public/appointments", wish).await.refused(404), "NOT_FOUND");
    let manage = "/api/public/appointments/manage";
    assert_eq!(app.get(&format!("{manage}?token={link}"), "").await.refused(401), "INVALID_LINK");
    let cancel = app.post(&format!("{manage}/cancel"), json!({ "token": link })).await;
    assert_eq!(cancel.refused(401), "INVALID_LINK");
    for token in [token, customer] {
        assert_eq!(app.get("/api/appointments", &token).await.refused(401), "UNAUTHORIZED");
    }
}

on_both_databases![
    foreign_ids_answer_like_nobodys_wherever_an_id_goes,
    text_that_is_nobodys_is_not_found,
    a_closed_business_sells_and_shows_nothing,
];
