//! Every query of messaging. SQL is written once with `?`; see [`platform::db::statement`].

mod alone;
mod batch;
mod conversations;
pub mod group_postgres;
pub mod group_sqlite;
mod history;
mod marks;
mod messages;
mod standing;
mod told;

pub use alone::{is_repeated, store_alone};
pub use batch::{Draft, Outcome, Refusal, Stored};
pub use conversations::{
    ConversationRow, Filter, Scope, change_conversation, count_conversations, count_unread_conversations,
    find_conversation, find_conversation_of, find_thread_of, find_thread_page, has_conversation, insert_conversation,
    list_conversations, list_linked,
};
pub use history::{insert_marks, insert_messages, insert_thread};
pub use marks::{Advance, advance_mark, begin_at_present, find_receipts, unread_count};
pub use messages::{
    MessageRow, Window, delete_message, find_message, find_messages, find_seq_range, revise_message, search_messages,
};
pub use standing::{follow_in, is_blocked, lock_standing, lock_threads_of, set_blocked, unassign_some};

use platform::{
    Result,
    db::{Db, Query, Row, Rows},
};
use sea_orm::Value;

async fn all(db: &Db, sql: &str, values: Vec<Value>) -> Result<Rows> {
    db.fetch(Query::new(sql, values)).await
}

async fn one(db: &Db, sql: &str, values: Vec<Value>) -> Result<Option<Row>> {
    Ok(all(db, sql, values).await?.into_iter().next())
}

/// `?, ?, ?` for that many values.
fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
