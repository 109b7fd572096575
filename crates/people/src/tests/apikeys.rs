//! Keys of other systems, and the tokens that they are exchanged for.

use std::time::Duration;

use kernel::{
    Id, Role, Scope, id,
    sender::{Credential, Sender},
};
use platform::http::auth::{Authenticator, Identity};
use serde_json::{Value, json};

use super::{App, Reply, tenant_of, text};
use crate::{apikeys::rules::KEYS_PER_TENANT_MAX, team};

const HOUR: Duration = Duration::from_secs(3600);

async fn create(app: &App, owner: &Value, body: Value) -> Reply {
    app.ask("POST", "/api/api-keys").bearer(text(&owner["accessToken"])).json(body).send().await
}

/// A key with every scope; gives the answer's `data`.
async fn key(app: &App, owner: &Value) -> Value {
    let body = json!({"name": "Shop", "scopes": Scope::ALL});
    create(app, owner, body).await.expect(201)["data"].take()
}

async fn list(app: &App, owner: &Value) -> Vec<Value> {
    let listed = app.get("/api/api-keys", text(&owner["accessToken"])).await.expect(200);
    listed["data"].as_array().unwrap().clone()
}

async fn revoke(app: &App, owner: &Value, key: &Value) -> Reply {
    let path = format!("/api/api-keys/{}", text(&key["id"]));
    app.ask("DELETE", &path).bearer(text(&owner["accessToken"])).send().await
}

async fn sender(app: &App, key: &str) -> Option<Sender> {
    match app.people.authenticate_key(key).await {
        Ok(sender) => Some(sender),
        Err(fault) => {
            assert_eq!(fault.problem().code, "API_KEY_NOT_TAKEN", "{}", fault.chain());
            None
        }
    }
}

fn wish(owner: &Value) -> Value {
    json!({"customer_id": owner["team"]["id"], "user_id": 123, "session_id": "php-7"})
}

async fn exchange(app: &App, key: &str, body: Value) -> Reply {
    app.ask("POST", "/auth/token").header("x-api-key", key).json(body).send().await
}

async fn token(app: &App, owner: &Value, key: &Value) -> String {
    let answer = exchange(app, text(&key["key"]), wish(owner)).await.expect(200);
    text(&answer["token"]).to_owned()
}

async fn system(app: &App, token: &str) -> Option<Sender> {
    match app.people.identify(token).await {
        Ok(Identity::System(sender)) => Some(sender),
        Ok(Identity::Person(caller)) => panic!("{caller:?}"),
        Err(fault) => {
            assert_eq!(fault.problem().code, "UNAUTHORIZED", "{}", fault.chain());
            None
        }
    }
}

async fn a_key_is_told_once_and_only_its_digest_is_kept(app: App) {
    let owner = app.owner("ann@example.com").await;
    let made = key(&app, &owner).await;
    let plain = text(&made["key"]);
    assert!(plain.starts_with(text(&made["prefix"])) && plain.starts_with("fdk_"), "{plain}");
    assert_eq!(plain.len(), 4 + 26 + 1 + 43);
    assert_eq!(made["scopes"], json!(["events:write", "events:read", "whatsapp:manage"]));
    let listed = list(&app, &owner).await;
    assert_eq!((listed.len(), &listed[0]["id"], &listed[0]["name"]), (1, &made["id"], &json!("Shop")));
    let secret = &plain[31..];
    assert!(listed[0].get("key").is_none() && !Value::from(listed).to_string().contains(secret));
    assert_eq!(app.count("SELECT id FROM api_keys WHERE length(digest) = 32").await, 1);
    let kept = format!("SELECT id FROM audit_log WHERE details LIKE '%{secret}%'");
    assert_eq!((app.count(&kept).await, app.audited("api_key.created").await), (0, 1));
    let found = sender(&app, plain).await.unwrap();
    assert_eq!(found.tenant, tenant_of(&owner));
    assert!(matches!(&found.credential, Credential::Key { id, .. } if id.to_string() == text(&made["id"])));
    let again = app.ask("POST", "/api/api-keys").bearer(text(&owner["accessToken"])).header("idempotency-key", "k");
    again.json(json!({"name": "Shop", "scopes": ["events:read"]})).send().await.expect(201);
    assert_eq!(app.count("SELECT id FROM idempotency_keys").await, 0);
}

