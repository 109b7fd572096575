//! Setting a second factor up, confirming it by a first code, turning it off, and fresh backup codes. Turning it off asks
//! for everything that signing in would ask for: a stolen session must not be enough.

use kernel::{Caller, problem::Fields};
use platform::{Result, Tx};
use serde_json::json;

use super::{Again, access_own, access_own_locked, audit, check_proven};
use crate::{
    People,
    letters::HOUSE,
    passkeys,
    sessions::{Device, actions::forget_sessions_of},
    signin::{
        Person,
        complete::Inside,
        error,
        jobs::{SecondFactorNews, enqueue_second_factor},
        person::set_two_factor,
        picture,
        shapes::{BackupCodes, TwoFactorSetup, TwoFactorStatus},
        totp,
    },
    tenants,
};

pub(crate) async fn show_status(people: &People, caller: &Caller) -> Result<TwoFactorStatus> {
    let person = access_own(people, caller).await?;
    let tenant = tenants::find_tenant(people, caller.tenant).await?;
    let enabled = person.two_factor_enabled_at.is_some();
    let backup_codes_left = if enabled { totp::count_backup_codes(people, &person).await? } else { 0 };
    let required_by_business = caller.is_business() && tenant.is_some_and(|tenant| tenant.require_two_factor);
    let passkeys = passkeys::store::count_of(people.db().read(), person.id).await?;
    let method = enabled.then_some("totp");
    Ok(TwoFactorStatus { enabled, method, backup_codes_left, passkeys, required_by_business })
}

/// Makes a secret and backup codes; nothing is asked at sign-in until a first code confirms them.
pub(crate) async fn set_up(
    people: &People,
    caller: &Caller,
    again: Again<'_>,
    device: &Device,
) -> Result<TwoFactorSetup> {
    if access_own(people, caller).await?.two_factor_enabled_at.is_some() {
        return Err(error::already_enabled().into());
    }
    // Whoever found a screen unlocked must not be able to lock its owner out by an authenticator of their own.
    check_proven(people, caller, again).await?;
    let issuer = issuer_of(people, caller).await?;
    let mut tx = people.db().begin().await?;
    let person = access_own_locked(&tx, caller).await?;
    if person.two_factor_enabled_at.is_some() {
        return Err(error::already_enabled().into());
    }
    let enrolment = totp::enrol(people, &tx, &person, &issuer).await?;
    let backup_codes = totp::renew_backup_codes(people, &tx, &person).await?;
    let qr_code = picture::data_url(&enrolment.url)?;
    audit(&mut tx, Some(caller), &person, "account.two_factor_prepared", json!({}), device).await?;
    tx.commit().await?;
    Ok(TwoFactorSetup { secret: enrolment.secret, otpauth_url: enrolment.url, qr_code, backup_codes })
}

/// Under which name the app lists the account.
async fn issuer_of(people: &People, caller: &Caller) -> Result<String> {
    if caller.is_business() {
        return Ok(HOUSE.to_owned());
    }
    let tenant = tenants::find_tenant(people, caller.tenant).await?;
    Ok(tenant.map_or_else(|| HOUSE.to_owned(), |tenant| tenant.name.clone()))
}

/// Turns the second factor on by a first code.
pub(crate) async fn confirm(people: &People, caller: &Caller, code: &str, device: &Device) -> Result<()> {
    let person = access_own(people, caller).await?;
    let inside = Inside::enter(people, &person).await?;
    let mut tx = people.db().begin().await?;
    let person = access_own_locked(&tx, caller).await?;
    if person.two_factor_enabled_at.is_some() {
        return Err(error::already_enabled().into());
    }
    if !totp::is_enrolled(&tx, &person).await? {
        return Err(error::not_enabled().into());
    }
    if !totp::use_code(people, &tx, &person, code).await? {
        drop(tx);
        return Err(inside.refuse("code").await?);
    }
    inside.succeed(&tx).await?;
    let now = tx.now();
    totp::confirm(&tx, &person).await?;
    set_two_factor(&tx, &person, Some(now)).await?;
    forget_sessions_of(&mut tx, caller).await?;
    audit(&mut tx, Some(caller), &person, "account.two_factor_enabled", json!({}), device).await?;
    enqueue_second_factor(&mut tx, &person, device, SecondFactorNews::On).await?;
    tx.commit().await
}

/// Turns the second factor off.
pub(crate) async fn disable(people: &People, caller: &Caller, proof: ProofAgain<'_>, device: &Device) -> Result<()> {
    let (mut tx, person) = prove_again(people, caller, proof).await?;
    totp::forget(&tx, &person).await?;
    set_two_factor(&tx, &person, None).await?;
    forget_sessions_of(&mut tx, caller).await?;
    audit(&mut tx, Some(caller), &person, "account.two_factor_disabled", json!({}), device).await?;
    enqueue_second_factor(&mut tx, &person, device, SecondFactorNews::Off).await?;
    tx.commit().await
}

/// Replaces the backup codes.
pub(crate) async fn renew_backup_codes(
    people: &People,
    caller: &Caller,
    proof: ProofAgain<'_>,
    device: &Device,
) -> Result<BackupCodes> {
    let (mut tx, person) = prove_again(people, caller, proof).await?;
    let backup_codes = totp::renew_backup_codes(people, &tx, &person).await?;
    audit(&mut tx, Some(caller), &person, "account.backup_codes_renewed", json!({}), device).await?;
    enqueue_second_factor(&mut tx, &person, device, SecondFactorNews::FreshCodes).await?;
    tx.commit().await?;
    Ok(BackupCodes { backup_codes })
}

/// Password and code as they were sent.
pub(crate) struct ProofAgain<'a> {
    pub password: Option<&'a str>,
    pub code: &'a str,
    /// What could not be read.
    pub unread: Fields,
}

/// Password and code once more; gives the transaction in which the code was used up.
async fn prove_again(people: &People, caller: &Caller, proof: ProofAgain<'_>) -> Result<(Tx, Person)> {
    let ProofAgain { password, code, unread: mut fields } = proof;
    let person = access_own(people, caller).await?;
    if person.two_factor_enabled_at.is_none() {
        return Err(error::not_enabled().into());
    }
    let inside = Inside::enter(people, &person).await?;
    if person.password_hash.is_some() && password.is_none() {
        fields.refuse("password", "REQUIRED", "is required");
    }
    fields.check()?;
    if let (Some(stored), Some(password)) = (person.password_hash.as_deref(), password)
        && !people.crypto().passwords().verify(password, Some(stored)).await?
    {
        return Err(inside.refuse("password").await?);
    }
    let tx = people.db().begin().await?;
    let present = access_own_locked(&tx, caller).await?;
    if present.two_factor_enabled_at.is_none() || present.password_hash != person.password_hash {
        return Err(error::not_enabled().into());
    }
    if !totp::use_any_code(people, &tx, &present, code).await? {
        drop(tx);
        return Err(inside.refuse("code").await?);
    }
    inside.succeed(&tx).await?;
    Ok((tx, present))
}
