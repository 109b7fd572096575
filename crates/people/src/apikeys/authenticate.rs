//! Answers what a key means, and a connection token made from one. As with sessions, what can change is read from the
//! database once and then from a cache that is forgotten when the key is revoked: a hot request costs one HMAC or one
//! signature check, and no query.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use kernel::{
    Id, Problem, Timestamp, id,
    sender::{Credential, Scope, Sender},
};
use platform::{
    Fault, Result,
    crypto::{Claims, Digest, TokenKind, keyed_digest, same_secret},
};

use super::{
    entity, error,
    last_use::USE_NOTED_EVERY,
    model::parse_scopes,
    rules::{TOKEN_LIFETIME, TOKEN_SCOPES, parse_key},
    store,
};
use crate::{People, tenants};

/// Connection tokens: an audience of their own, so that they never pass for an access token, nor one for them.
pub(crate) const TOKEN_KIND: TokenKind =
    TokenKind { audience: "frontdesk:connection", type_claim: Some("connection"), lifetime: TOKEN_LIFETIME };

/// What is remembered of a live key.
#[derive(Debug)]
pub(crate) struct KeyFacts {
    tenant: Id<id::Tenant>,
    scopes: Arc<[Scope]>,
    digest: Vec<u8>,
    expires_at: Option<Timestamp>,
    /// When a use was noted last, in milliseconds.
    noted_at: AtomicI64,
}

impl KeyFacts {
    fn new(row: entity::Model) -> Result<Self> {
        Ok(Self {
            tenant: row.tenant_id,
            scopes: parse_scopes(&row.scopes)?.into(),
            digest: row.digest,
            expires_at: row.expires_at,
            noted_at: AtomicI64::new(row.last_used_at.map_or(i64::MIN, Timestamp::millis)),
        })
    }

    /// Whether the key is of this business.
    pub(crate) fn is_of(&self, tenant: Id<id::Tenant>) -> bool {
        self.tenant == tenant
    }

    pub(super) fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }

    /// Whether this use is the one of its minute that is noted.
    fn is_to_note(&self, now: Timestamp) -> bool {
        let noted = self.noted_at.load(Ordering::Relaxed);
        let due = now.minus(USE_NOTED_EVERY).millis() >= noted;
        due && self.noted_at.compare_exchange(noted, now.millis(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// What is stored in place of a key's text.
pub(super) fn digest_of(people: &People, text: &str) -> Digest {
    keyed_digest(people.platform().config().api_key_secret.0.as_bytes(), text)
}

/// The system behind a key's text.
pub(crate) async fn authenticate_key(people: &People, text: &str) -> Result<Sender> {
    let key = parse_key(text).ok_or_else(error::key_not_taken)?;
    let facts = find_facts(people, key).await?.ok_or_else(error::key_not_taken)?;
    let is_same = same_secret(&digest_of(people, text), &facts.digest);
    if !is_same || !facts.is_alive(people.world().now()) {
        return Err(error::key_not_taken().into());
    }
    note_use(people, key, &facts);
    Ok(Sender { tenant: facts.tenant, credential: Credential::Key { id: key, scopes: facts.scopes.clone() } })
}

/// The system behind a connection token whose signature, kind and end were checked.
pub(crate) async fn authenticate_token(people: &People, claims: Claims) -> Result<Sender> {
    let key = Id::<id::ApiKey>::parse(&claims.sid).map_err(|_| Problem::unauthorized())?;
    let facts = find_facts(people, key).await?.ok_or_else(Problem::unauthorized)?;
    if Id::parse(&claims.tid) != Ok(facts.tenant) || !facts.is_alive(people.world().now()) {
        return Err(Problem::unauthorized().into());
    }
    note_use(people, key, &facts);
    let scopes = facts.scopes.iter().copied().filter(|scope| TOKEN_SCOPES.contains(scope)).collect();
    let credential = Credential::Token { jti: claims.jti.into(), key, scopes, user: claims.sub.into() };
    Ok(Sender { tenant: facts.tenant, credential })
}

fn note_use(people: &People, key: Id<id::ApiKey>, facts: &KeyFacts) {
    if facts.is_to_note(people.world().now()) {
        people.last_uses().note(people, key);
    }
}

/// The facts, when the key is not revoked and its business is open.
pub(super) async fn find_facts(people: &People, key: Id<id::ApiKey>) -> Result<Option<Arc<KeyFacts>>> {
    let cache = people.key_cache();
    if let Some(known) = cache.find(&key) {
        return Ok(Some(known));
    }
    let mark = cache.mark();
    let Some(row) = store::find(people.db().read(), key).await? else { return Ok(None) };
    let tenant = tenants::find_tenant(people, row.tenant_id).await?;
    if tenant.is_none_or(|tenant| tenant.suspended_at.is_some()) {
        return Ok(None);
    }
    let facts = Arc::new(KeyFacts::new(row)?);
    cache.keep(mark, key, facts.clone());
    Ok(Some(facts))
}

/// Signing can only fail for reasons of ours.
pub(super) fn sign(people: &People, subject: &platform::crypto::Subject) -> Result<String> {
    let issued = people.crypto().issue_access_token(TOKEN_KIND, subject);
    Ok(issued.map_err(|e| Fault::internal("signing a connection token", e))?.token)
}
