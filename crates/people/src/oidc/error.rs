//! Expected outcomes.

use kernel::Problem;

/// No such house.
pub(super) fn unknown_provider() -> Problem {
    Problem::not_found()
}

/// The other house cannot be reached, or does not make sense.
pub(super) fn away() -> Problem {
    Problem::new(
        503,
        "PROVIDER_UNAVAILABLE",
        "The other service does not answer at this moment. Please try again, or sign in another way.",
    )
}

/// The way back does not fit the way there: too late, used already, another browser, or somebody else's word.
pub(super) fn refused() -> Problem {
    Problem::new(401, "INVALID_SIGN_IN", "This sign-in could not be completed. Please start again.")
}

/// The other house vouches for no address.
pub(super) fn no_address() -> Problem {
    Problem::new(
        403,
        "EMAIL_NOT_VERIFIED",
        "That account has no confirmed e-mail address. Confirm it there, or sign in another way.",
    )
}

/// Nobody here has this address.
pub(super) fn no_account() -> Problem {
    Problem::new(
        403,
        "NO_ACCOUNT",
        "Nobody is known here by that account. Sign up first, or ask your business for an invitation.",
    )
}

/// The address was never confirmed here: whoever signed up with it may be somebody else.
pub(super) fn not_confirmed_here() -> Problem {
    Problem::new(
        403,
        "ADDRESS_NOT_CONFIRMED",
        "There is an account with this address that was never confirmed. Sign in with its password, or reset that, and confirm the address first.",
    )
}
