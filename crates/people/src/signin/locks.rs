//! Failures in a row and the locks that follow, by a key that stands for whoever is guessed at. An address counts whether
//! it has an account or not; a device that signed in before has a count of its own, so that strangers who guess at an
//! account do not lock its owner out. Rate limits are another matter and may be turned off; this may not.

use kernel::Timestamp;
use platform::{Result, Tx, crypto, crypto::Digest, db::Db, db::statement};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{
    person::{Person, Realm},
    rules::{LockState, decide_failure},
};

/// Whose failures are counted together.
#[derive(Debug, Clone, Copy)]
pub(super) struct LockKey(Digest);

impl LockKey {
    /// Passwords tried for an address, or from a device that its owner used before.
    pub(super) fn password(realm: Realm, email: &str, device: Option<Uuid>) -> Self {
        match device {
            Some(device) => Self::of(&format!("password by device/{device}")),
            None => Self::of(&format!("password/{}/{email}", realm.word())),
        }
    }
    /// Second factors tried for a person by somebody who has proven the first one.
    pub(super) fn second_factor(person: &Person, device: Option<Uuid>) -> Self {
        match device {
            Some(device) => Self::of(&format!("code by device/{device}")),
            None => Self::of(&format!("code/{}", person.place())),
        }
    }
    /// Passwords and codes tried by somebody who is signed in already.
    pub(super) fn inside(person: &Person) -> Self {
        Self::of(&format!("inside/{}", person.place()))
    }
    fn of(text: &str) -> Self {
        Self(crypto::digest(text))
    }
    fn value(self) -> sea_orm::Value {
        self.0.to_vec().into()
    }
}

const READ: &str = "SELECT failures, locks, last_failure_at, locked_until FROM sign_in_locks WHERE lock_key = ?";

fn read(row: &QueryResult) -> Result<LockState> {
    Ok(LockState {
        failures: row.try_get("", "failures")?,
        locks: row.try_get("", "locks")?,
        last_failure_at: Some(row.try_get("", "last_failure_at")?),
        locked_until: row.try_get("", "locked_until")?,
    })
}

/// Until when this key is locked, if it is.
pub(super) async fn find_lock(db: &Db, conn: &impl ConnectionTrait, key: LockKey) -> Result<Option<Timestamp>> {
    let row = conn.query_one_raw(statement(db.dialect(), READ, vec![key.value()])).await?;
    let state = row.as_ref().map(read).transpose()?.unwrap_or_default();
    Ok(state.locked_at(db.world().now()))
}

/// Counts a failure. When the key is locked meanwhile nothing is counted, and until when is told: of many guesses at once,
/// the answers of no more than the allowed number are given out.
pub(super) async fn count_failure(tx: &Tx, key: LockKey) -> Result<Option<Timestamp>> {
    let now = tx.now();
    // The row is there before it is locked, so that the first failures of all come one after the other too.
    tx.execute(
        "INSERT INTO sign_in_locks (lock_key, failures, locks, last_failure_at) VALUES (?, 0, 0, ?) ON CONFLICT DO NOTHING",
        vec![key.value(), now.into()],
    )
    .await?;
    let locking = match tx.dialect() {
        platform::db::Dialect::Postgres => format!("{READ} FOR UPDATE"),
        platform::db::Dialect::Sqlite => READ.to_owned(),
    };
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &locking, vec![key.value()])).await?;
    let state = row.as_ref().map(read).transpose()?.unwrap_or_default();
    if let Some(until) = state.locked_at(now) {
        return Ok(Some(until));
    }
    let next = decide_failure(state, now);
    tx.execute(
        "UPDATE sign_in_locks SET failures = ?, locks = ?, last_failure_at = ?, locked_until = ? WHERE lock_key = ?",
        vec![next.failures.into(), next.locks.into(), now.into(), next.locked_until.into(), key.value()],
    )
    .await?;
    Ok(None)
}

/// Forgets the failures of a key: whoever was meant got in.
pub(super) async fn clear(tx: &Tx, key: LockKey) -> Result<()> {
    tx.execute("DELETE FROM sign_in_locks WHERE lock_key = ?", vec![key.value()]).await?;
    Ok(())
}
