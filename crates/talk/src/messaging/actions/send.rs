//! Sending: access, look at the words, put it in line. Storing, acknowledging and announcing follow in the batcher.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, id, problem::FieldError, text};
use platform::Result;
use tokio::sync::oneshot;

use crate::{
    Talk,
    attachments::ATTACHMENTS_PER_MESSAGE_MAX,
    messaging::{
        access::{Need, access_conversation},
        batcher::{Pending, Reply, Sent},
        facts::Facts,
        model::{MessageView, SenderRole},
        rules::CLIENT_ID_CHARS_MAX,
        store::Draft,
    },
};

/// What somebody wants to say, after its JSON was read.
#[derive(Debug, Clone, Default)]
pub struct SendInput {
    /// The thread, or
    pub conversation: Option<Id<id::Conversation>>,
    /// the appointment whose thread it is; made by its first message.
    pub appointment: Option<Id<id::Appointment>>,
    /// The text exactly as sent.
    pub content: String,
    /// Uploaded files.
    pub files: Vec<Id<id::Attachment>>,
    /// What it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// The sender's own id for it.
    pub client_id: Option<String>,
}

/// The text of a message, which may stand under any of its three names. Two that differ are refused: storing one of them
/// would lose the other in silence.
pub fn choose_text(
    content: Option<String>,
    message: Option<String>,
    message_text: Option<String>,
) -> std::result::Result<String, Problem> {
    match (content, message, message_text) {
        (Some(text), None, None) | (None, Some(text), None) | (None, None, Some(text)) => Ok(text),
        (content, message, message_text) => {
            let named = [("content", content), ("message", message), ("messageText", message_text)];
            let mut given = named.into_iter().filter_map(|(name, text)| Some((name, text?)));
            let Some((name, text)) = given.next() else { return Ok(String::new()) };
            let others: Vec<_> = given.collect();
            if others.iter().all(|(_, other)| *other == text) {
                return Ok(text);
            }
            let names = std::iter::once(name).chain(others.iter().map(|(name, _)| *name));
            Err(ambiguous(names, "differs from the other names of the text: send one, or the same text in each"))
        }
    }
}

fn ambiguous(names: impl Iterator<Item = &'static str>, words: &str) -> Problem {
    let error = |name: &str| FieldError { field: name.to_owned(), code: "AMBIGUOUS".into(), message: words.to_owned() };
    Problem::validation(names.map(error).collect())
}

/// Refuses words that cannot be stored, before anything else is looked at.
pub fn check_input(input: &SendInput) -> std::result::Result<(), Problem> {
    if input.conversation.is_some() && input.appointment.is_some() {
        let names = ["conversationId", "appointmentId"].into_iter();
        return Err(ambiguous(names, "a message goes into one thread: send one of the two"));
    }
    text::check_message(&input.content, !input.files.is_empty())
        .map_err(|e| Problem::field("content", code_of(&e), e.to_string()))?;
    if input.files.len() > ATTACHMENTS_PER_MESSAGE_MAX {
        return Err(Problem::field("attachments", "TOO_MANY", format!("may be at most {ATTACHMENTS_PER_MESSAGE_MAX}")));
    }
    if let Some(client_id) = &input.client_id {
        text::parse_line(client_id, CLIENT_ID_CHARS_MAX)
            .map_err(|e| Problem::field("clientMessageId", code_of(&e), e.to_string()))?;
    }
    Ok(())
}

/// The stable code of a refused text.
pub(super) fn code_of(error: &text::TextError) -> &'static str {
    match error {
        text::TextError::Empty => "REQUIRED",
        text::TextError::TooLong(_) => "TOO_LONG",
        _ => "INVALID_VALUE",
    }
}

/// The draft of a checked input.
pub fn draft(talk: &Talk, caller: &Caller, facts: Arc<Facts>, input: SendInput) -> Draft {
    let Caller { principal, name, .. } = caller;
    Draft {
        id: talk.platform().world().id(),
        sender: caller.person(),
        role: SenderRole::of(*principal),
        name: name.clone(),
        content: input.content,
        reply_to: input.reply_to,
        client_id: input.client_id,
        caller: (!input.files.is_empty()).then(|| Box::new(caller.clone())),
        files: input.files,
        idempotency: platform::db::IDEMPOTENCY.try_with(|key| *key).ok(),
        told_as: None,
        facts,
    }
}

/// Finds the thread that the input means; an appointment's is made by its first message.
pub async fn access_target(talk: &Talk, caller: &Caller, input: &SendInput) -> Result<Arc<Facts>> {
    match (input.conversation, input.appointment) {
        (Some(conversation), _) => access_conversation(talk, caller, conversation, Need::Write).await,
        (None, Some(appointment)) => {
            let facts = super::open_appointment_thread(talk, caller, appointment).await?;
            facts.check_writable(caller, talk.platform().world().now())?;
            Ok(facts)
        }
        (None, None) => Err(Problem::field("conversationId", "REQUIRED", "or appointmentId is required").into()),
    }
}

/// A reply must answer a message of the same thread.
pub async fn check_reply(talk: &Talk, facts: &Facts, reply_to: Option<Id<id::Message>>) -> Result<()> {
    let Some(reply_to) = reply_to else { return Ok(()) };
    let found = crate::messaging::store::find_message(talk.platform().db(), facts.tenant, reply_to).await?;
    if found.is_some_and(|m| m.conversation == facts.id) {
        return Ok(());
    }
    Err(Problem::field("replyTo", "NOT_FOUND", "is not a message of this conversation").into())
}

/// Sends, and waits until it is durable. Sending twice with one client id gives the first message again.
pub async fn send(talk: &Talk, caller: &Caller, input: SendInput) -> Result<MessageView> {
    check_input(&input)?;
    let facts = access_target(talk, caller, &input).await?;
    check_reply(talk, &facts, input.reply_to).await?;
    let draft = draft(talk, caller, facts, input);
    let (reply, outcome) = oneshot::channel();
    talk.batcher().submit(Pending { draft, reply: Reply::Action(reply) }).map_err(|refused| refused.0)?;
    let sent = outcome.await.map_err(|e| platform::Fault::internal("waiting for the batcher", e))??;
    match sent {
        Sent::New(view) => Ok(*view),
        Sent::Before(first) => super::browse::message_view(talk, caller, first).await,
    }
}
