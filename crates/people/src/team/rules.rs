//! Pure decisions about teams: who may give which role, who may go, and how long an invitation waits.

use std::time::Duration;

use kernel::{Id, Problem, Right, Role, Timestamp, id};

use super::{error, model::InvitationState};

/// How long an invitation is good, from the last time it was sent.
pub const INVITATION_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// Open invitations of one business.
pub const INVITATIONS_MAX: u64 = 100;

/// Nobody gives a role above their own, and nobody takes one away that is above their own.
pub fn check_reach(own: Role, other: Role) -> Result<(), Problem> {
    if other <= own { Ok(()) } else { Err(Problem::forbidden()) }
}

/// What became of an invitation to this role: by the role that its sender has now, while they are in good standing. Whoever
/// sends it again sends it in their own name.
pub(super) fn decide_state(sender: Option<Role>, role: Role, expires_at: Timestamp, now: Timestamp) -> InvitationState {
    if expires_at <= now {
        return InvitationState::Expired;
    }
    let may = sender.is_some_and(|own| own.has(Right::Team) && check_reach(own, role).is_ok());
    if may { InvitationState::Open } else { InvitationState::InviterGone }
}

/// Somebody of a team as far as these rules look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The person.
    pub id: Id<id::User>,
    /// Their role.
    pub role: Role,
}

/// What shall become of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Another role.
    Role(Role),
    /// No place in the team any more.
    Leave,
}

/// Whether `actor` may do this to `member` in a team with so many owners beside them who can sign in.
pub fn check_change(actor: Place, member: Place, change: Change, other_owners: usize) -> Result<(), Problem> {
    let leaves_by_themselves = actor.id == member.id && change == Change::Leave;
    if !leaves_by_themselves {
        if !actor.role.has(Right::Team) {
            return Err(Problem::forbidden());
        }
        check_reach(actor.role, member.role)?;
        if let Change::Role(next) = change {
            check_reach(actor.role, next)?;
        }
    }
    let stays_owner = change == Change::Role(Role::Owner);
    if member.role == Role::Owner && !stays_owner && other_owners == 0 {
        return Err(error::last_owner());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(n: u128, role: Role) -> Place {
        Place { id: Id::from_uuid(uuid::Uuid::from_u128(n)), role }
    }

    fn code(actor: Place, member: Place, change: Change, other_owners: usize) -> &'static str {
        check_change(actor, member, change, other_owners).map_or_else(|problem| problem.code, |()| "ok")
    }

    #[test]
    fn nobody_reaches_above_themselves() {
        let (admin, owner, staff) = (place(1, Role::Admin), place(2, Role::Owner), place(3, Role::Staff));
        assert_eq!(code(admin, staff, Change::Role(Role::Admin), 1), "ok");
        assert_eq!(code(admin, staff, Change::Role(Role::Owner), 1), "FORBIDDEN");
        assert_eq!(code(admin, owner, Change::Role(Role::Staff), 1), "FORBIDDEN");
        assert_eq!(code(admin, owner, Change::Leave, 1), "FORBIDDEN");
        assert_eq!(code(owner, staff, Change::Role(Role::Owner), 1), "ok");
        assert_eq!(code(place(4, Role::Manager), staff, Change::Leave, 1), "FORBIDDEN");
    }

    #[test]
    fn an_invitation_is_worth_what_its_sender_may_still_give() {
        let (now, later) = (Timestamp::from_millis(1_000), Timestamp::from_millis(2_000));
        let state = |sender, role| decide_state(sender, role, later, now);
        assert_eq!(state(Some(Role::Admin), Role::Manager), InvitationState::Open);
        for sender in [None, Some(Role::Manager), Some(Role::Admin)] {
            assert_eq!(state(sender, Role::Owner), InvitationState::InviterGone, "{sender:?}");
        }
        assert_eq!(decide_state(Some(Role::Owner), Role::Staff, now, now), InvitationState::Expired);
    }

    #[test]
    fn the_last_owner_stays() {
        let owner = place(1, Role::Owner);
        for change in [Change::Leave, Change::Role(Role::Admin)] {
            assert_eq!(code(owner, owner, change, 0), "LAST_OWNER");
            assert_eq!(code(owner, owner, change, 1), "ok");
        }
        assert_eq!(code(owner, owner, Change::Role(Role::Owner), 0), "ok");
    }

    #[test]
    fn everybody_may_leave() {
        for role in [Role::Staff, Role::Manager, Role::Admin] {
            assert_eq!(code(place(1, role), place(1, role), Change::Leave, 1), "ok");
        }
    }
}
