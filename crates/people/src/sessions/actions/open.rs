//! Opens a session for somebody who has just proven who they are, inside the transaction that proved it.

use kernel::{Id, Role, Timestamp, id};
use platform::{
    Fault, Result, Tx,
    crypto::{Subject, jwt::ACCESS_TOKEN_LIFETIME},
};
use uuid::Uuid;

use crate::{
    People,
    sessions::{
        entity::{self, refresh_token},
        model::{Device, PersonKind, TokenPair},
        rules::{SESSION_LIFETIME, SESSIONS_PER_PERSON_MAX},
        store,
    },
};

use super::revoke_in;

/// Who signs in, and where.
#[derive(Debug, Clone, Copy)]
pub enum NewSession {
    /// A user in one of their businesses.
    User {
        /// The person.
        id: Id<id::User>,
        /// The business they will act in.
        tenant: Id<id::Tenant>,
        /// Their role there.
        role: Role,
    },
    /// A customer of a business.
    Customer {
        /// The customer.
        id: Id<id::Customer>,
        /// Whose customer.
        tenant: Id<id::Tenant>,
    },
}

/// How its holder proved who they are.
#[derive(Debug, Clone, Copy)]
pub struct Proven {
    /// By two factors: no further one is asked for.
    pub two_factors: bool,
    /// When.
    pub at: Option<Timestamp>,
}

/// The person behind a session, without its kind's types.
#[derive(Debug, Clone)]
pub(crate) struct SignedInSession {
    pub kind: PersonKind,
    pub person: Uuid,
    pub tenant: Id<id::Tenant>,
    pub session: Id<id::Session>,
    subject: Subject,
}

impl NewSession {
    pub(crate) fn with_id(self, session: Id<id::Session>) -> SignedInSession {
        let (kind, person, shown, tenant, role) = match self {
            Self::User { id, tenant, role } => (PersonKind::User, id.uuid(), id.to_string(), tenant, role.as_str()),
            Self::Customer { id, tenant } => {
                (PersonKind::Customer, id.uuid(), id.to_string(), tenant, PersonKind::Customer.as_str())
            }
        };
        let subject = Subject {
            person: shown,
            tenant: tenant.to_string(),
            session: session.to_string(),
            role,
            foreign_session: None,
        };
        SignedInSession { kind, person, tenant, session, subject }
    }
}

/// Stores a session and hands out its first pair of tokens.
pub async fn open_session(
    people: &People,
    tx: &mut Tx,
    new: NewSession,
    device: &Device,
    proven: Proven,
) -> Result<TokenPair> {
    let now = tx.now();
    let signed_in = new.with_id(people.world().id());
    make_room(tx, &signed_in, now).await?;
    let row = entity::Model {
        id: signed_in.session,
        kind: signed_in.kind.as_str().to_owned(),
        person_id: signed_in.person,
        tenant_id: signed_in.tenant,
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(SESSION_LIFETIME),
        ip: device.ip.clone(),
        user_agent: device.user_agent.clone(),
        revoked_at: None,
        revoked_reason: None,
        two_factors: proven.two_factors,
        proven_at: proven.at,
    };
    store::insert(tx.conn(), row).await?;
    let (pair, _) = hand_out(people, tx, &signed_in, now).await?;
    Ok(pair)
}

/// Removes what ended long ago and ends the oldest sessions beyond the limit.
async fn make_room(tx: &mut Tx, signed_in: &SignedInSession, now: Timestamp) -> Result<()> {
    store::delete_ended(tx.conn(), signed_in.person, now.minus(SESSION_LIFETIME)).await?;
    let alive = store::find_alive(tx.conn(), signed_in.kind, signed_in.person, now).await?;
    let surplus: Vec<_> = alive.iter().skip(SESSIONS_PER_PERSON_MAX - 1).map(|session| session.id).collect();
    revoke_in(tx, &surplus, "too many sessions").await
}

/// A pair of tokens for the session, with the digest of its refresh token.
pub(super) async fn hand_out(
    people: &People,
    tx: &Tx,
    signed_in: &SignedInSession,
    now: Timestamp,
) -> Result<(TokenPair, Vec<u8>)> {
    let refresh = people.crypto().random_token();
    let digest = refresh.digest.to_vec();
    let row = refresh_token::Model {
        digest: digest.clone(),
        session_id: signed_in.session,
        created_at: now,
        expires_at: now.plus(SESSION_LIFETIME),
        replaced_at: None,
        replaced_by: None,
    };
    store::insert_refresh_token(tx.conn(), row).await?;
    let access = people
        .crypto()
        .issue_access_token(signed_in.kind.token_kind(), &signed_in.subject)
        .map_err(|e| Fault::internal("signing an access token", e))?;
    let pair = TokenPair {
        access_token: access.token,
        refresh_token: refresh.plain,
        expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
        device_token: None,
        tenant: signed_in.tenant,
    };
    Ok((pair, digest))
}