async fn a_key_that_is_asked_for_badly_is_not_made(app: App) {
    let owner = app.owner("ann@example.com").await;
    let past = "2020-01-01T00:00:00Z";
    for (body, fields) in [
        (json!({}), vec!["name/REQUIRED", "scopes/REQUIRED"]),
        (json!({"name": "Shop"}), vec!["scopes/REQUIRED"]),
        (json!({"name": "Shop", "scopes": []}), vec!["scopes/REQUIRED"]),
        (json!({"name": "Shop", "scopes": ["everything"]}), vec!["scopes[0]/INVALID_VALUE"]),
        (json!({"name": "Shop", "scopes": "events:read"}), vec!["scopes/INVALID_VALUE"]),
        (
            json!({"name": "\u{0}", "scopes": [], "expiresAt": past}),
            vec!["name/INVALID_NAME", "scopes/REQUIRED", "expiresAt/IN_THE_PAST"],
        ),
        (json!({"name": "x".repeat(121), "scopes": ["events:read"]}), vec!["name/INVALID_NAME"]),
        (json!({"name": "Shop", "scopes": ["events:read"], "expiresAt": "soon"}), vec!["expiresAt/INVALID_VALUE"]),
        (json!({"name": "Shop", "scopes": ["events:read"], "tenantId": "biz_1"}), vec!["tenantId/UNKNOWN_FIELD"]),
    ] {
        let refused = create(&app, &owner, body.clone()).await.expect(422);
        let named = refused["errors"].as_array().unwrap().iter();
        let named: Vec<_> = named.map(|e| format!("{}/{}", text(&e["field"]), text(&e["code"]))).collect();
        assert_eq!(named, fields, "{body}");
    }
    assert!(list(&app, &owner).await.is_empty());
}

async fn only_who_may_run_the_team_has_to_do_with_keys(app: App) {
    let (owner, other) = (app.owner("ann@example.com").await, app.owner("bob@example.com").await);
    let cara = app.customer(&owner, "cara@example.com").await;
    let made = key(&app, &owner).await;
    for (role, status) in [(Role::Staff, 403), (Role::Manager, 403), (Role::Admin, 200)] {
        let email = format!("{}@example.com", role.as_str());
        let new = team::NewMember {
            tenant: tenant_of(&owner),
            name: "Mia".into(),
            email: email.clone(),
            password: "correct horse".into(),
            role,
        };
        team::create_member(&app.people, new).await.unwrap();
        let login = json!({"email": email, "password": "correct horse"});
        let member = app.post("/api/auth/login", login).await.expect(200)["data"].take();
        app.get("/api/api-keys", text(&member["accessToken"])).await.expect(status);
        let body = json!({"name": "Mine", "scopes": ["events:read"]});
        create(&app, &member, body).await.expect(if status == 200 { 201 } else { status });
        if status != 200 {
            assert_eq!(revoke(&app, &member, &made).await.refused(403), "FORBIDDEN");
        }
    }
    assert_eq!(revoke(&app, &other, &made).await.refused(404), "NOT_FOUND");
    assert_eq!(revoke(&app, &cara, &made).await.refused(401), "UNAUTHORIZED");
    assert_eq!(revoke(&app, &owner, &json!({"id": "key_nonsense"})).await.refused(404), "NOT_FOUND");
    revoke(&app, &owner, &made).await.expect(200);
    assert_eq!(revoke(&app, &owner, &made).await.refused(404), "NOT_FOUND");
    assert_eq!(app.audited("api_key.revoked").await, 1);
}

