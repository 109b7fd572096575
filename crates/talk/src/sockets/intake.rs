//! `internal:event` as it comes over a socket. The events of one socket are accepted in the order in which they came, in a
//! task that lives as long as some wait. Whoever takes an event in tells `event:acknowledged` to all who may hear of it, the
//! sender among them; a refusal is told to the sender alone, as `event:failed` without an id. A callback is answered either
//! way; document C's clients give none.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use kernel::{
    Problem,
    sender::{Credential, Scope, Sender},
};
use parking_lot::Mutex;
use people::apikeys;
use platform::{Fault, Result, limits::Pace, realtime};
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, SocketRef};

use super::Shared;

/// The event's name.
pub(super) const INTERNAL_EVENT: &str = "internal:event";
/// Events of one socket that may wait.
const WAITING_EVENTS_MAX: usize = 256;
/// Bytes of payload that may wait; one event fits always.
const WAITING_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How long the library may take to know that a socket is connected which has spoken already.
const CONNECT_PATIENCE: Duration = Duration::from_secs(1);
/// What a sender is told whose event is refused before anybody looked at it.
const EVENT_FAILED: &str = "event:failed";

/// Whoever states events over one socket, with those that wait.
pub(super) struct Source {
    pub(super) sender: Sender,
    /// How fast a socket of another system speaks; a person's is in its own state.
    pub(super) pace: Pace,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Stated>,
    bytes: usize,
    /// Whether somebody is carrying out what stands here.
    is_running: bool,
}

/// One event as it came in.
pub(super) struct Stated {
    pub(super) socket: SocketRef,
    /// JSON text; `null` when there was none.
    pub(super) payload: Box<str>,
    pub(super) ack: Option<AckSender>,
}

enum Placed {
    /// Whoever put it there must carry the line out.
    First,
    Behind,
    Full(Stated),
}

impl Source {
    pub(super) fn new(sender: Sender) -> Self {
        Self { sender, pace: Pace::default(), line: Mutex::default() }
    }

    /// Of a socket: the one it came with, or one made for the person behind it when they state their first event.
    pub(super) fn of(socket: &SocketRef, person: impl FnOnce() -> Sender) -> Arc<Self> {
        if let Some(source) = socket.extensions.get::<Arc<Self>>() {
            return source;
        }
        let source = Arc::new(Self::new(person()));
        socket.extensions.insert(source.clone());
        source
    }

    /// Whether the credential behind the socket still opens anything. A person's session ends its sockets itself.
    pub(super) async fn is_alive(&self, shared: &Shared) -> Result<bool> {
        match &self.sender.credential {
            Credential::Token { key, .. } => apikeys::is_alive(shared.talk.people(), *key).await,
            Credential::User(_) | Credential::Key { .. } => Ok(true),
        }
    }
}

impl Line {
    fn place(&mut self, stated: Stated) -> Placed {
        let bytes = stated.payload.len();
        let is_long = self.waiting.len() >= WAITING_EVENTS_MAX || self.bytes + bytes > WAITING_BYTES_MAX;
        if is_long && !self.waiting.is_empty() {
            return Placed::Full(stated);
        }
        self.bytes += bytes;
        self.waiting.push_back(stated);
        if std::mem::replace(&mut self.is_running, true) { Placed::Behind } else { Placed::First }
    }

    fn next(&mut self) -> Option<Stated> {
        let next = self.waiting.pop_front();
        match &next {
            Some(stated) => self.bytes -= stated.payload.len(),
            None => *self = Self::default(),
        }
        next
    }
}

/// Puts an event in line.
pub(super) fn receive(shared: &Arc<Shared>, source: Arc<Source>, stated: Stated) {
    let placed = source.line.lock().place(stated);
    match placed {
        Placed::First => {
            let shared = shared.clone();
            tokio::spawn(async move { carry_out_line(&shared, &source).await });
        }
        Placed::Behind => {}
        Placed::Full(stated) => {
            let words = "Too many events of this connection are waiting; slow down and send it again.";
            stated.refuse(&source.sender, &Problem::unavailable(words));
        }
    }
}

async fn carry_out_line(shared: &Shared, source: &Source) {
    loop {
        let next = source.line.lock().next();
        let Some(stated) = next else { return };
        stated.wait_until_connected().await;
        match check(shared, source).await {
            Ok(()) => stated.carry_out(shared, &source.sender).await,
            Err(fault) => {
                if let Fault::Internal { .. } = fault {
                    tracing::error!(cause = fault.chain(), "it could not be seen whether a key is alive");
                }
                stated.refuse(&source.sender, &fault.problem());
            }
        }
    }
}

/// Whether whoever is behind the socket may state events at this moment.
async fn check(shared: &Shared, source: &Source) -> Result<()> {
    if !source.is_alive(shared).await? {
        return Err(Problem::unauthorized().into());
    }
    source.sender.check(Scope::EventsWrite)?;
    let limits = shared.talk.platform().limits();
    if let Some(verdict) = limits.take_event_of_user(&source.sender).await {
        verdict.check()?;
    }
    if let Some(verdict) = limits.take_event(&source.sender).await {
        verdict.check()?;
    }
    Ok(())
}

impl Stated {
    async fn wait_until_connected(&self) {
        let connected = async {
            while !self.socket.connected() {
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(CONNECT_PATIENCE, connected).await.is_err() {
            tracing::debug!(sid = %self.socket.id, "a socket that stated an event went away");
        }
    }

    async fn carry_out(self, shared: &Shared, sender: &Sender) {
        let id = realtime::request_id(&self.socket);
        let answer = shared.events.receive(sender, &id, &self.payload, &|event, told| self.tell(event, told)).await;
        self.answer(&answer);
    }

    fn refuse(self, sender: &Sender, problem: &Problem) {
        let answer = problem.to_json(None, Some(&realtime::request_id(&self.socket)));
        let mut told = answer.clone();
        told["customer_id"] = json!(sender.tenant);
        self.tell(EVENT_FAILED, &told);
        self.answer(&answer);
    }

    /// Tells the socket itself. What does not fit any more is missed by somebody who does not read; see [`Self::answer`].
    fn tell(&self, event: &'static str, told: &Value) {
        if let Err(error) = self.socket.emit(event, told) {
            tracing::debug!(%error, sid = %self.socket.id, "a refusal could not be told");
        }
    }

    /// Answers the callback. A full buffer means that nobody reads: the socket is cut off and asks again.
    fn answer(self, answer: &Value) {
        let Some(ack) = self.ack else { return };
        if let Err(error) = ack.send(answer) {
            tracing::debug!(%error, sid = %self.socket.id, "an answer to a stated event could not be sent");
            platform::realtime::close(self.socket);
        }
    }
}
