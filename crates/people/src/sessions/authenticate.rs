//! Answers what a bearer token means. The token proves which session it belongs to; everything that can change since it
//! was signed (ended, suspended, role, name) is read from the database once and then from a cache that is forgotten with
//! every change, so that a hot request costs a signature check and no query.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Caller, Id, Principal, Problem, Role, Sender, Timestamp, id};
use platform::{
    Fault, Result,
    crypto::{Claims, TokenError, TokenKind},
    http::auth::{Authenticator, Identity},
};
use uuid::Uuid;

use super::{
    error,
    model::PersonKind,
    rules::is_alive,
    store::{self, LiveRow},
};
use crate::{People, apikeys};

/// What is remembered of a live session.
#[derive(Debug, Clone)]
pub(crate) struct SessionFacts {
    tenant: Id<id::Tenant>,
    principal: Principal,
    expires_at: Timestamp,
    name: Arc<str>,
    operator: bool,
    /// Still has to set up the second factor that their business asks for.
    must_set_up: bool,
    read_only: bool,
}

impl Authenticator for People {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller>> {
        authenticate(self, bearer, Whom::Ready).boxed()
    }

    fn authenticate_for_setup<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller>> {
        authenticate(self, bearer, Whom::AlsoInSetup).boxed()
    }

    fn identify<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Identity>> {
        identify(self, bearer).boxed()
    }

    fn authenticate_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Sender>> {
        apikeys::authenticate_key(self, key).boxed()
    }
}

const USER: TokenKind = PersonKind::User.token_kind();
const CUSTOMER: TokenKind = PersonKind::Customer.token_kind();

/// Whether somebody who still has to set up a second factor counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whom {
    Ready,
    AlsoInSetup,
}

async fn authenticate(people: &People, bearer: &str, whom: Whom) -> Result<Caller> {
    let (kind, claims) = people.crypto().verify_access_token(bearer, &[USER, CUSTOMER]).map_err(|why| refuse(&why))?;
    find_caller(people, kind, &claims, whom).await
}

async fn identify(people: &People, bearer: &str) -> Result<Identity> {
    let kinds = [USER, CUSTOMER, apikeys::TOKEN_KIND];
    let (kind, claims) = people.crypto().verify_access_token(bearer, &kinds).map_err(|why| refuse(&why))?;
    if kind == apikeys::TOKEN_KIND {
        return apikeys::authenticate_token(people, claims).await.map(Identity::System);
    }
    find_caller(people, kind, &claims, Whom::Ready).await.map(Identity::Person)
}

async fn find_caller(people: &People, kind: TokenKind, claims: &Claims, whom: Whom) -> Result<Caller> {
    let session = Id::<id::Session>::parse(&claims.sid).map_err(|_| Problem::unauthorized())?;
    let facts = find_facts(people, session).await?.ok_or_else(Problem::unauthorized)?;
    let of_kind = facts.kind().token_kind() == kind;
    if !of_kind || !facts.belongs_to(claims) || people.world().now() >= facts.expires_at {
        return Err(Problem::unauthorized().into());
    }
    if facts.must_set_up && whom == Whom::Ready {
        return Err(error::two_factor_setup_required().into());
    }
    Ok(facts.caller(session))
}

/// Whether the caller behind a session still has to set up a second factor.
pub(crate) async fn must_set_up_two_factor(people: &People, session: Id<id::Session>) -> Result<bool> {
    Ok(find_facts(people, session).await?.is_some_and(|facts| facts.must_set_up))
}

/// The caller behind a session that is alive, for a credential of another floor that names one, such as the link of a
/// file. What is remembered of it is forgotten in the moment in which its sockets are closed.
pub async fn find_live_caller(people: &People, session: Id<id::Session>) -> Result<Option<Caller>> {
    let facts = find_facts(people, session)
        .await?
        .filter(|facts| people.world().now() < facts.expires_at && !facts.must_set_up);
    Ok(facts.map(|facts| facts.caller(session)))
}

/// A client learns only that it must sign in; the log says why when somebody looks for it.
fn refuse(why: &TokenError) -> Fault {
    tracing::debug!(%why, "an access token was refused");
    Problem::unauthorized().into()
}

impl SessionFacts {
    fn caller(&self, session: Id<id::Session>) -> Caller {
        Caller {
            tenant: self.tenant,
            session,
            principal: self.principal,
            name: self.name.clone(),
            operator: self.operator,
            read_only: self.read_only,
        }
    }

    const fn kind(&self) -> PersonKind {
        match self.principal {
            Principal::User { .. } => PersonKind::User,
            Principal::Customer { .. } => PersonKind::Customer,
        }
    }

    /// Whether these are the facts of this person, there.
    pub(crate) fn is_of(&self, person: Uuid, tenant: Option<Id<id::Tenant>>) -> bool {
        let own = match self.principal {
            Principal::User { id, .. } => id.uuid(),
            Principal::Customer { id } => id.uuid(),
        };
        own == person && tenant.is_none_or(|tenant| tenant == self.tenant)
    }

    /// Whether they are of this business.
    pub(crate) fn is_in(&self, tenant: Id<id::Tenant>) -> bool {
        self.tenant == tenant
    }

    /// Whether person and tenant of a token are those of its session; a token that was signed here always agrees.
    fn belongs_to(&self, claims: &Claims) -> bool {
        let same_person = match self.principal {
            Principal::User { id, .. } => Id::parse(&claims.sub) == Ok(id),
            Principal::Customer { id } => Id::parse(&claims.sub) == Ok(id),
        };
        same_person && Id::parse(&claims.tid) == Ok(self.tenant)
    }
}

