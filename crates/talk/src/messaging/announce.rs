//! What follows a stored message: its sender's acknowledgement, then the live events. A message is serialised once; only
//! one with files is written per person, because its links are signed per reader.

use std::sync::Arc;

use kernel::{Caller, Id, Right, id, text};
use platform::{Platform, Room};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use smallvec::SmallVec;
use tokio::sync::mpsc;

use super::{
    batcher::{Batch, Finished, Reply, Sent},
    catch_up::{Begin, Catching, emit, event_name},
    live::{Dialect, Live, SocketState, conversation_room, person_pair_room},
    model::{MessageStatus, MessageView, SenderType},
    rules::{PREVIEW_CHARS, last_message},
    store::{Draft, Refusal, Stored},
};
use crate::attachments::{self, Reader};

/// The announcing task.
pub(super) struct Announcer {
    platform: Platform,
    live: Arc<Live>,
    catching: Catching,
    /// Told of threads that a message brought back from the archive.
    revived: mpsc::Sender<Id<id::Conversation>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification<'a> {
    conversation_id: Id<id::Conversation>,
    from: &'a str,
    preview: &'a str,
}

impl Announcer {
    pub(super) fn new(platform: Platform, live: Arc<Live>, revived: mpsc::Sender<Id<id::Conversation>>) -> Self {
        Self { platform, live, catching: Catching::default(), revived }
    }

    pub(super) async fn run(mut self, mut finished: mpsc::Receiver<Finished>, mut begins: mpsc::Receiver<Begin>) {
        loop {
            tokio::select! {
                Some(begin) = begins.recv() => self.catching.begin(&self.live, begin),
                done = finished.recv() => match done {
                    Some(Finished::Stored(batch)) => self.announce_batch(batch).await,
                    Some(Finished::CaughtUp(finish)) => self.catching.finish(finish),
                    None => return,
                },
            }
        }
    }

    async fn announce_batch(&mut self, Batch { drafts, outcomes }: Batch) {
        for (draft, (reply, outcome)) in drafts.iter().zip(outcomes) {
            match outcome {
                Ok(stored) => self.announce(draft, &stored, reply).await,
                Err(Refusal::Repeated(first)) => reply.before(first),
                Err(Refusal::Problem(problem)) => reply.refuse(&problem),
            }
        }
    }

    async fn announce(&mut self, draft: &Draft, stored: &Stored, reply: Reply) {
        let view = view(draft, stored);
        if let Some(caller) = draft.caller.as_deref().filter(|_| !draft.files.is_empty()) {
            self.announce_with_files(draft, caller, view, reply).await;
        } else {
            let raw = match to_raw_value(&view) {
                Ok(raw) => raw,
                Err(error) => return tracing::error!(%error, "a message could not be written"),
            };
            match reply {
                Reply::Action(action) => deliver(action, Ok(Sent::New(Box::new(view)))),
                Reply::Socket(ack) => ack.stored(&raw),
            }
            self.emit(draft, stored.seq, &raw).await;
        }
        self.notify(draft).await;
        if stored.revived
            && let Err(error) = self.revived.try_send(draft.facts.id)
        {
            tracing::warn!(%error, "a thread came back from the archive and nobody was told");
        }
    }

    /// The events of a message without files.
    async fn emit(&mut self, draft: &Draft, seq: i64, raw: &RawValue) {
        let conversation = draft.facts.id;
        let catching = self.catching.room(conversation);
        if catching.is_some() {
            let shared: Arc<RawValue> = Arc::from(raw.to_owned());
            self.catching.keep(conversation, seq, draft.sender, |_| Some(shared.clone()));
        }
        let realtime = self.platform.realtime();
        let (pair, room) = self.live.listeners(conversation);
        let sender_online = self.live.is_online(draft.sender);
        if pair > 0 {
            let to = [conversation_room(conversation, Dialect::Pair)];
            // Without a socket of the sender there is nobody to leave out.
            let sender = sender_online.then(|| Room::person(draft.sender));
            realtime.emit(to.iter(), sender.iter().chain(&catching), "message_received", raw).await;
        }
        if room > 0 {
            let to = [conversation_room(conversation, Dialect::Room)];
            realtime.emit(to.iter(), catching.iter(), "new_message", raw).await;
        }
        if sender_online {
            realtime.emit([person_pair_room(draft.sender)].iter(), catching.iter(), "message_sent", raw).await;
        }
    }

    /// Files carry links for one reader each, so every person in the room gets a frame of their own.
    async fn announce_with_files(&mut self, draft: &Draft, sender: &Caller, mut view: MessageView, reply: Reply) {
        self.add_files(&mut view, &Reader::from(sender)).await;
        let own = to_raw_value(&view);
        match reply {
            Reply::Action(action) => deliver(action, Ok(Sent::New(Box::new(view.clone())))),
            Reply::Socket(ack) => match &own {
                Ok(raw) => ack.stored(raw),
                Err(error) => tracing::error!(%error, "a message could not be written"),
            },
        }
        let catching = self.catching.room(draft.facts.id);
        if let Ok(raw) = &own {
            let realtime = self.platform.realtime();
            realtime.emit([person_pair_room(draft.sender)].iter(), catching.iter(), "message_sent", raw).await;
        }
        self.emit_per_person(draft, &view).await;
        self.keep_per_person(draft, &view).await;
    }

