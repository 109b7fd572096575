//! The address before takes a change back: somebody else had the account. Whatever opened it is void (sessions, devices,
//! passkeys, other houses, the password, and two-step sign-in that is as young as the theft may be), every later change is undone
//! with it, and the one who followed the link sets a new password at once.

use kernel::{Id, id};
use platform::{Result, Tx, crypto, crypto::tokens::TOKEN_CHARS_MAX};
use serde_json::json;

use super::announce;
use crate::{
    People,
    addresses::{access::access_person, body::RestoredAddress, error, rules::UNDO_LIFETIME, store},
    sessions::{Device, PersonKind},
    signals::CUSTOMER_CHANGED,
    signin::{Person, actions::audit, end_ways_in, find_person_by_email, mark_email_verified},
};

/// What the sockets of the account are told.
const REASON: &str = "the e-mail address was taken back";

/// With `tenant` only a link of that business works.
pub(in crate::addresses) async fn restore(
    people: &People,
    kind: PersonKind,
    tenant: Option<Id<id::Tenant>>,
    token: &str,
    device: &Device,
) -> Result<RestoredAddress> {
    if token.len() > TOKEN_CHARS_MAX {
        return Err(error::link_refused().into());
    }
    // Takes the place of the password; nobody knows what it was made of. Made before the transaction: it takes long.
    let void = people.crypto().passwords().hash(&people.crypto().random_token().plain).await?;
    let mut tx = people.db().begin().await?;
    let change = store::find_by_undo(&tx, &crypto::digest(token)).await?.ok_or_else(error::link_refused)?;
    let person = access_person(&tx, &change, kind, tenant).await?.ok_or_else(error::link_refused)?;
    let email = change.old_email.clone().ok_or_else(error::link_refused)?;
    if !store::end_from(&tx, &person, &change).await? {
        return Err(error::link_refused().into());
    }
    make_way(&mut tx, &person, &email).await?;
    store::set_email(&tx, &person, &email).await?;
    mark_email_verified(&mut tx, &person).await?;
    // A thief sets two-step sign-in up first, because it protects the theft.
    let since = change.created_at.minus(UNDO_LIFETIME);
    let (reset_token, ended) = end_ways_in(people, &mut tx, &person, since, void, REASON).await?;
    announce(&mut tx, &person, &email).await?;
    let details = json!({ "before": { "email": person.email }, "after": { "email": email }, "ended": ended });
    audit(&mut tx, None, &person, "account.email_restored", details, device).await?;
    tx.commit().await?;
    Ok(RestoredAddress { email, reset_token })
}

/// Whoever took the address meanwhile: a customer who never proved it loses it, anybody else keeps it.
async fn make_way(tx: &mut Tx, person: &Person, email: &str) -> Result<()> {
    let Some(other) = find_person_by_email(tx.conn(), person.realm, email).await? else { return Ok(()) };
    if other.id == person.id {
        return Ok(());
    }
    if other.kind() == PersonKind::User || other.email_verified_at.is_some() {
        return Err(error::address_taken().into());
    }
    store::give_way(tx, &other).await?;
    tx.signal(&CUSTOMER_CHANGED, &Id::from_uuid(other.id));
    Ok(())
}
