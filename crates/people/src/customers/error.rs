//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

/// The address is known at this business. A guest with it signs in by link, so that nobody takes over their bookings.
pub(super) fn email_exists() -> Problem {
    Problem::conflict(
        "EMAIL_EXISTS",
        "This e-mail address is already known here. Sign in, or ask for a sign-in link by e-mail.",
    )
}

/// The link was used, is too old, or was never mailed.
pub(super) fn link_refused() -> Problem {
    Problem::new(401, "INVALID_SIGN_IN_LINK", "This sign-in link does not work any more. Ask for a new one.")
}
