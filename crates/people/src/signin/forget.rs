//! Removes what time has made worthless: links and codes that no longer work, used steps that no code can name any more,
//! old failures, old attempts, devices nobody uses, sessions that ended long ago.

use std::time::Duration;

use platform::{Platform, Result};

use super::rules::{ATTEMPTS_KEPT_FOR, DEVICE_KNOWN_FOR, FAILURES_FORGOTTEN_AFTER};
use crate::sessions::rules::SESSION_LIFETIME;

/// Rows removed by one statement, so that no other writer waits long.
const FORGET_ROWS_MAX: u64 = 1_000;
/// Statements of one kind in one run; the rest waits for the next.
const FORGET_ROUNDS_MAX: u32 = 50;
/// A used step is of no interest once its code is far out of the window.
const STEPS_KEPT_FOR: Duration = Duration::from_secs(3600);
/// How long mailed secrets stay after their end, for the limit on mails.
const SECRETS_KEPT_FOR: Duration = Duration::from_secs(3600);

/// What goes: table, key, the column of its age, and how long it stays.
const OLD: [(&str, &str, &str, Duration); 9] = [
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
