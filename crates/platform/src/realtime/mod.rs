//! Live sockets seen from below: rooms, pushes, and cutting a socket off. What travels over them belongs to the rooms of
//! the house; the namespace and its handlers are put together in the server.

mod catalogue;

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Id, Right, id, sender::Scope};
use serde::Serialize;
use serde_json::Value as Json;
use smallvec::SmallVec;
use socketioxide::{
    BroadcastError, SendError, SocketError, SocketIo, adapter::LocalAdapter, extract::SocketRef,
    operators::BroadcastOperators,
};
use uuid::Uuid;

pub use catalogue::{Direction, SocketEvent};

/// How often a socket that takes nothing is told again that it is closed.
const CLOSE_RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// A set of sockets with a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Room(pub String);

impl Room {
    /// Every socket of one person.
    pub fn person(person: Uuid) -> Self {
        Self(format!("p:{}", person.simple()))
    }
    /// Every socket of one session.
    pub fn session(session: Id<id::Session>) -> Self {
        Self(format!("s:{}", session.uuid().simple()))
    }
    /// Every socket of one connection token: what becomes of the events that it sent is told here. The text is the token's
    /// own id.
    pub fn token(jti: &str) -> Self {
        Self(format!("t:{jti}"))
    }
    /// Every socket of the tokens that were made from one API key.
    pub fn key(key: Id<id::ApiKey>) -> Self {
        Self(format!("k:{}", key.uuid().simple()))
    }
    /// Every socket of a tenant's connection tokens whose key may do this.
    pub fn systems(tenant: Id<id::Tenant>, scope: Scope) -> Self {
        Self(format!("y:{}:{}", tenant.uuid().simple(), scope.as_str()))
    }
    /// Business sockets of a tenant whose role carries the right.
    pub fn right(tenant: Id<id::Tenant>, right: Right) -> Self {
        Self(format!("r:{}:{right:?}", tenant.uuid().simple()))
    }
}

/// Something to tell live sockets after a commit.
#[derive(Debug, Clone)]
pub struct Push {
    /// Sockets in any of these rooms get it once.
    pub to: SmallVec<[Room; 4]>,
    /// Sockets in any of these do not.
    pub except: SmallVec<[Room; 2]>,
    /// Event name.
    pub event: &'static str,
    /// Its one argument.
    pub body: Json,
}

impl Push {
    /// To the rooms.
    pub fn new(to: impl IntoIterator<Item = Room>, event: &'static str, body: Json) -> Self {
        Self { to: to.into_iter().collect(), except: SmallVec::new(), event, body }
    }
}

/// The handle to all live sockets of this process.
#[derive(Clone, Default)]
pub struct Realtime {
    io: Arc<OnceLock<SocketIo>>,
    /// Set when the node drains: what still commits has nobody left to tell here.
    closed: Arc<AtomicBool>,
}

/// Refuses to be written: see [`Realtime::cut_full`].
struct Probe;
impl Serialize for Probe {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("probe"))
    }
}

impl Realtime {
    /// Bound to the socket layer once the composition root has built it.
    pub fn bind(&self, io: SocketIo) {
        if self.io.set(io).is_err() {
            tracing::warn!("the socket layer was bound twice; the first one stays");
        }
    }

    /// The socket layer, once bound and until closed.
    pub fn io(&self) -> Option<&SocketIo> {
        self.io.get().filter(|_| !self.closed.load(Ordering::Acquire))
    }

    /// The namespace of all events. The library panics when it is asked for rooms of one that is not there, which is so
    /// before the server has installed it and after it has closed.
    fn namespace(&self) -> Option<BroadcastOperators<LocalAdapter>> {
        self.io()?.of("/")
    }

    /// Closes every connection, so that clients look for another node; what is pushed later goes nowhere.
    pub async fn close(&self) {
        if let Some(io) = self.io() {
            self.closed.store(true, Ordering::Release);
            io.close().await;
        }
    }

    /// Sends a push to the live sockets it names.
    pub async fn push(&self, push: &Push) {
        self.emit(push.to.iter(), push.except.iter(), push.event, &push.body).await;
    }

