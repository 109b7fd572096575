//! Expected outcomes of this slice.

use kernel::{Problem, problem::Fields};

use super::{inspect::Found, rules::OWN_TEMPLATES_MAX};
use crate::model::ChannelKind;

/// The business took the type away while an event of it was on its way.
pub(super) fn type_gone(kind: &str) -> Problem {
    Problem::new(422, "UNKNOWN_EVENT_TYPE", format!("There is no event type {kind} any more."))
}

/// A stored text that the engine of today cannot read.
pub(super) fn unreadable(kind: &str, channel: ChannelKind) -> Problem {
    not_written(kind, channel, "it cannot be read")
}

/// It needs something that the data does not have, or grew beyond its bounds.
pub(super) fn not_writable(kind: &str, channel: ChannelKind, error: &minijinja::Error) -> Problem {
    let words = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let line = error.line().map_or_else(String::new, |line| format!(" (line {line})"));
    not_written(kind, channel, &format!("{words}{line}"))
}

fn not_written(kind: &str, channel: ChannelKind, why: &str) -> Problem {
    let channel = channel.as_str();
    Problem::new(422, "TEMPLATE_FAILED", format!("The text of {kind} for {channel} could not be written: {why}."))
}

/// No room for another one.
pub(super) fn too_many() -> Problem {
    Problem::conflict("LIMIT_REACHED", format!("A business may have {OWN_TEMPLATES_MAX} texts of its own."))
}

/// Notes everything that one part of a text must not have.
pub(super) fn refuse(refused: &mut Fields, field: &str, found: &[Found]) {
    for one in found {
        let (code, words) = one.tell();
        refused.refuse(field, code, words);
    }
}

/// Somebody else wrote this text at the same moment.
pub(super) fn changed_meanwhile() -> Problem {
    Problem::new(412, "PRECONDITION_FAILED", "Somebody changed this meanwhile. Load it again and repeat your change.")
}
