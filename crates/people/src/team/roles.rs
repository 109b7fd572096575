//! The table of roles and rights as people read it, made from [`kernel::Right`].

use kernel::{Right, Role};
use serde::Serialize;

/// Every role, the highest first.
pub const ROLES: [Role; 4] = [Role::Owner, Role::Admin, Role::Manager, Role::Staff];

/// The table.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RolesTable {
    /// The highest first.
    pub roles: Vec<RoleView>,
    /// The commonest first.
    pub rights: Vec<RightView>,
}

/// A role in words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RoleView {
    /// The role.
    pub role: Role,
    /// Its name.
    pub title: &'static str,
    /// What it is for.
    pub description: &'static str,
}

/// A right in words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RightView {
    /// The right.
    pub right: String,
    /// Its name.
    pub title: &'static str,
    /// What one may do with it.
    pub description: &'static str,
    /// Who has it.
    pub roles: Vec<Role>,
}

const fn describe_role(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Owner => ("Owner", "Answers for the business. There is always one, and only an owner makes another."),
        Role::Admin => ("Admin", "Runs the account: team, keys, the record of what was done, and all a manager does."),
        Role::Manager => {
            ("Manager", "Runs the day: every conversation and appointment, services, prices and settings.")
        }
        Role::Staff => ("Staff", "Sees own appointments and the conversations that are theirs."),
    }
}

const fn describe_right(right: Right) -> (&'static str, &'static str) {
    match right {
        Right::Messages => {
            ("Own conversations", "Read and answer conversations that are assigned, and those of own appointments.")
        }
        Right::MessagesAll => ("All conversations", "Read, answer, assign and archive every conversation."),
        Right::Appointments => ("Own appointments", "See and change own appointments."),
        Right::AppointmentsAll => ("All appointments", "See and change everybody's appointments."),
        Right::CatalogEdit => ("Services and hours", "Change services, prices and opening hours."),
        Right::SettingsEdit => ("Settings", "Change profile, branding, channels and webhooks of the business."),
        Right::SafetyEdit => (
            "Safety and address",
            "Ask everybody for two-step sign-in, change the page's address and which sites may show it.",
        ),
        Right::Events => ("Events", "See events, deliveries and the mailbox, and send them again."),
        Right::Payments => ("Payments", "See payments and give money back."),
        Right::Monitor => ("Monitor", "Read any conversation for supervision; each look is recorded."),
        Right::Team => ("Team", "Invite and remove members, change roles, make API keys."),
    }
}

/// Makes the table.
pub fn roles_table() -> RolesTable {
    let role = |role: Role| {
        let (title, description) = describe_role(role);
        RoleView { role, title, description }
    };
    let right = |right: Right| {
        let (title, description) = describe_right(right);
        let roles = ROLES.into_iter().filter(|role| role.has(right)).collect();
        RightView { right: name_of(right), title, description, roles }
    };
    RolesTable { roles: ROLES.into_iter().map(role).collect(), rights: Right::ALL.into_iter().map(right).collect() }
}

/// As the variant is called, beginning small: `messagesAll`.
fn name_of(right: Right) -> String {
    let name = format!("{right:?}");
    name[..1].to_lowercase() + &name[1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_rights_say() {
        let table = roles_table();
        let find = |name: &str| table.rights.iter().find(|row| row.right == name).map(|row| row.roles.clone());
        assert_eq!(find("team"), Some(vec![Role::Owner, Role::Admin]));
        assert_eq!(find("safetyEdit"), Some(vec![Role::Owner, Role::Admin]));
        assert_eq!(find("messages").map(|roles| roles.len()), Some(4));
        assert_eq!(find("messagesAll"), Some(vec![Role::Owner, Role::Admin, Role::Manager]));
    }
}
