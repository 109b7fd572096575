//! Catching up without a gap, out of order or twice. While a socket is sent what it missed, the messages that are announced
//! meanwhile wait for it here. The end of catching up goes through the batcher's line: when it comes out, everything that
//! was committed before the missed messages were read has been announced, so what waits here and is in the page can be told
//! from what is not. Owned by the announcing task, so nothing is locked.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, id};
use platform::Room;
use serde::Serialize;
use serde_json::{json, value::RawValue};
use socketioxide::extract::SocketRef;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    live::{Dialect, Live, SocketState, catching_room, conversation_room},
    model::MessageView,
};

/// Messages that wait for one socket; when there are more, it is told to fetch them.
const WAITING_MESSAGES_MAX: usize = 256;

/// A socket asks to enter a conversation and to be sent what it missed.
pub(super) struct Begin {
    pub conversation: Id<id::Conversation>,
    pub socket: SocketRef,
    pub state: Arc<SocketState>,
    pub begun: oneshot::Sender<u64>,
}

/// What it missed was read.
pub(super) struct Finish {
    pub conversation: Id<id::Conversation>,
    pub ticket: u64,
    /// None when it could not be read.
    pub missed: Option<Missed>,
    /// Told how many were replayed.
    pub finished: oneshot::Sender<usize>,
}

/// A stretch to be replayed.
pub(super) enum Missed {
    /// These, in order.
    Messages(Vec<MessageView>),
    /// More than is replayed, up to this number.
    TooMany(i64),
}

struct Waiting {
    seq: i64,
    event: &'static str,
    body: Arc<RawValue>,
}

struct Catcher {
    ticket: u64,
    socket: SocketRef,
    state: Arc<SocketState>,
    waiting: Vec<Waiting>,
    overflowed: bool,
}

/// Every socket that is catching up.
#[derive(Default)]
pub(super) struct Catching {
    by_conversation: HashMap<Id<id::Conversation>, Vec<Catcher>>,
    tickets: u64,
}

/// What a message is called in this dialect, to this person.
pub(super) fn event_name(dialect: Dialect, is_own: bool) -> &'static str {
    match (dialect, is_own) {
        (Dialect::Room, _) => "new_message",
        (Dialect::Pair, true) => "message_sent",
        (Dialect::Pair, false) => "message_received",
    }
}

/// Sends one event to one socket; one that cannot take it is cut off, and will catch up.
pub(super) fn emit<T: Serialize + ?Sized>(socket: &SocketRef, event: &'static str, body: &T) {
    if let Err(error) = socket.emit(event, body) {
        tracing::debug!(%error, event, "a socket could not take an event; it is behind and will catch up");
        platform::realtime::close(socket.clone());
    }
}

impl Catching {
    /// The socket enters the conversation; new messages wait for it from now on.
    pub fn begin(&mut self, live: &Live, begin: Begin) {
        let Begin { conversation, socket, state, begun } = begin;
        enter(live, &socket, &state, conversation);
        socket.join(catching_room(conversation).0);
        self.tickets += 1;
        if begun.send(self.tickets).is_err() {
            // Nobody will finish it.
            socket.leave(catching_room(conversation).0);
            return;
        }
        let catcher = Catcher { ticket: self.tickets, socket, state, waiting: Vec::new(), overflowed: false };
        self.by_conversation.entry(conversation).or_default().push(catcher);
    }

    /// Sockets that must not get a new message of the conversation directly.
    pub fn room(&self, conversation: Id<id::Conversation>) -> Option<Room> {
        self.by_conversation.contains_key(&conversation).then(|| catching_room(conversation))
    }

    /// Whether this socket is catching up there.
    pub fn holds(&self, conversation: Id<id::Conversation>, socket: &SocketRef) -> bool {
        self.by_conversation.get(&conversation).is_some_and(|all| all.iter().any(|c| c.socket.id == socket.id))
    }

