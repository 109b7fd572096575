//! Customers with a password, guests, and links by mail.

use std::time::Duration;

use serde_json::{Value, json};

use super::{App, text};

const GUEST: &str = "/api/customers/auth/guest";
const LINK: &str = "/api/customers/auth/link";
const VERIFY: &str = "/api/customers/auth/link/verify";

fn guest(owner: &Value, email: Option<&str>, phone: Option<&str>) -> Value {
    json!({"inviteCode": owner["team"]["inviteCode"], "name": "Gus", "email": email, "phone": phone})
}

async fn a_customer_signs_up_and_in_by_code_or_label(app: App) {
    let owner = app.owner("ann@example.com").await;
    let data = app.customer(&owner, "Cara@Example.com").await;
    assert_eq!(data["customer"]["email"], "cara@example.com");
    assert_eq!(data["customer"]["isGuest"], false);
    assert_eq!(data["customer"]["id"], data["customer"]["_id"]);
    assert_eq!((&data["business"]["slug"], &data["business"]["hours"]), (&json!("demo-salon"), &json!([])));
    for code in ["demo-salon", " DEMO-SALON ", &text(&owner["team"]["inviteCode"]).to_lowercase()] {
        let body = json!({"inviteCode": code, "email": "cara@example.com", "password": "correct horse"});
        let reply = app.post("/api/customers/auth/login", body).await;
        assert!(reply.cookie().starts_with("fd_customer_refresh="), "{code}");
        reply.expect(200);
    }
    let me = app.get("/api/customers/auth/me", text(&data["accessToken"])).await.expect(200)["data"].take();
    assert_eq!((&me["customer"], &me["business"]), (&data["customer"], &data["business"]));
    let unknown = json!({"inviteCode": "NOSUCH77", "email": "cara@example.com", "password": "correct horse"});
    assert_eq!(app.post("/api/customers/auth/login", unknown).await.refused(404), "NOT_FOUND");
}

async fn the_same_person_at_two_businesses_is_two_customers(app: App) {
    let (one, two) = (app.owner("a@example.com").await, app.owner("b@example.com").await);
    let (first, second) = (app.customer(&one, "cara@example.com").await, app.customer(&two, "cara@example.com").await);
    assert_ne!(first["customer"]["id"], second["customer"]["id"]);
    let body = json!({"inviteCode": one["team"]["slug"], "email": "cara@example.com", "password": "x", "name": "C"});
    assert_eq!(app.post("/api/customers/auth/register", body.clone()).await.refused(422), "VALIDATION_ERROR");
    let mut taken = body;
    taken["password"] = json!("correct horse");
    assert_eq!(app.post("/api/customers/auth/register", taken).await.refused(409), "EMAIL_EXISTS");
}

async fn a_guest_enters_with_an_address_or_a_number(app: App) {
    let owner = app.owner("ann@example.com").await;
    let by_phone = app.post(GUEST, guest(&owner, None, Some("0712 345678"))).await.expect(201)["data"].take();
    assert_eq!(by_phone["customer"]["phone"], "+254712345678");
    assert_eq!(by_phone["customer"]["isGuest"], true);
    app.get("/api/customers/auth/me", text(&by_phone["accessToken"])).await.expect(200);
    let twice = app.post(GUEST, guest(&owner, None, Some("0712 345678"))).await.expect(201)["data"].take();
    assert_ne!(twice["customer"]["id"], by_phone["customer"]["id"], "a number proves nothing");
    let neither = app.post(GUEST, guest(&owner, None, None)).await;
    assert_eq!(neither.refused(422), "VALIDATION_ERROR");
}

async fn of_many_guests_with_one_address_exactly_one_enters(app: App) {
    let owner = app.owner("ann@example.com").await;
    let visits = (0..20).map(|_| app.post(GUEST, guest(&owner, Some("gus@example.com"), None)));
    let mut entered = 0;
    for reply in futures_util::future::join_all(visits).await {
        match reply.status.as_u16() {
            201 => entered += 1,
            status => assert_eq!(status, 202, "{:#}", reply.body),
        }
    }
    assert_eq!(entered, 1);
}

async fn a_known_address_is_never_taken_over(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.customer(&owner, "cara@example.com").await;
    let reply = app.post(GUEST, guest(&owner, Some("CARA@example.com"), None)).await;
    assert!(!reply.headers.contains_key("set-cookie"));
    let body = reply.expect(202);
    assert_eq!(body["data"], json!({"signInLinkSent": true}));
    app.run_due_jobs().await;
    let token = app.mailed_token("cara@example.com", 0).await;
    let signed_in = app.post(VERIFY, json!({ "token": token })).await.expect(200)["data"].take();
    assert_eq!(signed_in["customer"]["name"], "Cara");
    // A guest's address is not taken over by signing up with it either.
    app.post(GUEST, guest(&owner, Some("gus@example.com"), None)).await.expect(201);
    let body =
        json!({"inviteCode": "demo-salon", "email": "gus@example.com", "password": "correct horse", "name": "Eve"});
    assert_eq!(app.post("/api/customers/auth/register", body).await.refused(409), "EMAIL_EXISTS");
    let login = json!({"inviteCode": "demo-salon", "email": "gus@example.com", "password": "correct horse"});
    assert_eq!(app.post("/api/customers/auth/login", login).await.refused(401), "INVALID_CREDENTIALS");
}

