//! Who speaks for a business's other systems: a user, a key, or a short-lived token that a key was exchanged for. All three
//! may state events; what else each may do is a [`Scope`], asked for by name.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    caller::Caller,
    id::{self, Id},
    problem::Problem,
    rights::Right,
};

/// Something a key may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Scope {
    /// State events, and exchange the key for connection tokens.
    #[serde(rename = "events:write")]
    EventsWrite,
    /// Read events and deliveries.
    #[serde(rename = "events:read")]
    EventsRead,
    /// Pair, watch and end the WhatsApp session.
    #[serde(rename = "whatsapp:manage")]
    Whatsapp,
}

impl Scope {
    /// All of them, as shown to whoever makes a key.
    pub const ALL: [Self; 3] = [Self::EventsWrite, Self::EventsRead, Self::Whatsapp];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventsWrite => "events:write",
            Self::EventsRead => "events:read",
            Self::Whatsapp => "whatsapp:manage",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// By which credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A signed-in user.
    User(Caller),
    /// An API key.
    Key {
        /// The key.
        id: Id<id::ApiKey>,
        /// What it may do.
        scopes: Arc<[Scope]>,
    },
    /// A connection token of document C, made from a key and good for an hour.
    Token {
        /// The token's own id; its sockets share a room of this name.
        jti: Arc<str>,
        /// The key it was made from; it dies with it.
        key: Id<id::ApiKey>,
        /// What the key may do, among what a token may do at all.
        scopes: Arc<[Scope]>,
        /// Free text of the other system, for the audit.
        user: Arc<str>,
    },
}

/// An authenticated source of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The tenant everything happens in.
    pub tenant: Id<id::Tenant>,
    /// By which credential.
    pub credential: Credential,
}

impl Sender {
    /// As stored in the audit and beside an event: `user_…`, `key_…`.
    pub fn actor(&self) -> String {
        match &self.credential {
            Credential::User(caller) => caller.person_id(),
            Credential::Key { id, .. } => id.to_string(),
            Credential::Token { key, .. } => key.to_string(),
        }
    }
    /// Whether it may. A user needs the right `events`, which managers and up have.
    pub fn has(&self, scope: Scope) -> bool {
        match &self.credential {
            Credential::User(caller) => caller.has(Right::Events),
            Credential::Key { scopes, .. } | Credential::Token { scopes, .. } => scopes.contains(&scope),
        }
    }
    /// Refuses with 403 when it may not.
    pub fn check(&self, scope: Scope) -> Result<(), Problem> {
        if self.has(scope) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

impl From<Caller> for Sender {
    fn from(caller: Caller) -> Self {
        Self { tenant: caller.tenant, credential: Credential::User(caller) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_has_one_word() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
        assert_eq!(Scope::parse("everything"), None);
    }

    #[test]
    fn a_key_may_what_its_scopes_say_and_nothing_else() {
        let key = Credential::Key { id: Id::from_uuid(uuid::Uuid::nil()), scopes: [Scope::EventsRead].into() };
        let sender = Sender { tenant: Id::from_uuid(uuid::Uuid::nil()), credential: key };
        assert!(sender.check(Scope::EventsRead).is_ok());
        assert!(sender.check(Scope::EventsWrite).is_err());
    }
}
