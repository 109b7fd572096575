//! A person's own e-mail address: asked for with a proof, confirmed at the new one, taken back at the old one; by the right
//! person, at the right time, once.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{NEW_PASSWORD, Side, count_mails, last_mail, sides, token_in},
    harness::{App, PASSWORD, Reply, text},
};

const DAY: Duration = Duration::from_secs(24 * 3600);
const NEW: &str = "new@example.com";
const CONFIRM: &str = "Confirm your new e-mail address";
const CHANGED: &str = "Your e-mail address";

async fn ask(app: &App, side: &Side, body: Value) -> Reply {
    let reply = side.ask(app, Method::POST, "email").bearer(&side.token).json(body).send().await;
    app.run_due_jobs().await;
    reply
}

async fn confirm(app: &App, side: &Side, token: &str) -> Reply {
    let reply = side.post(app, "email/confirm", json!({"token": token})).await;
    app.run_due_jobs().await;
    reply
}

async fn restore(app: &App, side: &Side, token: &str) -> Reply {
    side.post(app, "email/restore", json!({"token": token})).await
}

/// Proves the address that somebody has, by the link they got when they signed up.
async fn verify(app: &App, side: &Side) {
    app.run_due_jobs().await;
    let token = token_in(&last_mail(app, &side.email, "Confirm your e-mail address"));
    side.post(app, "verify-email", json!({"token": token})).await.data(200);
}

/// Has an address changed; gives the secret by which the one before takes it back.
async fn changed(app: &App, side: &Side, email: &str) -> String {
    ask(app, side, json!({"email": email})).await.data(200);
    confirm(app, side, &token_in(&last_mail(app, email, CONFIRM))).await.data(200);
    token_in(&last_mail(app, &side.email, CHANGED))
}

async fn email_of(app: &App, side: &Side, token: &str) -> String {
    text(&side.ask(app, Method::GET, "email").bearer(token).send().await.data(200)["email"]).to_owned()
}

async fn login_as(app: &App, side: &Side, email: &str, password: &str) -> Reply {
    side.try_login(app, json!({"email": email, "password": password})).await
}

