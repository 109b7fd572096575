//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

/// Whoever closes their own account has nobody to open it.
pub(super) fn own_account() -> Problem {
    Problem::conflict("OWN_ACCOUNT", "This would lock you out. Ask another operator to do it.")
}

/// Nobody acts in a closed business.
pub(super) fn tenant_suspended() -> Problem {
    Problem::conflict("TENANT_SUSPENDED", "This business is closed. Open it first.")
}