async fn a_link_works_once_and_for_an_hour(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.customer(&owner, "cara@example.com").await;
    let ask = json!({"inviteCode": "demo-salon", "email": "cara@example.com"});
    app.post(LINK, ask.clone()).await.expect(200);
    app.run_due_jobs().await;
    let token = app.mailed_token("cara@example.com", 0).await;
    let mail = app.mail.mailbox().list_for("cara@example.com").pop().unwrap();
    assert_eq!(mail.subject, "Sign in to Demo Salon");
    let link = format!("https://desk.example.com/client/sign-in?token={token}&business=demo-salon");
    assert!(mail.text.contains(&link), "{}", mail.text);
    app.post(VERIFY, json!({ "token": token })).await.expect(200);
    assert_eq!(app.post(VERIFY, json!({ "token": token })).await.refused(401), "INVALID_SIGN_IN_LINK");

    let seen = app.mail.mailbox().last_id();
    app.post(LINK, ask).await.expect(200);
    app.run_due_jobs().await;
    let late = app.mailed_token("cara@example.com", seen).await;
    app.advance(Duration::from_secs(3600));
    assert_eq!(app.post(VERIFY, json!({ "token": late })).await.refused(401), "INVALID_SIGN_IN_LINK");
    assert_eq!(app.post(VERIFY, json!({"token": "nonsense"})).await.refused(401), "INVALID_SIGN_IN_LINK");
}

async fn asking_for_a_link_tells_nothing_about_who_is_known(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.customer(&owner, "cara@example.com").await;
    let ask = |email: &str| json!({"inviteCode": "demo-salon", "email": email});
    let known = app.post(LINK, ask("cara@example.com")).await.expect(200);
    let unknown = app.post(LINK, ask("nobody@example.com")).await.expect(200);
    let nonsense = app.post(LINK, ask("nonsense")).await.expect(200);
    assert_eq!(known, unknown);
    assert_eq!(known, nonsense);
    app.run_due_jobs().await;
    app.mailed_token("cara@example.com", 0).await;
    assert!(app.mail.mailbox().list_for("nobody@example.com").is_empty());
}

async fn nobodys_mailbox_is_filled_with_links(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.customer(&owner, "cara@example.com").await;
    for _ in 0..8 {
        app.post(LINK, json!({"inviteCode": "demo-salon", "email": "cara@example.com"})).await.expect(200);
        app.run_due_jobs().await;
        app.advance(Duration::from_secs(1));
    }
    assert_eq!(app.mail.mailbox().list_for("cara@example.com").len(), 5);
}

async fn a_customer_changes_name_and_number_and_is_greeted_by_the_new_name_at_once(app: App) {
    let owner = app.owner("ann@example.com").await;
    let customer = app.customer(&owner, "cara@example.com").await;
    let token = text(&customer["accessToken"]);
    app.get("/api/customers/auth/me", token).await.expect(200);
    let change = json!({"name": "Cara Lee", "phone": "0712 345678"});
    let changed = app.ask("PATCH", "/api/customers/auth/me").bearer(token).json(change).send().await.expect(200);
    assert_eq!(changed["data"]["customer"]["name"], "Cara Lee");
    let caller = platform::http::auth::Authenticator::authenticate(&app.people, token).await.unwrap();
    assert_eq!(&*caller.name, "Cara Lee");
    let bad = app.ask("PATCH", "/api/customers/auth/me").bearer(token).json(json!({"phone": "12"})).send().await;
    assert_eq!(bad.refused(422), "VALIDATION_ERROR");
}

async fn a_customers_sessions_renew_and_end_like_a_users(app: App) {
    let owner = app.owner("ann@example.com").await;
    let customer = app.customer(&owner, "cara@example.com").await;
    let refresh = "/api/customers/auth/refresh";
    let body = json!({"refreshToken": customer["refreshToken"]});
    let next = app.post(refresh, body.clone()).await.expect(200)["data"].take();
    assert_eq!(next["customer"]["id"], customer["customer"]["id"]);
    let token = text(&next["accessToken"]);
    let list = app.get("/api/customers/auth/sessions", token).await.expect(200);
    assert_eq!(list["data"]["sessions"].as_array().unwrap().len(), 1);
    app.advance(Duration::from_secs(61));
    assert_eq!(app.post(refresh, body).await.refused(401), "INVALID_REFRESH_TOKEN");
    assert_eq!(app.get("/api/customers/auth/me", token).await.refused(401), "UNAUTHORIZED");
    let login = json!({"inviteCode": "demo-salon", "email": "cara@example.com", "password": "correct horse"});
    let again = app.post("/api/customers/auth/login", login).await.expect(200)["data"].take();
    let token = text(&again["accessToken"]);
    app.ask("POST", "/api/customers/auth/logout-all").bearer(token).send().await.expect(200);
    app.get("/api/customers/auth/me", token).await.refused(401);
}

on_both_databases![
    a_customer_signs_up_and_in_by_code_or_label,
    the_same_person_at_two_businesses_is_two_customers,
    a_guest_enters_with_an_address_or_a_number,
    of_many_guests_with_one_address_exactly_one_enters,
    a_known_address_is_never_taken_over,
    a_link_works_once_and_for_an_hour,
    asking_for_a_link_tells_nothing_about_who_is_known,
    nobodys_mailbox_is_filled_with_links,
    a_customer_changes_name_and_number_and_is_greeted_by_the_new_name_at_once,
    a_customers_sessions_renew_and_end_like_a_users,
];
