//! How far each reader has come, and when.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx, db::Db};
use uuid::Uuid;

use super::messages::MessageRow;

/// A reader moves on.
#[derive(Debug, Clone, Copy)]
pub struct Advance<'a> {
    /// Who.
    pub reader: Uuid,
    /// Whether it is the customer.
    pub is_customer: bool,
    /// Up to this message.
    pub to: &'a MessageRow,
    /// Read, or only received.
    pub read: bool,
}

/// Moves the reader's mark forward, never back; false when it was already there. Whoever has read has also received.
pub async fn advance_mark(tx: &Tx, advance: Advance<'_>) -> Result<bool> {
    let Advance { reader, is_customer, to, read } = advance;
    let seq = to.seq;
    let seen = if is_customer { to.business_total } else { to.customer_total };
    let greatest = if tx.dialect() == platform::db::Dialect::Postgres { "GREATEST" } else { "MAX" };
    let (read_seq, seen) = if read { (seq, seen) } else { (0, 0) };
    let sql = format!(
        "INSERT INTO read_marks (conversation_id, reader_id, read_seq, delivered_seq, seen_total) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (conversation_id, reader_id) DO UPDATE SET \
         read_seq = {greatest}(read_marks.read_seq, excluded.read_seq), \
         delivered_seq = {greatest}(read_marks.delivered_seq, excluded.delivered_seq), \
         seen_total = {greatest}(read_marks.seen_total, excluded.seen_total) \
         WHERE read_marks.read_seq < excluded.read_seq OR read_marks.delivered_seq < excluded.delivered_seq"
    );
    let values = vec![to.conversation.into(), reader.into(), read_seq.into(), seq.into(), seen.into()];
    if tx.execute(&sql, values).await? == 0 {
        return Ok(false);
    }
    let side = if is_customer { "customer" } else { "business" };
    let sql = format!(
        "UPDATE conversations SET {side}_delivered_seq = {greatest}({side}_delivered_seq, ?), \
         {side}_read_seq = {greatest}({side}_read_seq, ?) WHERE id = ?"
    );
    tx.execute(&sql, vec![seq.into(), read_seq.into(), to.conversation.into()]).await?;
    if read {
        let sql = "INSERT INTO read_receipts (conversation_id, up_to_seq, reader_id, read_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
        tx.execute(sql, vec![to.conversation.into(), seq.into(), reader.into(), tx.now().into()]).await?;
    }
    Ok(true)
}

/// Whoever comes to a business begins with what is said from now on: what stands there was for others, and is counted as seen
/// without anybody having read it.
pub async fn begin_at_present(tx: &Tx, tenant: Id<id::Tenant>, reader: Id<id::User>) -> Result<()> {
    let sql = "INSERT INTO read_marks (conversation_id, reader_id, read_seq, delivered_seq, seen_total) \
               SELECT c.id, ?, c.last_seq, c.last_seq, c.customer_total FROM conversations c WHERE c.tenant_id = ? \
               ON CONFLICT (conversation_id, reader_id) DO UPDATE SET read_seq = excluded.read_seq, \
               delivered_seq = excluded.delivered_seq, seen_total = excluded.seen_total";
    tx.execute(sql, vec![reader.into(), tenant.into()]).await?;
    Ok(())
}

/// `(reader, up to seq, when)` of whoever read a message of this stretch: every receipt within it, and of each reader the
/// first one behind it.
pub async fn find_receipts(
    db: &Db,
    conversation: Id<id::Conversation>,
    from: i64,
    to: i64,
) -> Result<Vec<(Uuid, i64, Timestamp)>> {
    // A conversation has few readers, and the receipts of each lie side by side in the order of their numbers.
    let sql = "SELECT r.reader_id, r.up_to_seq, r.read_at FROM read_marks m \
               JOIN read_receipts r ON r.conversation_id = m.conversation_id AND r.reader_id = m.reader_id \
               AND r.up_to_seq >= ? AND r.up_to_seq <= ? \
               WHERE m.conversation_id = ? \
               UNION ALL \
               SELECT r.reader_id, r.up_to_seq, r.read_at FROM read_marks m \
               JOIN read_receipts r ON r.conversation_id = m.conversation_id AND r.reader_id = m.reader_id \
               AND r.up_to_seq = (SELECT MIN(f.up_to_seq) FROM read_receipts f \
                   WHERE f.conversation_id = m.conversation_id AND f.reader_id = m.reader_id AND f.up_to_seq > ?) \
               WHERE m.conversation_id = ? \
               ORDER BY 2";
    let values = vec![from.into(), to.into(), conversation.into(), to.into(), conversation.into()];
    let rows = super::all(db, sql, values).await?;
    rows.read(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Messages of the other side that stand and that the reader has not read.
pub fn unread_count(row: &super::ConversationRow, is_customer: bool) -> i64 {
    let total = if is_customer { row.business_total } else { row.customer_total };
    (total - row.settled_total).max(0)
}
