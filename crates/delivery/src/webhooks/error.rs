//! Expected outcomes of this slice.

use kernel::Problem;

use super::rules::WEBHOOKS_MAX;

/// No room for another one.
pub(super) fn too_many() -> Problem {
    Problem::conflict("LIMIT_REACHED", format!("A business may have {WEBHOOKS_MAX} webhooks."))
}

/// It follows the settings; there is one place to change it.
pub(super) fn follows_settings() -> Problem {
    Problem::conflict("WEBHOOK_MANAGED", "This webhook follows the channel settings; change its address there.")
}

/// It would die at once.
pub(super) fn is_disabled() -> Problem {
    Problem::conflict("WEBHOOK_DISABLED", "The webhook is switched off; switch it on first.")
}
