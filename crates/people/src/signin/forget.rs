//! Removes what time has made worthless: links and codes that no longer work, used steps that no code can name any more,
//! old failures, old attempts, devices nobody uses, sessions that ended long ago.

use std::time::Duration;

use kernel::Timestamp;
use platform::{Platform, Result, Tx};
use serde_json::{Value as Json, json};

use super::{
    complete::clear_locks,
    devices,
    person::{Person, set_password, set_two_factor},
    rules::{ATTEMPTS_KEPT_FOR, DEVICE_KNOWN_FOR, FAILURES_FORGOTTEN_AFTER, RESET_LINK_LIFETIME},
    secrets::{self, Purpose},
    totp,
    ways::remove_ways,
};
use crate::{
    People,
    sessions::{PersonKind, actions::revoke_all_in, rules::SESSION_LIFETIME},
};

/// Rows removed by one statement, so that no other writer waits long.
const FORGET_ROWS_MAX: u64 = 1_000;
/// Statements of one kind in one run; the rest waits for the next.
const FORGET_ROUNDS_MAX: u32 = 50;
/// A used step is of no interest once its code is far out of the window.
const STEPS_KEPT_FOR: Duration = Duration::from_secs(3600);
/// How long mailed secrets stay after their end, for the limit on mails.
const SECRETS_KEPT_FOR: Duration = Duration::from_secs(3600);

/// What goes: table, key, the column of its age, and how long it stays.
const OLD: [(&str, &str, &str, Duration); 10] = [
    ("address_changes", "id", "expires_at", SECRETS_KEPT_FOR),
    ("account_secrets", "digest", "expires_at", SECRETS_KEPT_FOR),
    ("reset_codes", "kind, person_id", "expires_at", SECRETS_KEPT_FOR),
    ("sign_in_links", "digest", "expires_at", SECRETS_KEPT_FOR),
    ("second_factor_steps", "kind, person_id, step", "used_at", STEPS_KEPT_FOR),
    ("sign_in_locks", "lock_key", "last_failure_at", FAILURES_FORGOTTEN_AFTER),
    ("sign_in_attempts", "id", "at", ATTEMPTS_KEPT_FOR),
    ("known_devices", "id", "last_seen_at", DEVICE_KNOWN_FOR),
    ("challenges", "digest", "expires_at", Duration::ZERO),
    ("sessions", "id", "expires_at", SESSION_LIFETIME),
];

/// What was mailed to an address opens nothing any more once the address is another one.
pub(crate) async fn forget_mailed(tx: &Tx, person: &Person) -> Result<()> {
    secrets::forget(tx, person, Purpose::Reset).await?;
    secrets::forget(tx, person, Purpose::VerifyEmail).await?;
    if person.kind() == PersonKind::Customer {
        tx.execute("DELETE FROM sign_in_links WHERE customer_id = ?", vec![person.id.into()]).await?;
    }
    Ok(())
}

/// An account that was in other hands since `since`: every session, device and way in ends, `void` takes the place of its
/// password, and two-step sign-in that was set up since then is off. Gives the secret by which a new password is set at once,
/// for who had one, and what was taken away.
pub(crate) async fn end_ways_in(
    people: &People,
    tx: &mut Tx,
    person: &Person,
    since: Timestamp,
    void: String,
    reason: &'static str,
) -> Result<(Option<String>, Json)> {
    forget_mailed(tx, person).await?;
    clear_locks(tx, person).await?;
    devices::forget(tx, person, None).await?;
    let removed = remove_ways(people, tx, person).await?;
    if person.two_factor_enabled_at.is_some_and(|at| at >= since) {
        totp::forget(tx, person).await?;
        set_two_factor(tx, person, None).await?;
    }
    let ended = revoke_all_in(tx, person.kind(), person.id, None, reason).await?;
    let mut secret = None;
    if person.password_hash.is_some() {
        set_password(tx, person, void).await?;
        secret = Some(secrets::make_link(people, tx, person, Purpose::Reset, RESET_LINK_LIFETIME).await?);
    }
    Ok((secret, json!({ "sessionsEnded": ended, "removed": removed })))
}

/// Removes it, in small steps; returns how many rows.
pub async fn forget_old(platform: &Platform) -> Result<u64> {
    let mut gone = 0;
    for (table, key, age, kept_for) in OLD {
        let before = platform.world().now().minus(kept_for);
        let sql = format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {age} < ? LIMIT {FORGET_ROWS_MAX})"
        );
        for _ in 0..FORGET_ROUNDS_MAX {
            let tx = platform.db().begin().await?;
            let rows = tx.execute(&sql, vec![before.into()]).await?;
            tx.commit().await?;
            gone += rows;
            if rows < FORGET_ROWS_MAX {
                break;
            }
        }
    }
    Ok(gone)
}
