//! Finding words in one's own conversations, with the message before and after.

use kernel::{Caller, Problem, fold::find_folded, text};
use platform::Result;
use serde::Serialize;

use super::{
    browse::{message_views, views},
    monitor::note_look,
};
use crate::{
    Talk,
    messaging::{
        model::MessageView,
        rules::{CONVERSATIONS_MAX, LAST_MESSAGE_CHARS, on_one_line},
        store::{self, Filter, Scope},
    },
};

/// Messages found at most.
const RESULTS_MAX: usize = 50;
/// Messages that are looked at for that.
const CANDIDATES_MAX: u64 = 400;
/// How often another 200 conversations are looked through.
const PAGES_MAX: u64 = 25;
/// Characters of a search at least.
const QUERY_CHARS_MIN: usize = 2;
/// And at most.
const QUERY_CHARS_MAX: usize = 100;
/// Marked places of one message at most.
const HIGHLIGHTS_MAX: usize = 20;

/// A place where the words stand, in characters of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Highlight {
    /// First character.
    pub start: usize,
    /// Just behind the last.
    pub end: usize,
}

/// A message that holds the words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The message.
    pub message: MessageView,
    /// Its thread.
    pub conversation_id: kernel::Id<kernel::id::Conversation>,
    /// The other side of the thread.
    pub conversation_name: String,
    /// Where the words stand.
    pub highlights: Vec<Highlight>,
    /// What was said just before.
    pub before: Option<String>,
    /// And just after.
    pub after: Option<String>,
}

fn highlights(text: &str, words: &str) -> Vec<Highlight> {
    find_folded(text, words, HIGHLIGHTS_MAX).into_iter().map(|(start, end)| Highlight { start, end }).collect()
}

/// The newest messages with these words in the caller's conversations. They are looked through 200 at a time, those that moved
/// last first, until enough is found; whether there are more than that is told as well.
pub async fn search(talk: &Talk, caller: &Caller, query: &str) -> Result<(Vec<Found>, bool)> {
    let query =
        text::parse_line(query, QUERY_CHARS_MAX).map_err(|e| Problem::field("q", "INVALID_VALUE", e.to_string()))?;
    if query.chars().count() < QUERY_CHARS_MIN {
        return Err(Problem::field("q", "TOO_SHORT", format!("must have at least {QUERY_CHARS_MIN} characters")).into());
    }
    let db = talk.platform().db();
    let (mut found, mut rows) = (Vec::new(), Vec::new());
    for page in 0..PAGES_MAX {
        let filter = Filter { limit: CONVERSATIONS_MAX, offset: page * CONVERSATIONS_MAX, ..Filter::default() };
        let looked_at = store::list_conversations(db, caller, Scope::Own, &filter).await?;
        let ids: Vec<_> = looked_at.iter().map(|r| r.id).collect();
        // The database lets some through that only look alike, so its hits are looked at again, and some more of them are asked for.
        let hits = store::search_messages(db, &ids, &query, CANDIDATES_MAX).await?;
        found.extend(hits.into_iter().filter(|m| !highlights(&m.content, &query).is_empty()));
        rows.extend(looked_at);
        if found.len() > RESULTS_MAX || ids.len() < usize::try_from(CONVERSATIONS_MAX).unwrap_or(usize::MAX) {
            break;
        }
    }
    let has_more = found.len() > RESULTS_MAX;
    found.truncate(RESULTS_MAX);
    let hit = |id| found.iter().any(|m: &store::MessageRow| m.conversation == id);
    let wanted: Vec<store::ConversationRow> = rows.into_iter().filter(|r| hit(r.id)).collect();
    let seen: Vec<_> = wanted.iter().map(|row| row.id).collect();
    note_look(talk, caller, &seen).await?;
    let names = views(talk, caller.is_business(), wanted.clone()).await?;
    let mut results = Vec::with_capacity(found.len());
    for row in found {
        let around = store::find_seq_range(db, row.conversation, row.seq - 1, row.seq + 1).await?;
        let beside =
            |seq: i64| around.iter().find(|m| m.seq == seq).map(|m| on_one_line(&m.content, LAST_MESSAGE_CHARS));
        let (before, after) = (beside(row.seq - 1), beside(row.seq + 1));
        let conversation_id = row.conversation;
        let name = names.iter().find(|v| v.id == conversation_id).map(|v| v.name.clone()).unwrap_or_default();
        let highlights = highlights(&row.content, &query);
        let Some(marks) = wanted.iter().find(|r| r.id == conversation_id) else { continue };
        let Some(message) = message_views(talk, caller, marks, vec![row]).await?.pop() else { continue };
        results.push(Found { message, conversation_id, conversation_name: name, highlights, before, after });
    }
    Ok((results, has_more))
}
