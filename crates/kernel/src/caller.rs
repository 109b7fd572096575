//! Who is asking. A [`Caller`] is made by authentication only and carries the tenant and the rights that every access
//! door checks; nothing a client sends can change it.

use crate::{
    id::{self, Id},
    problem::Problem,
    rights::{Right, Role},
};

/// Whoever a credential speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A user acting in one tenant with a role there.
    User {
        /// The person.
        id: Id<id::User>,
        /// Their role in the caller's tenant.
        role: Role,
    },
    /// A customer of the caller's tenant.
    Customer {
        /// The customer.
        id: Id<id::Customer>,
    },
}

/// An authenticated request or socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The tenant everything happens in.
    pub tenant: Id<id::Tenant>,
    /// The session the credential belongs to.
    pub session: Id<id::Session>,
    /// The person.
    pub principal: Principal,
    /// The person's display name, as stored.
    pub name: std::sync::Arc<str>,
    /// A platform operator: sees across tenants where an endpoint says so, and each look is audited.
    pub operator: bool,
    /// An operator's look into a business: sees what its owner sees, and changes nothing.
    pub read_only: bool,
}

impl Caller {
    /// The person's bare UUID: what `sender_id`, `reader_id` and room names hold.
    pub fn person(&self) -> uuid::Uuid {
        match self.principal {
            Principal::User { id, .. } => id.uuid(),
            Principal::Customer { id } => id.uuid(),
        }
    }
    /// The person's id as clients see it.
    pub fn person_id(&self) -> String {
        match self.principal {
            Principal::User { id, .. } => id.to_string(),
            Principal::Customer { id } => id.to_string(),
        }
    }
    /// The user's id, or 403 for a customer.
    pub fn check_user(&self) -> Result<Id<id::User>, Problem> {
        match self.principal {
            Principal::User { id, .. } => Ok(id),
            Principal::Customer { .. } => Err(Problem::forbidden()),
        }
    }
    /// The customer's id, when a customer asks.
    pub fn customer(&self) -> Option<Id<id::Customer>> {
        match self.principal {
            Principal::Customer { id } => Some(id),
            Principal::User { .. } => None,
        }
    }
    /// Whether the business side asks.
    pub fn is_business(&self) -> bool {
        matches!(self.principal, Principal::User { .. })
    }
    /// Whether the caller has the right; a customer has none of them.
    pub fn has(&self, right: Right) -> bool {
        match self.principal {
            Principal::User { role, .. } => role.has(right),
            Principal::Customer { .. } => false,
        }
    }
    /// Refuses with 403 when the right is missing.
    pub fn check(&self, right: Right) -> Result<(), Problem> {
        if self.has(right) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}
