//! `frontdesk demo`: a salon to look around in, and who can sign in there.

use platform::{config::Config, crypto::PasswordParams, telemetry};
use serde_json::json;

use super::{Failure, choose_cryptography, real_world, runtime, say};
use crate::demo::{self, Filled, Login, Outcome, PASSWORD, SLUG};

pub(super) fn demo(if_empty: bool, json: bool) -> Result<(), Failure> {
    let config = Config::from_env()?;
    telemetry::start_logs(&config);
    choose_cryptography();
    let client_url = config.client_url.clone();
    let runtime = runtime(&config)?;
    let filled = runtime.block_on(demo::fill(config, &real_world(), PasswordParams::default(), if_empty))?;
    if json {
        say(&as_json(&filled, &client_url).to_string())?;
        return Ok(());
    }
    match &filled {
        Outcome::Filled(filled) => say(&describe(filled))?,
        Outcome::AlreadyThere => say("The demo salon is there already; nothing was changed.")?,
        Outcome::NotEmpty => {
            say("There is a business already, so no demo was made; nothing was changed.")?;
            return Ok(());
        }
    }
    say(&format!("  storefront  {client_url}/s/{SLUG}"))?;
    say(&format!("  team        {client_url}/sign-in"))?;
    say(&format!("  customers   {client_url}/client/sign-in?business={SLUG}"))?;
    for Login { role, name, email } in demo::logins() {
        say(&format!("  {role:<9} {email:<19} password {PASSWORD}  ({name})"))?;
    }
    Ok(())
}

fn describe(filled: &Filled) -> String {
    let Filled { customers, conversations, messages, appointments } = filled;
    format!(
        "The demo salon is ready: {customers} customers, {appointments} appointments, {messages} messages in \
         {conversations} conversations."
    )
}

fn as_json(outcome: &Outcome, client_url: &str) -> serde_json::Value {
    let word = match outcome {
        Outcome::Filled(_) => "filled",
        Outcome::AlreadyThere => "alreadyThere",
        Outcome::NotEmpty => return json!({ "outcome": "notEmpty" }),
    };
    let login =
        |login: Login| json!({ "role": login.role, "name": login.name, "email": login.email, "password": PASSWORD });
    let logins: Vec<_> = demo::logins().into_iter().map(login).collect();
    json!({ "outcome": word, "storefront": format!("{client_url}/s/{SLUG}"), "logins": logins })
}
