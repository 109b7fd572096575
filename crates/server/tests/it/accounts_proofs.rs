//! What outlives a session asks anew who somebody is, and what a password reset takes away.

use std::time::Duration;

use kernel::{Id, id};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    accounts::{Authenticator, NEW_PASSWORD, Side, last_mail, sides},
    harness::{App, PASSWORD, Reply, text},
};

const MINUTE: Duration = Duration::from_secs(60);
/// How long a sign-in is proof enough.
const RECENT: Duration = Duration::from_secs(10 * 60);

/// Asks to add a passkey, with the session of the sign-up.
async fn start(app: &App, side: &Side, proof: Value) -> Reply {
    side.ask(app, Method::POST, "passkeys/register/start").bearer(&side.token).json(proof).send().await
}

/// With a token that is good; the session is the one of the sign-up, and so is what it has proven.
async fn refreshed(app: &App, side: Side) -> Side {
    let renewed = side.post(app, "refresh", json!({"refreshToken": side.refresh_token})).await.data(200);
    let of = |name: &str| text(&renewed[name]).to_owned();
    Side { token: of("accessToken"), refresh_token: of("refreshToken"), ..side }
}

/// Whoever this side is, as rows name them.
async fn person(app: &App, side: &Side) -> (Uuid, Option<Uuid>) {
    let me = side.me(app, &side.token).await.data(200);
    if side.business.is_none() {
        return (Id::<id::User>::parse(text(&me["user"]["id"])).unwrap().uuid(), None);
    }
    let sql = "SELECT tenant_id FROM customers WHERE id = ?";
    let person = Id::<id::Customer>::parse(text(&me["customer"]["id"])).unwrap().uuid();
    let tenant = app.rows(sql, vec![person.into()]).await[0].try_get_by_index(0).unwrap();
    (person, Some(tenant))
}

/// A passkey and an account at another house, as if they had been used before.
async fn other_ways(app: &App, side: &Side) -> Uuid {
    let kind = if side.business.is_some() { "customer" } else { "user" };
    let (person, tenant) = person(app, side).await;
    let passkey = "INSERT INTO passkeys (id, kind, person_id, tenant_id, credential_id, credential, name, created_at) \
        VALUES (?, ?, ?, ?, ?, '{}', 'Old phone', 0)";
    let credential = person.as_bytes().to_vec();
    app.execute(passkey, vec![app.world().uuid().into(), kind.into(), person.into(), tenant.into(), credential.into()])
        .await;
    let identity = "INSERT INTO identities (issuer, subject, kind, tenant_id, person_id, created_at) \
        VALUES ('https://house.example', 'somebody', ?, ?, ?, 0)";
    app.execute(identity, vec![kind.into(), tenant.unwrap_or_default().into(), person.into()]).await;
    person
}

async fn count(app: &App, table: &str, person: Uuid) -> i64 {
    app.count(&format!("SELECT COUNT(*) FROM {table} WHERE person_id = ?"), vec![person.into()]).await
}

