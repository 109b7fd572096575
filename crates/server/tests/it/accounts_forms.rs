//! What somebody fills in about their account: one answer names all that is wrong, for users and customers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    accounts::{NEW_PASSWORD, sides},
    harness::{PASSWORD, Reply},
};

/// `field/CODE` of what was refused, by name.
#[track_caller]
fn sorted(reply: Reply) -> Vec<String> {
    let mut fields = reply.fields();
    fields.sort();
    fields
}

both_databases! {
    async fn what_is_missing_and_what_is_wrong_is_named_together(app: App) {
        let salon = app.business("Salon").await;
        let post = async |path: &str, body: Value| sorted(app.post(path).json(body).send().await);
        let user = json!({"email": "nobody", "timezone": "Mars", "country": "Atlantis", "phone": 7, "shoeSize": 43});
        assert_eq!(post("/api/auth/register", user).await, ["country/INVALID_COUNTRY", "email/INVALID_EMAIL", "password/REQUIRED",
            "phone/INVALID_VALUE", "shoeSize/UNKNOWN_FIELD", "timezone/INVALID_TIMEZONE"]);
        let customer = json!({"inviteCode": salon.invite_code, "email": "nobody", "password": "short", "phone": "12"});
        assert_eq!(post("/api/customers/auth/register", customer.clone()).await,
            ["email/INVALID_EMAIL", "name/REQUIRED", "password/TOO_SHORT", "phone/INVALID_PHONE"]);
        let mut nowhere = customer;
        nowhere.as_object_mut().unwrap().remove("inviteCode");
        assert_eq!(post("/api/customers/auth/register", nowhere).await,
            ["email/INVALID_EMAIL", "inviteCode/REQUIRED", "name/REQUIRED", "password/TOO_SHORT"]);
        let guest = json!({"inviteCode": salon.invite_code, "email": "nobody", "age": 3});
        assert_eq!(post("/api/customers/auth/guest", guest).await, ["age/UNKNOWN_FIELD", "email/INVALID_EMAIL", "name/REQUIRED"]);
        for base in ["/api/auth", "/api/customers/auth"] {
            let reset = json!({"password": "short", "token": 7, "extra": true});
            assert_eq!(post(&format!("{base}/reset-password"), reset).await,
                ["extra/UNKNOWN_FIELD", "password/TOO_SHORT", "token/INVALID_VALUE"]);
        }
        // Nothing of all that was kept.
        assert_eq!(app.count("SELECT COUNT(*) FROM customers", vec![]).await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM users", vec![]).await, 1);
    }

    async fn forms_of_whoever_is_signed_in_name_everything_too(app: App) {
        for side in sides(&app).await {
            let change = async |method: Method, path: &str, body: Value| {
                sorted(side.ask(&app, method, path).bearer(&side.token).json(body).send().await)
            };
            assert_eq!(change(Method::PUT, "password", json!({"newPassword": "short"})).await,
                ["currentPassword/REQUIRED", "newPassword/TOO_SHORT"]);
            assert_eq!(change(Method::PUT, "password", json!({"newPassword": "short", "oldPassword": "x"})).await,
                ["currentPassword/REQUIRED", "newPassword/TOO_SHORT", "oldPassword/UNKNOWN_FIELD"]);
            assert_eq!(change(Method::PATCH, "me", json!({"name": " ", "phone": 7, "mail": "x"})).await,
                ["mail/UNKNOWN_FIELD", "name/INVALID_NAME", "phone/INVALID_VALUE"]);
            side.two_factor(&app).await;
            for path in ["2fa/disable", "2fa/backup-codes"] {
                assert_eq!(change(Method::POST, path, json!({})).await, ["code/REQUIRED", "password/REQUIRED"], "{path}");
            }
        }
        let salon = app.business("Other").await;
        let invite = app.post("/api/team/invitations").bearer(&salon.token).json(json!({"email": "nobody"})).send().await;
        assert_eq!(sorted(invite), ["email/INVALID_EMAIL", "role/REQUIRED"]);
        let invite = json!({"email": "nobody", "role": "king"});
        let invite = app.post("/api/team/invitations").bearer(&salon.token).json(invite).send().await;
        assert_eq!(sorted(invite), ["email/INVALID_EMAIL", "role/INVALID_VALUE"]);
    }

    async fn the_current_password_is_no_new_one(app: App) {
        for side in sides(&app).await {
            assert_eq!(side.change_password(&app, PASSWORD, PASSWORD).await.fields(), ["newPassword/UNCHANGED"]);
            // Who does not know the password learns nothing about it.
            assert_eq!(side.change_password(&app, NEW_PASSWORD, NEW_PASSWORD).await.fields(), ["newPassword/UNCHANGED"]);
            side.login(&app, PASSWORD).await.data(200);
            // Nor does who reads somebody's mail: a reset does not tell which password there was.
            let (link, _) = side.forgot(&app).await;
            side.post(&app, "reset-password", json!({"token": link, "password": PASSWORD})).await.data(200);
        }
    }

    async fn a_body_that_is_not_called_json_is_refused_and_one_without_a_name_too(app: App) {
        let salon = app.business("Salon").await;
        let login = json!({"email": salon.email, "password": PASSWORD}).to_string();
        for path in ["/api/auth/login", "/api/customers/auth/login", "/api/auth/forgot-password"] {
            assert_eq!(app.post(path).untyped(login.clone()).send().await.refused(415), "UNSUPPORTED_MEDIA_TYPE", "{path}");
            let form = app.post(path).raw("application/x-www-form-urlencoded", "email=a").send().await;
            assert_eq!(form.refused(415), "UNSUPPORTED_MEDIA_TYPE", "{path}");
            assert_eq!(app.post(path).send().await.refused(400), "INVALID_BODY", "{path}: nothing was sent");
        }
        app.post("/api/auth/login").raw_json(login).send().await.data(200);
    }
}
