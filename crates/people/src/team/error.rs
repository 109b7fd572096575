//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

/// Somebody must answer for the business.
pub(super) fn last_owner() -> Problem {
    Problem::conflict("LAST_OWNER", "A business needs an owner. Make somebody else the owner first.")
}

/// There is nobody to invite.
pub(super) fn already_member() -> Problem {
    Problem::conflict("ALREADY_MEMBER", "This person is a member of the team already.")
}

/// One open invitation for an address is enough.
pub(super) fn already_invited() -> Problem {
    Problem::conflict("ALREADY_INVITED", "There is an open invitation for this address. Send it again or withdraw it.")
}

/// So many people do not join at once.
pub(super) fn too_many() -> Problem {
    Problem::conflict("TOO_MANY_INVITATIONS", "There are too many open invitations. Withdraw some first.")
}

/// Wrong, expired, used and withdrawn read the same.
pub(super) fn invalid_invitation() -> Problem {
    Problem::new(400, "INVALID_INVITATION", "This invitation is not good any more. Ask for a new one.")
}

/// Whoever is signed in is not whom the invitation is for.
pub(super) fn for_another() -> Problem {
    Problem::new(
        403,
        "INVITATION_FOR_ANOTHER",
        "This invitation is for another e-mail address. Sign out and try again.",
    )
}
