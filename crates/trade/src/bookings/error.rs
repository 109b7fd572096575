//! Expected outcomes of booking, each with its stable code.

use kernel::Problem;
use serde_json::json;

use super::rules::{HORIZON_DAYS, Refusal, STEP_MINUTES, Slot};

/// The time belongs to somebody else; the nearest free ones come along.
pub(super) fn slot_taken(alternatives: &[Slot]) -> Problem {
    let shown = alternatives
        .iter()
        .map(|slot| json!({ "start": slot.time.start, "end": slot.time.end, "staffId": slot.provider }))
        .collect();
    Problem::conflict("SLOT_TAKEN", "Somebody else has this time. Please choose another one.")
        .with("alternatives", serde_json::Value::Array(shown))
}

/// 422 for a time that nobody could book; `None` for one that is merely taken.
pub(super) fn refused_time(refusal: Refusal) -> Option<Problem> {
    let problem = |code, words: String| Some(Problem::field("time", code, words));
    match refusal {
        Refusal::Past => problem("IN_THE_PAST", "must be in the future".into()),
        Refusal::TooFar => problem("TOO_FAR_AHEAD", format!("must be within {HORIZON_DAYS} days")),
        Refusal::Misaligned => {
            problem("MISALIGNED", format!("bookings start every {STEP_MINUTES} minutes on the clock"))
        }
        Refusal::Closed => problem("CLOSED", "is outside the opening hours".into()),
        Refusal::Taken => None,
    }
}

/// The step belongs to a time that has not come.
pub(super) fn too_early() -> Problem {
    let words =
        "A visit can be started from an hour before its time, and finished or marked as missed once it has begun.";
    Problem::conflict("TOO_EARLY", words)
}

/// The customer is too late for a change.
pub(super) fn has_begun() -> Problem {
    Problem::conflict("INVALID_TRANSITION", "The appointment has begun; ask the business.")
}

/// The link was not made here, was changed, or its time is over.
pub(super) fn invalid_link() -> Problem {
    Problem::new(401, "INVALID_LINK", "This link does not work any more. Sign in to see your bookings.")
}
