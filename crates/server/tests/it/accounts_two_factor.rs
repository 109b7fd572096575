//! Second factors: set up, asked for, used once, turned off, and asked for by a business.

use std::time::Duration;

use kernel::Role;
use reqwest::Method;
use serde_json::json;

use crate::{
    accounts::{Authenticator, Side, last_mail, sides, token_in},
    harness::{PASSWORD, text},
};

/// A user and a customer with their second factors on, all within the life of their first tokens.
async fn protected(app: &crate::harness::App) -> Vec<(Side, Authenticator, Vec<String>)> {
    let mut protected = Vec::new();
    for side in sides(app).await {
        let (authenticator, backup) = side.two_factor(app).await;
        protected.push((side, authenticator, backup));
    }
    protected
}

both_databases! {
    async fn a_second_factor_is_set_up_confirmed_asked_for_and_turned_off(app: App) {
        for side in sides(&app).await {
            let person = if side.business.is_some() { "customer" } else { "user" };
            let status = side.ask(&app, Method::GET, "2fa/status").bearer(&side.token).send().await.data(200);
            let off = json!({"enabled": false, "method": null, "backupCodesLeft": 0, "passkeys": 0, "requiredByBusiness": false});
            assert_eq!(status, off);
            assert_eq!(side.own(&app, "2fa/verify", json!({"code": "123456"})).await.refused(409), "TWO_FACTOR_NOT_ENABLED");
            let setup = side.own(&app, "2fa/setup", json!({})).await.data(200);
            assert!(text(&setup["otpauthUrl"]).starts_with("otpauth://totp/"));
            assert!(text(&setup["otpauthUrl"]).contains(text(&setup["secret"])));
            assert!(text(&setup["qrCode"]).starts_with("data:image/png;base64,"));
            assert_eq!(setup["backupCodes"].as_array().unwrap().len(), 10);
            side.login(&app, PASSWORD).await.data(200);
            let authenticator = Authenticator::new(text(&setup["secret"]));
            let wrong = authenticator.code_at(&app, 3600);
            assert_eq!(side.own(&app, "2fa/verify", json!({"code": wrong})).await.fields(), ["code/WRONG"]);
            let code = authenticator.code(&app);
            let verified = side.own(&app, "2fa/verify", json!({"code": code})).await.data(200);
            assert_eq!(verified, json!({"enabled": true}));
            assert_eq!(side.me(&app, &side.token).await.data(200)[person]["twoFactorEnabled"], true);
            assert_eq!(side.own(&app, "2fa/setup", json!({})).await.refused(409), "TWO_FACTOR_ALREADY_ENABLED");
            let asked = side.login(&app, PASSWORD).await;
            assert_eq!(asked.body["methods"], json!(["totp", "backup_code"]));
            assert_eq!(asked.refused(401), "TWO_FACTOR_REQUIRED");
            assert_eq!(side.login_with(&app, "code", &code).await.refused(401), "INVALID_TWO_FACTOR_CODE", "used to confirm");
            assert_eq!(side.login(&app, "wrong password").await.refused(401), "INVALID_CREDENTIALS");
            app.advance(Duration::from_secs(30));
            let code = authenticator.code(&app);
            side.login_with(&app, "code", &code).await.data(200);
            assert_eq!(side.login_with(&app, "code", &code).await.refused(401), "INVALID_TWO_FACTOR_CODE", "no code twice");
            let outcomes = side.history(&app, &side.token).await;
            assert_eq!(outcomes[..5], ["wrong_code", "signed_in", "wrong_password", "wrong_code", "code_required"]);
            app.advance(Duration::from_secs(30));
            let code = authenticator.code(&app);
            let off = |password: &str, code: &str| json!({"password": password, "code": code});
            assert_eq!(side.own(&app, "2fa/disable", off("wrong", &code)).await.fields(), ["password/WRONG"]);
            assert_eq!(side.own(&app, "2fa/disable", off(PASSWORD, "000 00")).await.fields(), ["code/WRONG"]);
            assert_eq!(side.own(&app, "2fa/disable", json!({"code": code})).await.fields(), ["password/REQUIRED"]);
            side.own(&app, "2fa/disable", off(PASSWORD, &code)).await.data(200);
            side.login(&app, PASSWORD).await.data(200);
            assert_eq!(side.me(&app, &side.token).await.data(200)[person]["twoFactorEnabled"], false);
        }
    }

    async fn whatever_becomes_of_a_second_factor_is_told_by_mail(app: App) {
        for (side, authenticator, backup) in protected(&app).await {
            let told = || async {
                app.run_due_jobs().await;
                let mail = last_mail(&app, &side.email, "Two-step sign-in");
                assert!(mail.contains("forgot-password"), "{mail}");
                mail
            };
            assert!(told().await.contains("two-step sign-in was turned on"));
            let proof = json!({"password": PASSWORD, "code": authenticator.code(&app)});
            let fresh = side.own(&app, "2fa/backup-codes", proof).await.data(200);
            assert!(told().await.contains("new backup codes were made"));
            assert_eq!(side.own(&app, "2fa/disable", json!({"password": PASSWORD, "code": backup[0]})).await.fields(), ["code/WRONG"]);
            side.own(&app, "2fa/disable", json!({"password": PASSWORD, "code": fresh["backupCodes"][0]})).await.data(200);
            assert!(told().await.contains("two-step sign-in was turned off"));
            // The app says it too, and no second mail does.
            let lines = app.get("/api/notifications?category=security").bearer(&side.token).send().await.data(200);
            let lines = lines.as_array().unwrap();
            assert!(!lines.is_empty() && lines.iter().all(|line| line["title"] == "Two-step sign-in changed"), "{lines:?}");
            assert!(lines.iter().all(|line| text(&line["message"]).contains("from 127.0.0.1")), "where it was done: {lines:?}");
            assert_eq!(app.mailbox().list_for(&side.email).iter().filter(|mail| mail.subject.contains("About your account")).count(), 0);
        }
    }

    async fn a_fresh_secret_is_confirmed_by_its_first_code_whatever_the_one_before_was_used_for(app: App) {
        for (side, authenticator, backup) in protected(&app).await {
            let code = authenticator.code(&app);
            side.login_with(&app, "code", &code).await.data(200);
            let off = json!({"password": PASSWORD, "code": backup[0]});
            side.own(&app, "2fa/disable", off).await.data(200);
            let setup = side.own(&app, "2fa/setup", json!({})).await.data(200);
            let code = Authenticator::new(text(&setup["secret"])).code(&app);
            side.own(&app, "2fa/verify", json!({"code": code})).await.data(200);
        }
    }

    async fn a_clock_may_be_off_by_one_step(app: App) {
        for (side, authenticator, _) in protected(&app).await {
            app.advance(Duration::from_secs(600));
            for (seconds, works) in [(-60, false), (60, false), (-30, true), (30, true), (0, true)] {
                let code = authenticator.code_at(&app, seconds);
                let reply = side.login_with(&app, "code", &code).await;
                assert_eq!(reply.status.as_u16() == 200, works, "{seconds} seconds: {}", reply.status);
            }
        }
    }

    async fn of_many_who_bring_one_code_one_gets_in(app: App) {
        for (side, authenticator, backup) in protected(&app).await {
            let code = authenticator.code(&app);
            let all = (0..10).map(|_| side.login_with(&app, "code", &code));
            let won = futures_util::future::join_all(all).await.iter().filter(|r| r.status.as_u16() == 200).count();
            assert_eq!(won, 1, "one code");
            // The losers were counted as wrong codes; time heals.
            app.advance(Duration::from_secs(3600));
            let all = (0..10).map(|_| side.login_with(&app, "backupCode", &backup[0]));
            let won = futures_util::future::join_all(all).await.iter().filter(|r| r.status.as_u16() == 200).count();
            assert_eq!(won, 1, "one backup code");
        }
    }

    async fn each_backup_code_works_once_however_it_is_typed(app: App) {
        for side in sides(&app).await {
            let (authenticator, codes) = side.two_factor(&app).await;
            side.login_with(&app, "backupCode", &codes[0].to_uppercase().replace('-', " ")).await.data(200);
            assert_eq!(side.login_with(&app, "backupCode", &codes[0]).await.refused(401), "INVALID_TWO_FACTOR_CODE");
            let status = side.ask(&app, Method::GET, "2fa/status").bearer(&side.token).send().await.data(200);
            assert_eq!((&status["enabled"], &status["backupCodesLeft"]), (&json!(true), &json!(9)));
            let proof = json!({"password": PASSWORD, "code": authenticator.code(&app)});
            let fresh = side.own(&app, "2fa/backup-codes", proof).await.data(200);
            assert_eq!(side.login_with(&app, "backupCode", &codes[1]).await.refused(401), "INVALID_TWO_FACTOR_CODE", "the old set is void");
            side.login_with(&app, "backupCode", text(&fresh["backupCodes"][9])).await.data(200);
            // Whoever lost the app turns it off with another one.
            let proof = json!({"password": PASSWORD, "code": fresh["backupCodes"][0]});
            side.own(&app, "2fa/disable", proof).await.data(200);
        }
    }

    async fn five_wrong_codes_lock_the_codes_of_who_knows_the_password(app: App) {
        for (side, authenticator, _) in protected(&app).await {
            for at in 0..5 {
                let wrong = authenticator.code_at(&app, 3600 + at * 30);
                assert_eq!(side.login_with(&app, "code", &wrong).await.refused(401), "INVALID_TWO_FACTOR_CODE");
            }
            let right = authenticator.code(&app);
            assert_eq!(side.login_with(&app, "code", &right).await.refused(423), "ACCOUNT_LOCKED");
            app.advance(Duration::from_secs(15 * 60));
            let right = authenticator.code(&app);
            side.login_with(&app, "code", &right).await.data(200);
        }
    }

    async fn a_sign_in_link_asks_for_the_code_too_and_is_not_used_up_meanwhile(app: App) {
        let [_, side] = sides(&app).await;
        let (authenticator, _) = side.two_factor(&app).await;
        side.post(&app, "link", json!({"email": side.email})).await.data(200);
        app.run_due_jobs().await;
        let link = token_in(&last_mail(&app, &side.email, "Sign in to"));
        assert_eq!(side.post(&app, "link/verify", json!({"token": link})).await.refused(401), "TWO_FACTOR_REQUIRED");
        app.advance(Duration::from_millis(1));
        let wrong = json!({"token": link, "code": authenticator.code_at(&app, 3600)});
        assert_eq!(side.post(&app, "link/verify", wrong).await.refused(401), "INVALID_TWO_FACTOR_CODE");
        app.advance(Duration::from_millis(1));
        let right = json!({"token": link, "code": authenticator.code(&app)});
        side.post(&app, "link/verify", right).await.data(200);
        app.advance(Duration::from_secs(30));
        let again = json!({"token": link, "code": authenticator.code(&app)});
        assert_eq!(side.post(&app, "link/verify", again).await.refused(401), "INVALID_SIGN_IN_LINK");
        assert_eq!(side.history(&app, &side.token).await[..3], ["signed_in", "wrong_code", "code_required"]);
    }

    async fn a_reset_does_not_get_around_the_second_factor(app: App) {
        for side in sides(&app).await {
            side.two_factor(&app).await;
            let (link, _) = side.forgot(&app).await;
            side.post(&app, "reset-password", json!({"token": link, "password": PASSWORD})).await.data(200);
            assert_eq!(side.login(&app, PASSWORD).await.refused(401), "TWO_FACTOR_REQUIRED");
        }
    }

    async fn secrets_are_sealed_and_backup_codes_are_digests(app: App) {
        for side in sides(&app).await {
            let setup = side.own(&app, "2fa/setup", json!({})).await.data(200);
            let secret = totp_rs::Secret::try_from_base32(text(&setup["secret"])).unwrap().as_bytes().to_vec();
            for row in app.rows("SELECT secret FROM second_factors", vec![]).await {
                let kept: Vec<u8> = row.try_get("", "secret").unwrap();
                assert!(!kept.windows(secret.len()).any(|part| part == secret));
            }
            for row in app.rows("SELECT digest FROM backup_codes", vec![]).await {
                assert_eq!(row.try_get::<Vec<u8>>("", "digest").unwrap().len(), 32);
            }
        }
    }

    async fn a_member_without_the_second_factor_that_is_asked_for_can_only_set_it_up(app: App) {
        let salon = app.business("Salon").await;
        let member = app.member(&salon, Role::Manager).await;
        let customer = app.customer(&salon).await;
        let tenant = salon.tenant();
        app.execute("UPDATE tenants SET require_two_factor = ? WHERE id = ?", vec![true.into(), tenant.into()]).await;
        // As the setting does when it changes, and another node within its half minute.
        let app = app.node(&[]).await;
        for token in [&salon.token, &member.token] {
            assert_eq!(app.get("/api/services").bearer(token).send().await.refused(403), "TWO_FACTOR_SETUP_REQUIRED");
            assert_eq!(app.get("/api/events").bearer(token).send().await.refused(403), "TWO_FACTOR_SETUP_REQUIRED");
            let me = app.get("/api/auth/me").bearer(token).send().await.data(200);
            assert_eq!(me["twoFactorSetupRequired"], true);
            app.get("/api/auth/sessions").bearer(token).send().await.data(200);
            let status = app.get("/api/auth/2fa/status").bearer(token).send().await.data(200);
            assert_eq!(status["requiredByBusiness"], true);
        }
        app.get("/api/customers/auth/me").bearer(&customer.token).send().await.data(200);
        let login = json!({"email": member.email, "password": PASSWORD});
        let again = app.post("/api/auth/login").json(login).send().await.data(200);
        let token = text(&again["accessToken"]);
        let setup = app.post("/api/auth/2fa/setup").bearer(token).send().await.data(200);
        let code = Authenticator::new(text(&setup["secret"])).code(&app);
        app.post("/api/auth/2fa/verify").bearer(token).json(json!({"code": code})).send().await.data(200);
        app.get("/api/services").bearer(token).send().await.expect(200);
        assert_eq!(app.get("/api/auth/me").bearer(token).send().await.data(200)["twoFactorSetupRequired"], false);
    }

    async fn a_session_that_a_passkey_opened_owes_no_further_factor_here_or_elsewhere(app: App) {
        let (salon, spa) = (app.business("Salon").await, app.business("Spa").await);
        let (own, other) = (salon.tenant(), spa.tenant());
        let sql = "INSERT INTO memberships (tenant_id, user_id, role, created_at, last_used_at) VALUES (?, ?, 'manager', 0, 0)";
        let owner: kernel::Id<kernel::id::User> = kernel::Id::parse(&salon.owner_id).unwrap();
        app.execute(sql, vec![other.into(), owner.into()]).await;
        let switch = async |app: &crate::harness::App, token: &str, to: &str| {
            let body = json!({"tenantId": to});
            app.post("/api/auth/switch").bearer(token).json(body).send().await.data(200)
        };
        app.execute("UPDATE tenants SET require_two_factor = ? WHERE id = ?", vec![true.into(), own.into()]).await;
        let app = app.node(&[]).await;
        assert_eq!(app.get("/api/services").bearer(&salon.token).send().await.refused(403), "TWO_FACTOR_SETUP_REQUIRED");
        // A business that asks for nothing is open all the same.
        let there = switch(&app, &salon.token, &spa.id).await;
        app.get("/api/services").bearer(text(&there["accessToken"])).send().await.data(200);
        let marked = "UPDATE sessions SET two_factors = ? WHERE person_id = ? AND tenant_id = ?";
        app.execute(marked, vec![true.into(), owner.into(), own.into()]).await;
        app.execute("UPDATE tenants SET require_two_factor = ? WHERE id = ?", vec![true.into(), other.into()]).await;
        let app = app.node(&[]).await;
        app.get("/api/services").bearer(&salon.token).send().await.data(200);
        let refused = app.get("/api/services").bearer(text(&there["accessToken"])).send().await;
        assert_eq!(refused.refused(403), "TWO_FACTOR_SETUP_REQUIRED", "each session by how it was opened");
        let there = switch(&app, &salon.token, &spa.id).await;
        app.get("/api/services").bearer(text(&there["accessToken"])).send().await.data(200);
    }
}
