//! A browser comes back from another house with a code. The code is redeemed there, what the house says is kept under a new
//! secret, and the app exchanges that for a session.

use platform::{Result, crypto::same_secret};

use crate::{
    People,
    oidc::{
        error,
        model::{Away, Door, Found},
    },
    passkeys::{Purpose, put_challenge, take_challenge},
};

/// What stands in the address on the way back.
pub(crate) struct Return<'a> {
    pub provider: &'a str,
    pub state: &'a str,
    pub code: Option<String>,
    /// The secret that was kept in the browser.
    pub kept: Option<&'a str>,
}

/// Where to go on, with what.
pub(crate) struct Arrival {
    pub door: Door,
    pub secret: String,
    pub next: Option<String>,
}

pub(crate) async fn come_back(people: &People, back: Return<'_>) -> Result<Arrival> {
    // Somebody else's browser could be led here with a code of their own; it does not hold the secret.
    if !back.kept.is_some_and(|kept| same_secret(kept.as_bytes(), back.state.as_bytes())) {
        return Err(error::refused().into());
    }
    let tx = people.db().begin().await?;
    let away: Option<Away> = take_challenge(people.platform(), &tx, Purpose::AwayAt, back.state).await?;
    tx.commit().await?;
    let away = away.filter(|away| away.provider == back.provider).ok_or_else(error::refused)?;
    let code = back.code.ok_or_else(error::refused)?;
    let provider = people.providers().find(&away.provider)?;
    let claims = people.providers().redeem(provider, code, away.verifier, away.nonce).await?;
    let found = Found {
        door: away.door,
        issuer: provider.issuer().to_owned(),
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified().unwrap_or(false),
        name: claims.name().and_then(|names| names.get(None)).map(|name| name.to_string()),
    };
    let tx = people.db().begin().await?;
    let secret = put_challenge(people.platform(), &tx, Purpose::CameBack, &found).await?;
    tx.commit().await?;
    Ok(Arrival { door: found.door, secret, next: away.next })
}
