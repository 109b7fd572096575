//! The record of attempts to sign in: all of them, bounded per account, with or without an account behind the address. What
//! was typed is not kept; the account is a digest.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx, crypto, db::Db, db::statement};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use uuid::Uuid;

use super::{
    person::{Person, Realm},
    rules::{ATTEMPTS_KEPT_MAX, device_name},
};
use crate::sessions::{Device, PersonKind};

/// By what somebody proved, or tried to prove, who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Password,
    Link,
    Passkey,
    Oidc,
}

impl Method {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Passkey => "passkey",
            Self::Oidc => "oidc",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    SignedIn,
    WrongPassword,
    CodeRequired,
    WrongCode,
    Locked,
    Suspended,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::WrongPassword => "wrong_password",
            Self::CodeRequired => "code_required",
            Self::WrongCode => "wrong_code",
            Self::Locked => "locked",
            Self::Suspended => "suspended",
        }
    }
}

/// Somebody who tries to sign in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub realm: Realm,
    /// The address as it was typed, in lower case; empty when the proof needs none.
    pub email: &'a str,
    /// Who it is, when there is anybody.
    pub person: Option<&'a Person>,
    pub method: Method,
    pub device: &'a Device,
    /// The device, when this person used it before.
    pub known_device: Option<Uuid>,
}

impl Attempt<'_> {
    fn account_key(&self) -> Vec<u8> {
        let who = match self.person {
            Some(person) => person.place(),
            None => format!("{}/{}", self.realm.word(), self.email),
        };
        crypto::digest(&format!("attempts/{who}")).to_vec()
    }
}

/// Writes the attempt down and forgets the oldest beyond the limit.
pub(super) async fn record(tx: &Tx, attempt: &Attempt<'_>, outcome: Outcome) -> Result<()> {
    let (key, succeeded) = (attempt.account_key(), outcome == Outcome::SignedIn);
    tx.execute(
        "INSERT INTO sign_in_attempts (id, account_key, kind, person_id, tenant_id, at, ip, user_agent, outcome, succeeded, method) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        vec![
            tx.db().world().id::<id::SignInAttempt>().into(),
            key.clone().into(),
            attempt.realm.kind().as_str().into(),
            attempt.person.map(|person| person.id).into(),
            attempt.realm.tenant().into(),
            tx.now().into(),
            attempt.device.ip.clone().into(),
            attempt.device.user_agent.clone().into(),
            outcome.as_str().into(),
            succeeded.into(),
            attempt.method.as_str().into(),
        ],
    )
    .await?;
    let surplus = format!(
        "DELETE FROM sign_in_attempts WHERE id IN (SELECT id FROM sign_in_attempts WHERE account_key = ? AND succeeded = ? \
         ORDER BY id DESC LIMIT {ATTEMPTS_KEPT_MAX} OFFSET {ATTEMPTS_KEPT_MAX})"
    );
    tx.execute(&surplus, vec![key.into(), succeeded.into()]).await?;
    Ok(())
}

/// An attempt as the person it concerns sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptView {
    /// The attempt.
    pub id: Id<id::SignInAttempt>,
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// The same in plain words.
    pub device_name: String,
    /// `signed_in`, `wrong_password`, `code_required`, `wrong_code`, `locked` or `suspended`.
    pub outcome: String,
    /// `password`, `link`, `passkey` or `oidc`.
    pub method: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: Id<id::SignInAttempt>,
    at: Timestamp,
    ip: Option<String>,
    user_agent: Option<String>,
    outcome: String,
    method: String,
}

/// Attempts at a person's account, newest first, older than `before`.
pub(super) async fn list(
    db: &Db,
    kind: PersonKind,
    person: Uuid,
    before: Option<Id<id::SignInAttempt>>,
    limit: u64,
) -> Result<Vec<AttemptView>> {
    let mut values = vec![person.into(), kind.as_str().into()];
    let older = match before {
        Some(before) => {
            values.push(before.into());
            "AND id < ?"
        }
        None => "",
    };
    let sql = format!(
        "SELECT id, at, ip, user_agent, outcome, method FROM sign_in_attempts \
         WHERE person_id = ? AND kind = ? {older} ORDER BY id DESC LIMIT {limit}"
    );
    let rows = db.read().query_all_raw(statement(db.dialect(), &sql, values)).await?;
    let view = |row: sea_orm::QueryResult| -> Result<AttemptView> {
        let row = Row::from_query_result(&row, "")?;
        Ok(AttemptView {
            id: row.id,
            at: row.at,
            ip_address: row.ip,
            device_name: device_name(row.user_agent.as_deref().unwrap_or_default()),
            user_agent: row.user_agent,
            outcome: row.outcome,
            method: row.method,
        })
    };
    rows.into_iter().map(view).collect()
}
