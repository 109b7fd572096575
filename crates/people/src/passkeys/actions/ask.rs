//! Somebody wants to sign in with a passkey. Nothing is asked about who they are, so nothing about who is known here can be
//! learnt: the device shows whom it holds keys of.

use platform::{Fault, Result};

use crate::{
    People,
    passkeys::{Purpose, model::Asked, put_challenge},
};

pub(crate) async fn ask_who(people: &People) -> Result<Asked> {
    let party = people.relying_party().check()?;
    let (options, ceremony) =
        party.start_discoverable_authentication().map_err(|e| Fault::internal("asking for a passkey", e))?;
    let public_key =
        serde_json::to_value(options.public_key).map_err(|e| Fault::internal("writing passkey options", e))?;
    let tx = people.db().begin().await?;
    let challenge_id = put_challenge(people.platform(), &tx, Purpose::SignIn, &ceremony).await?;
    tx.commit().await?;
    Ok(Asked { challenge_id, public_key })
}
