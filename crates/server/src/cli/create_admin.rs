//! `frontdesk create-admin`: makes somebody an operator of this installation.

use people::{
    People,
    operator::{Appointed, appoint},
};
use platform::{config::Config, crypto::PasswordParams, telemetry};
use serde_json::json;

use super::{Failure, choose_cryptography, real_world, runtime, say};
use crate::{compose, folder, wiring};

/// Length of a password that is made here.
const PASSWORD_CHARS: usize = 20;

/// Who, and how it is said.
pub(super) struct CreateAdmin {
    pub email: String,
    pub name: String,
    pub password: Option<String>,
    pub json: bool,
}

pub(super) fn create_admin(wish: CreateAdmin) -> Result<(), Failure> {
    let config = Config::from_env()?;
    telemetry::start_logs(&config);
    choose_cryptography();
    let (appointed, password) = runtime(&config)?.block_on(async {
        folder::prepare(&config)?;
        let platform = compose::open_platform(config, real_world(), PasswordParams::default()).await?;
        compose::migrate(platform.db()).await?;
        let made = || platform.crypto().random_token().plain.chars().take(PASSWORD_CHARS).collect();
        let password: String = wish.password.clone().unwrap_or_else(made);
        let people = People::new(platform.clone(), wiring::ports_of_people(platform.db()));
        let appointed = appoint(&people, &wish.email, &wish.name, &password).await?;
        platform.db().close().await?;
        Ok::<_, Failure>((appointed, password))
    })?;
    let is_new = appointed == Appointed::New;
    if wish.json {
        let password = is_new.then_some(&password);
        say(&json!({ "email": wish.email, "created": is_new, "password": password }).to_string())?;
    } else if is_new {
        say(&format!("{} is an operator now and signs in with password {password}", wish.email))?;
    } else {
        say(&format!("{} had an account and is an operator now; the password stays as it was.", wish.email))?;
    }
    Ok(())
}
