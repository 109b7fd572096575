//! What strangers try: codes and labels of others, text that no database holds, doors of closed businesses, links twice.

use futures_util::future::join_all;
use kernel::Right;
use platform::http::auth::Authenticator;
use serde_json::{Value, json};

use super::{App, tenant_of, text};
use crate::customers::{self, CustomerFilter};

const REFRESH: &str = "/api/customers/auth/refresh";
const VERIFY: &str = "/api/customers/auth/link/verify";

async fn sql(app: &App, sql: &str) {
    let tx = app.people.platform().db().begin().await.unwrap();
    tx.execute(sql, vec![]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_closed_business_renews_nobodys_session(app: App) {
    let owner = app.owner("ann@example.com").await;
    let cara = app.customer(&owner, "cara@example.com").await;
    sql(&app, "UPDATE tenants SET suspended_at = 1").await;
    let body = json!({"refreshToken": cara["refreshToken"]});
    assert_eq!(app.post(REFRESH, body.clone()).await.refused(403), "BUSINESS_SUSPENDED");
    let user = json!({"refreshToken": owner["refreshToken"]});
    assert_eq!(app.post("/api/auth/refresh", user).await.refused(403), "BUSINESS_SUSPENDED");
    // It was refused, not used up.
    sql(&app, "UPDATE tenants SET suspended_at = NULL").await;
    app.post(REFRESH, body).await.expect(200);
}

async fn a_business_named_with_a_token_must_be_the_tokens_own(app: App) {
    let owner = app.owner("ann@example.com").await;
    let other = app.owner("bob@example.com").await;
    let cara = app.customer(&owner, "cara@example.com").await;
    let refresh = |code: &Value| json!({"refreshToken": cara["refreshToken"], "inviteCode": code});
    let theirs = app.post(REFRESH, refresh(&other["team"]["inviteCode"])).await;
    assert_eq!(theirs.refused(401), "INVALID_REFRESH_TOKEN");
    assert_eq!(app.post(REFRESH, refresh(&json!("nobody"))).await.refused(404), "NOT_FOUND");
    app.post(REFRESH, refresh(&owner["team"]["inviteCode"])).await.expect(200);
    app.post("/api/customers/auth/link", json!({"inviteCode": "demo-salon", "email": "cara@example.com"}))
        .await
        .expect(200);
    app.run_due_jobs().await;
    let token = app.mailed_token("cara@example.com", 0).await;
    let verify = |code: &Value| json!({"token": token, "inviteCode": code});
    assert_eq!(app.post(VERIFY, verify(&other["team"]["slug"])).await.refused(401), "INVALID_SIGN_IN_LINK");
    app.post(VERIFY, verify(&owner["team"]["slug"])).await.expect(200);
}

async fn of_two_uses_of_a_link_at_once_one_signs_in(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.customer(&owner, "cara@example.com").await;
    app.post("/api/customers/auth/link", json!({"inviteCode": "demo-salon", "email": "cara@example.com"}))
        .await
        .expect(200);
    app.run_due_jobs().await;
    let token = app.mailed_token("cara@example.com", 0).await;
    let replies = join_all((0..8).map(|_| app.post(VERIFY, json!({ "token": token })))).await;
    let mut entered = 0;
    for reply in replies {
        match reply.status.as_u16() {
            200 => entered += 1,
            _ => assert_eq!(reply.refused(401), "INVALID_SIGN_IN_LINK"),
        }
    }
    assert_eq!(entered, 1);
}

async fn a_label_that_reads_like_a_code_does_not_get_its_visitors(app: App) {
    let owner = app.owner("ann@example.com").await;
    let other = app.owner("bob@example.com").await;
    let code = text(&owner["team"]["inviteCode"]);
    let slug = json!({"slug": code.to_lowercase()});
    let settings = app.ask("PATCH", "/api/settings/business").bearer(text(&other["accessToken"])).json(slug);
    settings.send().await.expect(200);
    for (n, typed) in [code.to_owned(), code.to_lowercase()].iter().enumerate() {
        let guest = json!({"inviteCode": typed, "name": "Gus", "email": format!("gus{n}@example.com")});
        let entered = app.post("/api/customers/auth/guest", guest).await.expect(201);
        assert_eq!(entered["data"]["business"]["id"], owner["team"]["id"], "{typed}");
    }
}

async fn text_that_no_database_holds_is_like_any_that_is_unknown(app: App) {
    let owner = app.owner("ann@example.com").await;
    let cara = app.customer(&owner, "cara@example.com").await;
    let credentials = |email: &str, code: Option<&str>| {
        let mut body = json!({"email": email, "password": "correct horse"});
        if let Some(code) = code {
            body["inviteCode"] = json!(code);
        }
        body
    };
    let at = "/api/customers/auth/login";
    let user = app.post("/api/auth/login", credentials("ann\0@example.com", None)).await;
    assert_eq!(user.refused(401), "INVALID_CREDENTIALS");
    let customer = app.post(at, credentials("cara\0@example.com", Some("demo-salon"))).await;
    assert_eq!(customer.refused(401), "INVALID_CREDENTIALS");
    let code = app.post(at, credentials("cara@example.com", Some("demo\0salon"))).await;
    assert_eq!(code.refused(404), "NOT_FOUND");
    app.post("/api/customers/auth/link", json!({"inviteCode": "demo-salon", "email": "a\0@example.com"}))
        .await
        .expect(200);
    assert_eq!(app.post(REFRESH, json!({"refreshToken": "\0"})).await.refused(401), "INVALID_REFRESH_TOKEN");
    assert_eq!(app.post(VERIFY, json!({"token": "\0"})).await.refused(401), "INVALID_SIGN_IN_LINK");
    let me =
        |body: Value| app.ask("PATCH", "/api/customers/auth/me").bearer(text(&cara["accessToken"])).json(body).send();
    assert_eq!(me(json!({"name": "a\0b"})).await.refused(422), "VALIDATION_ERROR");
    let register = json!({"email": "b@example.com", "password": "correct horse", "businessName": "a\0b", "phone": "\0",
        "timezone": "UTC\0", "country": "K\0"});
    assert_eq!(app.post("/api/auth/register", register).await.refused(422), "VALIDATION_ERROR");
    let db = app.people.platform().db();
    let filter = CustomerFilter { text: Some("a\0".to_owned()), limit: 10, offset: 0 };
    assert_eq!(customers::list_customers(db, tenant_of(&owner), &filter).await.unwrap().1, 0);
}

async fn signing_out_everywhere_ends_sessions_beyond_what_is_listed(app: App) {
    let owner = app.owner("ann@example.com").await;
    let token = text(&owner["accessToken"]);
    let db = app.people.platform().db();
    let tx = db.begin().await.unwrap();
    let copy = "INSERT INTO sessions (id, kind, person_id, tenant_id, created_at, last_seen_at, expires_at) \
        SELECT ?, kind, person_id, tenant_id, created_at, last_seen_at, expires_at FROM sessions WHERE ip IS NOT NULL";
    for _ in 0..120 {
        assert_eq!(tx.execute(copy, vec![db.world().uuid().into()]).await.unwrap(), 1);
    }
    tx.commit().await.unwrap();
    app.ask("POST", "/api/auth/logout-all").bearer(token).send().await.expect(200);
    assert_eq!(app.count("SELECT id FROM sessions WHERE revoked_at IS NULL").await, 0);
}

async fn an_address_belongs_to_one_customer_however_they_come(app: App) {
    let owner = app.owner("ann@example.com").await;
    let code = &owner["team"]["inviteCode"];
    let body = json!({"inviteCode": code, "email": "cara@example.com", "password": "correct horse", "name": "Cara"});
    let guest = json!({"inviteCode": code, "email": "CARA@example.com", "name": "Eve"});
    let asks = (0..16).map(|n| match n % 2 {
        0 => app.post("/api/customers/auth/register", body.clone()),
        _ => app.post("/api/customers/auth/guest", guest.clone()),
    });
    let replies = join_all(asks).await;
    let entered = replies.iter().filter(|reply| reply.status == 201).count();
    assert!(replies.iter().all(|reply| [201, 202, 409].contains(&reply.status.as_u16())));
    assert_eq!((entered, app.count("SELECT id FROM customers").await), (1, 1));
    assert_eq!(app.count("SELECT id FROM sessions WHERE kind = 'customer'").await, 1);
}

async fn a_stolen_token_used_many_times_at_once_gets_nothing(app: App) {
    let owner = app.owner("ann@example.com").await;
    let body = json!({"refreshToken": owner["refreshToken"]});
    let next = app.post("/api/auth/refresh", body.clone()).await.expect(200)["data"].take();
    app.advance(std::time::Duration::from_secs(61));
    for reply in join_all((0..8).map(|_| app.post("/api/auth/refresh", body.clone()))).await {
        assert_eq!(reply.refused(401), "INVALID_REFRESH_TOKEN");
    }
    assert!(app.people.authenticate(text(&next["accessToken"])).await.is_err());
    assert_eq!(app.audited("session.refresh_reused").await, 1);
}

async fn a_token_says_nothing_about_rights(app: App) {
    let owner = app.owner("ann@example.com").await;
    let caller = app.people.authenticate(text(&owner["accessToken"])).await.unwrap();
    assert!(caller.has(Right::SettingsEdit));
    sql(&app, "UPDATE memberships SET role = 'staff'").await;
    // A fresh session of the same person carries what is stored now, and refresh keeps telling it.
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    let data = app.post("/api/auth/login", login).await.expect(200)["data"].take();
    assert_eq!(data["team"]["role"], "staff");
    assert_eq!(app.get("/api/settings/business", text(&data["accessToken"])).await.refused(403), "FORBIDDEN");
    sql(&app, "DELETE FROM memberships").await;
    let refresh = json!({"refreshToken": data["refreshToken"]});
    assert_eq!(app.post("/api/auth/refresh", refresh).await.refused(401), "INVALID_REFRESH_TOKEN");
}

on_both_databases![
    a_closed_business_renews_nobodys_session,
    a_business_named_with_a_token_must_be_the_tokens_own,
    of_two_uses_of_a_link_at_once_one_signs_in,
    a_label_that_reads_like_a_code_does_not_get_its_visitors,
    text_that_no_database_holds_is_like_any_that_is_unknown,
    signing_out_everywhere_ends_sessions_beyond_what_is_listed,
    an_address_belongs_to_one_customer_however_they_come,
    a_stolen_token_used_many_times_at_once_gets_nothing,
    a_token_says_nothing_about_rights,
];
