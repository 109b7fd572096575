//! Who guesses is locked out, and who is guessed at is not: locks by address, known devices, the record of attempts, news of
//! new devices, and a storm of sign-ins.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{NEW_PASSWORD, Side, count_mails, last_mail, sides},
    harness::{App, Business, PASSWORD, Reply, text},
};

const MINUTE: Duration = Duration::from_secs(60);

async fn guess(app: &App, side: &Side, email: &str) -> Reply {
    side.try_login(app, json!({"email": email, "password": "a wrong guess"})).await
}

/// A lock must answer in this way, and say when it ends.
#[track_caller]
fn check_locked(reply: Reply, seconds: u64) {
    assert_eq!(reply.header("retry-after"), seconds.to_string());
    assert_eq!(reply.refused(423), "ACCOUNT_LOCKED");
}

/// The cookie that names the device, as a browser would send it back.
fn device_cookie(reply: &Reply) -> String {
    let all: Vec<&str> = reply.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let set = all.iter().find(|c| c.contains("device")).unwrap_or_else(|| panic!("no device is named: {all:?}"));
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

both_databases! {
    async fn five_failures_lock_an_address_with_or_without_an_account(app: App) {
        for side in sides(&app).await {
            for email in [side.email.as_str(), "nobody@example.com"] {
                for _ in 0..5 {
                    assert_eq!(guess(&app, &side, email).await.refused(401), "INVALID_CREDENTIALS");
                }
                check_locked(guess(&app, &side, email).await, 900);
            }
            check_locked(side.login(&app, PASSWORD).await, 900);
            app.advance(15 * MINUTE - Duration::from_secs(1));
            check_locked(side.login(&app, PASSWORD).await, 1);
            app.advance(Duration::from_secs(1));
            side.login(&app, PASSWORD).await.data(200);
            // Getting in forgets the failures.
            for _ in 0..4 {
                guess(&app, &side, &side.email).await.refused(401);
            }
            side.login(&app, PASSWORD).await.data(200);
        }
    }

    async fn the_answer_for_a_locked_address_does_not_tell_whether_it_has_an_account(app: App) {
        for side in sides(&app).await {
            let mut said = Vec::new();
            for email in [side.email.as_str(), "nobody@example.com"] {
                let mut answers = Vec::new();
                for _ in 0..6 {
                    let reply = guess(&app, &side, email).await;
                    let body: Value = json!([reply.body["status"], reply.body["code"], reply.body["detail"], reply.body["title"]]);
                    answers.push((body, reply.header("retry-after").to_owned()));
                }
                said.push(answers);
            }
            assert_eq!(said[0], said[1]);
        }
    }

    async fn each_further_lock_lasts_twice_as_long_up_to_a_day(app: App) {
        let [side, _] = sides(&app).await;
        for minutes in [15, 30, 60, 120, 240, 480, 960, 1440, 1440] {
            for _ in 0..5 {
                guess(&app, &side, &side.email).await.refused(401);
            }
            check_locked(side.login(&app, PASSWORD).await, minutes * 60);
            app.advance(u32::try_from(minutes).unwrap() * MINUTE);
        }
        side.login(&app, PASSWORD).await.data(200);
    }

    async fn a_device_that_signed_in_before_passes_the_lock(app: App) {
        for side in sides(&app).await {
            let first = side.login(&app, PASSWORD).await;
            let cookie = device_cookie(&first);
            let device_token = text(&first.body["data"]["deviceToken"]).to_owned();
            for _ in 0..5 {
                guess(&app, &side, &side.email).await.refused(401);
            }
            check_locked(side.login(&app, PASSWORD).await, 900);
            let login = side.named(json!({"email": side.email, "password": PASSWORD}));
            let by_cookie = side.ask(&app, Method::POST, "login").header("cookie", &cookie).json(login.clone()).send().await;
            by_cookie.data(200);
            let mut login = login;
            login["deviceToken"] = json!(device_token);
            side.ask(&app, Method::POST, "login").json(login.clone()).send().await.data(200);
            check_locked(side.login(&app, PASSWORD).await, 900);
            // What is tried on the device itself counts, too.
            login["password"] = json!("a wrong guess");
            for _ in 0..5 {
                side.ask(&app, Method::POST, "login").json(login.clone()).send().await.refused(401);
            }
            login["password"] = json!(PASSWORD);
            check_locked(side.ask(&app, Method::POST, "login").json(login).send().await, 900);
        }
    }

    async fn a_device_is_known_to_its_own_person_only(app: App) {
        let [user, customer] = sides(&app).await;
        let stranger = app.business("Other").await;
        let of_stranger = json!({"email": stranger.email, "password": PASSWORD});
        let stranger = app.post("/api/auth/login").json(of_stranger).send().await.data(200);
        let of_customer = customer.login(&app, PASSWORD).await.data(200);
        for _ in 0..5 {
            guess(&app, &user, &user.email).await.refused(401);
        }
        for token in [&stranger["deviceToken"], &of_customer["deviceToken"], &json!("made up"), &json!("")] {
            let body = json!({"email": user.email, "password": PASSWORD, "deviceToken": token});
            check_locked(user.post(&app, "login", body).await, 900);
        }
    }

    async fn a_reset_lifts_the_lock_and_forgets_the_devices(app: App) {
        for side in sides(&app).await {
            let device = side.login(&app, PASSWORD).await.data(200)["deviceToken"].take();
            for _ in 0..5 {
                guess(&app, &side, &side.email).await.refused(401);
            }
            check_locked(side.login(&app, PASSWORD).await, 900);
            let (link, _) = side.forgot(&app).await;
            side.post(&app, "reset-password", json!({"token": link, "password": NEW_PASSWORD})).await.data(200);
            side.login(&app, NEW_PASSWORD).await.data(200);
            for _ in 0..5 {
                guess(&app, &side, &side.email).await.refused(401);
            }
            let body = json!({"email": side.email, "password": NEW_PASSWORD, "deviceToken": device});
            check_locked(side.post(&app, "login", body).await, 900);
        }
    }

    async fn of_many_guesses_at_once_five_are_answered(app: App) {
        for side in sides(&app).await {
            let all = (0..30).map(|_| guess(&app, &side, &side.email));
            let replies = futures_util::future::join_all(all).await;
            let told = replies.iter().filter(|reply| reply.status.as_u16() == 401).count();
            assert_eq!(told, 5, "{:?}", replies.iter().map(|r| r.status.as_u16()).collect::<Vec<_>>());
            assert!(replies.iter().all(|reply| matches!(reply.status.as_u16(), 401 | 423)));
        }
    }

    async fn lifting_the_rate_limits_lifts_no_lock(app: App) {
        let app = app.node(&[("RATE_LIMIT_DISABLED", "1")]).await;
        let [side, _] = sides(&app).await;
        for _ in 0..5 {
            guess(&app, &side, &side.email).await.refused(401);
        }
        check_locked(side.login(&app, PASSWORD).await, 900);
    }

    async fn every_attempt_is_recorded_for_its_owner_alone(app: App) {
        let [user, customer] = sides(&app).await;
        for side in [&user, &customer] {
            side.login(&app, PASSWORD).await.data(200);
            for _ in 0..6 {
                guess(&app, side, &side.email).await;
            }
            let wrong = ["wrong_password"; 5];
            assert_eq!(side.history(&app, &side.token).await, [&["locked"], &wrong[..], &["signed_in"]].concat());
        }
        let page = user.ask(&app, Method::GET, "login-history?limit=2").bearer(&user.token).send().await.data(200);
        let cursor = text(&page["nextCursor"]);
        let rest = user.ask(&app, Method::GET, &format!("login-history?limit=10&cursor={cursor}")).bearer(&user.token);
        let rest = rest.send().await.data(200);
        assert_eq!(rest["attempts"].as_array().unwrap().len(), 5);
        assert!(rest.get("nextCursor").is_none());
        assert_eq!(rest["attempts"][0]["method"], "password");
        let bad = user.ask(&app, Method::GET, "login-history?cursor=x").bearer(&user.token).send().await;
        assert_eq!(bad.fields(), ["cursor/INVALID_VALUE"]);
    }

    async fn a_flood_of_failures_does_not_push_the_owners_sign_ins_out(app: App) {
        let [user, _] = sides(&app).await;
        user.login(&app, PASSWORD).await.data(200);
        for _ in 0..110 {
            guess(&app, &user, &user.email).await;
        }
        let rows = app.count("SELECT COUNT(*) FROM sign_in_attempts", vec![]).await;
        assert_eq!(rows, 101, "a hundred failures, and the one sign-in");
        let all = user.ask(&app, Method::GET, "login-history?limit=200").bearer(&user.token).send().await.data(200);
        assert_eq!(all["attempts"][100]["outcome"], "signed_in");
    }

    async fn a_sign_in_on_a_new_device_is_told_and_on_a_known_one_is_not(app: App) {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";
        for side in sides(&app).await {
            let login = side.named(json!({"email": side.email, "password": PASSWORD}));
            let on = |agent: &'static str| side.ask(&app, Method::POST, "login").header("user-agent", agent).json(login.clone());
            // The machine of the sign-up is known.
            side.login(&app, PASSWORD).await.data(200);
            app.run_due_jobs().await;
            assert_eq!(count_mails(&app, &side.email, "New sign-in"), 0);
            let first = on(chrome).send().await;
            let cookie = device_cookie(&first);
            app.run_due_jobs().await;
            let mail = last_mail(&app, &side.email, "New sign-in");
            assert!(mail.contains("Chrome on Windows") && mail.contains("forgot-password"), "{mail}");
            // Known again by its name, and by the cookie when it calls itself something else.
            on(chrome).send().await.data(200);
            on("Mozilla/5.0 (Windows NT 10.0; rv:1) Firefox/140").header("cookie", &cookie).send().await.data(200);
            app.run_due_jobs().await;
            assert_eq!(count_mails(&app, &side.email, "New sign-in"), 1);
            let sessions = side.ask(&app, Method::GET, "sessions").bearer(&side.token).send().await.data(200);
            let names: Vec<&str> = sessions["sessions"].as_array().unwrap().iter().map(|s| text(&s["deviceName"])).collect();
            assert!(names.contains(&"Chrome on Windows") && names.contains(&"Firefox on Windows"), "{names:?}");
        }
    }

    async fn a_browser_stays_known_to_each_business_of_its_customer(app: App) {
        let salon = app.business("Salon").await;
        // Where two businesses share a name of a cookie, the later counts; these do not.
        let mut spa = app.business("Spa").await;
        while spa.tenant().uuid().as_bytes()[15] % 32 == salon.tenant().uuid().as_bytes()[15] % 32 {
            spa = app.business("Spa").await;
        }
        let login = async |business: &Business, email: &str, agent: &str, cookies: &str| {
            let body = json!({"inviteCode": business.slug, "email": email, "password": PASSWORD});
            let ask = app.post("/api/customers/auth/login").header("user-agent", agent).header("cookie", cookies);
            let reply = ask.json(body).send().await;
            assert_eq!(reply.status.as_u16(), 200, "{}", reply.body);
            device_cookie(&reply)
        };
        let (at_salon, at_spa) = (app.customer(&salon).await, app.customer(&spa).await);
        let first = login(&salon, &at_salon.email, "Phone", "").await;
        let second = login(&spa, &at_spa.email, "Phone", &first).await;
        assert_ne!(first.split('=').next(), second.split('=').next(), "one does not overwrite the other");
        app.run_due_jobs().await;
        let told = |email: &str| count_mails(&app, email, "New sign-in");
        let before = (told(&at_salon.email), told(&at_spa.email));
        let both = format!("{first}; {second}");
        login(&salon, &at_salon.email, "Phone after its update", &both).await;
        login(&spa, &at_spa.email, "Phone after its update", &both).await;
        app.run_due_jobs().await;
        assert_eq!((told(&at_salon.email), told(&at_spa.email)), before, "known at both");
        login(&salon, &at_salon.email, "Somebody else's", &second).await;
        app.run_due_jobs().await;
        assert_eq!(told(&at_salon.email), before.0 + 1, "what one business gave says nothing at another");
    }

    async fn a_mail_about_the_account_says_when_it_was_by_the_readers_clock(app: App) {
        let [user, customer] = sides(&app).await;
        let zone = json!({"timezone": "Asia/Tokyo"});
        app.put("/api/notifications/preferences").bearer(&customer.token).json(zone).send().await.data(200);
        for side in [&user, &customer] {
            let body = json!({"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD});
            side.ask(&app, Method::PUT, "password").bearer(&side.token).json(body).send().await.data(200);
        }
        let done = app.world().now().to_jiff().unwrap();
        app.advance(Duration::from_secs(5 * 3600));
        app.run_due_jobs().await;
        for (side, zone) in [(&user, "Africa/Nairobi"), (&customer, "Asia/Tokyo")] {
            let at = done.in_tz(zone).unwrap().strftime("%-d %B %Y, %H:%M").to_string();
            let mail = last_mail(&app, &side.email, "Your password");
            assert!(mail.contains(&format!("{at} ({zone})")), "{mail}");
        }
    }

    async fn a_used_up_refresh_token_still_ends_its_session(app: App) {
        for side in sides(&app).await {
            let first = side.login(&app, PASSWORD).await.data(200);
            let old = json!({"refreshToken": first["refreshToken"]});
            let next = side.post(&app, "refresh", old.clone()).await.data(200);
            assert!(next.get("deviceToken").is_none());
            app.advance(Duration::from_secs(61));
            assert_eq!(side.post(&app, "refresh", old).await.refused(401), "INVALID_REFRESH_TOKEN");
            side.me(&app, text(&next["accessToken"])).await.refused(401);
        }
    }

    async fn what_time_made_worthless_is_removed(app: App) {
        for side in sides(&app).await {
            side.forgot(&app).await;
            guess(&app, &side, &side.email).await.refused(401);
            side.two_factor(&app).await;
        }
        app.advance(Duration::from_secs(500 * 24 * 3600));
        people::signin::forget_old(&app.house().platform).await.unwrap();
        for table in ["account_secrets", "reset_codes", "second_factor_steps", "sign_in_locks", "sign_in_attempts", "known_devices", "sessions"] {
            assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await, 0, "{table}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM second_factors", vec![]).await, 2, "what still protects stays");
    }

    async fn alone_a_storm_of_sign_ins_is_bounded_and_the_house_answers_meanwhile(app: App) {
        let [side, _] = sides(&app).await;
        let storm = futures_util::future::join_all((0..200).map(|_| side.login(&app, PASSWORD)));
        let calm = async {
            for _ in 0..50 {
                app.get("/health/live").send().await.expect(200);
            }
        };
        let (replies, ()) = futures_util::join!(storm, calm);
        for reply in replies {
            match reply.status.as_u16() {
                200 => {}
                503 | 429 => assert!(!reply.header("retry-after").is_empty()),
                other => panic!("a sign-in of the storm got {other}"),
            }
        }
        side.login(&app, PASSWORD).await.data(200);
    }
}
