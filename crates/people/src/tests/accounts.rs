//! Signing up and in as a user.

use serde_json::json;

use super::{App, text};

async fn signing_up_makes_a_user_a_business_and_a_session(app: App) {
    let body = json!({
        "email": "Ann@Example.com", "password": "correct horse", "firstName": "Ann", "lastName": "Lee",
        "businessName": "Demo Salon", "country": "KE", "phone": "0712 345678", "role": "admin",
    });
    let reply = app.post("/api/auth/register", body).await;
    let set = reply.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["fd_refresh=", "Path=/api/auth", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=2592000"] {
        assert!(set.contains(part), "{part} is missing in {set}");
    }
    let data = reply.expect(201)["data"].take();
    assert_eq!(data["user"]["email"], "ann@example.com");
    assert_eq!(data["user"]["name"], "Ann Lee");
    assert_eq!(data["user"]["phone"], "+254712345678");
    assert_eq!(data["user"]["id"], data["user"]["_id"]);
    assert_eq!(data["user"]["emailVerified"], false);
    assert!(data["user"].get("passwordHash").is_none());
    assert_eq!(data["team"]["role"], "owner", "a role in the body is ignored");
    assert_eq!(data["team"]["slug"], "demo-salon");
    assert_eq!(text(&data["team"]["inviteCode"]).len(), 8);
    assert_eq!((&data["team"]["timezone"], &data["team"]["currency"]), (&json!("Africa/Nairobi"), &json!("KES")));
    assert_eq!(data["expiresIn"], 900);

    let me = app.get("/api/auth/me", text(&data["accessToken"])).await.expect(200)["data"].take();
    assert_eq!(me["user"], data["user"]);
    assert_eq!(me["team"], data["team"]);
    assert_eq!(me["memberships"][0]["tenantId"], data["team"]["id"]);
    assert_eq!(app.audited("business.registered").await, 1);
}

async fn a_taken_address_is_told_and_nothing_is_stored(app: App) {
    app.owner("ann@example.com").await;
    let again = json!({"email": " ANN@example.com ", "password": "another horse", "businessName": "Other"});
    assert_eq!(app.post("/api/auth/register", again).await.refused(409), "EMAIL_EXISTS");
    assert_eq!(app.audited("business.registered").await, 1);
}

async fn two_businesses_of_one_name_get_two_labels(app: App) {
    let (one, two) = (app.owner("a@example.com").await, app.owner("b@example.com").await);
    assert_eq!(one["team"]["slug"], "demo-salon");
    assert!(text(&two["team"]["slug"]).starts_with("demo-salon-"));
    assert_ne!(one["team"]["inviteCode"], two["team"]["inviteCode"]);
}

async fn bad_sign_ups_name_their_fields(app: App) {
    let register = "/api/auth/register";
    let missing = app.post(register, json!({"email": "a@example.com"})).await;
    assert_eq!(missing.body["errors"][0]["field"], "password");
    assert_eq!(missing.refused(422), "VALIDATION_ERROR");
    let unknown = json!({"email": "a@example.com", "password": "correct horse", "admin": true});
    let unknown = app.post(register, unknown).await;
    assert_eq!(unknown.body["errors"][0]["code"], "UNKNOWN_FIELD");
    assert_eq!(unknown.refused(422), "VALIDATION_ERROR");
    let common = app.post(register, json!({"email": "a@example.com", "password": "Password123"})).await;
    assert_eq!(common.body["errors"][0]["code"], "TOO_COMMON");
    assert_eq!(common.refused(422), "VALIDATION_ERROR");
    let wrong = app.post(register, json!({"email": 7, "password": "correct horse"})).await;
    assert_eq!(wrong.body["errors"][0]["field"], "email");
    assert_eq!(wrong.refused(422), "VALIDATION_ERROR");
}

async fn a_wrong_password_and_an_unknown_address_read_the_same(app: App) {
    app.owner("ann@example.com").await;
    let login = "/api/auth/login";
    let right = json!({"email": "ANN@example.com ", "password": "correct horse"});
    let data = app.post(login, right).await.expect(200)["data"].take();
    assert_eq!(data["team"]["slug"], "demo-salon");
    let mut wrong = app.post(login, json!({"email": "ann@example.com", "password": "correct house"})).await;
    let mut unknown = app.post(login, json!({"email": "bob@example.com", "password": "correct horse"})).await;
    assert_eq!(wrong.body["code"], "INVALID_CREDENTIALS");
    assert_eq!((wrong.status.as_u16(), unknown.status.as_u16()), (401, 401));
    (wrong.body["requestId"], unknown.body["requestId"]) = (json!(null), json!(null));
    assert_eq!(wrong.body, unknown.body);
    assert!(!wrong.headers.contains_key("set-cookie"));
}

async fn an_account_closed_by_the_operator_stops_at_once(app: App) {
    let owner = app.owner("ann@example.com").await;
    let db = app.people.platform().db();
    let tx = db.begin().await.unwrap();
    tx.execute("UPDATE users SET suspended_at = 1", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    assert_eq!(app.post("/api/auth/login", login).await.refused(403), "ACCOUNT_SUSPENDED");
    let refresh = json!({"refreshToken": owner["refreshToken"]});
    assert_eq!(app.post("/api/auth/refresh", refresh).await.refused(401), "INVALID_REFRESH_TOKEN");
    assert_eq!(app.get("/api/auth/me", text(&owner["accessToken"])).await.refused(401), "UNAUTHORIZED");
}

async fn people_who_sign_up_at_the_same_moment_do_not_disturb_each_other(app: App) {
    let body = |email: String| json!({"email": email, "password": "correct horse", "businessName": "Demo Salon"});
    let asks = (0..10).map(|n| app.post("/api/auth/register", body(format!("ann{}@example.com", n / 2))));
    let replies = futures_util::future::join_all(asks).await;
    let stored = replies.iter().filter(|reply| reply.status.as_u16() == 201).count();
    let refused = replies.iter().filter(|reply| reply.body["code"] == "EMAIL_EXISTS").count();
    assert_eq!((stored, refused), (5, 5));
}

async fn every_route_is_described_with_its_refusals(app: App) {
    let (_, api) = app.people.routes().split_for_parts();
    let mut routes = 0;
    for (path, item) in &api.paths.paths {
        let operations = [&item.get, &item.post, &item.patch, &item.delete, &item.put];
        for operation in operations.into_iter().flatten() {
            routes += 1;
            let statuses: Vec<_> = operation.responses.responses.keys().map(String::as_str).collect();
            let refusals = statuses.iter().any(|status| status.starts_with('4'));
            assert!(refusals && operation.summary.is_some(), "{path}: {statuses:?}");
        }
    }
    assert!(routes > 49, "{routes} routes");
}

on_both_databases![
    signing_up_makes_a_user_a_business_and_a_session,
    a_taken_address_is_told_and_nothing_is_stored,
    two_businesses_of_one_name_get_two_labels,
    bad_sign_ups_name_their_fields,
    a_wrong_password_and_an_unknown_address_read_the_same,
    an_account_closed_by_the_operator_stops_at_once,
    people_who_sign_up_at_the_same_moment_do_not_disturb_each_other,
    every_route_is_described_with_its_refusals,
];
