//! Signing in with an account at another house, against one that speaks the protocol on loopback. The tests are the browser:
//! they follow each redirect and keep the cookie.

use std::sync::Arc;

use http::StatusCode;
use sea_orm::Value as Sql;
use serde_json::json;
use simulators::{
    Issuer, Lie, Visitor,
    oidc::{CLIENT_ID, CLIENT_SECRET},
};

use crate::harness::{App, Business, Reply};

const START: &str = "/api/auth/oidc/oidc/start?next=/dashboard/team";

/// A node that knows one other house, and the house.
async fn with_house(app: &App) -> (App, Issuer) {
    let world = app.world().clone();
    let house = Issuer::start(Arc::new(move || world.now().millis())).await.unwrap();
    let issuer = house.issuer();
    let settings = [
        ("OIDC_ISSUER", issuer.as_str()),
        ("OIDC_CLIENT_ID", CLIENT_ID),
        ("OIDC_CLIENT_SECRET", CLIENT_SECRET),
        ("OIDC_NAME", "Our directory"),
    ];
    (app.node(&settings).await, house)
}

fn visitor(email: &str) -> Visitor {
    let (subject, name) = (format!("subject of {email}"), Some("Olive at the other house".to_owned()));
    Visitor { subject, email: Some(email.to_owned()), email_verified: true, name }
}

/// The owner's address, as if it had been confirmed.
async fn confirm(app: &App, business: &Business) {
    let sql = "UPDATE users SET email_verified_at = 1 WHERE email = ?";
    app.execute(sql, vec![Sql::from(business.email.clone())]).await;
}

fn location(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    reply.header("location").to_owned()
}

fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

/// Where the other house sends the browser back to, as a path of ours.
#[allow(clippy::disallowed_methods, reason = "the test is a browser that follows each redirect by hand")]
async fn walk(to: &str) -> String {
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let back = browser.get(to).send().await.unwrap();
    assert_eq!(back.status(), 302);
    let back = back.headers()["location"].to_str().unwrap().to_owned();
    back[back.find("/api/").unwrap()..].to_owned()
}

/// The whole way there and back; where the app lands.
async fn travel(app: &App, start: &str) -> String {
    let left = app.get(start).send().await;
    let back = walk(&location(&left)).await;
    location(&app.get(&back).header("cookie", &cookie(&left)).send().await)
}

/// The code in the fragment of where the app landed.
fn code(landed: &str) -> String {
    let (page, fragment) = landed.split_once('#').unwrap_or_else(|| panic!("{landed}"));
    assert!(page.ends_with("/sign-in/done"), "{landed}");
    fragment.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap().to_owned()
}

async fn finish(app: &App, code: &str) -> Reply {
    app.post("/api/auth/oidc/finish").json(json!({"code": code})).send().await
}

async fn finish_customer(app: &App, salon: &Business, code: &str) -> Reply {
    let body = json!({"code": code, "inviteCode": salon.invite_code});
    app.post("/api/customers/auth/oidc/finish").json(body).send().await
}

