//! Messages: pages by number, single ones by id, revisions, search by text.

use kernel::{Id, Timestamp, fold::fold, id};
use platform::{
    Result, Tx,
    db::{Db, Query, Row, Rows},
};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use super::conversations::escape_like;
use crate::messaging::model::{SenderRole, SenderType};

const COLUMNS: &str = "m.conversation_id, m.seq, m.id, m.sender_id, m.sender_role, m.sender_name, m.content, m.reply_to, m.client_id, \
    m.has_files, m.customer_total, m.business_total, m.created_at, m.edited_at, m.deleted_at";

/// A stored message.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// Its thread.
    pub conversation: Id<id::Conversation>,
    /// Its number.
    pub seq: i64,
    /// The message.
    pub id: Id<id::Message>,
    /// Who wrote.
    pub sender: Uuid,
    /// In which role.
    pub role: SenderRole,
    /// Under which name.
    pub name: String,
    /// The text; empty after a deletion, which leaves it to the revisions.
    pub content: String,
    /// What it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// The sender's own id.
    pub client_id: Option<String>,
    /// Whether files belong to it.
    pub has_files: bool,
    /// Messages by the customer up to here.
    pub customer_total: i64,
    /// Messages by the business up to here.
    pub business_total: i64,
    /// When it was stored.
    pub at: Timestamp,
    /// When it was changed.
    pub edited_at: Option<Timestamp>,
    /// When it was taken back.
    pub deleted_at: Option<Timestamp>,
}

impl MessageRow {
    fn read(row: Row) -> Result<Self> {
        Ok(Self {
            conversation: row.get(0)?,
            seq: row.get(1)?,
            id: row.get(2)?,
            sender: row.get(3)?,
            role: SenderRole::parse(row.get(4)?).unwrap_or(SenderRole::Staff),
            name: row.get(5)?,
            content: row.get(6)?,
            reply_to: row.get(7)?,
            client_id: row.get(8)?,
            has_files: row.get(9)?,
            customer_total: row.get(10)?,
            business_total: row.get(11)?,
            at: row.get(12)?,
            edited_at: row.get(13)?,
            deleted_at: row.get(14)?,
        })
    }
}

/// Which stretch of a conversation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// Only numbers above.
    pub after: Option<i64>,
    /// Only numbers below.
    pub before: Option<i64>,
    /// How many.
    pub limit: u64,
}

/// A stretch, oldest first: from `after` onwards when given, else the newest ones.
async fn find_page(db: &Db, conversation: Id<id::Conversation>, window: Window) -> Result<Vec<MessageRow>> {
    read_page(db.fetch(page_query(conversation, window)).await?, window)
}

/// Numbers have no gaps, so both ends of the stretch are known and asked for. A limit alone leaves it to PostgreSQL to see that
/// it need not sort the whole conversation, which it does not before it has counted the table for the first time.
pub(super) fn page_query(conversation: Id<id::Conversation>, window: Window) -> Query {
    let limit = i64::try_from(window.limit).unwrap_or(i64::MAX);
    let before = window.before.unwrap_or(i64::MAX);
    if let Some(after) = window.after {
        let before = before.min(after.saturating_add(limit).saturating_add(1));
        let sql = format!(
            "SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq"
        );
        return Query::new(sql, vec![conversation.into(), after.into(), before.into()]);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ? AND m.seq < ? AND m.seq >= (SELECT CASE WHEN \
         c.last_seq < ? THEN c.last_seq + 1 ELSE ? END FROM conversations c WHERE c.id = ?) - {limit} ORDER BY m.seq DESC"
    );
    let values = vec![conversation.into(), before.into(), before.into(), before.into(), conversation.into()];
    Query::new(sql, values)
}

pub(super) fn read_page(rows: Rows, window: Window) -> Result<Vec<MessageRow>> {
    let mut page = rows.read(MessageRow::read)?;
    if window.after.is_none() {
        page.reverse();
    }
    Ok(page)
}

/// The messages with these two numbers and between.
pub async fn find_seq_range(
    db: &Db,
    conversation: Id<id::Conversation>,
    from: i64,
    to: i64,
) -> Result<Vec<MessageRow>> {
    let limit = u64::try_from(to - from + 1).unwrap_or(1);
    find_page(db, conversation, Window { after: Some(from - 1), before: Some(to + 1), limit }).await
}

/// One message.
pub async fn find_message(db: &Db, tenant: Id<id::Tenant>, id: Id<id::Message>) -> Result<Option<MessageRow>> {
    let sql = format!("SELECT {COLUMNS} FROM messages m WHERE m.id = ? AND m.tenant_id = ?");
    super::one(db, &sql, vec![id.into(), tenant.into()]).await?.map(MessageRow::read).transpose()
}

