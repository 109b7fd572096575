//! What this floor tells the other nodes, and what it forgets when it hears it. Sockets are closed here when their room says
//! enough; what must look at a socket's person stands in talk, which owns them.

use std::borrow::Cow;

use kernel::{Id, id};
use platform::signals::Topic;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::People;

/// These sessions are over: nothing is remembered of them, and their sockets are told why and closed.
pub const SESSIONS_ENDED: Topic<SessionsEnded> = Topic::new("sessions.ended");
/// What is remembered of these sessions is stale, such as a name or an end.
pub const SESSIONS_CHANGED: Topic<Vec<Id<id::Session>>> = Topic::new("sessions.changed");
/// What a person may do has changed: their sockets are told why and closed, and come back with their new rights, if any.
pub const PERSON_CHANGED: Topic<PersonChanged> = Topic::new("person.changed");
/// Somebody joined the team of a business. Who leaves it or gets another role is told of by [`PERSON_CHANGED`].
pub const TEAM_CHANGED: Topic<Id<id::Tenant>> = Topic::new("team.changed");
/// A business's profile or settings changed.
pub const TENANT_CHANGED: Topic<Id<id::Tenant>> = Topic::new("tenant.changed");
/// A business was closed by the operator: everybody's sockets there are told so and closed.
pub const TENANT_CLOSED: Topic<Id<id::Tenant>> = Topic::new("tenant.closed");
/// A customer changed how they are shown.
pub const CUSTOMER_CHANGED: Topic<Id<id::Customer>> = Topic::new("customer.changed");
/// An API key was revoked: the sockets of its tokens are told so and closed.
pub const KEY_REVOKED: Topic<Id<id::ApiKey>> = Topic::new("key.revoked");

/// What the sockets of a revoked key's tokens are told.
const KEY_REASON: &str = "the API key was revoked";

/// Sessions that are over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionsEnded {
    /// Which.
    pub sessions: Vec<Id<id::Session>>,
    /// What their sockets are told.
    pub reason: Cow<'static, str>,
}

/// A person whose rights are others now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PersonChanged {
    /// The user or customer.
    pub person: Uuid,
    /// In this business alone; everywhere when absent.
    pub tenant: Option<Id<id::Tenant>>,
    /// What their sockets are told.
    pub reason: Cow<'static, str>,
}

/// Registers what this floor forgets.
pub(crate) fn register(people: &People) {
    let signals = people.db().signals();
    let (sessions, realtime) = (people.session_cache().clone(), people.platform().realtime().clone());
    signals.on(&SESSIONS_ENDED, move |ended: SessionsEnded| {
        for session in ended.sessions {
            sessions.forget(&session);
            realtime.disconnect_session(session, &ended.reason);
        }
    });
    let sessions = people.session_cache().clone();
    signals.on(&SESSIONS_CHANGED, move |changed: Vec<_>| changed.iter().for_each(|session| sessions.forget(session)));
    let sessions = people.session_cache().clone();
    signals.on(&PERSON_CHANGED, move |changed: PersonChanged| {
        sessions.forget_where(|facts| facts.is_of(changed.person, changed.tenant));
    });
    let (tenants, sessions) = (people.tenant_cache().clone(), people.session_cache().clone());
    signals.on(&TENANT_CHANGED, move |tenant| {
        tenants.forget(tenant);
        // What its members must do first, such as setting up a second factor, is remembered with their sessions.
        sessions.forget_where(|facts| facts.is_in(tenant));
    });
    let tenants = people.tenant_cache().clone();
    let (sessions, keys) = (people.session_cache().clone(), people.key_cache().clone());
    signals.on(&TENANT_CLOSED, move |tenant| {
        tenants.forget(tenant);
        sessions.forget_where(|facts| facts.is_in(tenant));
        keys.forget_where(|facts| facts.is_of(tenant));
    });
    let cards = people.card_cache().clone();
    signals.on(&CUSTOMER_CHANGED, move |customer| cards.forget(&customer));
    let (keys, realtime) = (people.key_cache().clone(), people.platform().realtime().clone());
    signals.on(&KEY_REVOKED, move |key| {
        keys.forget(&key);
        // A socket that connects at this moment asks once more whether its key is alive.
        realtime.disconnect(platform::Room::key(key), KEY_REASON);
    });
    let (sessions, keys, tenants, cards) = (
        people.session_cache().clone(),
        people.key_cache().clone(),
        people.tenant_cache().clone(),
        people.card_cache().clone(),
    );
    signals.on_gap(move || {
        sessions.forget_all();
        keys.forget_all();
        tenants.forget_all();
        cards.forget_all();
    });
}
