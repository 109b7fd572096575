//! The line that the events of one socket stand in, so that they are carried out in the order in which they came: a leave
//! after its join, the second message after the first. A line is bounded in events and bytes, and a socket that sends
//! nothing has neither a task nor an allocation here.

use std::collections::VecDeque;

use super::socket::{Act, Incoming};

/// Events of one socket that may wait.
pub const WAITING_EVENTS_MAX: usize = 512;
/// Bytes of payload that may wait; one event fits always.
pub const WAITING_BYTES_MAX: usize = 2 * 1024 * 1024;

/// See the module.
#[derive(Default)]
pub struct Line {
    events: VecDeque<(Act, Incoming)>,
    bytes: usize,
    /// Whether somebody is carrying out what stands here.
    running: bool,
}

/// What becomes of an event that was put in line.
pub(super) enum Placed {
    /// It is the first: whoever put it there must carry the line out.
    First,
    /// It will be carried out after those before it.
    Behind,
    /// There is no space.
    Full(Incoming),
}

impl Line {
    /// Whether an event that comes now may be carried out at once.
    pub(super) fn is_idle(&self) -> bool {
        !self.running
    }

    pub(super) fn place(&mut self, act: Act, incoming: Incoming) -> Placed {
        let bytes = incoming.payload.len();
        let too_long = self.events.len() >= WAITING_EVENTS_MAX || self.bytes + bytes > WAITING_BYTES_MAX;
        if too_long && !self.events.is_empty() {
            return Placed::Full(incoming);
        }
        self.bytes += bytes;
        self.events.push_back((act, incoming));
        if std::mem::replace(&mut self.running, true) { Placed::Behind } else { Placed::First }
    }

    /// The next one; when there is none, the line is idle again.
    pub(super) fn next(&mut self) -> Option<(Act, Incoming)> {
        let next = self.events.pop_front();
        match &next {
            Some((_, incoming)) => self.bytes -= incoming.payload.len(),
            None => *self = Self::default(),
        }
        next
    }
}
