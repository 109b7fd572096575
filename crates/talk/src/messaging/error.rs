//! The refusals of this slice, with their stable codes.

use kernel::Problem;

/// A blocked customer cannot write.
pub fn blocked() -> Problem {
    Problem::new(403, "CONVERSATION_BLOCKED", "The business does not take messages from you.")
}

/// The thread's appointment is over.
pub fn closed() -> Problem {
    Problem::new(409, "CONVERSATION_CLOSED", "This conversation is closed; you can still read it.")
}

/// More waits to be stored than the queue holds.
pub fn overloaded() -> Problem {
    Problem::unavailable("Too many messages are being stored right now; please send it again in a moment.")
}

/// The time for changing a message has passed.
pub fn too_late() -> Problem {
    Problem::new(409, "EDIT_WINDOW_CLOSED", "A message can be changed for 15 minutes after it was sent.")
}
