//! What other systems of a business are told of a message: a fact, stated in the transaction that stores it, when one of them
//! listens.

use kernel::{events, text};
use platform::jobs::outbox::Fact;
use serde_json::json;

use super::batch::{Draft, Outcome, Stored};
use crate::messaging::rules::{PREVIEW_CHARS, last_message};

/// The facts of the messages that were stored and that somebody wants to hear of.
pub(super) fn facts_of(drafts: &[Draft], outcomes: &[Outcome]) -> Vec<Fact> {
    let stored = drafts.iter().zip(outcomes).filter_map(|(draft, outcome)| Some((draft, outcome.as_ref().ok()?)));
    stored.filter_map(|(draft, stored)| fact_of(draft, stored)).collect()
}

fn fact_of(draft: &Draft, stored: &Stored) -> Option<Fact> {
    let id = draft.told_as?;
    let facts = &draft.facts;
    let shown = last_message(&draft.content, draft.files.len());
    let mut data = json!({
        "conversationId": facts.id,
        "messageId": draft.id,
        "messageSeq": stored.seq,
        "senderId": draft.role.person_id(draft.sender),
        "senderName": draft.name,
        "senderType": draft.role.side(),
        "content": draft.content,
        "preview": text::preview(&shown, PREVIEW_CHARS),
        "attachmentCount": draft.files.len(),
        "customerId": facts.customer,
        "sentAt": stored.at,
    });
    if let Some(appointment) = facts.appointment {
        data["appointmentId"] = json!(appointment);
    }
    Some(Fact { id, tenant: facts.tenant, kind: events::MESSAGE_CREATED, data: data.to_string() })
}
