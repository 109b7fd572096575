//! Second factors: codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds, one step to either side) and
//! backup codes for the day on which it is lost. No code counts twice: the database holds each used step under a key, and
//! each backup code is marked as it is used.

use kernel::Timestamp;
use platform::{Fault, Result, Tx, crypto, db::statement};
use sea_orm::ConnectionTrait;
use totp_rs::{Algorithm, Builder, Totp};

use super::{
    person::Person,
    rules::{BACKUP_CODE_BYTES, BACKUP_CODES, CODE_CHARS_MAX, backup_code_from, normal_backup_code},
};
use crate::{People, passkeys};

/// With what a proven person may prove it a second time; a passkey does away with the first proof, too.
const METHODS: [&str; 3] = ["totp", "backup_code", "passkey"];

/// Those that this person has.
pub(super) async fn methods_of(tx: &Tx, person: &Person) -> Result<&'static [&'static str]> {
    let with_passkey = passkeys::store::count_of(tx.conn(), person.id).await? > 0;
    Ok(if with_passkey { &METHODS } else { &METHODS[..2] })
}

/// As long as the hash behind the codes; RFC 4226 asks for that.
pub(super) const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
const STEPS_AROUND: u16 = 1;

/// A secret as an authenticator app takes it.
pub(super) struct Enrolment {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`, for the picture.
    pub url: String,
}

fn totp_of(secret: &[u8], issuer: &str, account: &str) -> Result<Totp> {
    // A colon separates the two in the address.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(STEPS_AROUND)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret.to_vec())
        .with_issuer(Some(plain(issuer)))
        .with_account_name(plain(account))
        .build()
        .map_err(|e| Fault::internal("making codes", format!("{e:?}")))
}

fn associated(person: &Person) -> String {
    format!("totp/{}", person.place())
}

/// Stores a fresh secret that is not confirmed yet, in place of an earlier one.
pub(super) async fn enrol(people: &People, tx: &Tx, person: &Person, issuer: &str) -> Result<Enrolment> {
    let secret = people.world().random::<SECRET_BYTES>();
    let sealer = people.crypto().sealer();
    let sealed = sealer
        .seal(&secret, associated(person).as_bytes())
        .map_err(|e| Fault::internal("sealing a second factor", e))?;
    forget(tx, person).await?;
    // Steps belong to the secret before this one, whose codes prove nothing any more.
    let steps = "DELETE FROM second_factor_steps WHERE kind = ? AND person_id = ?";
    tx.execute(steps, vec![person.kind().as_str().into(), person.id.into()]).await?;
    tx.execute(
        "INSERT INTO second_factors (kind, person_id, secret, created_at) VALUES (?, ?, ?, ?)",
        vec![person.kind().as_str().into(), person.id.into(), sealed.into(), tx.now().into()],
    )
    .await?;
    let account = person.email.as_deref().unwrap_or(&person.name);
    let totp = totp_of(&secret, issuer, account)?;
    let url = totp.to_url().map_err(|e| Fault::internal("naming a second factor", format!("{e:?}")))?;
    Ok(Enrolment { secret: totp.secret().to_base32(), url })
}

/// Takes a person's second factor away with everything that belongs to it but the used steps: a code that was seen once
/// stays used.
pub(super) async fn forget(tx: &Tx, person: &Person) -> Result<()> {
    for table in ["second_factors", "backup_codes"] {
        let sql = format!("DELETE FROM {table} WHERE kind = ? AND person_id = ?");
        tx.execute(&sql, vec![person.kind().as_str().into(), person.id.into()]).await?;
    }
    Ok(())
}

/// Marks the secret as confirmed by a first code.
pub(super) async fn confirm(tx: &Tx, person: &Person) -> Result<()> {
    tx.execute(
        "UPDATE second_factors SET confirmed_at = ? WHERE kind = ? AND person_id = ?",
        vec![tx.now().into(), person.kind().as_str().into(), person.id.into()],
    )
    .await?;
    Ok(())
}

/// Whether a secret is stored, confirmed or not.
pub(super) async fn is_enrolled(tx: &Tx, person: &Person) -> Result<bool> {
    Ok(find_sealed(tx, person).await?.is_some())
}

async fn find_sealed(tx: &Tx, person: &Person) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT secret FROM second_factors WHERE kind = ? AND person_id = ?";
    let values = vec![person.kind().as_str().into(), person.id.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "secret")).transpose()?)
}

/// Whether the code is right at this moment and was never used; it is used up with the transaction.
pub(super) async fn use_code(people: &People, tx: &Tx, person: &Person, code: &str) -> Result<bool> {
    let Some(sealed) = find_sealed(tx, person).await? else { return Ok(false) };
    let opened = people.crypto().sealer().open(&sealed, associated(person).as_bytes());
    let secret = opened.map_err(|e| Fault::internal("opening a second factor", e))?;
    let Some(step) = find_step(&secret, code, tx.now())? else { return Ok(false) };
    let used = tx
        .execute(
            "INSERT INTO second_factor_steps (kind, person_id, step, used_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            vec![person.kind().as_str().into(), person.id.into(), step.into(), tx.now().into()],
        )
        .await?;
    Ok(used == 1)
}

/// The step whose code this is, when it is one of those around now.
fn find_step(secret: &[u8], code: &str, now: Timestamp) -> Result<Option<i64>> {
    if code.len() > CODE_CHARS_MAX {
        return Ok(None);
    }
    // Apps show the digits in two groups.
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != usize::from(DIGITS) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(now.millis() / 1000).unwrap_or(0);
    let step = totp_of(secret, "-", "-")?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn backup_digest(person: &Person, code: &str) -> Vec<u8> {
    crypto::digest(&format!("backup code/{}/{}", person.place(), normal_backup_code(code))).to_vec()
}

/// A fresh set of backup codes; the old ones are void.
pub(super) async fn renew_backup_codes(people: &People, tx: &Tx, person: &Person) -> Result<Vec<String>> {
    let of_person = || vec![person.kind().as_str().into(), person.id.into()];
    tx.execute("DELETE FROM backup_codes WHERE kind = ? AND person_id = ?", of_person()).await?;
    let mut codes = Vec::with_capacity(BACKUP_CODES);
    for _ in 0..BACKUP_CODES {
        let code = backup_code_from(people.world().random::<BACKUP_CODE_BYTES>());
        let mut values = of_person();
        values.extend([backup_digest(person, &code).into(), tx.now().into()]);
        tx.execute("INSERT INTO backup_codes (kind, person_id, digest, created_at) VALUES (?, ?, ?, ?)", values)
            .await?;
        codes.push(code);
    }
    Ok(codes)
}

/// Uses a backup code up; `false` when it is wrong or somebody was faster.
pub(super) async fn use_backup_code(tx: &Tx, person: &Person, code: &str) -> Result<bool> {
    if code.len() > CODE_CHARS_MAX {
        return Ok(false);
    }
    let used = tx
        .execute(
            "UPDATE backup_codes SET used_at = ? WHERE kind = ? AND person_id = ? AND digest = ? AND used_at IS NULL",
            vec![tx.now().into(), person.kind().as_str().into(), person.id.into(), backup_digest(person, code).into()],
        )
        .await?;
    Ok(used == 1)
}

/// A code of either kind.
pub(crate) async fn use_any_code(people: &People, tx: &Tx, person: &Person, code: &str) -> Result<bool> {
    Ok(use_code(people, tx, person, code).await? || use_backup_code(tx, person, code).await?)
}

/// Backup codes that were not used yet.
pub(super) async fn count_backup_codes(people: &People, person: &Person) -> Result<i64> {
    let db = people.db();
    let sql = "SELECT COUNT(*) AS count FROM backup_codes WHERE kind = ? AND person_id = ? AND used_at IS NULL";
    let values = vec![person.kind().as_str().into(), person.id.into()];
    let row = db.read().query_one_raw(statement(db.dialect(), sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "count")).transpose()?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of the SHA-1 rows; their codes have eight digits, the last six are ours.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(find_step(SECRET, code, at(seconds)).unwrap(), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_one_step_early_and_one_step_late() {
        let code = "081804";
        for (shift, right) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let step = find_step(SECRET, code, at(1_111_111_109 + shift)).unwrap();
            assert_eq!(step, right.then_some(1_111_111_109 / 30), "{shift} seconds away");
        }
        assert!(find_step(SECRET, "081 804", at(1_111_111_109)).unwrap().is_some(), "as apps show it");
        for bad in ["", "0818040", "81804", "٠٨١٨٠٤", "abcdef"] {
            assert_eq!(find_step(SECRET, bad, at(1_111_111_109)).unwrap(), None, "{bad}");
        }
    }
}
