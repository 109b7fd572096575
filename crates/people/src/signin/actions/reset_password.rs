//! Sets a new password by what was mailed: the link's secret, or the address and six digits. Wrong, too late, used and
//! tried too often read the same, for a known and an unknown address. Every session ends, every other way in is removed, every
//! lock is lifted, and the person is told by mail. Whether the new password is the one before is not told: whoever merely reads
//! somebody's mail would learn by it which password that person uses, here and elsewhere.

use kernel::{problem::Fields, text};
use platform::{Result, Tx};
use serde_json::json;

use super::audit;
use crate::{
    People,
    accounts::rules::check_password,
    sessions::{Device, PersonKind, actions::revoke_all_in},
    signin::{
        Person, Realm,
        complete::clear_locks,
        devices, error, find_person_by_email,
        jobs::enqueue_password_reset,
        person::{find_locked, mark_email_verified, set_password},
        secrets::{self, Purpose},
        ways::remove_ways,
    },
};

/// A reset as it was sent.
pub(crate) struct ResetPassword<'a> {
    pub kind: PersonKind,
    /// Where the address is looked for; a link works without.
    pub realm: Option<Realm>,
    pub token: Option<&'a str>,
    pub email: Option<&'a str>,
    pub code: Option<&'a str>,
    pub password: Option<&'a str>,
    /// What could not be read.
    pub unread: Fields,
    pub device: Device,
}

/// What the visitor claims to have got by mail.
enum Mailed<'a> {
    Link(&'a str),
    Code { email: &'a str, code: &'a str },
}

pub(crate) async fn reset_password(people: &People, request: ResetPassword<'_>) -> Result<()> {
    let (mailed, password) = parse(&request)?;
    // Before the transaction, because it takes long, and before anything is looked at, so that the time tells nothing.
    let hash = people.crypto().passwords().hash(password).await?;
    let mut tx = people.db().begin().await?;
    let Some(person) = use_mailed(people, &tx, &request, mailed).await? else {
        // A guess at a code counts.
        tx.commit().await?;
        return Err(error::reset_refused().into());
    };
    set_password(&tx, &person, hash).await?;
    // Only the reader of its mail could do this.
    mark_email_verified(&mut tx, &person).await?;
    secrets::forget(&tx, &person, Purpose::Reset).await?;
    clear_locks(&tx, &person).await?;
    devices::forget(&tx, &person, None).await?;
    let removed = remove_ways(people, &tx, &person).await?;
    let ended = revoke_all_in(&mut tx, person.kind(), person.id, None, "the password was reset").await?;
    let details = json!({ "sessionsEnded": ended, "removed": removed });
    audit(&mut tx, None, &person, "account.password_reset", details, &request.device).await?;
    enqueue_password_reset(&mut tx, &person, &request.device, removed).await?;
    tx.commit().await
}

fn parse<'a>(request: &ResetPassword<'a>) -> Result<(Mailed<'a>, &'a str)> {
    let mut fields = request.unread.clone();
    match request.password {
        Some(password) => check_password(&mut fields, "password", password),
        None => fields.refuse("password", "REQUIRED", "is required"),
    }
    let mailed = match (request.token, request.email, request.code) {
        (Some(token), ..) => Some(Mailed::Link(token)),
        (None, Some(email), Some(code)) => Some(Mailed::Code { email, code }),
        (None, Some(_), None) => {
            fields.refuse("code", "REQUIRED", "is required");
            None
        }
        (None, None, _) => {
            fields.refuse("token", "REQUIRED", "give the link's token, or the e-mail address and the code");
            None
        }
    };
    fields.check()?;
    match (mailed, request.password) {
        (Some(mailed), Some(password)) => Ok((mailed, password)),
        _ => Err(kernel::Problem::internal().into()),
    }
}

/// Whose mail it was, when it is good; used up then.
async fn use_mailed(
    people: &People,
    tx: &Tx,
    request: &ResetPassword<'_>,
    mailed: Mailed<'_>,
) -> Result<Option<Person>> {
    let person = match (mailed, request.realm) {
        (Mailed::Link(token), realm) => {
            let tenant = realm.and_then(Realm::tenant);
            secrets::use_link(tx, request.kind, tenant, Purpose::Reset, token).await?
        }
        (Mailed::Code { email, code }, Some(realm)) => match text::parse_email(email) {
            Ok(email) => {
                let known = find_person_by_email(tx.conn(), realm, &email).await?;
                let known = match known {
                    Some(known) => find_locked(tx, request.kind, known.id).await?,
                    None => None,
                };
                match known {
                    Some(person) if secrets::guess_reset_code(people, tx, &person, code).await? => Some(person),
                    _ => None,
                }
            }
            Err(_) => None,
        },
        (Mailed::Code { .. }, None) => return Err(error::required("inviteCode").into()),
    };
    Ok(person.filter(|person| person.suspended_at.is_none()))
}
