//! The socket side of messaging. Every event ends in an acknowledgement or, without a callback, in `message_error` when it
//! was refused. The events of one socket are carried out in the order in which they came, in a task that lives as long as
//! some wait ([`super::line`]). The common `send_message`, into a known conversation while nothing waits, is read and handed
//! to the batcher right where it arrives, so that no task is woken per message.

use std::sync::Arc;

use kernel::{Id, Problem, id};
use platform::{
    Fault,
    http::body::parse_json,
    limits::{Key, Policy},
};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use socketioxide::extract::{AckSender, SocketRef};
use tokio::sync::oneshot;

use super::{
    access::{Need, access_conversation, access_known},
    actions::{self, Mark, SendInput, send},
    batcher::{Pending, Reply},
    catch_up::{Begin, Finish, Missed, enter, exit},
    line::Placed,
    live::{Dialect, SocketState, person_pair_room},
    model::MessageStatus,
    rules::{REPLAY_MESSAGES_MAX, check_seq},
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
            // A full buffer: an answer that never comes would leave the client waiting, so it is cut off and asks again.
            tracing::debug!(%error, sid = %self.socket.id, "an acknowledgement could not be sent");
            platform::realtime::close(self.socket);
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
                Err(fault) => self.failed(&fault),
            }
        });
    }

    /// Nothing was stored.
    pub(super) fn refused(self, problem: &Problem) {
        let id = platform::realtime::request_id(&self.socket);
        self.refused_as(&id, problem);
    }

    /// Nothing was stored, and where the fault is ours the log says why under the id that the client is told.
    fn failed(self, fault: &Fault) {
        let id = platform::realtime::request_id(&self.socket);
        if let Fault::Internal { .. } = fault {
            tracing::error!(request_id = id, cause = fault.chain(), "a socket event failed");
        }
        self.refused_as(&id, &fault.problem());
    }

    fn refused_as(self, id: &str, problem: &Problem) {
        if self.ack.is_some() {
            return self.send(&problem.to_json(None, Some(id)));
        }
        let body = json!({"error": problem.detail, "code": problem.code});
        if let Err(error) = self.socket.emit("message_error", &body) {
            tracing::debug!(%error, "a refusal could not be sent");
        }
    }

    fn done(self, outcome: Result<serde_json::Value, Fault>) {
        match outcome {
            Ok(body) => self.send(&body),
            Err(fault) => self.failed(&fault),
        }
    }
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

/// What a client can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Send,
    Join,
    Leave,
    Type { begins: bool },
    Mark(MessageStatus),
}

impl Act {
    fn find(event: &str) -> Option<Self> {
        Some(match event {
            "send_message" => Self::Send,
            "join_conversation" => Self::Join,
            "leave_conversation" => Self::Leave,
            "typing_start" => Self::Type { begins: true },
            "typing_stop" => Self::Type { begins: false },
            "message_read" | "mark_as_read" => Self::Mark(MessageStatus::Read),
            "message_delivered" => Self::Mark(MessageStatus::Delivered),
            _ => return None,
        })
    }
}

/// Handles an event of this slice; gives it back when it is none of ours.
pub fn receive(talk: &Talk, event: &str, incoming: Incoming) -> Option<Incoming> {
    let Some(act) = Act::find(event) else { return Some(incoming) };
    let state = incoming.state.clone();
    let incoming = if act == Act::Send { send_or_wait(talk, incoming)? } else { incoming };
    let placed = state.line.lock().place(act, incoming);
    match placed {
        Placed::First => {
            let talk = talk.clone();
            tokio::spawn(async move { carry_out_line(&talk, &state).await });
        }
        Placed::Behind => {}
        Placed::Full(Incoming { socket, ack, .. }) => {
            let words = "Too many events of this connection are waiting; slow down and send it again.";
            Acknowledge::new(socket, ack).refused(&Problem::unavailable(words));
        }
    }
    None
}

/// Counts a message where it arrives, and sends it there when nothing stands before it. Counts that nodes share take a
/// moment to ask for, so such a message stands in line and is counted in its turn.
fn send_or_wait(talk: &Talk, incoming: Incoming) -> Option<Incoming> {
    let limits = talk.platform().limits();
    if limits.are_shared() {
        return Some(incoming);
    }
    let verdict = limits.take_here(Policy::Messages, Key::row(incoming.state.caller.person()));
    if let Some(problem) = verdict.and_then(|verdict| verdict.check().err()) {
        Acknowledge::new(incoming.socket, incoming.ack).refused(&problem);
        return None;
    }
    let is_idle = incoming.state.line.lock().is_idle();
    if is_idle { send_at_once(talk, incoming) } else { Some(incoming) }
}

