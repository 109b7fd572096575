//! Expected outcomes of this slice, each with its stable code.

use kernel::Problem;

/// The refresh token does not renew anything: unknown, used up, too late, of the other kind, or its session is over.
pub(crate) fn refresh_refused() -> Problem {
    Problem::new(401, "INVALID_REFRESH_TOKEN", "This sign-in is over; please sign in again.")
}

/// The operator closed the business; told to whoever belongs to it.
pub(crate) fn business_closed(business: &str) -> Problem {
    Problem::new(403, "BUSINESS_SUSPENDED", format!("{business} is closed at present."))
}

/// The business asks its members for a second factor, and this one has none yet.
pub(crate) fn two_factor_setup_required() -> Problem {
    Problem::new(403, "TWO_FACTOR_SETUP_REQUIRED", "This business asks for two-step sign-in. Set it up to go on.")
}

/// The cookie came along with a request from a page that is not ours.
pub(crate) fn origin_refused() -> Problem {
    Problem::new(403, "ORIGIN_NOT_ALLOWED", "This page may not use the sign-in kept by the browser.")
}
