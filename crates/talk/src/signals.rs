//! What this floor tells the other nodes, and what it forgets when it hears it.

use kernel::{Id, id};
use platform::signals::Topic;

use crate::Talk;

/// What is remembered of a conversation is stale.
pub(crate) const CONVERSATION_CHANGED: Topic<Id<id::Conversation>> = Topic::new("conversation.changed");

/// Registers what is forgotten.
pub(crate) fn register(talk: &Talk) {
    let signals = talk.platform().db().signals();
    let facts = talk.facts().clone();
    signals.on(&CONVERSATION_CHANGED, move |conversation| facts.forget(conversation));
    let facts = talk.facts().clone();
    signals.on_gap(move || facts.forget_all());
}
