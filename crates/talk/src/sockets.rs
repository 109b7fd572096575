//! The namespace: who may connect, which rooms a socket is in from the start, and where its events go. One fallback handler
//! per socket serves every event, which keeps idle sockets small, and it is set before the connection is confirmed, so that
//! nothing a client sends at once is lost. A person's socket is one of messaging; another system's, which came with a
//! connection token, is one of [`systems`] and knows nothing of conversations. The table [`SOCKET_EVENTS`] goes into the
//! AsyncAPI document.

mod catalogue;
mod endings;
mod intake;
pub mod ports;
mod systems;

use std::{fmt, sync::Arc};

use kernel::{Caller, Problem, Right};
use platform::{
    Room,
    http::auth::{Authenticator, Identity},
    limits::{TooFast, rate_limited},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use socketioxide::{
    SocketIo,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef, TryData},
    handler::{ConnectHandler, FromMessageParts, MessageHandler},
    socket::Socket,
};
use socketioxide_core::Value;

pub use catalogue::SOCKET_EVENTS;

use self::{
    intake::{INTERNAL_EVENT, Source, Stated},
    ports::EventIntake,
};
use crate::{
    Talk,
    messaging::{
        Dialect, SocketState,
        actions::presence,
        live::{conversation_room, person_pair_room},
        socket::{Incoming, receive},
    },
};

/// Rights that have a room of their own.
const RIGHT_ROOMS: [Right; 4] = [Right::MessagesAll, Right::AppointmentsAll, Right::Events, Right::Payments];

/// What the socket of an operator who looks into a business may send.
const READING_EVENTS: [&str; 2] = ["join_conversation", "leave_conversation"];

#[derive(Deserialize)]
struct Handshake {
    token: Option<String>,
    dialect: Option<String>,
}

/// Why a connection was refused; the client sees it as `connect_error`.
#[derive(Debug)]
struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authentication error: {}", self.0)
    }
}

/// What every socket is served with.
struct Shared {
    talk: Talk,
    events: Arc<dyn EventIntake>,
    authenticator: Arc<dyn Authenticator>,
}

/// Takes the namespace `/` into service.
pub fn install(io: &SocketIo, talk: &Talk, authenticator: Arc<dyn Authenticator>, events: Arc<dyn EventIntake>) {
    let shared = Arc::new(Shared { talk: talk.clone(), events, authenticator });
    endings::register(&shared);
    let before = {
        let shared = shared.clone();
        move |socket: SocketRef, TryData(auth): TryData<Handshake>| {
            let shared = shared.clone();
            async move {
                let handshake = auth.map_err(|_| Refused("send auth: {token}".to_owned()))?;
                admit(&shared, &socket, handshake).await
            }
        }
    };
    let after = move |socket: SocketRef| {
        let shared = shared.clone();
        async move { settle(&shared, &socket).await }
    };
    io.ns("/", after.with(before));
}

async fn admit(shared: &Arc<Shared>, socket: &SocketRef, handshake: Handshake) -> Result<(), Refused> {
    let token = handshake.token.as_deref().filter(|t| !t.is_empty()).ok_or_else(|| Refused("no token".to_owned()))?;
    let identity =
        shared.authenticator.identify(token).await.map_err(|fault| Refused(fault.problem().detail.into_owned()))?;
    match identity {
        Identity::Person(caller) => admit_person(shared, socket, caller, &handshake),
        Identity::System(sender) => systems::admit(shared, socket, sender),
    }
    Ok(())
}

fn admit_person(shared: &Arc<Shared>, socket: &SocketRef, caller: Caller, handshake: &Handshake) {
    let talk = &shared.talk;
    let dialect = match handshake.dialect.as_deref() {
        Some("room") => Some(Dialect::Room),
        Some("pair") => Some(Dialect::Pair),
        _ => None,
    };
    let state = Arc::new(SocketState::new(caller, dialect, talk.live().clone()));
    socket.extensions.insert(state.clone());
    socket.on_fallback(Dispatch { shared: shared.clone() });
    let leaving = talk.clone();
    socket.on_disconnect(move |socket: SocketRef| {
        let talk = leaving.clone();
        async move { depart(&talk, &socket).await }
    });
    // In its rooms before the client learns that it is connected: what is said from then on reaches it.
    socket.join(first_rooms(&state.caller, state.dialect()));
    // Nobody is told that an operator looks in: to them it is no presence of the business.
    if state.arrive() && !state.caller.read_only {
        socket.extensions.insert(FirstOfPerson);
    }
}

fn first_rooms(caller: &Caller, dialect: Dialect) -> Vec<String> {
    let mut rooms = vec![Room::person(caller.person()), Room::session(caller.session)];
    if dialect == Dialect::Pair {
        rooms.push(person_pair_room(caller.person()));
    }
    if caller.is_business() {
        rooms.extend(RIGHT_ROOMS.into_iter().filter(|r| caller.has(*r)).map(|r| Room::right(caller.tenant, r)));
    }
    rooms.into_iter().map(|r| r.0).collect()
}

/// Marks the first socket of a person: the others are told that they came.
#[derive(Clone, Copy)]
struct FirstOfPerson;