    async fn emit_per_person(&self, draft: &Draft, view: &MessageView) {
        let Some(io) = self.platform.realtime().io() else { return };
        for dialect in [Dialect::Pair, Dialect::Room] {
            for socket in io.within(conversation_room(draft.facts.id, dialect).0).sockets() {
                let Some(state) = socket.extensions.get::<Arc<SocketState>>() else { continue };
                let heard = dialect == Dialect::Pair && state.caller.person() == draft.sender;
                if heard || self.catching.holds(draft.facts.id, &socket) {
                    continue;
                }
                let mut theirs = view.clone();
                self.add_files(&mut theirs, &Reader::from(&state.caller)).await;
                emit(&socket, event_name(dialect, false), &theirs);
            }
        }
    }

    /// The same for those who are catching up.
    async fn keep_per_person(&mut self, draft: &Draft, view: &MessageView) {
        let mut written: Vec<(uuid::Uuid, Arc<RawValue>)> = Vec::new();
        for state in self.catching.states(draft.facts.id) {
            let mut theirs = view.clone();
            self.add_files(&mut theirs, &Reader::from(&state.caller)).await;
            match to_raw_value(&theirs) {
                Ok(raw) => written.push((state.caller.person(), Arc::from(raw))),
                Err(error) => tracing::error!(%error, "a message could not be written"),
            }
        }
        let find = |state: &SocketState| {
            written.iter().find(|(person, _)| *person == state.caller.person()).map(|(_, raw)| raw.clone())
        };
        self.catching.keep(draft.facts.id, view.seq, draft.sender, find);
    }

    async fn add_files(&self, view: &mut MessageView, reader: &Reader) {
        match attachments::describe_many(&self.platform, self.platform.db().read(), reader, &[view.id]).await {
            Ok(mut files) => view.attachments = files.remove(&view.id).unwrap_or_default(),
            Err(fault) => tracing::error!(cause = fault.chain(), "files of a stored message could not be described"),
        }
    }

    /// Tells the recipients who are connected but not looking at this conversation.
    async fn notify(&self, draft: &Draft) {
        let facts = &draft.facts;
        let mut to: SmallVec<[Room; 4]> = SmallVec::new();
        if draft.role.side() == SenderType::Customer {
            if !self.live.has_business(facts.tenant) {
                return;
            }
            to.push(Room::right(facts.tenant, Right::MessagesAll));
        } else {
            if !self.live.is_online(facts.customer.uuid()) && !self.live.has_business(facts.tenant) {
                return;
            }
            to.push(Room::person(facts.customer.uuid()));
        }
        to.extend(facts.assigned_to.map(|p| Room::person(p.uuid())));
        to.extend(facts.provider.map(|p| Room::person(p.uuid())));
        let except = [
            conversation_room(facts.id, Dialect::Pair),
            conversation_room(facts.id, Dialect::Room),
            Room::person(draft.sender),
        ];
        let shown = last_message(&draft.content, draft.files.len());
        let preview = text::preview(&shown, PREVIEW_CHARS);
        let body = Notification { conversation_id: facts.id, from: &draft.name, preview };
        self.platform.realtime().emit(to.iter(), except.iter(), "new_message_notification", &body).await;
    }
}

fn deliver(
    action: tokio::sync::oneshot::Sender<Result<Sent, kernel::Problem>>,
    outcome: Result<Sent, kernel::Problem>,
) {
    if action.send(outcome).is_err() {
        tracing::debug!("the request went away before its answer; the message is stored all the same");
    }
}

impl Reply {
    fn before(self, first: Id<id::Message>) {
        match self {
            Self::Action(action) => deliver(action, Ok(Sent::Before(first))),
            Self::Socket(ack) => ack.repeated(first),
        }
    }

    /// Tells the sender why not.
    pub(super) fn refuse(self, problem: &kernel::Problem) {
        match self {
            Self::Action(action) => deliver(action, Err(problem.clone())),
            Self::Socket(ack) => ack.refused(problem),
        }
    }
}

/// The message as its sender sees it right after storing.
fn view(draft: &Draft, stored: &Stored) -> MessageView {
    MessageView {
        id: draft.id,
        legacy_id: draft.id,
        conversation_id: draft.facts.id,
        seq: stored.seq,
        sender_id: draft.role.person_id(draft.sender),
        sender_name: draft.name.to_string(),
        sender_type: draft.role.side(),
        sender_role: draft.role,
        content: draft.content.clone(),
        attachments: Vec::new(),
        timestamp: stored.at,
        status: MessageStatus::Sent,
        read_by: Vec::new(),
        reply_to: draft.reply_to,
        edited_at: None,
        is_deleted: false,
        client_message_id: draft.client_id.clone(),
    }
}
