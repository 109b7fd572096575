//! Somebody who is signed in changes their password. Their other sessions end, this one stays.

use kernel::{Caller, problem::Fields};
use platform::Result;
use serde_json::json;

use super::{access_own, access_own_locked, audit, prove_again::is_fresh};
use crate::{
    People,
    accounts::rules::check_password,
    sessions::{Device, actions::revoke_all_in},
    signin::{
        complete::Inside,
        devices, error,
        jobs::enqueue_password_changed,
        person::set_password,
        secrets::{self, Purpose},
    },
};

/// The old password and the new one as they were sent.
pub(crate) struct PasswordChange<'a> {
    pub current: Option<&'a str>,
    pub new: &'a str,
    /// What could not be read.
    pub unread: Fields,
}

pub(crate) async fn change_password(
    people: &People,
    caller: &Caller,
    change: PasswordChange<'_>,
    device: &Device,
) -> Result<()> {
    let PasswordChange { current, new, unread: mut fields } = change;
    let person = access_own(people, caller).await?;
    let inside = Inside::enter(people, &person).await?;
    check_password(&mut fields, "newPassword", new);
    if current == Some(new) {
        // Both are the caller's own words, so this tells nothing about what is stored.
        fields.refuse("newPassword", "UNCHANGED", "is the same as the current one; choose another");
    }
    if person.password_hash.is_some() && current.is_none() {
        fields.refuse("currentPassword", "REQUIRED", "is required");
    }
    fields.check()?;
    if person.password_hash.is_none() && !is_fresh(people, caller).await? {
        // A first password opens the account for good; a session that was left open must not be enough for it.
        return Err(error::sign_in_again().into());
    }
    if let (Some(stored), Some(current)) = (person.password_hash.as_deref(), current)
        && !people.crypto().passwords().verify(current, Some(stored)).await?
    {
        return Err(inside.refuse("currentPassword").await?);
    }
    let hash = people.crypto().passwords().hash(new).await?;
    let mut tx = people.db().begin().await?;
    let present = access_own_locked(&tx, caller).await?;
    if present.password_hash != person.password_hash {
        // Another change came between: what was compared is the current password no more.
        return Err(error::wrong("currentPassword").into());
    }
    inside.succeed(&tx).await?;
    set_password(&tx, &person, hash).await?;
    secrets::forget(&tx, &person, Purpose::Reset).await?;
    let this = devices::find_known(people, tx.conn(), &person, device).await?;
    devices::forget(&tx, &person, this).await?;
    let (kind, except) = (person.kind(), Some(caller.session));
    let ended = revoke_all_in(&mut tx, kind, person.id, except, "the password was changed").await?;
    if person.email.is_some() {
        enqueue_password_changed(&mut tx, &person, device).await?;
    }
    audit(&mut tx, Some(caller), &person, "account.password_changed", json!({ "sessionsEnded": ended }), device)
        .await?;
    tx.commit().await
}
