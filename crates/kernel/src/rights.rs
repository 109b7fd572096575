//! Who may do what on the business side. A right is asked for by name; roles only say which rights somebody has.

use serde::{Deserialize, Serialize};

/// A user's role in one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Own calendar, own threads.
    Staff,
    /// Runs the day.
    Manager,
    /// Runs the business's account.
    Admin,
    /// Answers for it.
    Owner,
}

impl Role {
    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Manager => "manager",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Staff, Self::Manager, Self::Admin, Self::Owner].into_iter().find(|r| r.as_str() == text)
    }
    /// Whether this role carries the right.
    pub fn has(self, right: Right) -> bool {
        self >= right.least_role()
    }
}

/// Something one may be allowed to do within a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Own conversations: those assigned, and appointment threads as the provider.
    Messages,
    /// Every conversation of the tenant.
    MessagesAll,
    /// Own appointments.
    Appointments,
    /// Every appointment of the tenant.
    AppointmentsAll,
    /// Services, hours, prices.
    CatalogEdit,
    /// The business's profile and settings.
    SettingsEdit,
    /// What decides about everybody's safety and about the business's address: the rule for second factors, the address
    /// label, and the sites that may show its page.
    SafetyEdit,
    /// Events, deliveries and the mailbox.
    Events,
    /// Payments and refunds.
    Payments,
    /// Reading every conversation in the audited monitor.
    Monitor,
    /// Members and roles.
    Team,
}

impl Right {
    /// All of them, the commonest first.
    pub const ALL: [Self; 11] = [
        Self::Messages,
        Self::Appointments,
        Self::MessagesAll,
        Self::AppointmentsAll,
        Self::CatalogEdit,
        Self::SettingsEdit,
        Self::Events,
        Self::Payments,
        Self::SafetyEdit,
        Self::Monitor,
        Self::Team,
    ];

    /// The lowest role that has it.
    pub const fn least_role(self) -> Role {
        match self {
            Self::Messages | Self::Appointments => Role::Staff,
            Self::MessagesAll
            | Self::AppointmentsAll
            | Self::CatalogEdit
            | Self::SettingsEdit
            | Self::Events
            | Self::Payments => Role::Manager,
            Self::SafetyEdit | Self::Monitor | Self::Team => Role::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_keeps_every_lower_right() {
        assert!(Role::Owner.has(Right::Team) && Role::Owner.has(Right::Messages));
        assert!(Role::Manager.has(Right::MessagesAll) && !Role::Manager.has(Right::Monitor));
        assert!(Role::Admin.has(Right::SafetyEdit) && !Role::Manager.has(Right::SafetyEdit));
        assert!(Role::Staff.has(Right::Messages) && !Role::Staff.has(Right::MessagesAll));
        assert_eq!(Role::parse("owner"), Some(Role::Owner));
        assert_eq!(Role::parse("root"), None);
    }
}
