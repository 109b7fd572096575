//! Expected outcomes of signing up and in, each with its stable code.

use kernel::Problem;

/// The one place that tells whether an address has an account: signing up with it.
pub(crate) fn email_exists() -> Problem {
    Problem::conflict("EMAIL_EXISTS", "There is already an account with this e-mail address. Sign in instead.")
}

/// Unknown address and wrong password read the same.
pub(crate) fn invalid_credentials() -> Problem {
    Problem::new(401, "INVALID_CREDENTIALS", "The e-mail address or the password is not right.")
}

/// The operator closed the account; told only to somebody who knows its password.
pub(crate) fn suspended() -> Problem {
    Problem::new(403, "ACCOUNT_SUSPENDED", "This account is closed. Ask the people who run this Frontdesk.")
}

/// The operator closed the only businesses that the user belongs to; told only to somebody who has proven who they are.
pub(crate) fn business_suspended(business: &str, reason: &str) -> Problem {
    let words = format!("{business} was closed by the people who run this Frontdesk. They say: {reason}");
    Problem::new(403, "BUSINESS_SUSPENDED", words)
}

/// A business of one's own is started here by who has none; others sign in.
pub(crate) fn has_business() -> Problem {
    Problem::conflict("HAS_BUSINESS", "This account belongs to a business. Sign in there.")
}

/// The user is a member of no business.
pub(crate) fn no_business() -> Problem {
    Problem::new(
        403,
        "NO_BUSINESS",
        "This account belongs to no business any more. Ask to be added again, or start one of your own.",
    )
}
