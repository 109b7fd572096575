//! Expected outcomes of changing one's address, each with its stable code.

use kernel::Problem;

use super::rules::CHANGES_WINDOW;

/// The link is wrong, too old, used, or overtaken by another change; which of them is not told.
pub(super) fn link_refused() -> Problem {
    Problem::new(400, "INVALID_ADDRESS_LINK", "This link does not work any more.")
}

/// Told only to whoever followed a link that was mailed to this very address.
pub(super) fn address_taken() -> Problem {
    Problem::conflict("EMAIL_EXISTS", "There is another account with this e-mail address by now.")
}

/// Enough strangers may have got a mail.
pub(super) fn too_many() -> Problem {
    Problem::new(429, "TOO_MANY_ADDRESS_CHANGES", "You asked for many addresses in one day. Try again tomorrow.")
        .retry_after(CHANGES_WINDOW)
}