both_databases! {
    async fn a_house_is_offered_only_when_the_operator_registered_with_it(app: App) {
        let none = app.get("/api/auth/oidc/providers").send().await.data(200);
        assert_eq!(none, json!({"providers": []}));
        assert_eq!(app.get(START).send().await.refused(404), "NOT_FOUND");
        let (app, _house) = with_house(&app).await;
        let one = app.get("/api/auth/oidc/providers").send().await.data(200);
        assert_eq!(one, json!({"providers": [{"id": "oidc", "name": "Our directory"}]}));
    }

    async fn an_owner_known_by_a_confirmed_address_signs_in_and_is_known_from_then_on(app: App) {
        let (app, house) = with_house(&app).await;
        let salon = app.business("Salon").await;
        confirm(&app, &salon).await;
        house.visit(Some(visitor(&salon.email)));
        let landed = travel(&app, START).await;
        assert!(landed.contains("next=%2Fdashboard%2Fteam"), "{landed}");
        let code = code(&landed);
        let data = finish(&app, &code).await.data(200);
        assert_eq!((&data["user"]["id"], &data["team"]["id"]), (&json!(salon.owner_id), &json!(salon.id)));
        assert_eq!(finish(&app, &code).await.refused(401), "INVALID_SIGN_IN", "it works once");
        // The other house calls the account the same, whatever its address is by now.
        house.visit(Some(Visitor { email: Some("new@example.com".into()), ..visitor(&salon.email) }));
        let again = finish(&app, &self::code(&travel(&app, START).await)).await.data(200);
        assert_eq!(again["user"]["id"], salon.owner_id.as_str());
    }

    async fn an_address_that_either_house_has_not_made_sure_of_opens_nothing(app: App) {
        let (app, house) = with_house(&app).await;
        let salon = app.business("Salon").await;
        house.visit(Some(visitor(&salon.email)));
        let unconfirmed = code(&travel(&app, START).await);
        assert_eq!(finish(&app, &unconfirmed).await.refused(403), "ADDRESS_NOT_CONFIRMED");
        confirm(&app, &salon).await;
        assert_eq!(finish(&app, &unconfirmed).await.data(200)["user"]["id"], salon.owner_id.as_str(), "nothing was used up");
        let other = app.business("Other").await;
        confirm(&app, &other).await;
        for (email, verified, refusal) in [
            (Some(other.email.clone()), false, "EMAIL_NOT_VERIFIED"),
            (None, true, "EMAIL_NOT_VERIFIED"),
            (Some("nobody@example.com".to_owned()), true, "NO_ACCOUNT"),
        ] {
            house.visit(Some(Visitor { subject: "new".into(), email: email.clone(), email_verified: verified, name: None }));
            let refused = finish(&app, &code(&travel(&app, START).await)).await.refused(403);
            assert_eq!(refused, refusal, "{email:?} {verified}");
        }
    }

    async fn a_word_that_is_not_right_is_not_believed(app: App) {
        let (app, house) = with_house(&app).await;
        let salon = app.business("Salon").await;
        confirm(&app, &salon).await;
        house.visit(Some(visitor(&salon.email)));
        for lie in [Lie::OtherNonce, Lie::OtherAudience, Lie::OtherIssuer, Lie::Expired, Lie::OtherKey, Lie::Unsigned, Lie::Silence] {
            house.lie(Some(lie));
            let landed = travel(&app, START).await;
            assert!(landed.ends_with("/sign-in?problem=INVALID_SIGN_IN"), "{lie:?}: {landed}");
        }
        house.lie(None);
        assert_eq!(finish(&app, &code(&travel(&app, START).await)).await.data(200)["user"]["id"], salon.owner_id.as_str());
    }

    async fn only_the_browser_that_left_comes_back_and_only_once(app: App) {
        let (app, house) = with_house(&app).await;
        let salon = app.business("Salon").await;
        confirm(&app, &salon).await;
        house.visit(Some(visitor(&salon.email)));
        let (mine, theirs) = (app.get(START).send().await, app.get(START).send().await);
        let back = walk(&location(&mine)).await;
        for kept in [String::new(), cookie(&theirs), "fd_away=".to_owned()] {
            let landed = location(&app.get(&back).header("cookie", &kept).send().await);
            assert!(landed.ends_with("problem=INVALID_SIGN_IN"), "{landed}");
        }
        let landed = location(&app.get(&back).header("cookie", &cookie(&mine)).send().await);
        assert!(landed.contains("#code="), "{landed}");
        let again = location(&app.get(&back).header("cookie", &cookie(&mine)).send().await);
        assert!(again.ends_with("problem=INVALID_SIGN_IN"), "{again}");
        house.visit(None);
        let landed = travel(&app, START).await;
        assert!(landed.ends_with("problem=INVALID_SIGN_IN"), "whoever says no there is not let in here: {landed}");
        assert_eq!(finish(&app, "made up").await.refused(401), "INVALID_SIGN_IN");
    }

    async fn a_house_that_is_away_is_said_to_be(app: App) {
        let (app, house) = with_house(&app).await;
        drop(house);
        let landed = location(&app.get(START).send().await);
        assert!(landed.ends_with("/sign-in?problem=PROVIDER_UNAVAILABLE"), "{landed}");
    }

    async fn a_customer_comes_in_by_another_house_as_new_or_as_known(app: App) {
        let (app, house) = with_house(&app).await;
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let start = format!("/api/customers/auth/oidc/oidc/start?inviteCode={}", salon.invite_code);
        house.visit(Some(visitor("njeri@example.com")));
        let new = code(&travel(&app, &start).await);
        assert_eq!(finish_customer(&app, &other, &new).await.refused(401), "INVALID_SIGN_IN", "another business's door");
        assert_eq!(finish(&app, &new).await.refused(401), "INVALID_SIGN_IN", "the business side's door");
        let data = finish_customer(&app, &salon, &new).await.data(200);
        assert_eq!((&data["customer"]["email"], &data["customer"]["name"]), (&json!("njeri@example.com"), &json!("Olive at the other house")));
        let again = finish_customer(&app, &salon, &code(&travel(&app, &start).await)).await.data(200);
        assert_eq!(again["customer"]["id"], data["customer"]["id"]);
        // Whoever signed up here with a password never confirmed the address: it may be somebody else.
        let squatter = app.customer(&salon).await;
        house.visit(Some(visitor(&squatter.email)));
        let refused = finish_customer(&app, &salon, &code(&travel(&app, &start).await)).await.refused(403);
        assert_eq!(refused, "ADDRESS_NOT_CONFIRMED");
        app.run_due_jobs().await;
    }

    async fn a_second_factor_is_asked_for_after_another_house_too(app: App) {
        let (app, house) = with_house(&app).await;
        let salon = app.business("Salon").await;
        confirm(&app, &salon).await;
        app.execute("UPDATE users SET two_factor_enabled_at = 1 WHERE email = ?", vec![Sql::from(salon.email.clone())]).await;
        house.visit(Some(visitor(&salon.email)));
        let code = code(&travel(&app, START).await);
        assert_eq!(finish(&app, &code).await.refused(401), "TWO_FACTOR_REQUIRED");
        let guess = json!({"code": code, "twoFactorCode": "000000"});
        let refused = app.post("/api/auth/oidc/finish").json(guess).send().await;
        assert_eq!(refused.refused(401), "INVALID_TWO_FACTOR_CODE");
    }
}
