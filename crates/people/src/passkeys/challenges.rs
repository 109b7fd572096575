//! What a browser was asked and has not answered yet. Its key is a secret that the browser holds, stored as a digest; what is
//! remembered is sealed. A challenge leaves the table with the answer that uses it, so it works once, whoever else tries at
//! the same moment and on whichever node.

use platform::{Fault, Platform, Result, Tx, crypto, crypto::tokens::TOKEN_CHARS_MAX, db::statement};
use sea_orm::ConnectionTrait;
use serde::{Serialize, de::DeserializeOwned};

use super::rules::CHALLENGE_LIFETIME;

/// What the answer is to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// That a device of a signed-in person holds a new key.
    AddPasskey,
    /// Who somebody is.
    SignIn,
    /// That a browser comes back from the house that it was sent to.
    AwayAt,
    /// That it is the same one to which something was said of who came.
    CameBack,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AddPasskey => "add_passkey",
            Self::SignIn => "sign_in",
            Self::AwayAt => "away_at",
            Self::CameBack => "came_back",
        }
    }
}

/// Stores a challenge and gives the secret that takes it out again.
pub(crate) async fn put_challenge<T: Serialize>(
    platform: &Platform,
    tx: &Tx,
    purpose: Purpose,
    state: &T,
) -> Result<String> {
    let key = platform.crypto().random_token();
    let state = serde_json::to_vec(state).map_err(|e| Fault::internal("writing a challenge", e))?;
    let sealed = platform.crypto().sealer().seal(&state, purpose.as_str().as_bytes());
    let sealed = sealed.map_err(|e| Fault::internal("sealing a challenge", e))?;
    tx.execute(
        "INSERT INTO challenges (digest, purpose, state, expires_at) VALUES (?, ?, ?, ?)",
        vec![
            key.digest.to_vec().into(),
            purpose.as_str().into(),
            sealed.into(),
            tx.now().plus(CHALLENGE_LIFETIME).into(),
        ],
    )
    .await?;
    Ok(key.plain)
}

/// Takes a challenge that was put for this purpose and is still good.
pub(crate) async fn take_challenge<T: DeserializeOwned>(
    platform: &Platform,
    tx: &Tx,
    purpose: Purpose,
    key: &str,
) -> Result<Option<T>> {
    if key.len() > TOKEN_CHARS_MAX {
        return Ok(None);
    }
    let sql = "DELETE FROM challenges WHERE digest = ? AND purpose = ? AND expires_at > ? RETURNING state";
    let values = vec![crypto::digest(key).to_vec().into(), purpose.as_str().into(), tx.now().into()];
    let Some(row) = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await? else { return Ok(None) };
    let sealed: Vec<u8> = row.try_get("", "state")?;
    let state = platform.crypto().sealer().open(&sealed, purpose.as_str().as_bytes());
    let state = state.map_err(|e| Fault::internal("opening a challenge", e))?;
    serde_json::from_slice(&state).map(Some).map_err(|e| Fault::internal("reading a challenge", e))
}
