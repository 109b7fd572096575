//! A device answers who somebody is. What comes of that, a session or a refusal, is decided where every sign-in is decided.

use platform::{Fault, Result, Tx};
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PublicKeyCredential};

use super::add::write;
use crate::{
    People,
    passkeys::{Holder, Purpose, error, store, take_challenge},
};

/// Who the device says its holder is. Nothing of it is proven yet.
pub(super) fn read_claim(people: &People, answer: &PublicKeyCredential) -> Result<Uuid> {
    let party = people.relying_party().check()?;
    let (person, _) = party.identify_discoverable_authentication(answer).map_err(|why| refuse(&why))?;
    Ok(person)
}

/// Checks the answer inside the transaction that will open the session: one that leads nowhere uses nothing up, one that
/// leads to a session works once.
pub(super) async fn prove(
    people: &People,
    tx: &Tx,
    holder: Holder,
    challenge: &str,
    answer: &PublicKeyCredential,
) -> Result<()> {
    let party = people.relying_party().check()?;
    let asked: Option<DiscoverableAuthentication> =
        take_challenge(people.platform(), tx, Purpose::SignIn, challenge).await?;
    let asked = asked.ok_or_else(error::refused)?;
    let row = store::find_by_credential(tx.conn(), answer.get_credential_id()).await?;
    let is_theirs = |row: &crate::passkeys::entity::Model| {
        row.person_id == holder.person && row.kind == holder.kind.as_str() && row.tenant_id == holder.tenant
    };
    let row = row.filter(is_theirs).ok_or_else(error::refused)?;
    let mut passkey: Passkey =
        serde_json::from_str(&row.credential).map_err(|e| Fault::internal("reading a passkey", e))?;
    let proof = party.finish_discoverable_authentication_v2(answer, asked, &passkey).map_err(|why| refuse(&why))?;
    passkey.update_credential(&proof);
    store::mark_used(tx.conn(), row.id, &write(&passkey)?, tx.now()).await
}

/// A client learns only that it did not work; the log says why when somebody looks for it.
fn refuse(why: &dyn std::error::Error) -> Fault {
    tracing::debug!(%why, "a passkey was refused");
    error::refused().into()
}
