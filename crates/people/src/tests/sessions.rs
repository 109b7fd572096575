//! Renewing and ending sessions.

use std::time::Duration;

use serde_json::{Value, json};

use super::{App, text};

const REFRESH: &str = "/api/auth/refresh";

async fn refresh(app: &App, token: &Value) -> super::Reply {
    app.post(REFRESH, json!({ "refreshToken": token })).await
}

async fn a_refresh_gives_a_new_pair_and_the_old_one_stays_good_for_a_minute(app: App) {
    let owner = app.owner("ann@example.com").await;
    let first = refresh(&app, &owner["refreshToken"]).await.expect(200)["data"].take();
    assert_ne!(first["refreshToken"], owner["refreshToken"]);
    assert_eq!((&first["user"], &first["team"]), (&owner["user"], &owner["team"]));
    app.advance(Duration::from_secs(60));
    let again = refresh(&app, &owner["refreshToken"]).await.expect(200)["data"].take();
    for pair in [&first, &again] {
        refresh(&app, &pair["refreshToken"]).await.expect(200);
    }
    app.get("/api/auth/me", text(&first["accessToken"])).await.expect(200);
}

async fn a_used_up_token_that_comes_back_ends_the_whole_session(app: App) {
    let owner = app.owner("ann@example.com").await;
    let next = refresh(&app, &owner["refreshToken"]).await.expect(200)["data"].take();
    app.get("/api/auth/me", text(&next["accessToken"])).await.expect(200);
    app.advance(Duration::from_millis(60_001));
    assert_eq!(refresh(&app, &owner["refreshToken"]).await.refused(401), "INVALID_REFRESH_TOKEN");
    assert_eq!(refresh(&app, &next["refreshToken"]).await.refused(401), "INVALID_REFRESH_TOKEN");
    assert_eq!(app.get("/api/auth/me", text(&next["accessToken"])).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.audited("session.refresh_reused").await, 1);
}

async fn an_access_token_ends_after_fifteen_minutes_and_a_session_after_thirty_days(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.advance(Duration::from_secs(899));
    app.get("/api/auth/me", text(&owner["accessToken"])).await.expect(200);
    app.advance(Duration::from_secs(1));
    app.get("/api/auth/me", text(&owner["accessToken"])).await.refused(401);
    app.advance(Duration::from_secs(30 * 24 * 3600));
    assert_eq!(refresh(&app, &owner["refreshToken"]).await.refused(401), "INVALID_REFRESH_TOKEN");
}

async fn the_cookie_renews_for_own_pages_only(app: App) {
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    app.owner("ann@example.com").await;
    let reply = app.post("/api/auth/login", login).await;
    let cookie = reply.cookie();
    reply.expect(200);
    let ask = |origin: &'static str| app.ask("POST", REFRESH).header("cookie", &cookie).header("origin", origin);
    assert_eq!(ask("https://evil.example.com").send().await.refused(403), "ORIGIN_NOT_ALLOWED");
    let unsaid = app.ask("POST", REFRESH).header("cookie", &cookie).send().await;
    assert_eq!(unsaid.refused(403), "ORIGIN_NOT_ALLOWED", "every browser says where such a request comes from");
    let value = cookie.split_once('=').unwrap().1;
    app.post(REFRESH, json!({"refreshToken": value})).await.expect(200);
    for own in ["https://desk.example.com", "https://shop.example.com"] {
        let reply = ask(own).send().await;
        assert!(reply.cookie().starts_with("fd_refresh=") && reply.cookie() != cookie);
        reply.expect(200);
    }
    let same_host = ask("http://10.0.0.7:3000").header("host", "10.0.0.7:3000").send().await;
    same_host.expect(200);
    assert_eq!(app.ask("POST", REFRESH).send().await.refused(401), "INVALID_REFRESH_TOKEN");
    // The customers' door does not know this cookie's name, nor its token.
    let elsewhere = app.ask("POST", "/api/customers/auth/refresh").header("origin", "https://desk.example.com");
    let elsewhere = elsewhere.header("cookie", &format!("fd_customer_refresh={value}")).send().await;
    assert_eq!(elsewhere.refused(401), "INVALID_REFRESH_TOKEN");
}

async fn signing_out_ends_this_session_at_once_and_no_other(app: App) {
    let owner = app.owner("ann@example.com").await;
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    let other = app.post("/api/auth/login", login).await.expect(200)["data"].take();
    let (here, there) = (text(&owner["accessToken"]), text(&other["accessToken"]));
    app.get("/api/auth/me", here).await.expect(200);
    let out = app.ask("POST", "/api/auth/logout").bearer(here).send().await;
    assert_eq!(out.cookie(), "fd_refresh=");
    out.expect(200);
    assert_eq!(app.get("/api/auth/me", here).await.refused(401), "UNAUTHORIZED");
    assert_eq!(refresh(&app, &owner["refreshToken"]).await.refused(401), "INVALID_REFRESH_TOKEN");
    app.get("/api/auth/me", there).await.expect(200);
}

