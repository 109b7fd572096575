//! What the tests of accounts share: the same promise is kept for a user and for a customer, through their own routes.

use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::harness::{App, Ask, PASSWORD, Reply, text};

/// A new password that will do.
pub const NEW_PASSWORD: &str = "a rather better horse";

/// Somebody with an account, of one kind or the other.
pub struct Side {
    pub base: &'static str,
    /// Named by customers in every call without a token.
    pub business: Option<String>,
    pub email: String,
    pub token: String,
    pub refresh_token: String,
}

/// A user, and a customer of their business.
pub async fn sides(app: &App) -> [Side; 2] {
    let salon = app.business("Salon").await;
    let cara = app.customer(&salon).await;
    let user = Side {
        base: "/api/auth",
        business: None,
        email: salon.email,
        token: salon.token,
        refresh_token: salon.refresh_token,
    };
    let customer = Side {
        base: "/api/customers/auth",
        business: Some(salon.invite_code),
        email: cara.email,
        token: cara.token,
        refresh_token: cara.refresh_token,
    };
    [user, customer]
}

impl Side {
    pub fn ask(&self, app: &App, method: Method, path: &str) -> Ask {
        app.ask(method, &format!("{}/{path}", self.base))
    }
    /// Without a token, with the business where one is to be named.
    pub async fn post(&self, app: &App, path: &str, body: Value) -> Reply {
        self.ask(app, Method::POST, path).json(self.named(body)).send().await
    }
    pub fn named(&self, mut body: Value) -> Value {
        if let Some(business) = &self.business {
            body["inviteCode"] = json!(business);
        }
        body
    }
    /// With the token of the sign-up.
    pub async fn own(&self, app: &App, path: &str, body: Value) -> Reply {
        self.ask(app, Method::POST, path).bearer(&self.token).json(body).send().await
    }
    pub async fn me(&self, app: &App, token: &str) -> Reply {
        self.ask(app, Method::GET, "me").bearer(token).send().await
    }
    pub async fn login(&self, app: &App, password: &str) -> Reply {
        self.try_login(app, json!({"email": self.email, "password": password})).await
    }
    pub async fn login_with(&self, app: &App, field: &str, code: &str) -> Reply {
        self.try_login(app, json!({"email": self.email, "password": PASSWORD, field: code})).await
    }
    /// An attempt in a millisecond of its own, so that the record of attempts has an order.
    pub async fn try_login(&self, app: &App, body: Value) -> Reply {
        let reply = self.post(app, "login", body).await;
        app.advance(std::time::Duration::from_millis(1));
        reply
    }
    pub async fn change_password(&self, app: &App, current: &str, new: &str) -> Reply {
        let body = json!({"currentPassword": current, "newPassword": new});
        self.ask(app, Method::PUT, "password").bearer(&self.token).json(body).send().await
    }
    /// Asks for a reset; gives the link's secret and the code that were mailed.
    pub async fn forgot(&self, app: &App) -> (String, String) {
        self.post(app, "forgot-password", json!({"email": self.email})).await.data(200);
        app.run_due_jobs().await;
        let mail = last_mail(app, &self.email, "Set a new password");
        let code = mail.split("asked for it: ").nth(1).unwrap()[..6].to_owned();
        (token_in(&mail), code)
    }
    /// The outcomes of the record of attempts, newest first.
    pub async fn history(&self, app: &App, token: &str) -> Vec<String> {
        let mut data = self.ask(app, Method::GET, "login-history").bearer(token).send().await.data(200);
        let attempts = data["attempts"].take();
        attempts.as_array().unwrap().iter().map(|a| text(&a["outcome"]).to_owned()).collect()
    }
    /// Turns the second factor on; gives the authenticator and the backup codes. Time has moved on by a step then.
    pub async fn two_factor(&self, app: &App) -> (Authenticator, Vec<String>) {
        let setup = self.own(app, "2fa/setup", json!({})).await.data(200);
        let authenticator = Authenticator::new(text(&setup["secret"]));
        let code = authenticator.code(app);
        self.own(app, "2fa/verify", json!({"code": code})).await.data(200);
        let codes = setup["backupCodes"].as_array().unwrap().iter().map(|c| text(c).to_owned()).collect();
        app.advance(std::time::Duration::from_secs(30));
        (authenticator, codes)
    }
}

/// The app on somebody's phone.
pub struct Authenticator(Totp);

impl Authenticator {
    pub fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).unwrap().as_bytes().to_vec();
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
        Self(totp.with_secret(secret).with_account_name("x").build().unwrap())
    }
    /// What it shows now.
    pub fn code(&self, app: &App) -> String {
        self.code_at(app, 0)
    }
    /// What it shows when its clock is off by so many seconds.
    pub fn code_at(&self, app: &App, seconds: i64) -> String {
        let now = app.world().now().millis() / 1000 + seconds;
        self.0.generate(u64::try_from(now).unwrap()).to_string()
    }
}

/// The text of the newest mail to an address whose subject begins so.
#[track_caller]
pub fn last_mail(app: &App, email: &str, subject: &str) -> String {
    let mails = app.mailbox().list_for(email);
    let found = mails.iter().rev().find(|mail| mail.subject.starts_with(subject));
    found.unwrap_or_else(|| panic!("no mail {subject:?} for {email}")).text.clone()
}

pub fn count_mails(app: &App, email: &str, subject: &str) -> usize {
    app.mailbox().list_for(email).iter().filter(|mail| mail.subject.starts_with(subject)).count()
}

/// The secret of the link in a mail.
pub fn token_in(mail: &str) -> String {
    mail.split("token=").nth(1).unwrap().split(['\n', '&', ' ', '\r']).next().unwrap().to_owned()
}
