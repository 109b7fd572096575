//! Forgotten and changed passwords, and proven addresses: each route right, wrong, late, twice, at once, and by others.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::{
    accounts::{NEW_PASSWORD, count_mails, last_mail, sides, token_in},
    harness::{PASSWORD, text},
};

const MINUTE: Duration = Duration::from_secs(60);

both_databases! {
    async fn a_mailed_link_sets_a_new_password_once_and_ends_every_session(app: App) {
        for side in sides(&app).await {
            let (link, _) = side.forgot(&app).await;
            let body = json!({"token": link, "newPassword": NEW_PASSWORD});
            side.post(&app, "reset-password", body.clone()).await.data(200);
            side.me(&app, &side.token).await.refused(401);
            let refresh = side.post(&app, "refresh", json!({"refreshToken": side.refresh_token})).await;
            assert_eq!(refresh.refused(401), "INVALID_REFRESH_TOKEN");
            assert_eq!(side.login(&app, PASSWORD).await.refused(401), "INVALID_CREDENTIALS");
            side.login(&app, NEW_PASSWORD).await.data(200);
            assert_eq!(side.post(&app, "reset-password", body).await.refused(400), "INVALID_RESET_TOKEN");
            app.run_due_jobs().await;
            assert!(last_mail(&app, &side.email, "Your password").contains("was changed on"));
        }
    }

    async fn a_mailed_code_does_the_same_for_a_quarter_of_an_hour(app: App) {
        for side in sides(&app).await {
            let (link, code) = side.forgot(&app).await;
            app.advance(15 * MINUTE);
            let body = |code: &str| json!({"email": side.email, "code": code, "password": NEW_PASSWORD});
            assert_eq!(side.post(&app, "reset-password", body(&code)).await.refused(400), "INVALID_RESET_TOKEN", "late");
            let (_, code) = side.forgot(&app).await;
            app.advance(15 * MINUTE - Duration::from_millis(1));
            side.post(&app, "reset-password", body(&code)).await.data(200);
            assert_eq!(side.post(&app, "reset-password", body(&code)).await.refused(400), "INVALID_RESET_TOKEN", "twice");
            // With one of them every other link is void.
            let body = json!({"token": link, "password": NEW_PASSWORD});
            assert_eq!(side.post(&app, "reset-password", body).await.refused(400), "INVALID_RESET_TOKEN");
            side.login(&app, NEW_PASSWORD).await.data(200);
        }
    }

    async fn five_wrong_guesses_void_the_code_and_not_the_link(app: App) {
        for side in sides(&app).await {
            let (link, code) = side.forgot(&app).await;
            let wrong = if code == "000000" { "000001" } else { "000000" };
            let body = |code: &str| json!({"email": side.email, "code": code, "password": NEW_PASSWORD});
            for _ in 0..5 {
                assert_eq!(side.post(&app, "reset-password", body(wrong)).await.refused(400), "INVALID_RESET_TOKEN");
            }
            assert_eq!(side.post(&app, "reset-password", body(&code)).await.refused(400), "INVALID_RESET_TOKEN");
            side.post(&app, "reset-password", json!({"token": link, "password": NEW_PASSWORD})).await.data(200);
        }
    }

    async fn a_link_works_for_an_hour_and_only_where_it_belongs(app: App) {
        let [user, customer] = sides(&app).await;
        let other = app.business("Other").await;
        let (link, code) = customer.forgot(&app).await;
        let (user_link, _) = user.forgot(&app).await;
        let body = |token: &str| json!({"token": token, "password": NEW_PASSWORD});
        // Another business's customers, the other kind, and the other purpose.
        let elsewhere = json!({"token": link, "password": NEW_PASSWORD, "inviteCode": other.invite_code});
        let at = app.post("/api/customers/auth/reset-password").json(elsewhere).send().await;
        assert_eq!(at.refused(400), "INVALID_RESET_TOKEN");
        let elsewhere = json!({"email": customer.email, "code": code, "password": NEW_PASSWORD, "inviteCode": other.slug});
        let at = app.post("/api/customers/auth/reset-password").json(elsewhere).send().await;
        assert_eq!(at.refused(400), "INVALID_RESET_TOKEN");
        assert_eq!(user.post(&app, "reset-password", body(&link)).await.refused(400), "INVALID_RESET_TOKEN");
        assert_eq!(customer.post(&app, "reset-password", body(&user_link)).await.refused(400), "INVALID_RESET_TOKEN");
        assert_eq!(user.post(&app, "verify-email", json!({"token": user_link})).await.refused(400), "INVALID_VERIFICATION_TOKEN");
        app.advance(60 * MINUTE - Duration::from_millis(1));
        customer.post(&app, "reset-password", body(&link)).await.data(200);
        app.advance(Duration::from_millis(1));
        assert_eq!(user.post(&app, "reset-password", body(&user_link)).await.refused(400), "INVALID_RESET_TOKEN", "late");
    }

    async fn of_many_who_bring_one_link_or_code_one_wins(app: App) {
        for side in sides(&app).await {
            let (link, _) = side.forgot(&app).await;
            let all = (0..10).map(|_| side.post(&app, "reset-password", json!({"token": link, "password": NEW_PASSWORD})));
            let won = futures_util::future::join_all(all).await.iter().filter(|r| r.status.as_u16() == 200).count();
            assert_eq!(won, 1);
            let (_, code) = side.forgot(&app).await;
            let body = json!({"email": side.email, "code": code, "password": PASSWORD});
            let all = (0..10).map(|_| side.post(&app, "reset-password", body.clone()));
            let won = futures_util::future::join_all(all).await.iter().filter(|r| r.status.as_u16() == 200).count();
            assert_eq!(won, 1);
        }
    }

    async fn nobody_learns_which_addresses_have_an_account(app: App) {
        for side in sides(&app).await {
            let known = side.post(&app, "forgot-password", json!({"email": side.email})).await;
            let unknown = side.post(&app, "forgot-password", json!({"email": "nobody@example.com"})).await;
            let nonsense = side.post(&app, "forgot-password", json!({"email": "no address"})).await;
            assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
            assert_eq!((known.status, &known.body), (nonsense.status, &nonsense.body));
            known.data(200);
            app.run_due_jobs().await;
            assert_eq!(count_mails(&app, "nobody@example.com", ""), 0);
            let guess = |email: &str| json!({"email": email, "code": "123456", "password": NEW_PASSWORD});
            let (known, unknown) = (guess(&side.email), guess("nobody@example.com"));
            let known = side.post(&app, "reset-password", known).await;
            let unknown = side.post(&app, "reset-password", unknown).await;
            assert_eq!((known.status, &known.body["detail"]), (unknown.status, &unknown.body["detail"]));
            assert_eq!(known.refused(400), "INVALID_RESET_TOKEN");
        }
    }

    async fn a_flood_of_requests_fills_no_mailbox(app: App) {
        for side in sides(&app).await {
            for _ in 0..8 {
                side.post(&app, "forgot-password", json!({"email": side.email})).await.data(200);
                app.run_due_jobs().await;
            }
            assert_eq!(count_mails(&app, &side.email, "Set a new password"), 5);
            app.advance(15 * MINUTE);
            side.forgot(&app).await;
            assert_eq!(count_mails(&app, &side.email, "Set a new password"), 6);
        }
    }

    async fn a_reset_that_makes_no_sense_names_its_fields(app: App) {
        for side in sides(&app).await {
            assert_eq!(side.post(&app, "reset-password", json!({"token": "x"})).await.fields(), ["password/REQUIRED"]);
            assert_eq!(side.post(&app, "reset-password", json!({"password": NEW_PASSWORD})).await.fields(), ["token/REQUIRED"]);
            let half = json!({"email": side.email, "password": "short"});
            assert_eq!(side.post(&app, "reset-password", half).await.fields(), ["password/TOO_SHORT", "code/REQUIRED"]);
            let common = json!({"token": "x", "password": "password123"});
            assert_eq!(side.post(&app, "reset-password", common).await.fields(), ["password/TOO_COMMON"]);
        }
    }

    async fn secrets_of_mails_are_in_no_row(app: App) {
        for side in sides(&app).await {
            let (link, code) = side.forgot(&app).await;
            for (table, column) in [("jobs", "payload"), ("audit_log", "details"), ("outbox_events", "data")] {
                for row in app.rows(&format!("SELECT {column} AS text FROM {table}"), vec![]).await {
                    let kept: String = row.try_get("", "text").unwrap();
                    assert!(!kept.contains(&link) && !kept.contains(&code), "{table}: {kept}");
                }
            }
        }
    }

    async fn a_changed_password_ends_the_other_sessions_and_keeps_this_one(app: App) {
        for side in sides(&app).await {
            let other = side.login(&app, PASSWORD).await.data(200);
            let (link, _) = side.forgot(&app).await;
            assert_eq!(side.change_password(&app, "wrong", NEW_PASSWORD).await.fields(), ["currentPassword/WRONG"]);
            assert_eq!(side.change_password(&app, PASSWORD, "12345678").await.fields(), ["newPassword/TOO_COMMON"]);
            side.change_password(&app, PASSWORD, NEW_PASSWORD).await.data(200);
            side.me(&app, &side.token).await.data(200);
            side.me(&app, text(&other["accessToken"])).await.refused(401);
            let body = json!({"token": link, "password": PASSWORD});
            assert_eq!(side.post(&app, "reset-password", body).await.refused(400), "INVALID_RESET_TOKEN", "earlier links are void");
            assert_eq!(side.login(&app, PASSWORD).await.refused(401), "INVALID_CREDENTIALS");
            side.login(&app, NEW_PASSWORD).await.data(200);
            app.run_due_jobs().await;
            assert_eq!(count_mails(&app, &side.email, "Your password"), 1);
        }
    }

    async fn whoever_guesses_the_present_password_with_a_stolen_session_is_stopped(app: App) {
        for side in sides(&app).await {
            for _ in 0..5 {
                assert_eq!(side.change_password(&app, "wrong", NEW_PASSWORD).await.fields(), ["currentPassword/WRONG"]);
            }
            assert_eq!(side.change_password(&app, PASSWORD, NEW_PASSWORD).await.refused(423), "ACCOUNT_LOCKED");
            app.advance(15 * MINUTE - Duration::from_secs(1));
            let locked = side.login(&app, PASSWORD).await.data(200);
            assert!(locked["accessToken"].is_string(), "signing in is not concerned");
        }
    }

    async fn signing_up_mails_a_link_that_proves_the_address_and_asking_at_once_mails_no_second(app: App) {
        let sides = sides(&app).await;
        for side in &sides {
            side.own(&app, "send-verification", json!({})).await.data(200);
        }
        app.run_due_jobs().await;
        for side in sides {
            assert_eq!(count_mails(&app, &side.email, "Confirm your e-mail address"), 1);
            let token = token_in(&last_mail(&app, &side.email, "Confirm your e-mail address"));
            side.post(&app, "verify-email", json!({"token": token})).await.data(200);
        }
    }

    async fn whoever_is_refused_at_signing_up_and_whoever_is_a_guest_is_mailed_nothing(app: App) {
        let [_, customer] = sides(&app).await;
        app.run_due_jobs().await;
        app.mailbox().clear();
        let again = json!({"email": customer.email, "password": PASSWORD, "name": "Cara"});
        assert_eq!(customer.post(&app, "register", again).await.refused(409), "EMAIL_EXISTS");
        let guest = json!({"inviteCode": customer.business, "name": "Gus", "email": "gus@example.com"});
        app.post("/api/customers/auth/guest").json(guest).send().await.data(201);
        app.run_due_jobs().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM jobs WHERE dead = 1", vec![]).await, 0);
        assert!(app.mailbox().list().iter().all(|mail| !mail.subject.starts_with("Confirm your")));
    }

    async fn an_address_is_proven_by_a_link_that_was_mailed_to_it(app: App) {
        let sides = sides(&app).await;
        app.run_due_jobs().await;
        for side in sides {
            let mail = last_mail(&app, &side.email, "Confirm your e-mail address");
            assert!(mail.lines().next() == Some("Hello,"), "nobody is greeted by a name that they may not have given: {mail}");
            let token = token_in(&mail);
            let person = if side.business.is_some() { "customer" } else { "user" };
            assert_eq!(side.me(&app, &side.token).await.data(200)[person]["emailVerified"], false);
            assert_eq!(side.post(&app, "verify-email", json!({"token": "x"})).await.refused(400), "INVALID_VERIFICATION_TOKEN");
            let wrong_purpose = json!({"token": token, "password": NEW_PASSWORD});
            assert_eq!(side.post(&app, "reset-password", wrong_purpose).await.refused(400), "INVALID_RESET_TOKEN");
            side.post(&app, "verify-email", json!({"token": token})).await.data(200);
            let me = side.me(&app, &side.token).await.data(200);
            assert_eq!(me[person]["emailVerified"], true);
            assert!(me[person]["emailVerifiedAt"].is_string());
            assert_eq!(side.post(&app, "verify-email", json!({"token": token})).await.refused(400), "INVALID_VERIFICATION_TOKEN");
            // Nothing is mailed for an address that is proven.
            side.own(&app, "send-verification", json!({})).await.data(200);
            app.run_due_jobs().await;
            assert_eq!(count_mails(&app, &side.email, "Confirm your e-mail address"), 1);
        }
    }

    async fn a_customer_takes_their_number_back_by_null(app: App) {
        let [_, customer] = sides(&app).await;
        let change = async |body: serde_json::Value| {
            customer.ask(&app, Method::PATCH, "me").bearer(&customer.token).json(body).send().await.data(200)["customer"]["phone"].take()
        };
        assert_eq!(change(json!({"phone": "0712 345678"})).await, "+254712345678");
        assert_eq!(change(json!({"name": "Cara"})).await, "+254712345678", "what is absent stays");
        assert!(change(json!({"phone": null})).await.is_null());
    }

    async fn a_verification_link_works_for_a_day_on_its_own_side(app: App) {
        let [user, customer] = sides(&app).await;
        for side in [&user, &customer] {
            side.own(&app, "send-verification", json!({})).await.data(200);
        }
        app.run_due_jobs().await;
        let link = |side: &crate::accounts::Side| token_in(&last_mail(&app, &side.email, "Confirm"));
        let (users, customers) = (link(&user), link(&customer));
        assert_eq!(user.post(&app, "verify-email", json!({"token": customers})).await.refused(400), "INVALID_VERIFICATION_TOKEN");
        assert_eq!(customer.post(&app, "verify-email", json!({"token": users})).await.refused(400), "INVALID_VERIFICATION_TOKEN");
        app.advance(24 * 60 * MINUTE - Duration::from_millis(1));
        user.post(&app, "verify-email", json!({"token": users})).await.data(200);
        app.advance(Duration::from_millis(1));
        assert_eq!(customer.post(&app, "verify-email", json!({"token": customers})).await.refused(400), "INVALID_VERIFICATION_TOKEN");
    }

    async fn a_stranger_who_types_an_address_first_gives_its_owner_no_name(app: App) {
        let salon = app.business("Salon").await;
        let mallory = json!({"inviteCode": salon.invite_code, "email": "ann@example.com", "password": PASSWORD, "name": "Mallory"});
        app.post("/api/customers/auth/register").json(mallory.clone()).send().await.data(201);
        let service = app.service(&salon).await;
        let booking = json!({"inviteCode": salon.invite_code, "customerName": "Ann", "customerEmail": "ann@example.com",
            "service": service["id"], "time": "2026-11-23T07:00:00Z"});
        let booked = app.post("/api/public/appointments").json(booking).send().await.expect(201);
        assert_eq!(booked["appointment"]["customer"]["name"], "Ann", "as given");
        assert!(booked.get("session").is_none_or(serde_json::Value::is_null) && !booked.to_string().contains("Mallory"));
        let again = app.post("/api/customers/auth/register").json(mallory).send().await;
        assert!(!again.body.to_string().contains("Mallory"));
        assert_eq!(again.refused(409), "EMAIL_EXISTS");
        app.run_due_jobs().await;
        let mail = last_mail(&app, "ann@example.com", "Sign in to");
        assert!(mail.lines().next() == Some("Hello,"), "{mail}");
        // Once they followed it the address is theirs.
        let body = json!({"token": token_in(&mail)});
        let data = app.post("/api/customers/auth/link/verify").json(body).send().await.data(200);
        assert_eq!(data["customer"]["emailVerified"], true);
    }
}