    /// Lets a new message wait for those who are catching up; `body` writes it for one of them.
    pub fn keep(
        &mut self,
        conversation: Id<id::Conversation>,
        seq: i64,
        sender: Uuid,
        body: impl Fn(&SocketState) -> Option<Arc<RawValue>>,
    ) {
        for catcher in self.by_conversation.get_mut(&conversation).into_iter().flatten() {
            if catcher.waiting.len() >= WAITING_MESSAGES_MAX {
                catcher.waiting.clear();
                catcher.overflowed = true;
            }
            let event = event_name(catcher.state.dialect(), catcher.state.caller.person() == sender);
            if let Some(body) = body(&catcher.state) {
                catcher.waiting.push(Waiting { seq, event, body });
            }
        }
    }

    /// The people who are catching up in a conversation.
    pub fn states(&self, conversation: Id<id::Conversation>) -> Vec<Arc<SocketState>> {
        self.by_conversation.get(&conversation).into_iter().flatten().map(|c| c.state.clone()).collect()
    }

    /// Sends what was missed, then what came meanwhile; from now on the socket hears new messages directly.
    pub fn finish(&mut self, finish: Finish) {
        let Finish { conversation, ticket, missed, finished } = finish;
        let Some(catcher) = self.take(conversation, ticket) else { return };
        let replayed = catcher.replay(conversation, missed);
        catcher.socket.leave(catching_room(conversation).0);
        if finished.send(replayed).is_err() {
            tracing::debug!("a socket went away while it was catching up");
        }
    }

    fn take(&mut self, conversation: Id<id::Conversation>, ticket: u64) -> Option<Catcher> {
        let all = self.by_conversation.get_mut(&conversation)?;
        let at = all.iter().position(|c| c.ticket == ticket)?;
        let catcher = all.swap_remove(at);
        if all.is_empty() {
            self.by_conversation.remove(&conversation);
        }
        Some(catcher)
    }
}

impl Catcher {
    fn replay(&self, conversation: Id<id::Conversation>, missed: Option<Missed>) -> usize {
        let last_waiting = self.waiting.last().map_or(0, |w| w.seq);
        let (messages, too_many) = match missed {
            Some(Missed::Messages(messages)) if !self.overflowed => (messages, None),
            Some(Missed::TooMany(last)) => (Vec::new(), Some(last.max(last_waiting))),
            _ if self.overflowed => (Vec::new(), Some(last_waiting)),
            _ => (Vec::new(), None),
        };
        if let Some(last) = too_many {
            emit(&self.socket, "resync_required", &json!({"conversationId": conversation, "lastSeq": last}));
        }
        let me = self.state.caller.person_id();
        for message in &messages {
            emit(&self.socket, event_name(self.state.dialect(), message.sender_id == me), message);
        }
        let covered = messages.last().map_or(0, |m| m.seq);
        for waiting in self.waiting.iter().filter(|w| w.seq > covered) {
            emit(&self.socket, waiting.event, &*waiting.body);
        }
        messages.len()
    }
}

/// Puts the socket into the conversation's room, once.
pub(super) fn enter(live: &Live, socket: &SocketRef, state: &SocketState, conversation: Id<id::Conversation>) {
    if !state.note_joined(conversation) {
        return;
    }
    socket.join(conversation_room(conversation, state.dialect()).0);
    live.listen(conversation, state.dialect());
    if !state.is_here() {
        // It went away meanwhile, and whoever cleans up after it may have looked already.
        exit(live, socket, state, conversation);
    }
}

/// Takes it out again; false when it was not in.
pub(super) fn exit(live: &Live, socket: &SocketRef, state: &SocketState, conversation: Id<id::Conversation>) -> bool {
    let was_in = state.note_left(conversation);
    if was_in {
        socket.leave(conversation_room(conversation, state.dialect()).0);
        live.unlisten(conversation, state.dialect());
    }
    was_in
}
