//! The socket side of messaging. Every event ends in an acknowledgement or, without a callback, in `message_error` when it
//! was refused. `send_message` is read and put in line right where it arrives, so that messages of one socket keep their
//! order and no task is woken per message; everything else runs in a task of its own.

use std::sync::Arc;

use kernel::{Id, Problem, id};
use platform::{Fault, http::body::parse_json};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use socketioxide::extract::{AckSender, SocketRef};

use super::{
    access::{Need, access_conversation, access_known},
    actions::{self, Mark, SendInput, send},
    batcher::{Pending, Reply},
    live::{Dialect, SocketState, conversation_room, person_pair_room},
    model::MessageStatus,
    rules::REPLAY_MESSAGES_MAX,
    store::Window,
};
use crate::Talk;

/// Answers one event of one socket.
pub struct Acknowledge {
    socket: SocketRef,
    ack: Option<AckSender>,
    talk: Option<(Talk, Arc<SocketState>)>,
}

#[derive(Serialize)]
struct StoredAck<'a> {
    success: bool,
    message: &'a RawValue,
}

impl Acknowledge {
    /// `ack` is there when the client gave a callback.
    pub fn new(socket: SocketRef, ack: Option<AckSender>) -> Self {
        Self { socket, ack, talk: None }
    }

    fn send<T: Serialize + ?Sized>(self, body: &T) {
        let Some(ack) = self.ack else { return };
        if let Err(error) = ack.send(body) {
            // A full buffer: the client is told by its missing answer and by being cut off with the next push.
            tracing::debug!(%error, sid = %self.socket.id, "an acknowledgement could not be sent");
        }
    }

    /// The message is durable.
    pub(super) fn stored(self, message: &RawValue) {
        self.send(&StoredAck { success: true, message });
    }

    /// It was stored before under the same client id: the first one is looked up and given again.
    pub(super) fn repeated(mut self, first: Id<id::Message>) {
        let Some((talk, state)) = self.talk.take() else { return };
        tokio::spawn(async move {
            match actions::browse::message_view(&talk, &state.caller, first).await {
                Ok(message) => self.send(&json!({"success": true, "message": message})),
                Err(fault) => self.refused(&fault_problem(&fault)),
            }
        });
    }

    /// Nothing was stored.
    pub(super) fn refused(self, problem: &Problem) {
        if self.ack.is_some() {
            return self.send(&problem.to_json(None, None));
        }
        let body = json!({"error": problem.detail, "code": problem.code});
        if let Err(error) = self.socket.emit("message_error", &body) {
            tracing::debug!(%error, "a refusal could not be sent");
        }
    }

    fn done(self, outcome: Result<serde_json::Value, Fault>) {
        match outcome {
            Ok(body) => self.send(&body),
            Err(fault) => self.refused(&fault_problem(&fault)),
        }
    }
}

