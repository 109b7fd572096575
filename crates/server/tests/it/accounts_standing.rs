//! Who may go on: a business keeps an owner who can sign in, a closed one says so, and people look after their own profile.

use kernel::{Id, Role, id};
use serde_json::{Value, json};

use crate::{
    accounts::Authenticator,
    harness::{App, Business, Member, PASSWORD, Reply, text},
};

async fn set_role(app: &App, token: &str, user: &str, role: &str) -> Reply {
    app.put(&format!("/api/team/{user}")).bearer(token).json(json!({"role": role})).send().await
}

async fn remove(app: &App, token: &str, user: &str) -> Reply {
    app.delete(&format!("/api/team/{user}")).bearer(token).send().await
}

/// What an operator does to an account, as far as its row goes.
async fn set_closed(app: &App, member: &Member, closed: bool) {
    let user: Id<id::User> = Id::parse(&member.id).unwrap();
    let at = closed.then(|| app.world().now());
    app.execute("UPDATE users SET suspended_at = ? WHERE id = ?", vec![at.into(), user.into()]).await;
}

async fn set_business_closed(app: &App, business: &Business, reason: Option<&str>) {
    let at = reason.map(|_| app.world().now());
    let sql = "UPDATE tenants SET suspended_at = ?, suspended_reason = ? WHERE id = ?";
    app.execute(sql, vec![at.into(), reason.into(), business.tenant().into()]).await;
}

async fn change_me(app: &App, token: &str, body: Value) -> Reply {
    app.patch("/api/auth/me").bearer(token).json(body).send().await
}