    /// Sends one event to rooms, encoded once. A socket whose buffer is full is cut off: it reconnects and catches up by
    /// sequence, which is better than a gap that nobody notices.
    pub async fn emit<'a, T: Serialize + ?Sized>(
        &self,
        to: impl Iterator<Item = &'a Room>,
        except: impl Iterator<Item = &'a Room>,
        event: &'static str,
        body: &T,
    ) {
        let Some(namespace) = self.namespace() else { return };
        let rooms: Vec<String> = to.map(|r| r.0.clone()).collect();
        if rooms.is_empty() {
            // To the library no room means every socket there is.
            return;
        }
        let target = namespace.to(rooms.clone()).except(except.map(|r| r.0.clone()).collect::<Vec<_>>());
        match target.emit(event, body).await {
            Ok(()) => {}
            Err(BroadcastError::Socket(errors)) => {
                if errors.iter().any(|e| matches!(e, SocketError::InternalChannelFull)) {
                    self.cut_full(rooms);
                }
            }
            Err(error) => tracing::error!(%error, event, "a live event could not be sent"),
        }
    }

    /// Finds the sockets whose buffer is full and closes them. A broadcast does not say which one was full, so each is
    /// asked with a value that cannot be encoded: a full socket refuses before it tries.
    fn cut_full(&self, rooms: Vec<String>) {
        let Some(namespace) = self.namespace() else { return };
        for socket in namespace.within(rooms).sockets() {
            if matches!(socket.emit("probe", &Probe), Err(SendError::Socket(SocketError::InternalChannelFull))) {
                tracing::info!(sid = %socket.id, "a socket does not read fast enough and is cut off; it will catch up");
                metrics::counter!("frontdesk_sockets_cut_total", "reason" => "slow").increment(1);
                close(socket);
            }
        }
    }

    /// Closes every socket of a session, after telling it why.
    pub fn disconnect_session(&self, session: Id<id::Session>, reason: &str) {
        self.disconnect(Room::session(session), reason);
    }

    /// Closes every socket of a room, after telling it why.
    pub fn disconnect(&self, room: Room, reason: &str) {
        let Some(namespace) = self.namespace() else { return };
        for socket in namespace.within(room.0).sockets() {
            end(socket, reason);
        }
    }

    /// How many sockets are in a room.
    pub fn count(&self, room: &Room) -> usize {
        self.namespace().map_or(0, |namespace| namespace.within(room.0.clone()).sockets().len())
    }
}

/// Refusals over sockets so far, on this node.
static REFUSALS: AtomicU64 = AtomicU64::new(0);

/// The id by which a refusal is told to the client and found in the log: the connection's own id and a running number.
pub fn request_id(socket: &SocketRef) -> String {
    format!("{}.{}", socket.id, REFUSALS.fetch_add(1, Ordering::Relaxed))
}

/// Closes one socket, after telling it why.
pub fn end(socket: SocketRef, reason: &str) {
    if let Err(error) = socket.emit("session_ended", &serde_json::json!({ "reason": reason })) {
        tracing::debug!(%error, "the socket went away before it could be told");
    }
    close(socket);
}

/// Closes one socket; an already closed one is no error. A socket with a full buffer cannot even be told: it leaves every
/// room at once, so that nothing more is pushed to it and no gap opens in what it hears, and is closed as soon as it takes
/// the word, or when it has not answered a ping.
pub fn close(socket: SocketRef) {
    match socket.clone().disconnect() {
        Ok(()) => {}
        Err(SocketError::InternalChannelFull) => {
            socket.leave_all();
            if socket.extensions.insert(Closing).is_none() {
                tokio::spawn(close_patiently(socket));
            }
        }
        Err(error) => tracing::debug!(?error, "the socket was already gone"),
    }
}

/// Marks a socket that is being closed.
#[derive(Clone, Copy)]
struct Closing;

async fn close_patiently(socket: SocketRef) {
    while socket.connected() {
        tokio::time::sleep(CLOSE_RETRY_INTERVAL).await;
        match socket.clone().disconnect() {
            Err(SocketError::InternalChannelFull) => {}
            Ok(()) | Err(_) => return,
        }
    }
}

impl std::fmt::Debug for Realtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Realtime").field("bound", &self.io.get().is_some()).finish()
    }
}
