//! Renews a session by its refresh token, and ends it when a used-up token comes back: either the thief or the owner has a
//! copy, and nobody can tell which one asks.

use kernel::{Id, Role, Timestamp, id};
use platform::{AuditEntry, Fault, Result, Tx, crypto, crypto::tokens::TOKEN_CHARS_MAX};
use serde_json::json;

use super::{NewSession, SignedInSession, open::hand_out, revoke_in};
use crate::{
    People, accounts, customers,
    sessions::{
        entity, error,
        model::{Device, PersonKind, TokenPair},
        rules::{RefreshDecision, RefreshFacts, SESSION_LIFETIME, decide_refresh},
        store,
    },
    signals::SESSIONS_CHANGED,
    team,
    tenants::{self, TenantView},
};

/// A renewed session.
pub(crate) struct Refreshed {
    pub session: SignedInSession,
    pub pair: TokenPair,
}

/// With `tenant` only a session in that business is renewed; one of another is as unknown as any.
pub(crate) async fn refresh_session(
    people: &People,
    kind: PersonKind,
    refresh_token: &str,
    tenant: Option<Id<id::Tenant>>,
    device: &Device,
) -> Result<Refreshed> {
    if refresh_token.len() > TOKEN_CHARS_MAX {
        return Err(error::refresh_refused().into());
    }
    let digest = crypto::digest(refresh_token);
    let mut tx = people.db().begin().await?;
    let now = tx.now();
    let token = store::find_refresh_token(tx.conn(), &digest).await?.ok_or_else(error::refresh_refused)?;
    // Locked, so that of several who bring a stolen token one ends the session and the others find it ended.
    let session = store::find_locked(&tx, token.session_id).await?;
    // A token of the other kind is unknown here; presenting it at the wrong door is no theft.
    let expected = |s: &entity::Model| s.kind == kind.as_str() && tenant.is_none_or(|tenant| s.tenant_id == tenant);
    let session = session.filter(expected).ok_or_else(error::refresh_refused)?;
    let facts = RefreshFacts {
        expires_at: token.expires_at,
        replaced_at: token.replaced_at,
        session_revoked_at: session.revoked_at,
        session_expires_at: session.expires_at,
    };
    match decide_refresh(&facts, now) {
        RefreshDecision::Rotate | RefreshDecision::RotateAgain => {}
        RefreshDecision::Refuse => return Err(error::refresh_refused().into()),
        RefreshDecision::Theft => {
            end_stolen(&mut tx, &session, device).await?;
            tx.commit().await?;
            return Err(error::refresh_refused().into());
        }
    }
    let signed_in = match find_standing(&tx, kind, &session).await? {
        Standing::Good(signed_in) => signed_in,
        Standing::Closed(business) => {
            drop(tx);
            return Err(refuse_closed(people, kind, &business).await?);
        }
        Standing::Gone => return Err(error::refresh_refused().into()),
    };
    let pair = rotate(people, &tx, &signed_in, &digest, now).await?;
    // What is remembered holds the old end of the session.
    tx.signal(&SESSIONS_CHANGED, &vec![session.id]);
    tx.commit().await?;
    Ok(Refreshed { session: signed_in, pair })
}

async fn rotate(
    people: &People,
    tx: &Tx,
    signed_in: &SignedInSession,
    digest: &[u8],
    now: Timestamp,
) -> Result<TokenPair> {
    let (pair, successor) = hand_out(people, tx, signed_in, now).await?;
    // Of two that ask at the same moment one is noted as the successor; both are within the grace time.
    store::replace_refresh_token(tx.conn(), digest, &successor, now).await?;
    store::renew(tx.conn(), signed_in.session, now, now.plus(SESSION_LIFETIME)).await?;
    store::delete_old_refresh_tokens(tx.conn(), signed_in.session, now).await?;
    Ok(pair)
}

/// Whether somebody whose token is good may go on.
enum Standing {
    Good(SignedInSession),
    /// They belong to the business, and the operator closed it.
    Closed(TenantView),
    Gone,
}

async fn find_standing(tx: &Tx, kind: PersonKind, session: &entity::Model) -> Result<Standing> {
    let tenant = session.tenant_id;
    let Some(business) = tenants::find_tenant_in(tx.conn(), tenant).await? else { return Ok(Standing::Gone) };
    let is_closed = business.suspended_at.is_some();
    let (belongs, new) = match kind {
        PersonKind::User => {
            let user = Id::<id::User>::from_uuid(session.person_id);
            let role: Option<Role> = team::find_active_role(tx.conn(), tenant, user).await?;
            let belongs = role.is_some() || team::store::find(tx.conn(), tenant, user).await?.is_some();
            (belongs, role.map(|role| NewSession::User { id: user, tenant, role }))
        }
        PersonKind::Customer => {
            let customer = Id::from_uuid(session.person_id);
            let belongs = customers::find_customer(tx.conn(), tenant, customer).await?.is_some();
            (belongs, (belongs && !is_closed).then_some(NewSession::Customer { id: customer, tenant }))
        }
    };
    Ok(match new {
        Some(new) => Standing::Good(new.with_id(session.id)),
        None if belongs && is_closed => Standing::Closed(business),
        None => Standing::Gone,
    })
}

/// What a sign-in would be told; the operator's reason is for the team.
async fn refuse_closed(people: &People, kind: PersonKind, business: &TenantView) -> Result<Fault> {
    let reason = match kind {
        PersonKind::User => tenants::find_closing(people.db(), business.id).await?,
        PersonKind::Customer => None,
    };
    Ok(match reason {
        Some(reason) => accounts::error::business_suspended(&business.name, &reason).into(),
        None => error::business_closed(&business.name).into(),
    })
}

async fn end_stolen(tx: &mut Tx, session: &entity::Model, device: &Device) -> Result<()> {
    tracing::warn!(session = %session.id, "a used-up refresh token came back; the session was ended");
    revoke_in(tx, &[session.id], "refresh token reused").await?;
    tx.audit(&AuditEntry {
        tenant: Some(session.tenant_id),
        actor: "system".to_owned(),
        action: "session.refresh_reused",
        object: session.id.to_string(),
        details: json!({ "kind": session.kind, "person": session.person_id, "userAgent": device.user_agent }),
        ip: device.ip.clone(),
    })
    .await
}