/// The socket is connected: the others learn who came.
async fn settle(shared: &Shared, socket: &SocketRef) {
    let talk = &shared.talk;
    let Some(state) = socket.extensions.get::<Arc<SocketState>>() else {
        return systems::settle(shared, socket).await;
    };
    metrics::gauge!("frontdesk_sockets").increment(1.0);
    // Whoever ended its session before this moment looked for sockets when this one was not there yet.
    endings::end_if_stale(shared, socket.clone()).await;
    if let Err(fault) = presence::let_hear(talk, socket, &state.caller).await {
        tracing::warn!(cause = fault.chain(), "a customer will not hear who comes and goes");
    }
    if socket.extensions.remove::<FirstOfPerson>().is_some() && socket.connected() {
        announce(talk, &state.caller, true).await;
    }
}

async fn depart(talk: &Talk, socket: &SocketRef) {
    let Some(state) = socket.extensions.get::<Arc<SocketState>>() else { return };
    metrics::gauge!("frontdesk_sockets").decrement(1.0);
    // Gone first, then taken out of its rooms: whoever is putting it into one meanwhile sees that it has gone.
    let was_last = state.depart();
    for conversation in state.joined() {
        if state.note_left(conversation) {
            talk.live().unlisten(conversation, state.dialect());
            if !talk.typing().is_idle() {
                talk.typing().end(conversation, state.caller.person()).await;
            }
        }
    }
    if was_last && !state.caller.read_only {
        announce(talk, &state.caller, false).await;
    }
}

async fn announce(talk: &Talk, caller: &Caller, is_online: bool) {
    if let Err(fault) = presence::announce(talk, caller, is_online, talk.platform().world().now()).await {
        tracing::warn!(cause = fault.chain(), "presence could not be announced");
    }
}

/// The rooms a client of this conversation is in, for tests of routing.
pub fn rooms_of(conversation: kernel::Id<kernel::id::Conversation>) -> [Room; 2] {
    [conversation_room(conversation, Dialect::Pair), conversation_room(conversation, Dialect::Room)]
}

/// Reads an event where it arrives and hands it to its slice.
struct Dispatch {
    shared: Arc<Shared>,
}

impl MessageHandler<LocalAdapter, ()> for Dispatch {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, mut value: Value, ack_id: Option<i64>) {
        let ack = ack_id.and_then(|_| AckSender::from_message_parts(&socket, &mut value, &ack_id).ok());
        let Ok(reference) = SocketRef::from_message_parts(&socket, &mut value, &ack_id);
        let person = socket.extensions.get::<Arc<SocketState>>();
        let system = if person.is_none() { socket.extensions.get::<Arc<Source>>() } else { None };
        let pace = person.as_ref().map(|state| &state.pace).or(system.as_ref().map(|source| &source.pace));
        let limits = self.shared.talk.platform().limits();
        if let Some(Err(too_fast)) = pace.map(|pace| limits.take_of_socket(pace)) {
            return slow_down(&reference, ack, too_fast);
        }
        let Some((event, payload)) = split(&value) else {
            metrics::counter!("frontdesk_socket_events_total", "outcome" => "unreadable").increment(1);
            return;
        };
        if let Some(state) = person {
            if state.caller.read_only && !READING_EVENTS.contains(&event) {
                return systems::refuse(&reference, ack, &Problem::read_only_session());
            }
            let incoming = Incoming { socket: reference, state, payload: payload.into(), ack };
            if let Some(other) = receive(&self.shared.talk, event, incoming) {
                receive_other(&self.shared, event, other);
            }
        } else if let Some(source) = system {
            let stated = Stated { socket: reference, payload: payload.into(), ack };
            systems::receive(&self.shared, source, event, stated);
        }
    }
}

/// A socket that speaks too fast is told so with each callback, and without callbacks once in each window: telling it more
/// often would make its flood ours.
fn slow_down(socket: &SocketRef, ack: Option<AckSender>, too_fast: TooFast) {
    if ack.is_some() || too_fast.is_first {
        systems::refuse(socket, ack, &rate_limited("socket", too_fast.ends_in));
    }
}

/// An event of a person's socket that is none of messaging.
fn receive_other(shared: &Arc<Shared>, event: &str, incoming: Incoming) {
    let Incoming { socket, state, payload, ack } = incoming;
    if event == INTERNAL_EVENT {
        let source = Source::of(&socket, || state.caller.clone().into());
        return intake::receive(shared, source, Stated { socket, payload, ack });
    }
    if ack.is_some() {
        systems::refuse(&socket, ack, &unknown_event());
    }
}

fn unknown_event() -> Problem {
    Problem::new(404, "UNKNOWN_EVENT", "There is no such event; see /api-docs/asyncapi.json.")
}

/// The event's name and the JSON text of its first argument.
fn split(value: &Value) -> Option<(&str, &str)> {
    let Value::Str(text, _) = value else { return None };
    let parts: Vec<&RawValue> = serde_json::from_str(text.as_str()).ok()?;
    let name = parts.first()?.get();
    let name = name.strip_prefix('"')?.strip_suffix('"')?;
    Some((name, parts.get(1).map_or("null", |p| p.get())))
}
