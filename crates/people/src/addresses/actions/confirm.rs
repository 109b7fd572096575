//! Whoever follows the link has read the mail of the new address: it counts from now on. The address before is told, and can
//! take it back, if it was proven; one that never was may be a stranger's, who must not get a way in.

use kernel::{Id, id};
use platform::{Result, crypto, crypto::tokens::TOKEN_CHARS_MAX};
use serde_json::json;

use super::announce;
use crate::{
    People,
    addresses::{access::access_person, error, jobs::enqueue_notice, rules::UNDO_LIFETIME, store},
    sessions::{Device, PersonKind},
    signin::{Realm, actions::audit, find_person_by_email, forget_mailed, mark_email_verified, state_news},
};

/// With `tenant` only a link of that business works. Gives the address.
pub(in crate::addresses) async fn confirm(
    people: &People,
    kind: PersonKind,
    tenant: Option<Id<id::Tenant>>,
    token: &str,
    device: &Device,
) -> Result<String> {
    if token.len() > TOKEN_CHARS_MAX {
        return Err(error::link_refused().into());
    }
    let mut tx = people.db().begin().await?;
    let change = store::find_by_digest(&tx, &crypto::digest(token)).await?.ok_or_else(error::link_refused)?;
    let person = access_person(&tx, &change, kind, tenant).await?.ok_or_else(error::link_refused)?;
    // The change was proven for the account as it was: with the address that it had.
    if person.email != change.old_email || !store::confirm(&tx, change.id, tx.now().plus(UNDO_LIFETIME)).await? {
        return Err(error::link_refused().into());
    }
    let email = change.new_email;
    let is_kept = person.realm == Realm::Users
        && store::is_kept_for_another(tx.conn(), &email, Some(person.id), tx.now()).await?;
    if is_kept || find_person_by_email(tx.conn(), person.realm, &email).await?.is_some() {
        return Err(error::address_taken().into());
    }
    store::set_email(&tx, &person, &email).await?;
    mark_email_verified(&mut tx, &person).await?;
    forget_mailed(&tx, &person).await?;
    announce(&mut tx, &person, &email).await?;
    if change.old_email.is_some() && person.email_verified_at.is_some() {
        enqueue_notice(&mut tx, change.id).await?;
    }
    state_news(&mut tx, kind, person.id, "email_changed", device).await?;
    let details = json!({ "before": { "email": change.old_email }, "after": { "email": email } });
    audit(&mut tx, None, &person, "account.email_changed", details, device).await?;
    tx.commit().await?;
    Ok(email)
}
