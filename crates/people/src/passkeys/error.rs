//! Expected outcomes.

use kernel::Problem;

/// The address of this installation is no name that a passkey can be bound to.
pub(crate) fn unavailable() -> Problem {
    Problem::conflict(
        "PASSKEYS_UNAVAILABLE",
        "Passkeys need this page to be reached by a name over https (or localhost); the operator sets it as CLIENT_URL.",
    )
}

/// The answer of a browser proves nothing: too late, used already, forged, or of a key that is not known here.
pub(crate) fn refused() -> Problem {
    Problem::new(401, "INVALID_PASSKEY", "This passkey could not be verified. Please try again.")
}

/// The same while adding one, where the person is signed in already.
pub(super) fn not_added() -> Problem {
    Problem::new(400, "INVALID_PASSKEY_ANSWER", "The passkey could not be added. Please start again.")
}

/// The device holds one already.
pub(super) fn exists() -> Problem {
    Problem::conflict("PASSKEY_EXISTS", "This passkey is known here already.")
}

/// Enough is enough.
pub(super) fn too_many() -> Problem {
    Problem::conflict("TOO_MANY_PASSKEYS", "You have as many passkeys as one person may have. Please remove one first.")
}