both_databases! {
    async fn a_link_to_the_new_address_makes_it_ones_own_once(app: App) {
        for side in sides(&app).await {
            verify(&app, &side).await;
            let shown = ask(&app, &side, json!({"email": " New@Example.com "})).await.data(200);
            assert_eq!((&shown["email"], &shown["pending"]["email"]), (&json!(side.email), &json!(NEW)));
            assert_eq!(email_of(&app, &side, &side.token).await, side.email, "nothing has changed yet");
            login_as(&app, &side, NEW, PASSWORD).await.refused(401);
            let mail = last_mail(&app, NEW, CONFIRM);
            assert!(mail.starts_with("Hello,"), "nobody proved yet whose address it is: {mail}");
            let token = token_in(&mail);
            let data = confirm(&app, &side, &token).await.data(200);
            assert_eq!(data["email"], NEW);
            assert_eq!(confirm(&app, &side, &token).await.refused(400), "INVALID_ADDRESS_LINK", "twice");
            let own = side.ask(&app, Method::GET, "email").bearer(&side.token).send().await.data(200);
            assert_eq!(own, json!({"email": NEW, "emailVerified": true, "pending": null}));
            login_as(&app, &side, NEW, PASSWORD).await.data(200);
            login_as(&app, &side, &side.email, PASSWORD).await.refused(401);
            let told = last_mail(&app, &side.email, CHANGED);
            assert!(told.contains(NEW) && told.contains("127.0.0.1") && told.contains("7 days"), "{told}");
        }
    }

    async fn a_link_works_for_a_day_until_another_is_asked_for_or_the_wish_is_dropped(app: App) {
        for which in 0..2 {
            // Anew each time: tokens and links grow old meanwhile.
            let side = sides(&app).await.into_iter().nth(which).unwrap();
            ask(&app, &side, json!({"email": NEW})).await.data(200);
            let first = token_in(&last_mail(&app, NEW, CONFIRM));
            ask(&app, &side, json!({"email": "other@example.com"})).await.data(200);
            assert_eq!(confirm(&app, &side, &first).await.refused(400), "INVALID_ADDRESS_LINK", "overtaken");
            let second = token_in(&last_mail(&app, "other@example.com", CONFIRM));
            let kept = side.ask(&app, Method::DELETE, "email").bearer(&side.token).send().await.data(200);
            assert_eq!(kept["pending"], Value::Null);
            assert_eq!(confirm(&app, &side, &second).await.refused(400), "INVALID_ADDRESS_LINK", "dropped");
            ask(&app, &side, json!({"email": NEW})).await.data(200);
            let third = token_in(&last_mail(&app, NEW, CONFIRM));
            app.advance(DAY);
            assert_eq!(confirm(&app, &side, &third).await.refused(400), "INVALID_ADDRESS_LINK", "late");
            for wrong in ["", "x", &"x".repeat(500)] {
                assert_eq!(confirm(&app, &side, wrong).await.refused(400), "INVALID_ADDRESS_LINK", "{wrong}");
            }
            login_as(&app, &side, &side.email, PASSWORD).await.data(200);
        }
    }

    async fn long_after_the_sign_in_the_password_is_asked_for_with_what_else_is_wrong(app: App) {
        for which in 0..2 {
            // Anew each time: tokens and links grow old meanwhile.
            let side = sides(&app).await.into_iter().nth(which).unwrap();
            let before = count_mails(&app, NEW, CONFIRM);
            app.advance(Duration::from_secs(601));
            assert_eq!(ask(&app, &side, json!({"email": "nobody"})).await.fields(), ["email/INVALID_EMAIL", "password/REQUIRED"]);
            assert_eq!(ask(&app, &side, json!({"email": NEW})).await.fields(), ["password/REQUIRED"]);
            assert_eq!(ask(&app, &side, json!({"email": NEW, "password": "not this one"})).await.fields(), ["password/WRONG"]);
            assert_eq!(count_mails(&app, NEW, CONFIRM), before, "what was not proven wrote to nobody");
            let same = json!({"email": side.email.to_uppercase(), "password": PASSWORD});
            assert_eq!(ask(&app, &side, same).await.fields(), ["email/UNCHANGED"]);
            ask(&app, &side, json!({"email": NEW, "password": PASSWORD})).await.data(200);
            confirm(&app, &side, &token_in(&last_mail(&app, NEW, CONFIRM))).await.data(200);
        }
    }

    async fn who_has_an_address_already_is_not_told_to_who_asks_for_it(app: App) {
        let others = sides(&app).await;
        let [user, mut customer] = sides(&app).await;
        customer.business.clone_from(&others[1].business);
        // A customer of the same business, who signs up for it.
        let sign_up = json!({"email": "second@example.com", "password": PASSWORD, "name": "Second"});
        let data = customer.post(&app, "register", sign_up).await.data(201);
        (customer.email, customer.token) = ("second@example.com".to_owned(), text(&data["accessToken"]).to_owned());
        for (side, other) in [user, customer].iter().zip(&others) {
            let free = ask(&app, side, json!({"email": NEW})).await;
            let known = ask(&app, side, json!({"email": other.email})).await;
            assert_eq!((free.status, &free.body["message"]), (known.status, &known.body["message"]));
            assert_eq!(known.body["data"]["pending"]["email"], json!(other.email), "it reads the same");
            assert_eq!(count_mails(&app, &other.email, CONFIRM), 0, "nobody is bothered by what others ask");
        }
    }

    async fn an_address_that_somebody_took_meanwhile_stays_theirs(app: App) {
        for side in sides(&app).await {
            ask(&app, &side, json!({"email": NEW})).await.data(200);
            let token = token_in(&last_mail(&app, NEW, CONFIRM));
            let sign_up = json!({"email": NEW, "password": NEW_PASSWORD, "name": "Faster"});
            side.post(&app, "register", sign_up).await.data(201);
            assert_eq!(confirm(&app, &side, &token).await.refused(409), "EMAIL_EXISTS");
            assert_eq!(email_of(&app, &side, &side.token).await, side.email);
            login_as(&app, &side, NEW, NEW_PASSWORD).await.data(200);
        }
    }

    async fn links_open_nothing_of_another_kind_or_business(app: App) {
        let [user, customer] = sides(&app).await;
        let elsewhere = app.business("Elsewhere").await;
        for (side, other) in [(&user, &customer), (&customer, &user)] {
            verify(&app, side).await;
            ask(&app, side, json!({"email": NEW})).await.data(200);
            let token = token_in(&last_mail(&app, NEW, CONFIRM));
            assert_eq!(confirm(&app, other, &token).await.refused(400), "INVALID_ADDRESS_LINK");
            for path in ["verify-email", "reset-password"] {
                let body = json!({"token": token, "password": NEW_PASSWORD});
                let body = if path == "verify-email" { json!({"token": token}) } else { body };
                side.post(&app, path, body).await.refused(400);
            }
            if side.business.is_some() {
                let body = json!({"token": token, "inviteCode": elsewhere.invite_code});
                let reply = side.ask(&app, Method::POST, "email/confirm").json(body).send().await;
                assert_eq!(reply.refused(400), "INVALID_ADDRESS_LINK");
            }
            assert_eq!(restore(&app, side, &token).await.refused(400), "INVALID_ADDRESS_LINK");
            confirm(&app, side, &token).await.data(200);
            let undo = token_in(&last_mail(&app, &side.email, CHANGED));
            assert_eq!(restore(&app, other, &undo).await.refused(400), "INVALID_ADDRESS_LINK");
            assert_eq!(confirm(&app, side, &undo).await.refused(400), "INVALID_ADDRESS_LINK");
            restore(&app, side, &undo).await.data(200);
        }
    }

    async fn the_old_address_takes_the_account_back_from_whoever_changed_it(app: App) {
        for side in sides(&app).await {
            verify(&app, &side).await;
            // The intruder settles in: signs in, sets up codes, takes the address, and goes on to a third one.
            let theirs = text(&login_as(&app, &side, &side.email, PASSWORD).await.data(200)["accessToken"]).to_owned();
            side.two_factor(&app).await;
            let undo = changed(&app, &side, NEW).await;
            let third = "third@example.com";
            let body = json!({"email": third});
            side.ask(&app, Method::POST, "email").bearer(&theirs).json(body).send().await.data(200);
            app.run_due_jobs().await;
            confirm(&app, &side, &token_in(&last_mail(&app, third, CONFIRM))).await.data(200);
            let their_undo = token_in(&last_mail(&app, NEW, CHANGED));

            let data = restore(&app, &side, &undo).await.data(200);
            assert_eq!(data["email"], json!(side.email));
            side.me(&app, &side.token).await.refused(401);
            side.me(&app, &theirs).await.refused(401);
            for email in [&side.email, NEW, third] {
                assert_eq!(login_as(&app, &side, email, PASSWORD).await.refused(401), "INVALID_CREDENTIALS", "{email}");
            }
            for spent in [&undo, &their_undo] {
                assert_eq!(restore(&app, &side, spent).await.refused(400), "INVALID_ADDRESS_LINK");
            }
            let reset = json!({"token": data["resetToken"], "password": NEW_PASSWORD});
            side.post(&app, "reset-password", reset).await.data(200);
            // No code is asked for: the one that was set up for the theft is gone with it.
            let back = login_as(&app, &side, &side.email, NEW_PASSWORD).await.data(200);
            if side.business.is_none() {
                let page = app.get("/api/audit?limit=200").bearer(text(&back["accessToken"])).send().await.data(200);
                for action in ["account.email_changed", "account.email_restored", "account.password_reset"] {
                    let entries = page["entries"].as_array().unwrap();
                    assert!(entries.iter().any(|row| row["action"] == action), "{action}: {page:#}");
                }
            }
        }
    }

    async fn a_change_can_be_taken_back_for_seven_days(app: App) {
        for which in 0..2 {
            // Anew each time: tokens and links grow old meanwhile.
            let side = sides(&app).await.into_iter().nth(which).unwrap();
            verify(&app, &side).await;
            let undo = changed(&app, &side, NEW).await;
            app.advance(7 * DAY);
            assert_eq!(restore(&app, &side, &undo).await.refused(400), "INVALID_ADDRESS_LINK");
            login_as(&app, &side, NEW, PASSWORD).await.data(200);
        }
    }

    async fn an_address_that_was_never_proven_is_told_nothing_and_gets_no_way_in(app: App) {
        for side in sides(&app).await {
            ask(&app, &side, json!({"email": NEW})).await.data(200);
            confirm(&app, &side, &token_in(&last_mail(&app, NEW, CONFIRM))).await.data(200);
            assert_eq!(count_mails(&app, &side.email, CHANGED), 0, "it may be a stranger's, mistyped at the sign-up");
            // What was mailed there before opens nothing either.
            let token = token_in(&last_mail(&app, &side.email, "Confirm your e-mail address"));
            side.post(&app, "verify-email", json!({"token": token})).await.refused(400);
        }
    }

    async fn nobody_signs_up_with_an_address_that_can_still_be_taken_back(app: App) {
        let [user, customer] = sides(&app).await;
        verify(&app, &user).await;
        let undo = changed(&app, &user, NEW).await;
        let sign_up = json!({"email": user.email, "password": PASSWORD, "name": "Squatter"});
        assert_eq!(user.post(&app, "register", sign_up).await.refused(409), "EMAIL_EXISTS");
        restore(&app, &user, &undo).await.data(200);

        // At a business a guest may have typed it; who reads its mail has it back.
        verify(&app, &customer).await;
        let undo = changed(&app, &customer, "new-customer@example.com").await;
        customer.post(&app, "guest", json!({"name": "Squatter", "email": customer.email})).await.data(201);
        let data = restore(&app, &customer, &undo).await.data(200);
        assert_eq!(data["email"], json!(customer.email));
        assert_eq!(app.count("SELECT COUNT(*) FROM customers WHERE email = ?", vec![customer.email.clone().into()]).await, 1);
    }

    async fn strangers_get_no_more_than_five_mails_a_day(app: App) {
        for side in sides(&app).await {
            for n in 0..5 {
                ask(&app, &side, json!({"email": format!("stranger-{n}@example.com")})).await.data(200);
            }
            let more = json!({"email": "stranger-6@example.com"});
            assert_eq!(ask(&app, &side, more).await.refused(429), "TOO_MANY_ADDRESS_CHANGES");
        }
    }
}