async fn carry_out_line(talk: &Talk, state: &SocketState) {
    loop {
        let next = state.line.lock().next();
        let Some((act, incoming)) = next else { return };
        // A client may speak in the moment between being told that it is connected and the library knowing it, when
        // nothing can be sent to it yet.
        while !incoming.socket.connected() && state.is_here() {
            tokio::task::yield_now().await;
        }
        carry_out(talk, act, incoming).await;
    }
}

async fn carry_out(talk: &Talk, act: Act, incoming: Incoming) {
    let Incoming { socket, state, payload, ack } = incoming;
    let answer = Acknowledge::new(socket.clone(), ack);
    let outcome = match act {
        Act::Send => return send_message(talk, &state, &payload, answer).await,
        Act::Join => join(talk, &socket, &state, &payload).await,
        Act::Leave => leave(talk, &socket, &state, &payload).await,
        Act::Type { begins } => typing(talk, &state, &payload, begins).await,
        Act::Mark(status) => mark(talk, &state, &payload, status).await,
    };
    answer.done(outcome);
}

fn read_send(payload: &str) -> Result<SendInput, Problem> {
    let p: SendPayload = parse_json(payload.as_bytes())?;
    let input = SendInput {
        conversation: p.conversation_id,
        appointment: p.appointment_id,
        content: send::choose_text(p.content, p.message, p.message_text)?,
        files: p.attachments.unwrap_or_default(),
        reply_to: p.reply_to,
        client_id: p.client_message_id,
    };
    send::check_input(&input)?;
    Ok(input)
}

/// The common case: a known conversation and nothing to look up. Everything else is given back to stand in line.
fn send_at_once(talk: &Talk, incoming: Incoming) -> Option<Incoming> {
    let input = match read_send(&incoming.payload) {
        Ok(input) => input,
        Err(problem) => {
            Acknowledge::new(incoming.socket, incoming.ack).refused(&problem);
            return None;
        }
    };
    let (Some(conversation), None) = (input.conversation, input.reply_to) else { return Some(incoming) };
    let Some(access) = access_known(talk, &incoming.state.caller, conversation, Need::Write) else {
        return Some(incoming);
    };
    let Incoming { socket, state, ack, .. } = incoming;
    let answer = Acknowledge::new(socket, ack);
    match access {
        Ok(facts) => submit(talk, &state, facts, input, answer),
        Err(problem) => answer.refused(&problem),
    }
    None
}

async fn send_message(talk: &Talk, state: &Arc<SocketState>, payload: &str, answer: Acknowledge) {
    let found = async {
        let limits = talk.platform().limits();
        if limits.are_shared()
            && let Some(verdict) = limits.take(Policy::Messages, Key::row(state.caller.person())).await
        {
            verdict.check()?;
        }
        let input = read_send(payload)?;
        let facts = send::access_target(talk, &state.caller, &input).await?;
        send::check_reply(talk, &facts, input.reply_to).await?;
        Ok::<_, Fault>((input, facts))
    };
    match found.await {
        Ok((input, facts)) => submit(talk, state, facts, input, answer),
        Err(fault) => answer.failed(&fault),
    }
}