both_databases! {
    async fn a_passkey_needs_the_password_once_the_sign_in_is_no_longer_recent(app: App) {
        let sides = sides(&app).await;
        app.advance(RECENT - Duration::from_millis(1));
        for side in &sides {
            start(&app, side, json!({})).await.data(200);
        }
        app.advance(Duration::from_millis(1));
        for side in &sides {
            assert_eq!(start(&app, side, json!({})).await.fields(), ["password/REQUIRED"]);
            let wrong = json!({"password": "certainly not it"});
            assert_eq!(start(&app, side, wrong.clone()).await.fields(), ["password/WRONG"]);
            start(&app, side, json!({"password": PASSWORD})).await.data(200);
            start(&app, side, json!({})).await.data(200);
        }
        // What was proven a moment ago is not proven for ever, and renewing a session proves nothing.
        app.advance(RECENT);
        for side in sides {
            let side = refreshed(&app, side).await;
            assert_eq!(start(&app, &side, json!({})).await.fields(), ["password/REQUIRED"]);
        }
    }

    async fn setting_up_a_second_factor_needs_the_password_like_a_passkey(app: App) {
        let sides = sides(&app).await;
        app.advance(RECENT);
        for side in &sides {
            let set_up = |proof: Value| side.own(&app, "2fa/setup", proof);
            assert_eq!(set_up(json!({})).await.fields(), ["password/REQUIRED"]);
            assert_eq!(set_up(json!({"password": "certainly not it"})).await.fields(), ["password/WRONG"]);
            let person = person(&app, side).await.0;
            assert_eq!(count(&app, "second_factors", person).await + count(&app, "backup_codes", person).await, 0);
            for _ in 0..4 {
                set_up(json!({"password": "certainly not it"})).await.refused(422);
            }
            assert_eq!(set_up(json!({"password": PASSWORD})).await.refused(423), "ACCOUNT_LOCKED");
        }
        app.advance(15 * MINUTE);
        for side in sides {
            let side = refreshed(&app, side).await;
            let proven = side.own(&app, "2fa/setup", json!({"password": PASSWORD})).await.data(200);
            let code = Authenticator::new(text(&proven["secret"])).code(&app);
            side.own(&app, "2fa/verify", json!({"code": code})).await.data(200);
            app.advance(RECENT);
            // Nothing is set up twice, so there is nothing to prove.
            assert_eq!(side.own(&app, "2fa/setup", json!({})).await.refused(409), "TWO_FACTOR_ALREADY_ENABLED");
        }
    }

    async fn guessing_at_the_password_inside_is_locked_out_like_at_the_door(app: App) {
        let sides = sides(&app).await;
        app.advance(RECENT);
        for side in &sides {
            for _ in 0..5 {
                assert_eq!(start(&app, side, json!({"password": "a wrong guess"})).await.fields(), ["password/WRONG"]);
            }
            let locked = start(&app, side, json!({"password": PASSWORD})).await;
            assert_eq!(locked.header("retry-after"), "900");
            assert_eq!(locked.refused(423), "ACCOUNT_LOCKED");
        }
    }

    async fn where_a_second_factor_is_on_a_passkey_needs_it_too(app: App) {
        let mut protected = Vec::new();
        for side in sides(&app).await {
            let side = refreshed(&app, side).await;
            let factors = side.two_factor(&app).await;
            protected.push((side, factors));
        }
        app.advance(RECENT);
        for (side, (authenticator, backup_codes)) in &protected {
            assert_eq!(start(&app, side, json!({})).await.fields(), ["password/REQUIRED", "code/REQUIRED"]);
            assert_eq!(start(&app, side, json!({"password": PASSWORD})).await.fields(), ["code/REQUIRED"]);
            let wrong = json!({"password": PASSWORD, "code": authenticator.code_at(&app, 3600)});
            assert_eq!(start(&app, side, wrong).await.fields(), ["code/WRONG"]);
            start(&app, side, json!({"password": PASSWORD, "code": backup_codes[0]})).await.data(200);
        }
    }

    async fn whoever_has_no_password_signs_in_again(app: App) {
        let salon = app.business("Salon").await;
        let guest = json!({"inviteCode": salon.slug, "name": "Gus Guest", "email": "gus@example.com"});
        let entered = app.post("/api/customers/auth/guest").json(guest).send().await.data(201);
        let token = text(&entered["accessToken"]);
        let ask = |path: &'static str| app.post(path).bearer(token).json(json!({})).send();
        let asked = ["/api/customers/auth/passkeys/register/start", "/api/customers/auth/2fa/setup"];
        for path in asked {
            ask(path).await.data(200);
        }
        app.advance(RECENT);
        for path in asked {
            assert_eq!(ask(path).await.refused(403), "SIGN_IN_AGAIN");
        }
        let first = json!({"newPassword": "a first password of one's own"});
        let set = || app.put("/api/customers/auth/password").bearer(token).json(first.clone()).send();
        assert_eq!(set().await.refused(403), "SIGN_IN_AGAIN");
        app.run_due_jobs().await;
    }

    async fn going_to_another_business_proves_nothing_anew(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let user: Id<id::User> = Id::parse(&salon.owner_id).unwrap();
        let sql = "INSERT INTO memberships (tenant_id, user_id, role, created_at, last_used_at) VALUES (?, ?, 'staff', 0, 0)";
        app.execute(sql, vec![other.tenant().into(), user.into()]).await;
        app.advance(RECENT);
        let switched = app.post("/api/auth/switch").bearer(&salon.token).json(json!({"tenantId": other.id})).send().await;
        let token = switched.data(200)["accessToken"].take();
        let asked = app.post("/api/auth/passkeys/register/start").bearer(text(&token)).json(json!({})).send().await;
        assert_eq!(asked.fields(), ["password/REQUIRED"]);
    }

    async fn a_reset_leaves_no_other_way_in_and_a_change_names_those_that_stay(app: App) {
        let sides = sides(&app).await;
        let bystander = app.business("Other").await;
        let bystander = Side { base: "/api/auth", business: None, email: bystander.email, token: bystander.token, refresh_token: bystander.refresh_token };
        let untouched = person(&app, &bystander).await.0;
        let passkey = "INSERT INTO passkeys (id, kind, person_id, credential_id, credential, name, created_at) VALUES (?, 'user', ?, ?, '{}', 'Mine', 0)";
        app.execute(passkey, vec![app.world().uuid().into(), untouched.into(), vec![7_u8].into()]).await;
        for side in &sides {
            let person = other_ways(&app, side).await;
            side.change_password(&app, PASSWORD, NEW_PASSWORD).await.data(200);
            app.run_due_jobs().await;
            let mail = last_mail(&app, &side.email, "Your password");
            assert!(mail.contains("still open your account") && mail.contains("- Passkey: Old phone"), "{mail}");
            assert!(mail.contains("- Sign-in with https://house.example") && mail.contains("/security"), "{mail}");
            assert_eq!((count(&app, "passkeys", person).await, count(&app, "identities", person).await), (1, 1));

            app.advance(MINUTE);
            let (link, _) = side.forgot(&app).await;
            side.post(&app, "reset-password", json!({"token": link, "password": PASSWORD})).await.data(200);
            assert_eq!((count(&app, "passkeys", person).await, count(&app, "identities", person).await), (0, 0));
            app.run_due_jobs().await;
            let mail = last_mail(&app, &side.email, "Your password");
            assert!(mail.contains("was taken away") && mail.contains("- Passkey: Old phone"), "{mail}");
            assert!(!mail.contains("still open your account"), "{mail}");
        }
        assert_eq!(count(&app, "passkeys", untouched).await, 1, "another's stay");
    }
}
