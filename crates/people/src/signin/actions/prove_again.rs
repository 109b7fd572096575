//! Whoever is signed in proves once more who they are, before something that would outlive the session. A sign-in of a moment
//! ago is proof enough; later the session may be in other hands than those that opened it.

use kernel::{Caller, problem::Fields};
use platform::Result;

use super::{access_own, access_own_locked};
use crate::{
    People,
    sessions::{find_session, mark_proven},
    signin::{complete::Inside, error, rules::PROOF_GOOD_FOR, totp},
};

/// What came along to prove it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Again<'a> {
    pub password: Option<&'a str>,
    /// From the authenticator app, or a backup code.
    pub code: Option<&'a str>,
}

/// Whether this session proved a moment ago whose it is.
pub(super) async fn is_fresh(people: &People, caller: &Caller) -> Result<bool> {
    let session = find_session(people.db().read(), caller.session).await?;
    let proven_at = session.and_then(|session| session.proven_at);
    Ok(proven_at.is_some_and(|at| people.world().now() < at.plus(PROOF_GOOD_FOR)))
}

pub(crate) async fn check_proven(people: &People, caller: &Caller, again: Again<'_>) -> Result<()> {
    check_form(people, caller, again, Fields::new()).await
}

/// The same for a form of which some fields may be wrong: what is missing is named with them.
pub(crate) async fn check_form(people: &People, caller: &Caller, again: Again<'_>, mut fields: Fields) -> Result<()> {
    if is_fresh(people, caller).await? {
        return Ok(fields.check()?);
    }
    let person = access_own(people, caller).await?;
    let asks_code = person.two_factor_enabled_at.is_some();
    if person.password_hash.is_none() && !asks_code {
        return Err(error::sign_in_again().into());
    }
    let inside = Inside::enter(people, &person).await?;
    if person.password_hash.is_some() && again.password.is_none() {
        fields.refuse("password", "REQUIRED", "is required");
    }
    if asks_code && again.code.is_none() {
        fields.refuse("code", "REQUIRED", "is required");
    }
    fields.check()?;
    if let (Some(stored), Some(password)) = (person.password_hash.as_deref(), again.password)
        && !people.crypto().passwords().verify(password, Some(stored)).await?
    {
        return Err(inside.refuse("password").await?);
    }
    let tx = people.db().begin().await?;
    let present = access_own_locked(&tx, caller).await?;
    if present.password_hash != person.password_hash {
        // Another one was set meanwhile: what was compared is the password no more.
        return Err(error::wrong("password").into());
    }
    if let (true, Some(code)) = (asks_code, again.code)
        && !totp::use_any_code(people, &tx, &present, code).await?
    {
        drop(tx);
        return Err(inside.refuse("code").await?);
    }
    inside.succeed(&tx).await?;
    mark_proven(tx.conn(), caller.session, tx.now()).await?;
    tx.commit().await
}
