//! Writing a conversation that happened before, in few statements.

use std::collections::BTreeMap;

use kernel::Timestamp;
use platform::{Result, Tx};
use sea_orm::Value;
use uuid::Uuid;

use super::marks;
use crate::messaging::{
    import::{self, History, Numbered, PastMark, Reach},
    model::ConversationKind,
    rules,
};

/// The conversation itself with the totals, and the marks of both sides, that its messages leave behind.
pub async fn insert_thread(
    tx: &Tx,
    history: &History,
    messages: &[Numbered<'_>],
    reaches: &BTreeMap<Uuid, Reach>,
) -> Result<()> {
    let newest = messages.last();
    let last_at = newest.map_or(history.opened_at, |n| n.message.at);
    let customer = reaches.get(&history.customer.uuid()).copied().unwrap_or_default();
    let business = reaches.iter().filter(|(reader, _)| **reader != history.customer.uuid()).map(|(_, reach)| reach);
    let kind = history.appointment.map_or(ConversationKind::Direct, |_| ConversationKind::Appointment);
    let values: Vec<Value> = vec![
        history.id.into(),
        history.tenant.into(),
        history.customer.into(),
        kind.as_str().into(),
        history.appointment.map(|(appointment, _)| appointment).into(),
        history.appointment.map(|(_, provider)| provider).into(),
        history.status.as_str().into(),
        history.priority.as_str().into(),
        serde_json::json!(history.tags).to_string().into(),
        history.assigned_to.into(),
        newest.map_or(0, |n| n.seq).into(),
        newest.map_or(0, |n| n.customer_total).into(),
        newest.map_or(0, |n| n.business_total).into(),
        newest.map(|n| import::shown(n.message)).into(),
        newest.map(|n| n.message.sender.person()).into(),
        last_at.into(),
        rules::hour(last_at).into(),
        customer.read_seq.into(),
        customer.delivered_seq.into(),
        business.clone().map(|reach| reach.read_seq).max().unwrap_or(0).into(),
        business.map(|reach| reach.delivered_seq).max().unwrap_or(0).into(),
        history.opened_at.into(),
    ];
    let sql = format!(
        "INSERT INTO conversations (id, tenant_id, customer_id, kind, appointment_id, provider_id, status, priority, \
         tags, assigned_to, last_seq, customer_total, business_total, last_message, last_sender_id, last_at, last_hour, \
         customer_read_seq, customer_delivered_seq, business_read_seq, business_delivered_seq, created_at) VALUES ({})",
        marks(values.len())
    );
    tx.execute(&sql, values).await?;
    Ok(())
}

/// The messages with the numbers they were given.
pub async fn insert_messages(tx: &Tx, history: &History, messages: &[Numbered<'_>]) -> Result<()> {
    let row = |n: &Numbered<'_>| -> Vec<Value> {
        let message = n.message;
        vec![
            history.id.into(),
            n.seq.into(),
            message.id.into(),
            history.tenant.into(),
            message.sender.person().into(),
            n.role().as_str().into(),
            (&*message.sender.name).into(),
            message.content.as_str().into(),
            message.reply_to.into(),
            i32::from(!message.files.is_empty()).into(),
            n.customer_total.into(),
            n.business_total.into(),
            message.at.into(),
        ]
    };
    let head = "INSERT INTO messages (conversation_id, seq, id, tenant_id, sender_id, sender_role, sender_name, content, \
                reply_to, has_files, customer_total, business_total, created_at)";
    insert_rows(tx, head, messages.iter().map(row).collect()).await
}

/// How far each reader came, and when they did.
pub async fn insert_marks(tx: &Tx, history: &History, reaches: &BTreeMap<Uuid, Reach>) -> Result<()> {
    let row = |(reader, reach): (&Uuid, &Reach)| -> Vec<Value> {
        vec![
            history.id.into(),
            (*reader).into(),
            reach.read_seq.into(),
            reach.delivered_seq.into(),
            reach.seen_total.into(),
        ]
    };
    let head = "INSERT INTO read_marks (conversation_id, reader_id, read_seq, delivered_seq, seen_total)";
    insert_rows(tx, head, reaches.iter().map(row).collect()).await?;
    let receipt = |((up_to_seq, reader), at): ((i64, Uuid), Timestamp)| -> Vec<Value> {
        vec![history.id.into(), up_to_seq.into(), reader.into(), at.into()]
    };
    let head = "INSERT INTO read_receipts (conversation_id, up_to_seq, reader_id, read_at)";
    insert_rows(tx, head, receipts(&history.marks).into_iter().map(receipt).collect()).await
}

/// One receipt for each place that a reader reached: the first.
fn receipts(marks: &[PastMark]) -> BTreeMap<(i64, Uuid), Timestamp> {
    let mut receipts = BTreeMap::new();
    for mark in marks.iter().filter(|mark| mark.read) {
        let first = receipts.entry((mark.up_to_seq, mark.reader)).or_insert(mark.at);
        *first = mark.at.min(*first);
    }
    receipts
}

async fn insert_rows(tx: &Tx, head: &str, rows: Vec<Vec<Value>>) -> Result<()> {
    let Some(columns) = rows.first().map(Vec::len) else { return Ok(()) };
    let one = format!("({})", marks(columns));
    for range in chunks(rows.len()) {
        let sql = format!("{head} VALUES {}", vec![one.as_str(); range.len()].join(", "));
        tx.execute(&sql, rows[range].concat()).await?;
    }
    Ok(())
}

/// Rows per statement, largest first.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// Splits `0..count` into stretches of the sizes in [`CHUNKS`].
fn chunks(count: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let left = count - start;
        let size = *CHUNKS.iter().find(|size| **size <= left)?;
        start += size;
        Some(start - size..start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_cover_everything_once() {
        for count in [0, 1, 3, 4, 63, 64, 65, 200, 256] {
            let covered: Vec<usize> = chunks(count).flatten().collect();
            assert_eq!(covered, (0..count).collect::<Vec<_>>());
        }
    }
}
