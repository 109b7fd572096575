//! Refusals with codes of their own; explained in `docs/errors.md`.

use kernel::Problem;

/// Nobody has stated such a type.
pub(crate) fn unknown_type(spelling: &str) -> Problem {
    let shown: String = spelling.chars().take(100).collect();
    Problem::new(422, "UNKNOWN_EVENT_TYPE", format!("There is no event type {shown}. See /api/event-types."))
}

/// Only this house states it.
pub(crate) fn reserved_type(spelling: &str) -> Problem {
    let words = format!("Only Frontdesk itself states {spelling}: it happens here. See postable in /api/event-types.");
    Problem::new(422, "EVENT_TYPE_RESERVED", words)
}

/// The key was used for something else.
pub(super) fn mismatch() -> Problem {
    Problem::new(422, "IDEMPOTENCY_MISMATCH", "This idempotency key was used with another event.")
}

/// More comes in than is stored.
pub(super) fn overloaded() -> Problem {
    Problem::unavailable("More events are coming in than can be stored; please try again in a moment.")
}

/// It will go out by itself.
pub(super) fn not_out_yet() -> Problem {
    let words = "This event has not gone out yet: it goes at its own time. There is nothing to repeat.";
    Problem::conflict("NOT_OUT_YET", words)
}

/// It is over already.
pub(crate) fn is_over(what: &str) -> Problem {
    Problem::conflict("INVALID_TRANSITION", format!("This is not possible any more: the {what}."))
}