fn submit(talk: &Talk, state: &Arc<SocketState>, facts: Arc<super::Facts>, input: SendInput, mut answer: Acknowledge) {
    if input.client_id.is_some() {
        answer.talk = Some((talk.clone(), state.clone()));
    }
    let conversation = facts.id;
    let draft = send::draft(talk, &state.caller, facts, input);
    if let Err(refused) = talk.batcher().submit(Pending { draft, reply: Reply::Socket(answer) }) {
        let (problem, reply) = *refused;
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
    talk: &Talk,
    socket: &SocketRef,
    state: &Arc<SocketState>,
    payload: &str,
) -> Result<serde_json::Value, Fault> {
    let (room, dialect) = read_room(payload)?;
    check_seq("afterSeq", room.after_seq)?;
    let facts = access_conversation(talk, &state.caller, room.conversation_id, Need::Read).await?;
    if !state.has_space(facts.id) {
        return Err(
            Problem::conflict("TOO_MANY_ROOMS", "Leave another conversation first; one connection holds 500.").into()
        );
    }
    actions::monitor::note_look(talk, &state.caller, &[facts.id]).await?;
    if state.decide(dialect) && dialect == Dialect::Room {
        socket.leave(person_pair_room(state.caller.person()).0);
    }
    let replayed = match room.after_seq {
        Some(after) => catch_up(talk, socket, state, facts.id, after).await?,
        None => {
            enter(talk.live(), socket, state, facts.id);
            0
        }
    };
    // Whoever lost sight of it while the socket went in looked for sockets to take out before this one was there.
    if access_known(talk, &state.caller, facts.id, Need::Read).is_some_and(|access| access.is_err()) {
        exit(talk.live(), socket, state, facts.id);
        return Err(Problem::not_found().into());
    }
    Ok(json!({"success": true, "conversationId": facts.id, "replayed": replayed}))
}

/// Sends what the socket missed, in order and in its dialect, or tells it to fetch. New messages wait meanwhile.
async fn catch_up(
    talk: &Talk,
    socket: &SocketRef,
    state: &Arc<SocketState>,
    conversation: Id<id::Conversation>,
    after: i64,
) -> Result<usize, Fault> {
    let (begun, ticket) = oneshot::channel();
    let begin = Begin { conversation, socket: socket.clone(), state: state.clone(), begun };
    talk.batcher().begin(begin).await?;
    let ticket = ticket.await.map_err(|e| Fault::internal("entering a conversation", e))?;
    let read = read_missed(talk, state, conversation, after).await;
    let (missed, fault) = match read {
        Ok(missed) => (Some(missed), None),
        Err(fault) => (None, Some(fault)),
    };
    let (finished, replayed) = oneshot::channel();
    talk.batcher().finish(Finish { conversation, ticket, missed, finished }).await?;
    let replayed = replayed.await.map_err(|e| Fault::internal("catching up", e))?;
    fault.map_or(Ok(replayed), Err)
}

async fn read_missed(
    talk: &Talk,
    state: &SocketState,
    conversation: Id<id::Conversation>,
    after: i64,
) -> Result<Missed, Fault> {
    let window = Window { after: Some(after), before: None, limit: REPLAY_MESSAGES_MAX };
    let (missed, more) = actions::browse::message_page(talk, &state.caller, conversation, window).await?;
    if !more {
        return Ok(Missed::Messages(missed));
    }
    let row = super::store::find_conversation(talk.platform().db(), conversation).await?;
    Ok(Missed::TooMany(row.ok_or_else(Problem::not_found)?.last_seq))
}

async fn leave(
    talk: &Talk,
    socket: &SocketRef,
    state: &SocketState,
    payload: &str,
) -> Result<serde_json::Value, Fault> {
    let (room, _) = read_room(payload)?;
    if exit(talk.live(), socket, state, room.conversation_id) {
        talk.typing().end(room.conversation_id, state.caller.person()).await;
    }
    Ok(json!({"success": true}))
}

async fn typing(talk: &Talk, state: &SocketState, payload: &str, begins: bool) -> Result<serde_json::Value, Fault> {
    let (room, _) = read_room(payload)?;
    let facts = access_conversation(talk, &state.caller, room.conversation_id, Need::Read).await?;
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
    talk: &Talk,
    state: &SocketState,
    payload: &str,
    status: MessageStatus,
) -> Result<serde_json::Value, Fault> {
    let p: MarkPayload = parse_json(payload.as_bytes())?;
    check_seq("upToSeq", p.up_to_seq)?;
    let target = match (p.message_id, p.message_ids, p.conversation_id, p.up_to_seq) {
        (Some(id), ..) => Mark::Message(id),
        (None, Some(ids), ..) => Mark::Messages(ids),
        (None, None, Some(conversation), Some(seq)) => Mark::UpTo(conversation, seq),
        _ => {
            return Err(Problem::field("messageId", "REQUIRED", "or messageIds, or conversationId with upToSeq").into());
        }
    };
    actions::mark(talk, &state.caller, &target, status).await?;
    Ok(json!({"success": true}))
}
