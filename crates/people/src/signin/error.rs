//! Expected outcomes of signing in and of what protects an account, each with its stable code.

use kernel::{Problem, Timestamp};
use serde_json::json;

/// Too many failures; says when to try again. Told for any address, with or without an account.
pub(crate) fn locked(until: Timestamp, now: Timestamp) -> Problem {
    let millis = u64::try_from(until.millis().saturating_sub(now.millis())).unwrap_or(0);
    Problem::new(
        423,
        "ACCOUNT_LOCKED",
        "Too many failed attempts. Wait a while, sign in from a device you used before, or reset the password.",
    )
    // In whole seconds, as the header has them, and never too early.
    .retry_after(std::time::Duration::from_secs(millis.div_ceil(1000)))
}

/// Who they are is proven, and a second factor is asked for.
pub(crate) fn two_factor_required(methods: &[&'static str]) -> Problem {
    Problem::new(401, "TWO_FACTOR_REQUIRED", "Enter the code from your authenticator app, or one of your backup codes.")
        .with("methods", json!(methods))
}

/// The second factor is wrong, too old, or was used already.
pub(crate) fn wrong_second_factor(methods: &[&'static str]) -> Problem {
    Problem::new(
        401,
        "INVALID_TWO_FACTOR_CODE",
        "This code is not right, or it was used already. Wait for the next one.",
    )
    .with("methods", json!(methods))
}

/// The reset link or code is wrong, too old, used, or was tried too often; which of them is not told.
pub(crate) fn reset_refused() -> Problem {
    Problem::new(400, "INVALID_RESET_TOKEN", "This link or code does not work any more. Ask for a new one.")
}

/// The verification link is wrong, too old or used.
pub(crate) fn verification_refused() -> Problem {
    Problem::new(400, "INVALID_VERIFICATION_TOKEN", "This link does not work any more. Ask for a new one.")
}

/// A second factor is on already; it must be turned off before another is set up.
pub(crate) fn already_enabled() -> Problem {
    Problem::conflict("TWO_FACTOR_ALREADY_ENABLED", "Two-step sign-in is on already. Turn it off to set it up anew.")
}

/// There is no second factor to confirm, to turn off or to make codes for.
pub(crate) fn not_enabled() -> Problem {
    Problem::conflict("TWO_FACTOR_NOT_ENABLED", "Two-step sign-in is not set up.")
}

/// The account has neither a password nor an authenticator to ask for.
pub(crate) fn sign_in_again() -> Problem {
    Problem::new(403, "SIGN_IN_AGAIN", "Sign out and in again first: that is how this account proves who you are.")
}

/// A field of a form that proves something is wrong.
pub(crate) fn wrong(field: &str) -> Problem {
    Problem::field(field, "WRONG", "is not right")
}

/// A field of a form that proves something is missing.
pub(crate) fn required(field: &str) -> Problem {
    Problem::field(field, "REQUIRED", "is required")
}
