//! Ends sessions: the next request of each is refused and its sockets are closed, as soon as the transaction commits.

use kernel::{Caller, Id, Principal, Problem, id};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::json;
use uuid::Uuid;

use crate::{
    People, operator,
    sessions::{model::PersonKind, rules::is_alive, store},
    signals::{SESSIONS_CHANGED, SESSIONS_ENDED, SessionsEnded},
};

/// Ends these sessions within a transaction.
pub(crate) async fn revoke_in(tx: &mut Tx, sessions: &[Id<id::Session>], reason: &'static str) -> Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    store::revoke(tx.conn(), sessions, tx.now(), reason).await?;
    tx.signal(&SESSIONS_ENDED, &SessionsEnded { sessions: sessions.to_vec(), reason: reason.into() });
    Ok(())
}

/// Ends one session of the caller: this one by signing out, or another from the list.
pub(crate) async fn end_own_session(
    people: &People,
    caller: &Caller,
    session: Id<id::Session>,
    client: &ClientInfo,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let (kind, person) = (kind_of(caller), caller.person());
    let row = store::find(tx.conn(), session).await?;
    let own = row.filter(|row| row.kind == kind.as_str() && row.person_id == person);
    let own = own.filter(|row| is_alive(row.revoked_at, row.expires_at, tx.now())).ok_or_else(Problem::not_found)?;
    if caller.read_only && own.id == caller.session {
        revoke_in(&mut tx, &[own.id], operator::ENDED).await?;
        audit(&mut tx, caller, "impersonation.ended", &own.id.to_string(), 1, client).await?;
    } else {
        revoke_in(&mut tx, &[own.id], "signed out").await?;
        audit(&mut tx, caller, "session.ended", &own.id.to_string(), 1, client).await?;
    }
    tx.commit().await
}

/// Ends every session of the caller, in every business of theirs.
pub(crate) async fn end_all_sessions(people: &People, caller: &Caller, client: &ClientInfo) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let (kind, person) = (kind_of(caller), caller.person());
    let ended = revoke_all_in(&mut tx, kind, person, None, "signed out everywhere").await?;
    audit(&mut tx, caller, "session.all_ended", &caller.person_id(), ended, client).await?;
    tx.commit().await
}

/// Ends every session of a person within a transaction, except perhaps one; returns how many.
pub(crate) async fn revoke_all_in(
    tx: &mut Tx,
    kind: PersonKind,
    person: Uuid,
    except: Option<Id<id::Session>>,
    reason: &'static str,
) -> Result<usize> {
    let mut ended = 0;
    // Sign-ins at the same moment may have made more than are listed at once; all of them end.
    loop {
        let alive = store::find_alive(tx.conn(), kind, person, tx.now()).await?;
        let sessions: Vec<_> = alive.into_iter().map(|row| row.id).filter(|id| Some(*id) != except).collect();
        if sessions.is_empty() {
            return Ok(ended);
        }
        revoke_in(tx, &sessions, reason).await?;
        ended += sessions.len();
    }
}

/// Ends every session of a person, in one business or in all, within a transaction.
pub(crate) async fn end_sessions_in(
    tx: &mut Tx,
    kind: PersonKind,
    person: Uuid,
    tenant: Option<Id<id::Tenant>>,
    reason: &'static str,
) -> Result<()> {
    let sessions = store::find_alive_ids(tx.conn(), kind, person, tenant, tx.now()).await?;
    revoke_in(tx, &sessions, reason).await
}

/// Lets what is remembered of a person's sessions be read anew once the transaction commits, for example their name.
pub(crate) async fn forget_sessions_of(tx: &mut Tx, caller: &Caller) -> Result<()> {
    let alive = store::find_alive(tx.conn(), kind_of(caller), caller.person(), tx.now()).await?;
    tx.signal(&SESSIONS_CHANGED, &alive.into_iter().map(|session| session.id).collect());
    Ok(())
}

const fn kind_of(caller: &Caller) -> PersonKind {
    match caller.principal {
        Principal::User { .. } => PersonKind::User,
        Principal::Customer { .. } => PersonKind::Customer,
    }
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    action: &'static str,
    object: &str,
    count: usize,
    client: &ClientInfo,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: object.to_owned(),
        details: json!({ "count": count }),
        ip: Some(client.ip.to_string()),
    })
    .await
}
