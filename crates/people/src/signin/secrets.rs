//! Secrets that exist in a mail only: links by their SHA-256, and the six digits of a reset, sealed. Each is used once.

use std::time::Duration;

use kernel::{Id, Timestamp, id};
use platform::{
    Fault, Result, Tx, crypto,
    crypto::{same_secret, tokens::TOKEN_CHARS_MAX},
    db::statement,
};
use sea_orm::ConnectionTrait;

use super::{
    person::{Person, find_locked},
    rules::{
        CODE_CHARS_MAX, MAILS_PER_WINDOW_MAX, MAILS_WINDOW, RESET_CODE_LIFETIME, RESET_CODE_TRIES_MAX, reset_code_from,
    },
};
use crate::{People, sessions::PersonKind};

/// What a mailed link is for; one never does the work of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Reset,
    VerifyEmail,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::VerifyEmail => "verify_email",
        }
    }
}

/// Whether enough was mailed for this purpose a moment ago.
pub(super) async fn is_enough_mailed(tx: &Tx, person: &Person, purpose: Purpose) -> Result<bool> {
    let sql = "SELECT COUNT(*) AS count FROM account_secrets \
               WHERE kind = ? AND person_id = ? AND purpose = ? AND created_at > ?";
    let mut values = named(person, purpose);
    values.push(tx.now().minus(MAILS_WINDOW).into());
    let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
    let count: i64 = row.map(|row| row.try_get("", "count")).transpose()?.unwrap_or(0);
    Ok(count >= MAILS_PER_WINDOW_MAX)
}

fn named(person: &Person, purpose: Purpose) -> Vec<sea_orm::Value> {
    vec![person.kind().as_str().into(), person.id.into(), purpose.as_str().into()]
}

/// A fresh link's secret.
pub(super) async fn make_link(
    people: &People,
    tx: &Tx,
    person: &Person,
    purpose: Purpose,
    lifetime: Duration,
) -> Result<String> {
    let secret = people.crypto().random_token();
    tx.execute(
        "INSERT INTO account_secrets (digest, purpose, kind, person_id, tenant_id, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        vec![
            secret.digest.to_vec().into(),
            purpose.as_str().into(),
            person.kind().as_str().into(),
            person.id.into(),
            person.realm.tenant().into(),
            tx.now().into(),
            tx.now().plus(lifetime).into(),
        ],
    )
    .await?;
    Ok(secret.plain)
}

/// Takes a link's secret back, when its mail never left.
pub(super) async fn withdraw_link(tx: &Tx, secret: &str) -> Result<()> {
    tx.execute("DELETE FROM account_secrets WHERE digest = ?", vec![crypto::digest(secret).to_vec().into()]).await?;
    Ok(())
}

/// Uses a link up; gives whose it was, locked. Of several at once, one wins.
pub(super) async fn use_link(
    tx: &Tx,
    kind: PersonKind,
    tenant: Option<Id<id::Tenant>>,
    purpose: Purpose,
    secret: &str,
) -> Result<Option<Person>> {
    if secret.len() > TOKEN_CHARS_MAX {
        return Ok(None);
    }
    let digest = crypto::digest(secret).to_vec();
    let mut values = vec![digest.clone().into(), purpose.as_str().into(), kind.as_str().into(), tx.now().into()];
    let at_tenant = match tenant {
        Some(tenant) => {
            values.push(tenant.into());
            "AND tenant_id = ?"
        }
        None => "",
    };
    let sql = format!(
        "SELECT person_id FROM account_secrets WHERE digest = ? AND purpose = ? AND kind = ? AND expires_at > ? {at_tenant}"
    );
    let Some(row) = tx.conn().query_one_raw(statement(tx.dialect(), &sql, values)).await? else { return Ok(None) };
    // The person is locked before what belongs to them, here as everywhere, so that no two wait for each other.
    let person = find_locked(tx, kind, row.try_get("", "person_id")?).await?;
    let used = tx.execute("DELETE FROM account_secrets WHERE digest = ?", vec![digest.into()]).await?;
    Ok(person.filter(|_| used == 1))
}

/// Makes every open link and code of a purpose void.
pub(super) async fn forget(tx: &Tx, person: &Person, purpose: Purpose) -> Result<()> {
    tx.execute("DELETE FROM account_secrets WHERE kind = ? AND person_id = ? AND purpose = ?", named(person, purpose))
        .await?;
    if purpose == Purpose::Reset {
        let of_person = vec![person.kind().as_str().into(), person.id.into()];
        tx.execute("DELETE FROM reset_codes WHERE kind = ? AND person_id = ?", of_person).await?;
    }
    Ok(())
}

fn associated(person: &Person) -> String {
    format!("reset/{}", person.place())
}

/// Six fresh digits in place of earlier ones, with all their tries.
pub(super) async fn make_reset_code(people: &People, tx: &Tx, person: &Person) -> Result<String> {
    let code = reset_code_from(people.world().random::<8>());
    let sealed = people.crypto().sealer().seal(code.as_bytes(), associated(person).as_bytes());
    let sealed = sealed.map_err(|e| Fault::internal("sealing a reset code", e))?;
    tx.execute(
        "INSERT INTO reset_codes (kind, person_id, code, tries, created_at, expires_at) VALUES (?, ?, ?, 0, ?, ?) \
         ON CONFLICT (kind, person_id) DO UPDATE \
         SET code = excluded.code, tries = 0, created_at = excluded.created_at, expires_at = excluded.expires_at",
        vec![
            person.kind().as_str().into(),
            person.id.into(),
            sealed.into(),
            tx.now().into(),
            tx.now().plus(RESET_CODE_LIFETIME).into(),
        ],
    )
    .await?;
    Ok(code)
}

/// Whether this is the code that was mailed. The guess counts whatever comes of it, so the caller commits either way; the
/// guesses of many at once are counted one after the other.
pub(super) async fn guess_reset_code(people: &People, tx: &Tx, person: &Person, guess: &str) -> Result<bool> {
    let now: Timestamp = tx.now();
    let sql = "UPDATE reset_codes SET tries = tries + 1 \
               WHERE kind = ? AND person_id = ? AND tries < ? AND expires_at > ? RETURNING code";
    let values = vec![person.kind().as_str().into(), person.id.into(), RESET_CODE_TRIES_MAX.into(), now.into()];
    let Some(row) = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await? else { return Ok(false) };
    let sealed: Vec<u8> = row.try_get("", "code")?;
    let opened = people.crypto().sealer().open(&sealed, associated(person).as_bytes());
    let code = opened.map_err(|e| Fault::internal("opening a reset code", e))?;
    let digits: String = guess.chars().take(CODE_CHARS_MAX).filter(|c| !c.is_whitespace()).collect();
    Ok(same_secret(&code, digits.as_bytes()))
}
