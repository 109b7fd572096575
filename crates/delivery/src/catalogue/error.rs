//! Expected outcomes of this slice.

use kernel::Problem;

use super::rules::OWN_TYPES_MAX;

/// The house, or this business, has a type of this name.
pub(super) fn name_taken() -> Problem {
    Problem::conflict("EVENT_TYPE_TAKEN", "There is an event type of this name already.")
}

/// The house has such names for itself.
pub(super) fn name_reserved() -> Problem {
    let words = "Names that begin like this one are Frontdesk's own; choose another.";
    Problem::new(422, "EVENT_TYPE_RESERVED", words)
}

/// Built-in types are as they are.
pub(super) fn built_in() -> Problem {
    Problem::conflict("EVENT_TYPE_BUILT_IN", "This event type comes with Frontdesk and cannot be changed.")
}

/// No room for another one.
pub(super) fn too_many() -> Problem {
    Problem::conflict("LIMIT_REACHED", format!("A business may have {OWN_TYPES_MAX} event types of its own."))
}
