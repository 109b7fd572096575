//! Devices that a person signed in with before. Each gets a signed text that it keeps for a long time, in a cookie or by
//! itself; it proves no more than that somebody signed in there, and it is worth nothing without the row it names.

use kernel::Timestamp;
use platform::{Result, Tx, db::statement};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    person::Person,
    rules::{DEVICE_KNOWN_FOR, DEVICES_PER_PERSON_MAX},
};
use crate::{
    People,
    sessions::{Device, PersonKind},
};

const PURPOSE: &str = "known device";

/// What signing in on a device made of it.
pub(super) struct Remembered {
    /// To be kept by the device.
    pub token: String,
    /// Whether the person has others, and never used this one.
    pub is_new: bool,
}

fn payload(kind: PersonKind, person: Uuid, device: Uuid) -> Vec<u8> {
    [kind.as_str().as_bytes(), &[0], person.as_bytes(), device.as_bytes()].concat()
}

/// Whether a text is one that some device was given here.
pub(super) fn is_signed(people: &People, token: &str) -> bool {
    people.crypto().verify_short(PURPOSE, token).is_ok()
}

/// The device behind the tokens that came along, when this person signed in with it before.
pub(super) async fn find_known(
    people: &People,
    conn: &impl ConnectionTrait,
    person: &Person,
    device: &Device,
) -> Result<Option<Uuid>> {
    let Some(named) = device.tokens.iter().find_map(|token| read_own(people, person, token)) else { return Ok(None) };
    let sql = "SELECT id FROM known_devices WHERE id = ? AND person_id = ? AND kind = ?";
    let values = vec![named.into(), person.id.into(), person.kind().as_str().into()];
    let row = conn.query_one_raw(statement(people.db().dialect(), sql, values)).await?;
    Ok(row.map(|_| named))
}

/// The device that a token names, if it was given to this person. Whatever does not verify is no device of theirs; a token
/// that was made up deserves no other answer.
fn read_own(people: &People, person: &Person, token: &str) -> Option<Uuid> {
    let signed = people.crypto().verify_short(PURPOSE, token).ok()?;
    let named = Uuid::from_bytes(*signed.last_chunk::<16>()?);
    (payload(person.kind(), person.id, named) == signed).then_some(named)
}

/// Remembers the device that `person` has just signed in with.
pub(super) async fn remember(
    people: &People,
    tx: &Tx,
    kind: PersonKind,
    person: Uuid,
    device: &Device,
    known: Option<Uuid>,
) -> Result<Remembered> {
    let now = tx.now();
    // A client that keeps no token is the same one when it comes from the same address and calls itself the same.
    let known = match known {
        Some(known) => Some(known),
        None => find_alike(tx, kind, person, device).await?,
    };
    let (id, is_new) = match known {
        Some(id) => {
            touch(tx, id, device, now).await?;
            (id, false)
        }
        None => insert(people, tx, kind, person, device, now).await?,
    };
    let token = people.crypto().sign_short(PURPOSE, &payload(kind, person, id), now.plus(DEVICE_KNOWN_FOR));
    Ok(Remembered { token, is_new })
}

async fn find_alike(tx: &Tx, kind: PersonKind, person: Uuid, device: &Device) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM known_devices WHERE person_id = ? AND kind = ? AND COALESCE(ip, '') = ? \
               AND COALESCE(user_agent, '') = ? ORDER BY last_seen_at DESC LIMIT 1";
    let values = vec![
        person.into(),
        kind.as_str().into(),
        device.ip.clone().unwrap_or_default().into(),
        device.user_agent.clone().unwrap_or_default().into(),
    ];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}

async fn touch(tx: &Tx, id: Uuid, device: &Device, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE known_devices SET last_seen_at = ?, ip = ?, user_agent = ? WHERE id = ?",
        vec![now.into(), device.ip.clone().into(), device.user_agent.clone().into(), id.into()],
    )
    .await?;
    Ok(())
}

async fn insert(
    people: &People,
    tx: &Tx,
    kind: PersonKind,
    person: Uuid,
    device: &Device,
    now: Timestamp,
) -> Result<(Uuid, bool)> {
    let of_person = || vec![person.into(), kind.as_str().into()];
    let any = "SELECT id FROM known_devices WHERE person_id = ? AND kind = ? LIMIT 1";
    let has_others = tx.conn().query_one_raw(statement(tx.dialect(), any, of_person())).await?.is_some();
    let id = people.world().uuid();
    tx.execute(
        "INSERT INTO known_devices (id, kind, person_id, ip, user_agent, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        vec![
            id.into(),
            kind.as_str().into(),
            person.into(),
            device.ip.clone().into(),
            device.user_agent.clone().into(),
            now.into(),
            now.into(),
        ],
    )
    .await?;
    let surplus = format!(
        "DELETE FROM known_devices WHERE id IN (SELECT id FROM known_devices WHERE person_id = ? AND kind = ? \
         ORDER BY last_seen_at DESC, id DESC LIMIT {DEVICES_PER_PERSON_MAX} OFFSET {DEVICES_PER_PERSON_MAX})"
    );
    tx.execute(&surplus, of_person()).await?;
    Ok((id, has_others))
}

/// Forgets a person's devices, except perhaps one: whoever else knows the old password is a stranger again.
pub(super) async fn forget(tx: &Tx, person: &Person, except: Option<Uuid>) -> Result<()> {
    let kept = except.unwrap_or_default();
    tx.execute(
        "DELETE FROM known_devices WHERE person_id = ? AND kind = ? AND id <> ?",
        vec![person.id.into(), person.kind().as_str().into(), kept.into()],
    )
    .await?;
    Ok(())
}