async fn find_facts(people: &People, session: Id<id::Session>) -> Result<Option<Arc<SessionFacts>>> {
    let cache = people.session_cache();
    if let Some(known) = cache.find(&session) {
        return Ok(Some(known));
    }
    let mark = cache.mark();
    let row = store::find_live_row(people.db(), session).await?;
    let Some(facts) = row.and_then(|row| decide_facts(row, people.world().now())).map(Arc::new) else {
        return Ok(None);
    };
    cache.keep(mark, session, facts.clone());
    Ok(Some(facts))
}

/// The facts, when session, person and business are all in good standing.
fn decide_facts(row: LiveRow, now: Timestamp) -> Option<SessionFacts> {
    if !is_alive(row.revoked_at, row.expires_at, now) || row.tenant_suspended_at.is_some() {
        return None;
    }
    let read_only = row.impersonation_reason.is_some();
    let is_operator = row.operator.unwrap_or(false);
    let (principal, name) = match PersonKind::parse(&row.kind)? {
        // A look into a business: as long as they are an operator, and with none of an operator's rights.
        PersonKind::User if read_only => {
            if !is_operator || row.user_suspended_at.is_some() {
                return None;
            }
            (Principal::User { id: Id::from_uuid(row.person_id), role: Role::Owner }, row.user_name?)
        }
        PersonKind::User if row.user_suspended_at.is_none() => {
            let role = Role::parse(row.role.as_deref()?)?;
            (Principal::User { id: Id::from_uuid(row.person_id), role }, row.user_name?)
        }
        PersonKind::User => return None,
        PersonKind::Customer => (Principal::Customer { id: Id::from_uuid(row.person_id) }, row.customer_name?),
    };
    let is_user = matches!(principal, Principal::User { .. });
    let has_two = row.two_factor_enabled_at.is_some() || row.two_factors;
    Some(SessionFacts {
        must_set_up: is_user && !read_only && row.require_two_factor && !has_two,
        tenant: row.tenant_id,
        principal,
        expires_at: row.expires_at,
        name: name.into(),
        operator: is_operator && !read_only,
        read_only,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> LiveRow {
        LiveRow {
            kind: "user".into(),
            person_id: Uuid::from_u128(7),
            tenant_id: Id::from_uuid(Uuid::from_u128(8)),
            expires_at: Timestamp::from_millis(100),
            revoked_at: None,
            tenant_suspended_at: None,
            user_name: Some("Ann".into()),
            operator: Some(false),
            user_suspended_at: None,
            role: Some("manager".into()),
            customer_name: None,
            require_two_factor: false,
            two_factor_enabled_at: None,
            two_factors: false,
            impersonation_reason: None,
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(50);

    #[test]
    fn a_member_in_good_standing_acts_with_the_stored_role() {
        let facts = decide_facts(row(), NOW).unwrap();
        assert!(matches!(facts.principal, Principal::User { role: Role::Manager, .. }));
        assert_eq!(&*facts.name, "Ann");
    }

    #[test]
    fn a_member_without_the_second_factor_that_is_asked_for_must_set_it_up() {
        let asked = LiveRow { require_two_factor: true, ..row() };
        assert!(decide_facts(asked.clone(), NOW).unwrap().must_set_up);
        assert!(!decide_facts(LiveRow { two_factor_enabled_at: Some(NOW), ..asked.clone() }, NOW).unwrap().must_set_up);
        let by_passkey = LiveRow { two_factors: true, ..asked.clone() };
        assert!(!decide_facts(by_passkey, NOW).unwrap().must_set_up, "a passkey is both factors");
        let customer = LiveRow {
            kind: "customer".into(),
            user_name: None,
            role: None,
            customer_name: Some("Cara".into()),
            ..asked
        };
        assert!(!decide_facts(customer, NOW).unwrap().must_set_up, "customers are never asked for one");
    }

    #[test]
    fn a_look_into_a_business_is_an_operators_and_changes_nothing() {
        let look = LiveRow { impersonation_reason: Some("asked to".into()), operator: Some(true), role: None, ..row() };
        let facts = decide_facts(look.clone(), NOW).unwrap();
        assert!(facts.read_only && !facts.operator);
        assert!(matches!(facts.principal, Principal::User { role: Role::Owner, .. }));
        for over in [
            LiveRow { operator: Some(false), ..look.clone() },
            LiveRow { user_suspended_at: Some(NOW), ..look.clone() },
            LiveRow { tenant_suspended_at: Some(NOW), ..look },
        ] {
            assert!(decide_facts(over, NOW).is_none());
        }
    }

    #[test]
    fn nobody_acts_once_anything_is_over() {
        let at = Some(NOW);
        let cases = [
            LiveRow { revoked_at: at, ..row() },
            LiveRow { expires_at: NOW, ..row() },
            LiveRow { tenant_suspended_at: at, ..row() },
            LiveRow { user_suspended_at: at, ..row() },
            LiveRow { role: None, ..row() },
            LiveRow { role: Some("god".into()), ..row() },
            LiveRow { kind: "customer".into(), ..row() },
            LiveRow { kind: "robot".into(), ..row() },
        ];
        for case in cases {
            assert!(decide_facts(case.clone(), NOW).is_none(), "{case:?}");
        }
    }
}