async fn sessions_are_listed_and_ended_by_their_owner_only(app: App) {
    let owner = app.owner("ann@example.com").await;
    let stranger = app.owner("bob@example.com").await;
    app.advance(Duration::from_secs(1));
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    let ask = app.ask("POST", "/api/auth/login").header("user-agent", "Phone 7").json(login);
    let phone = ask.send().await.expect(200)["data"].take();
    let (here, there) = (text(&owner["accessToken"]), text(&phone["accessToken"]));
    let list = app.get("/api/auth/sessions", here).await.expect(200)["data"]["sessions"].take();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!((&list[0]["userAgent"], &list[0]["isCurrent"]), (&json!("Phone 7"), &json!(false)));
    assert_eq!(list[1]["isCurrent"], true);
    let path = format!("/api/auth/sessions/{}", text(&list[0]["id"]));
    let by_stranger = app.ask("DELETE", &path).bearer(text(&stranger["accessToken"])).send().await;
    assert_eq!(by_stranger.refused(404), "NOT_FOUND");
    app.get("/api/auth/me", there).await.expect(200);
    app.ask("DELETE", &path).bearer(here).send().await.expect(200);
    app.get("/api/auth/me", there).await.refused(401);
    assert_eq!(app.ask("DELETE", &path).bearer(here).send().await.refused(404), "NOT_FOUND");
    let malformed = app.ask("DELETE", "/api/auth/sessions/7").bearer(here).send().await;
    assert_eq!(malformed.refused(404), "NOT_FOUND");
}

async fn signing_out_everywhere_ends_every_session(app: App) {
    let owner = app.owner("ann@example.com").await;
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    let other = app.post("/api/auth/login", login).await.expect(200)["data"].take();
    app.get("/api/auth/me", text(&other["accessToken"])).await.expect(200);
    app.ask("POST", "/api/auth/logout-all").bearer(text(&owner["accessToken"])).send().await.expect(200);
    for token in [&owner["accessToken"], &other["accessToken"]] {
        app.get("/api/auth/me", text(token)).await.refused(401);
    }
}

async fn a_person_has_a_bounded_number_of_sessions(app: App) {
    let owner = app.owner("ann@example.com").await;
    app.get("/api/auth/me", text(&owner["accessToken"])).await.expect(200);
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    for _ in 0..crate::sessions::rules::SESSIONS_PER_PERSON_MAX {
        app.advance(Duration::from_secs(1));
        app.post("/api/auth/login", login.clone()).await.expect(200);
    }
    app.get("/api/auth/me", text(&owner["accessToken"])).await.refused(401);
}

async fn parallel_refreshes_of_one_token_all_succeed_within_the_minute(app: App) {
    let owner = app.owner("ann@example.com").await;
    let asks = (0..8).map(|_| refresh(&app, &owner["refreshToken"]));
    for reply in futures_util::future::join_all(asks).await {
        reply.expect(200);
    }
}

async fn a_customers_token_is_no_users_token_and_the_other_way_round(app: App) {
    let owner = app.owner("ann@example.com").await;
    let customer = app.customer(&owner, "cara@example.com").await;
    let (user, guest) = (text(&owner["accessToken"]), text(&customer["accessToken"]));
    assert_eq!(app.get("/api/auth/me", guest).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.get("/api/customers/auth/me", user).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.get("/api/settings/business", guest).await.refused(401), "UNAUTHORIZED");
    assert_eq!(refresh(&app, &customer["refreshToken"]).await.refused(401), "INVALID_REFRESH_TOKEN");
    // A refresh token is no access token.
    assert_eq!(app.get("/api/auth/me", text(&owner["refreshToken"])).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.ask("GET", "/api/auth/me").send().await.refused(401), "UNAUTHORIZED");
    app.get("/api/customers/auth/me", guest).await.expect(200);
}

on_both_databases![
    a_refresh_gives_a_new_pair_and_the_old_one_stays_good_for_a_minute,
    a_used_up_token_that_comes_back_ends_the_whole_session,
    an_access_token_ends_after_fifteen_minutes_and_a_session_after_thirty_days,
    the_cookie_renews_for_own_pages_only,
    signing_out_ends_this_session_at_once_and_no_other,
    sessions_are_listed_and_ended_by_their_owner_only,
    signing_out_everywhere_ends_every_session,
    a_person_has_a_bounded_number_of_sessions,
    parallel_refreshes_of_one_token_all_succeed_within_the_minute,
    a_customers_token_is_no_users_token_and_the_other_way_round,
];
