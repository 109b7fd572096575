//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

/// Whoever closes their own account has nobody to open it.
pub(super) fn own_account() -> Problem {
    Problem::conflict("OWN_ACCOUNT", "This would lock you out. Ask another operator to do it.")
}

/// What is open cannot be opened; nothing was changed and nobody was told anything.
pub(super) fn not_suspended() -> Problem {
    Problem::conflict("NOT_SUSPENDED", "This is not closed, so there is nothing to open.")
}

/// What is closed stays closed for the reason that was given first.
pub(super) fn already_suspended() -> Problem {
    Problem::conflict("ALREADY_SUSPENDED", "This is closed already. Open it first to close it for another reason.")
}

/// Nobody acts in a closed business.
pub(super) fn tenant_suspended() -> Problem {
    Problem::conflict("TENANT_SUSPENDED", "This business is closed. Open it first.")
}
