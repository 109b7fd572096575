//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

use super::rules::KEYS_PER_TENANT_MAX;

/// The key is not one of ours, was revoked, has run out, or its business is closed. Which it is stays with us.
pub(super) fn key_not_taken() -> Problem {
    let words = "This API key is not taken: it is wrong or incomplete, was revoked, or has expired.";
    Problem::new(401, "API_KEY_NOT_TAKEN", words)
}

/// The business has as many keys as it may.
pub(super) fn too_many_keys() -> Problem {
    let words = format!("A business has at most {KEYS_PER_TENANT_MAX} API keys; revoke one that is not needed.");
    Problem::conflict("TOO_MANY_KEYS", words)
}
