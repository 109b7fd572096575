//! Expected outcomes of this room.

use kernel::Problem;

/// Somebody else saved first.
pub(super) fn changed_meanwhile() -> Problem {
    Problem::new(412, "PRECONDITION_FAILED", "Somebody changed this meanwhile. Load it again and repeat your change.")
}