both_databases! {
    async fn whoever_belongs_to_no_business_any_more_starts_one_of_their_own(app: App) {
        let salon = app.business("Salon").await;
        let mia = app.member(&salon, Role::Staff).await;
        let start = async |body: Value| {
            let mut sent = json!({"email": mia.email, "password": PASSWORD, "businessName": "Mia's", "country": "UG"});
            sent.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            app.post("/api/auth/businesses").json(sent).send().await
        };
        assert_eq!(start(json!({})).await.refused(409), "HAS_BUSINESS");
        let setup = app.post("/api/auth/2fa/setup").bearer(&mia.token).send().await.data(200);
        let phone = Authenticator::new(text(&setup["secret"]));
        let body = json!({"code": phone.code(&app)});
        app.post("/api/auth/2fa/verify").bearer(&mia.token).json(body).send().await.data(200);
        remove(&app, &salon.token, &mia.id).await.data(200);
        app.advance(std::time::Duration::from_secs(30));
        let before = app.count("SELECT COUNT(*) FROM tenants", vec![]).await;
        let mut wrong = start(json!({"businessName": " ", "timezone": "Mars", "shoeSize": 43})).await.fields();
        wrong.sort();
        assert_eq!(wrong, ["businessName/INVALID_NAME", "shoeSize/UNKNOWN_FIELD", "timezone/INVALID_TIMEZONE"]);
        assert_eq!(start(json!({"password": "not this one"})).await.refused(401), "INVALID_CREDENTIALS");
        assert_eq!(start(json!({"email": "nobody@example.com"})).await.refused(401), "INVALID_CREDENTIALS");
        assert_eq!(start(json!({})).await.refused(401), "TWO_FACTOR_REQUIRED");
        assert_eq!(start(json!({"code": "000000"})).await.refused(401), "INVALID_TWO_FACTOR_CODE");
        assert_eq!(app.count("SELECT COUNT(*) FROM tenants", vec![]).await, before, "what was refused founded nothing");
        let code = phone.code(&app);
        let data = start(json!({"code": code})).await.data(201);
        assert_eq!((&data["team"]["name"], &data["team"]["role"]), (&json!("Mia's"), &json!("owner")));
        let token = text(&data["accessToken"]);
        let settings = app.get("/api/settings/business").bearer(token).send().await.data(200);
        assert_eq!((&settings["country"], &settings["currency"]), (&json!("UG"), &json!("UGX")));
        assert!(!app.get("/api/providers").bearer(token).send().await.data(200).as_array().unwrap().is_empty());
        app.advance(std::time::Duration::from_secs(30));
        assert_eq!(start(json!({"code": phone.code(&app)})).await.refused(409), "HAS_BUSINESS");
        let login = json!({"email": mia.email, "password": PASSWORD, "code": phone.code(&app)});
        assert_eq!(app.post("/api/auth/login").json(login).send().await.data(200)["team"]["name"], "Mia's");
    }

    async fn an_invitation_that_is_worth_nothing_any_more_is_shown_as_that(app: App) {
        let salon = app.business("Salon").await;
        let (leaves, sinks) = (app.member(&salon, Role::Admin).await, app.member(&salon, Role::Admin).await);
        let invite = async |token: &str, email: &str, role: &str| {
            let body = json!({"email": email, "role": role});
            app.post("/api/team/invitations").bearer(token).json(body).send().await.data(201)["invitation"].take()
        };
        assert_eq!(invite(&salon.token, "a@example.com", "staff").await["state"], "open");
        invite(&leaves.token, "b@example.com", "staff").await;
        let of_sinking = invite(&sinks.token, "c@example.com", "admin").await;
        let states = async || -> Vec<String> {
            let team = app.get("/api/team").bearer(&salon.token).send().await.data(200);
            let invitations = team["invitations"].as_array().unwrap();
            let mut of: Vec<_> = invitations.iter().map(|i| format!("{} {}", text(&i["email"]), text(&i["state"]))).collect();
            of.sort();
            of
        };
        assert_eq!(states().await, ["a@example.com open", "b@example.com open", "c@example.com open"]);
        remove(&app, &salon.token, &leaves.id).await.data(200);
        set_role(&app, &salon.token, &sinks.id, "manager").await.data(200);
        assert_eq!(states().await, ["a@example.com open", "b@example.com inviter_gone", "c@example.com inviter_gone"]);
        let resend = format!("/api/team/invitations/{}/resend", text(&of_sinking["id"]));
        let again = app.post(&resend).bearer(&salon.token).send().await.data(200);
        assert_eq!(again["invitation"]["state"], "open", "it is sent in another name now");
        assert_eq!(states().await[2], "c@example.com open");
        app.advance(std::time::Duration::from_secs(7 * 24 * 3600));
        let login = json!({"email": salon.email, "password": PASSWORD});
        let data = app.post("/api/auth/login").json(login).send().await.data(200);
        let team = app.get("/api/team").bearer(text(&data["accessToken"])).send().await.data(200);
        assert!(team["invitations"].as_array().unwrap().iter().all(|i| i["state"] == "expired"), "{team:#}");
    }

    async fn the_last_owner_who_can_sign_in_stays(app: App) {
        let salon = app.business("Salon").await;
        let second = app.member(&salon, Role::Admin).await;
        set_role(&app, &salon.token, &second.id, "owner").await.data(200);
        set_closed(&app, &second, true).await;
        assert_eq!(remove(&app, &salon.token, &salon.owner_id).await.refused(409), "LAST_OWNER");
        assert_eq!(set_role(&app, &salon.token, &salon.owner_id, "admin").await.refused(409), "LAST_OWNER");
        let handed = json!({"userId": second.id, "password": PASSWORD});
        let handed = app.post("/api/team/transfer").bearer(&salon.token).json(handed).send().await;
        assert_eq!(handed.fields(), ["userId/INVALID_VALUE"]);
        set_closed(&app, &second, false).await;
        set_role(&app, &salon.token, &salon.owner_id, "admin").await.data(200);
    }

    async fn an_owner_whose_account_is_closed_can_be_removed(app: App) {
        let salon = app.business("Salon").await;
        let second = app.member(&salon, Role::Admin).await;
        set_role(&app, &salon.token, &second.id, "owner").await.data(200);
        set_closed(&app, &second, true).await;
        remove(&app, &salon.token, &second.id).await.data(200);
    }

    async fn a_session_of_a_closed_business_is_told_so_and_goes_on_once_it_is_open(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let refresh = |base: &str, token: &str| app.post(&format!("{base}/refresh")).json(json!({"refreshToken": token})).send();
        set_business_closed(&app, &salon, Some("unpaid")).await;
        let told = refresh("/api/auth", &salon.refresh_token).await;
        assert!(text(&told.body["detail"]).contains("They say: unpaid"), "{}", told.body);
        assert_eq!(told.refused(403), "BUSINESS_SUSPENDED");
        let told = refresh("/api/customers/auth", &cara.refresh_token).await;
        assert!(!text(&told.body["detail"]).contains("unpaid"), "why is for the team: {}", told.body);
        assert_eq!(told.refused(403), "BUSINESS_SUSPENDED");
        // Whoever holds no good token learns nothing of it.
        assert_eq!(refresh("/api/auth", "made up").await.refused(401), "INVALID_REFRESH_TOKEN");
        set_business_closed(&app, &salon, None).await;
        refresh("/api/auth", &salon.refresh_token).await.data(200);
        refresh("/api/customers/auth", &cara.refresh_token).await.data(200);
    }

    async fn whoever_left_is_not_told_about_the_business(app: App) {
        let salon = app.business("Salon").await;
        let login = json!({"email": app.member(&salon, Role::Staff).await.email, "password": PASSWORD});
        let mia = app.post("/api/auth/login").json(login).send().await.data(200);
        let user: Id<id::User> = Id::parse(text(&mia["user"]["id"])).unwrap();
        app.execute("DELETE FROM memberships WHERE user_id = ?", vec![user.into()]).await;
        set_business_closed(&app, &salon, Some("unpaid")).await;
        let told = app.post("/api/auth/refresh").json(json!({"refreshToken": mia["refreshToken"]})).send().await;
        assert_eq!(told.refused(401), "INVALID_REFRESH_TOKEN");
    }

    async fn members_look_after_their_own_name_and_number(app: App) {
        let salon = app.business("Salon").await;
        let mia = app.member(&salon, Role::Staff).await;
        let me = async || app.get("/api/auth/me").bearer(&mia.token).send().await.data(200)["user"].take();
        let changed = change_me(&app, &mia.token, json!({"phone": "0712 345678"})).await.data(200);
        assert_eq!(changed["user"]["phone"], "+254712345678", "a number is read as the business's country writes it");
        let name = changed["user"]["name"].clone();
        assert_eq!((&me().await["phone"], &me().await["name"]), (&changed["user"]["phone"], &name));
        assert_eq!(change_me(&app, &mia.token, json!({"name": " ", "phone": "12"})).await.fields(), ["name/INVALID_NAME", "phone/INVALID_PHONE"]);
        assert_eq!(change_me(&app, &mia.token, json!({"email": "x@example.com"})).await.fields(), ["email/UNKNOWN_FIELD"]);
        assert_eq!(change_me(&app, &mia.token, json!({"name": "Mia New"})).await.data(200)["user"]["phone"], "+254712345678");
        assert_eq!(me().await["name"], "Mia New");
        app.advance(std::time::Duration::from_secs(1));
        assert_eq!(change_me(&app, &mia.token, json!({"phone": null})).await.data(200)["user"]["phone"], Value::Null);
        let line = app.get("/api/audit?action=user.profile_changed").bearer(&salon.token).send().await.data(200);
        assert_eq!(line["entries"][0]["before"], json!({"phone": "+254712345678"}), "{line:#}");
        let cara = app.customer(&salon).await;
        assert_eq!(change_me(&app, &cara.token, json!({"phone": null})).await.refused(401), "UNAUTHORIZED");
    }
}