/// These messages of a tenant; absent ones are left out.
pub async fn find_messages(db: &Db, tenant: Id<id::Tenant>, ids: &[Id<id::Message>]) -> Result<Vec<MessageRow>> {
    let sql =
        format!("SELECT {COLUMNS} FROM messages m WHERE m.tenant_id = ? AND m.id IN ({})", super::marks(ids.len()));
    let mut values: Vec<Value> = vec![tenant.into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    super::all(db, &sql, values).await?.read(MessageRow::read)
}

/// Locks the message and keeps its present text; false when it was taken back meanwhile.
async fn keep_revision(tx: &Tx, row: &MessageRow) -> Result<bool> {
    if tx.dialect() == platform::db::Dialect::Postgres {
        let sql = "SELECT seq FROM messages WHERE conversation_id = ? AND seq = ? FOR UPDATE";
        let values = vec![row.conversation.into(), row.seq.into()];
        tx.conn().query_one_raw(platform::db::statement(tx.dialect(), sql, values)).await?;
    }
    // Two changes within one millisecond are kept apart by counting on.
    let sql = "INSERT INTO message_revisions (message_id, revised_at, content) \
               SELECT m.id, (SELECT CASE WHEN MAX(r.revised_at) >= ? THEN MAX(r.revised_at) + 1 ELSE ? END \
                             FROM message_revisions r WHERE r.message_id = m.id), m.content \
               FROM messages m WHERE m.conversation_id = ? AND m.seq = ? AND m.deleted_at IS NULL";
    let values = vec![tx.now().into(), tx.now().into(), row.conversation.into(), row.seq.into()];
    Ok(tx.execute(sql, values).await? == 1)
}

async fn refresh_last_message(tx: &Tx, row: &MessageRow, text: &str) -> Result<()> {
    let sql = "UPDATE conversations SET last_message = ? WHERE id = ? AND last_seq = ?";
    tx.execute(sql, vec![text.into(), row.conversation.into(), row.seq.into()]).await?;
    Ok(())
}

/// Replaces the text and keeps the old one; false when the message was taken back meanwhile.
pub async fn revise_message(tx: &Tx, row: &MessageRow, content: &str, shown: &str) -> Result<bool> {
    if !keep_revision(tx, row).await? {
        return Ok(false);
    }
    let sql = "UPDATE messages SET content = ?, edited_at = ? WHERE conversation_id = ? AND seq = ?";
    tx.execute(sql, vec![content.into(), tx.now().into(), row.conversation.into(), row.seq.into()]).await?;
    refresh_last_message(tx, row, shown).await?;
    Ok(true)
}

/// Leaves a tombstone, which nobody counts as unread, and keeps the text for the audit; false when somebody did so before.
pub async fn delete_message(tx: &Tx, row: &MessageRow) -> Result<bool> {
    if !keep_revision(tx, row).await? {
        return Ok(false);
    }
    let sql = "UPDATE messages SET content = '', deleted_at = ? WHERE conversation_id = ? AND seq = ?";
    tx.execute(sql, vec![tx.now().into(), row.conversation.into(), row.seq.into()]).await?;
    let by_customer = i32::from(row.role.side() == SenderType::Customer);
    let sql = "INSERT INTO taken_back (conversation_id, by_customer, seq) VALUES (?, ?, ?)";
    tx.execute(sql, vec![row.conversation.into(), by_customer.into(), row.seq.into()]).await?;
    refresh_last_message(tx, row, "").await?;
    Ok(true)
}

/// The newest messages of these conversations that may hold the text, whatever case and marks: not every database knows the
/// case of letters beyond ASCII, so each of those matches any here, and the caller looks again.
pub async fn search_messages(
    db: &Db,
    conversations: &[Id<id::Conversation>],
    text: &str,
    limit: u64,
) -> Result<Vec<MessageRow>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM messages m WHERE m.conversation_id IN ({}) AND m.deleted_at IS NULL \
         AND {} LIKE ? ESCAPE '!' ORDER BY m.created_at DESC, m.conversation_id, m.seq DESC LIMIT {limit}",
        super::marks(conversations.len()),
        db.dialect().folded("m.content")
    );
    let mut values: Vec<Value> = conversations.iter().map(|c| Value::from(*c)).collect();
    let pattern: String = escape_like(&fold(text)).chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    values.push(format!("%{pattern}%").into());
    db.fetch(Query::new(sql, values)).await?.read(MessageRow::read)
}