async fn a_key_that_is_wrong_revoked_expired_or_of_a_closed_business_opens_nothing(app: App) {
    let owner = app.owner("ann@example.com").await;
    let (one, two) = (key(&app, &owner).await, key(&app, &owner).await);
    let (plain, second) = (text(&one["key"]), text(&two["key"]));
    let crossed = format!("{}{}", &plain[..31], &second[31..]);
    let unknown = format!("fdk_{}_{}", "0".repeat(26), &plain[31..]);
    for wrong in ["", "fdk_", &plain[4..], &crossed, &unknown, &format!("{plain}x"), text(&owner["accessToken"])] {
        assert_eq!(sender(&app, wrong).await, None, "{wrong}");
    }
    assert!(sender(&app, plain).await.is_some());
    revoke(&app, &owner, &one).await.expect(200);
    assert_eq!(sender(&app, plain).await, None);
    assert!(sender(&app, second).await.is_some());

    let at = app.people.platform().world().now().plus(HOUR);
    let body = json!({"name": "Short", "scopes": ["events:write"], "expiresAt": at});
    let short = create(&app, &owner, body).await.expect(201)["data"].take();
    assert!(sender(&app, text(&short["key"])).await.is_some());
    let token = token(&app, &owner, &short).await;
    app.advance(HOUR - Duration::from_millis(1));
    assert!(system(&app, &token).await.is_some());
    app.advance(Duration::from_millis(1));
    assert_eq!(sender(&app, text(&short["key"])).await, None);
    assert_eq!(system(&app, &token).await, None);

    let third = key(&app, &app.owner("bob@example.com").await).await;
    let tx = app.people.platform().db().begin().await.unwrap();
    tx.execute("UPDATE tenants SET suspended_at = 1", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sender(&app, text(&third["key"])).await, None);
}

async fn the_last_use_is_noted_once_a_minute_and_never_waited_for(app: App) {
    let owner = app.owner("ann@example.com").await;
    let made = key(&app, &owner).await;
    let seen = async || list(&app, &owner).await[0]["lastUsedAt"].clone();
    assert_eq!(seen().await, Value::Null);
    let now = || json!(app.people.platform().world().now());
    sender(&app, text(&made["key"])).await.unwrap();
    let first = now();
    assert_eq!(seen().await, first);
    app.advance(Duration::from_secs(59));
    sender(&app, text(&made["key"])).await.unwrap();
    assert_eq!(seen().await, first);
    app.advance(Duration::from_secs(1));
    token(&app, &owner, &made).await;
    assert_eq!(seen().await, now());

    app.people.platform().db().close().await.unwrap();
    assert!(sender(&app, text(&made["key"])).await.is_some(), "a known key is asked of nobody");
    app.advance(HOUR);
    assert!(sender(&app, text(&made["key"])).await.is_some(), "and its use is noted elsewhere");
}

async fn a_business_has_a_bounded_number_of_keys(app: App) {
    let owner = app.owner("ann@example.com").await;
    let made = key(&app, &owner).await;
    for _ in 2..KEYS_PER_TENANT_MAX {
        key(&app, &owner).await;
    }
    let last = json!({"name": "Last", "scopes": ["events:read"]});
    let (one, two) = tokio::join!(create(&app, &owner, last.clone()), create(&app, &owner, last.clone()));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(create(&app, &owner, last.clone()).await.refused(409), "TOO_MANY_KEYS");
    revoke(&app, &owner, &made).await.expect(200);
    create(&app, &owner, last).await.expect(201);
}

async fn a_key_is_exchanged_for_a_token_that_says_for_whom(app: App) {
    let owner = app.owner("ann@example.com").await;
    let made = key(&app, &owner).await;
    let reply = exchange(&app, text(&made["key"]), wish(&owner)).await;
    assert_eq!(reply.headers["cache-control"], "no-store");
    let answer = reply.expect(200);
    assert_eq!((&answer["success"], &answer["expires_in"]), (&json!(true), &json!(3600)));
    let found = system(&app, text(&answer["token"])).await.unwrap();
    assert_eq!(found.tenant, tenant_of(&owner));
    let Credential::Token { key, scopes, user, .. } = &found.credential else { panic!("{found:?}") };
    assert_eq!((key.to_string().as_str(), &**user), (text(&made["id"]), "123"));
    assert_eq!(**scopes, [Scope::EventsWrite, Scope::Whatsapp], "what a token may is less than its key may");
    assert_eq!(app.audited("connection_token.issued").await, 1);
    let copied = "SELECT id FROM audit_log WHERE details LIKE '%php-7%' AND details LIKE '%123%'";
    assert_eq!(app.count(copied).await, 1);
    let words = json!({"customer_id": owner["team"]["id"], "user_id": "ann@shop", "session_id": 9});
    exchange(&app, text(&made["key"]), words).await.expect(200);
    app.advance(HOUR);
    assert_eq!(system(&app, text(&answer["token"])).await, None);
}

