//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

/// The label belongs to another business.
pub(super) fn slug_taken() -> Problem {
    Problem::conflict("SLUG_TAKEN", "Another business already uses this address; please choose another one.")
}

/// Somebody else saved first.
pub(super) fn changed_meanwhile() -> Problem {
    Problem::new(412, "PRECONDITION_FAILED", "Somebody changed this meanwhile. Load it again and repeat your change.")
}