fn fault_problem(fault: &Fault) -> Problem {
    if let Fault::Internal { .. } = fault {
        tracing::error!(cause = fault.chain(), "a socket event failed");
    }
    fault.problem()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendPayload {
    conversation_id: Option<Id<id::Conversation>>,
    appointment_id: Option<Id<id::Appointment>>,
    message: Option<String>,
    message_text: Option<String>,
    content: Option<String>,
    #[serde(default)]
    attachments: Option<Vec<Id<id::Attachment>>>,
    reply_to: Option<Id<id::Message>>,
    client_message_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoomPayload {
    conversation_id: Id<id::Conversation>,
    after_seq: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MarkPayload {
    message_id: Option<Id<id::Message>>,
    message_ids: Option<Vec<Id<id::Message>>>,
    conversation_id: Option<Id<id::Conversation>>,
    up_to_seq: Option<i64>,
}

/// One event as it came in.
pub struct Incoming {
    /// The socket.
    pub socket: SocketRef,
    /// What is kept for it.
    pub state: Arc<SocketState>,
    /// The payload's JSON text; `null` when there was none.
    pub payload: Box<str>,
    /// The callback, when there is one.
    pub ack: Option<AckSender>,
}

/// Handles an event of this slice; false when it is none of ours.
pub fn receive(talk: &Talk, event: &str, incoming: Incoming) -> Option<Incoming> {
    match event {
        "send_message" => receive_message(talk, incoming),
        "join_conversation" => run(talk, incoming, join),
        "leave_conversation" => run(talk, incoming, leave),
        "typing_start" => run(talk, incoming, |t, s, st, p| typing(t, s, st, p, true)),
        "typing_stop" => run(talk, incoming, |t, s, st, p| typing(t, s, st, p, false)),
        "message_read" | "mark_as_read" => run(talk, incoming, |t, _, st, p| mark(t, st, p, MessageStatus::Read)),
        "message_delivered" => run(talk, incoming, |t, _, st, p| mark(t, st, p, MessageStatus::Delivered)),
        _ => return Some(incoming),
    }
    None
}

fn run<F, Fut>(talk: &Talk, incoming: Incoming, act: F)
where
    F: FnOnce(Talk, SocketRef, Arc<SocketState>, Box<str>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<serde_json::Value, Fault>> + Send,
{
    let Incoming { socket, state, payload, ack } = incoming;
    let answer = Acknowledge::new(socket.clone(), ack);
    let talk = talk.clone();
    tokio::spawn(async move { answer.done(act(talk, socket, state, payload).await) });
}

fn read_send(payload: &str) -> Result<SendInput, Problem> {
    let p: SendPayload = parse_json(payload.as_bytes())?;
    let input = SendInput {
        conversation: p.conversation_id,
        appointment: p.appointment_id,
        content: p.message.or(p.message_text).or(p.content).unwrap_or_default(),
        files: p.attachments.unwrap_or_default(),
        reply_to: p.reply_to,
        client_id: p.client_message_id,
    };
    send::check_input(&input)?;
    Ok(input)
}

fn receive_message(talk: &Talk, incoming: Incoming) {
    let Incoming { socket, state, payload, ack } = incoming;
    let mut answer = Acknowledge::new(socket, ack);
    let input = match read_send(&payload) {
        Ok(input) => input,
        Err(problem) => return answer.refused(&problem),
    };
    if input.client_id.is_some() {
        answer.talk = Some((talk.clone(), state.clone()));
    }
    // The common case never leaves this call: a known conversation and nothing to look up.
    if let (Some(conversation), None) = (input.conversation, input.reply_to)
        && let Some(access) = access_known(talk, &state.caller, conversation, Need::Write)
    {
        return match access {
            Ok(facts) => submit(talk, &state, facts, input, answer),
            Err(problem) => answer.refused(&problem),
        };
    }
    let talk = talk.clone();
    tokio::spawn(async move {
        let found = async {
            let facts = send::access_target(&talk, &state.caller, &input).await?;
            send::check_reply(&talk, &facts, input.reply_to).await?;
            Ok::<_, Fault>(facts)
        };
        match found.await {
            Ok(facts) => submit(&talk, &state, facts, input, answer),
            Err(fault) => answer.refused(&fault_problem(&fault)),
        }
    });
}

fn submit(talk: &Talk, state: &SocketState, facts: Arc<super::Facts>, input: SendInput, answer: Acknowledge) {
    let conversation = facts.id;
    let draft = send::draft(talk, &state.caller, facts, input);
    if let Err((problem, reply)) = talk.batcher().submit(Pending { draft, reply: Reply::Socket(answer) }) {
        reply.refuse(&problem);
    }
    if !talk.typing().is_idle() {
        let (talk, person) = (talk.clone(), state.caller.person());
        tokio::spawn(async move { talk.typing().end(conversation, person).await });
    }
}

/// A bare id means the pair dialect, an object the room dialect.
fn read_room(payload: &str) -> Result<(RoomPayload, Dialect), Problem> {
    if payload.trim_start().starts_with('"') {
        let conversation_id = parse_json(payload.as_bytes()).map_err(|_| Problem::not_found())?;
        return Ok((RoomPayload { conversation_id, after_seq: None }, Dialect::Pair));
    }
    Ok((parse_json(payload.as_bytes())?, Dialect::Room))
}

async fn join(
    talk: Talk,
    socket: SocketRef,
    state: Arc<SocketState>,
    payload: Box<str>,
) -> Result<serde_json::Value, Fault> {
    let (room, dialect) = read_room(&payload)?;
    let facts = access_conversation(&talk, &state.caller, room.conversation_id, Need::Read).await?;
    if state.decide(dialect) && dialect == Dialect::Room {
        socket.leave(person_pair_room(state.caller.person()).0);
    }
    if !state.has_space() {
        return Err(
            Problem::conflict("TOO_MANY_ROOMS", "Leave another conversation first; one connection holds 500.").into()
        );
    }
    if state.note_joined(facts.id) {
        socket.join(conversation_room(facts.id, state.dialect()).0);
        talk.live().listen(facts.id, state.dialect());
        // A socket that went away meanwhile is not left behind in the registry.
        if !socket.connected() && state.note_left(facts.id) {
            talk.live().unlisten(facts.id, state.dialect());
        }
    }
    let replayed = match room.after_seq {
        Some(after) => replay(&talk, &socket, &state, facts.id, after).await?,
        None => 0,
    };
    Ok(json!({"success": true, "conversationId": facts.id, "replayed": replayed}))
}

/// Sends what the socket missed, in order and in its dialect, or tells it to fetch.
async fn replay(
    talk: &Talk,
    socket: &SocketRef,
    state: &SocketState,
    conversation: Id<id::Conversation>,
    after: i64,
) -> Result<usize, Fault> {
    let window = Window { after: Some(after.max(0)), before: None, limit: REPLAY_MESSAGES_MAX };
    let (missed, more) = actions::browse::message_page(talk, &state.caller, conversation, window).await?;
    if more {
        let row = super::store::find_conversation(talk.platform().db(), conversation)
            .await?
            .ok_or_else(Problem::not_found)?;
        let body = json!({"conversationId": conversation, "lastSeq": row.last_seq});
        emit(socket, "resync_required", &body);
        return Ok(0);
    }
    let me = state.caller.person_id();
    for message in &missed {
        let event = match state.dialect() {
            Dialect::Room => "new_message",
            Dialect::Pair if message.sender_id == me => "message_sent",
            Dialect::Pair => "message_received",
        };
        emit(socket, event, message);
    }
    Ok(missed.len())
}

fn emit<T: Serialize>(socket: &SocketRef, event: &'static str, body: &T) {
    if let Err(error) = socket.emit(event, body) {
        tracing::debug!(%error, event, "a socket could not take an event; it is behind and will resync");
        platform::realtime::close(socket.clone());
    }
}

async fn leave(
    talk: Talk,
    socket: SocketRef,
    state: Arc<SocketState>,
    payload: Box<str>,
) -> Result<serde_json::Value, Fault> {
    let (room, _) = read_room(&payload)?;
    if state.note_left(room.conversation_id) {
        socket.leave(conversation_room(room.conversation_id, state.dialect()).0);
        talk.live().unlisten(room.conversation_id, state.dialect());
        talk.typing().end(room.conversation_id, state.caller.person()).await;
    }
    Ok(json!({"success": true}))
}

async fn typing(
    talk: Talk,
    _socket: SocketRef,
    state: Arc<SocketState>,
    payload: Box<str>,
    begins: bool,
) -> Result<serde_json::Value, Fault> {
    let room: RoomPayload = parse_json(payload.as_bytes())?;
    let facts = access_conversation(&talk, &state.caller, room.conversation_id, Need::Read).await?;
    let caller = &state.caller;
    if begins {
        facts.check_writable(caller, talk.platform().world().now())?;
        talk.typing().begin(facts.id, caller.person(), &caller.person_id(), &caller.name).await;
    } else {
        talk.typing().end(facts.id, caller.person()).await;
    }
    Ok(json!({"success": true}))
}

async fn mark(
    talk: Talk,
    state: Arc<SocketState>,
    payload: Box<str>,
    status: MessageStatus,
) -> Result<serde_json::Value, Fault> {
    let p: MarkPayload = parse_json(payload.as_bytes())?;
    let target = match (p.message_id, p.message_ids, p.conversation_id, p.up_to_seq) {
        (Some(id), ..) => Mark::Message(id),
        (None, Some(ids), ..) => Mark::Messages(ids),
        (None, None, Some(conversation), Some(seq)) => Mark::UpTo(conversation, seq),
        _ => {
            return Err(Problem::field("messageId", "REQUIRED", "or messageIds, or conversationId with upToSeq").into());
        }
    };
    actions::mark(&talk, &state.caller, &target, status).await?;
    Ok(json!({"success": true}))
}