async fn nothing_but_a_key_of_the_business_makes_tokens(app: App) {
    let (owner, other) = (app.owner("ann@example.com").await, app.owner("bob@example.com").await);
    let cara = app.customer(&owner, "cara@example.com").await;
    let made = key(&app, &owner).await;
    let plain = text(&made["key"]);
    let token = token(&app, &owner, &made).await;
    assert_eq!(app.post("/auth/token", wish(&owner)).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.post("/auth/token", json!({})).await.refused(401), "UNAUTHORIZED", "who asks counts before what");
    for bearer in [text(&owner["accessToken"]), text(&cara["accessToken"]), &token, plain] {
        let asked = app.ask("POST", "/auth/token").bearer(bearer).json(wish(&owner));
        assert_eq!(asked.send().await.refused(401), "UNAUTHORIZED", "{bearer}");
    }
    let both = app.ask("POST", "/auth/token").header("x-api-key", "fdk_wrong").bearer(&token).json(wish(&owner));
    assert_eq!(both.send().await.refused(401), "API_KEY_NOT_TAKEN", "a bad key is not outweighed by a good token");
    for customer in [&other["team"]["id"], &json!("biz_nonsense"), &json!("1"), &owner["user"]["id"]] {
        let body = json!({"customer_id": customer, "user_id": 1, "session_id": "s"});
        assert_eq!(exchange(&app, plain, body).await.refused(404), "NOT_FOUND", "{customer}");
    }
    let reader = json!({"name": "Reader", "scopes": ["events:read", "whatsapp:manage"]});
    let reader = create(&app, &owner, reader).await.expect(201)["data"].take();
    assert_eq!(exchange(&app, text(&reader["key"]), wish(&owner)).await.refused(403), "FORBIDDEN");
    for body in [
        json!({"customer_id": owner["team"]["id"]}),
        json!({"customer_id": owner["team"]["id"], "user_id": null, "session_id": "s"}),
        json!({"customer_id": owner["team"]["id"], "user_id": 1, "session_id": ""}),
        json!({"customer_id": 7, "user_id": 1, "session_id": "s"}),
        json!({"customer_id": owner["team"]["id"], "user_id": 1, "session_id": "s", "role": "owner"}),
    ] {
        assert_eq!(exchange(&app, plain, body).await.refused(422), "VALIDATION_ERROR");
    }
}

async fn tokens_of_one_kind_never_pass_for_another(app: App) {
    let owner = app.owner("ann@example.com").await;
    let made = key(&app, &owner).await;
    let token = token(&app, &owner, &made).await;
    assert_eq!(app.people.authenticate(&token).await.unwrap_err().problem().status, 401);
    assert_eq!(app.get("/api/auth/me", &token).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.get("/api/api-keys", &token).await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.get("/api/api-keys", text(&made["key"])).await.refused(401), "UNAUTHORIZED");
    let by_key = app.ask("GET", "/api/api-keys").header("x-api-key", text(&made["key"])).send().await;
    assert_eq!(by_key.refused(401), "UNAUTHORIZED");
    let person = app.people.identify(text(&owner["accessToken"])).await.unwrap();
    assert!(matches!(person, Identity::Person(caller) if caller.tenant == tenant_of(&owner)));
    revoke(&app, &owner, &made).await.expect(200);
    assert_eq!(system(&app, &token).await, None, "a token dies with its key");
    assert!(!crate::apikeys::is_alive(&app.people, Id::<id::ApiKey>::parse(text(&made["id"])).unwrap()).await.unwrap());
}

on_both_databases![
    a_key_is_told_once_and_only_its_digest_is_kept,
    a_key_that_is_asked_for_badly_is_not_made,
    only_who_may_run_the_team_has_to_do_with_keys,
    a_key_that_is_wrong_revoked_expired_or_of_a_closed_business_opens_nothing,
    the_last_use_is_noted_once_a_minute_and_never_waited_for,
    a_business_has_a_bounded_number_of_keys,
    a_key_is_exchanged_for_a_token_that_says_for_whom,
    nothing_but_a_key_of_the_business_makes_tokens,
    tokens_of_one_kind_never_pass_for_another,
];
