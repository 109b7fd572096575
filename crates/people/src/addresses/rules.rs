//! How long links about an address work, and how often one is asked for.

use std::time::Duration;

/// How long the link to a new address works.
pub const CONFIRM_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// How long the address before can take a change back; so long nobody else can sign up with it.
pub const UNDO_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// Changes that one person may ask for within [`CHANGES_WINDOW`]: each writes to an address that may be a stranger's.
pub const CHANGES_PER_WINDOW_MAX: u64 = 5;
/// See [`CHANGES_PER_WINDOW_MAX`].
pub const CHANGES_WINDOW: Duration = Duration::from_secs(24 * 3600);
