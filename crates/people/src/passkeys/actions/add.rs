//! A signed-in person adds a passkey: first the browser is asked, then its answer is checked and kept.

use kernel::{Caller, Principal};
use platform::{AuditEntry, Fault, Result, http::ClientInfo};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{CredentialID, Passkey, PasskeyRegistration, RegisterPublicKeyCredential};

use crate::{
    People, accounts,
    customers::find_customer,
    passkeys::{
        Holder, Purpose, entity, error,
        model::{Asked, PasskeyView},
        put_challenge,
        rules::{PASSKEYS_PER_PERSON_MAX, parse_name},
        store, take_challenge,
    },
    sessions::{Device, mark_two_factors},
    signals::SESSIONS_CHANGED,
    signin::{
        actions::{Again, check_proven},
        enqueue_passkey_added,
    },
};

/// What is remembered while the browser makes a key.
#[derive(Serialize, Deserialize)]
struct Adding {
    person: Uuid,
    ceremony: PasskeyRegistration,
}

pub(crate) async fn ask_to_add(people: &People, caller: &Caller, again: Again<'_>) -> Result<Asked> {
    let party = people.relying_party().check()?;
    // A passkey opens the account for as long as it is there: whoever found a screen unlocked must not be able to add one.
    check_proven(people, caller, again).await?;
    let holder = Holder::of(caller);
    let known = store::find_all(people.db().read(), holder).await?;
    if known.len() >= PASSKEYS_PER_PERSON_MAX {
        return Err(error::too_many().into());
    }
    let known: Vec<CredentialID> = known.into_iter().map(|row| row.credential_id).collect();
    let (options, ceremony) = party
        .start_passkey_registration(holder.person, &find_address(people, caller).await?, &caller.name, Some(known))
        .map_err(|e| Fault::internal("asking for a new passkey", e))?;
    let mut public_key =
        serde_json::to_value(options.public_key).map_err(|e| Fault::internal("writing passkey options", e))?;
    // Signing in asks for no address first, so the device has to remember whose key this is.
    public_key["authenticatorSelection"]["residentKey"] = "required".into();
    public_key["authenticatorSelection"]["requireResidentKey"] = true.into();
    let tx = people.db().begin().await?;
    let adding = Adding { person: holder.person, ceremony };
    let challenge_id = put_challenge(people.platform(), &tx, Purpose::AddPasskey, &adding).await?;
    tx.commit().await?;
    Ok(Asked { challenge_id, public_key })
}

/// What tells this account from others in the device's list: its address, or the name of a guest without one.
async fn find_address(people: &People, caller: &Caller) -> Result<String> {
    let db = people.db().read();
    let address = match caller.principal {
        Principal::User { id, .. } => accounts::store::find(db, id).await?.map(|user| user.email),
        Principal::Customer { id } => find_customer(db, caller.tenant, id).await?.and_then(|customer| customer.email),
    };
    Ok(address.unwrap_or_else(|| caller.name.to_string()))
}

pub(crate) async fn finish_adding(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    challenge: &str,
    answer: &RegisterPublicKeyCredential,
    name: Option<&str>,
) -> Result<PasskeyView> {
    let party = people.relying_party().check()?;
    let name = parse_name(name, Some(&client.user_agent))?;
    let holder = Holder::of(caller);
    let mut tx = people.db().begin().await?;
    let adding: Option<Adding> = take_challenge(people.platform(), &tx, Purpose::AddPasskey, challenge).await?;
    let adding = adding.filter(|adding| adding.person == holder.person).ok_or_else(error::not_added)?;
    let passkey = party.finish_passkey_registration(answer, &adding.ceremony).map_err(|why| {
        tracing::debug!(%why, "a new passkey was refused");
        error::not_added()
    })?;
    if store::find_all(tx.conn(), holder).await?.len() >= PASSKEYS_PER_PERSON_MAX {
        return Err(error::too_many().into());
    }
    let row = entity::Model {
        id: people.world().id(),
        kind: holder.kind.as_str().to_owned(),
        person_id: holder.person,
        tenant_id: holder.tenant,
        credential_id: passkey.cred_id().to_vec(),
        credential: write(&passkey)?,
        name,
        created_at: tx.now(),
        last_used_at: None,
    };
    store::insert(tx.conn(), row.clone()).await?;
    // The device has just checked its holder, as it will at each sign-in.
    mark_two_factors(tx.conn(), caller.session).await?;
    tx.signal(&SESSIONS_CHANGED, &vec![caller.session]);
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "passkey.added",
        object: row.id.to_string(),
        details: json!({ "name": row.name }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    enqueue_passkey_added(&mut tx, holder.kind, holder.person, &Device::from(client)).await?;
    tx.commit().await?;
    Ok(PasskeyView::from(row))
}

pub(super) fn write(passkey: &Passkey) -> Result<String> {
    serde_json::to_string(passkey).map_err(|e| Fault::internal("writing a passkey", e))
}
