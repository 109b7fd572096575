//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

use super::rules::KEYS_PER_TENANT_MAX;

/// The business has as many keys as it may.
pub(super) fn too_many_keys() -> Problem {
    let words = format!("A business has at most {KEYS_PER_TENANT_MAX} API keys; revoke one that is not needed.");
    Problem::conflict("TOO_MANY_KEYS", words)
}
