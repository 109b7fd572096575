//! Storing many messages in one transaction. Conversations are locked in id order (so that two nodes cannot wait for each
//! other), repeated client ids are found, numbers are given out, and rows are written in few statements whose sizes come
//! from a short list, so that their preparation is remembered.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Problem, Timestamp, id};
use platform::{Result, Tx, db::Dialect};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::messaging::{
    error,
    facts::Facts,
    model::{SenderRole, SenderType, Status},
    rules,
};

/// A message that passed every check and waits for its number.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id.
    pub id: Id<id::Message>,
    /// Where it goes.
    pub facts: Arc<Facts>,
    /// Who writes.
    pub sender: Uuid,
    /// In which role.
    pub role: SenderRole,
    /// Under which name.
    pub name: Arc<str>,
    /// The text.
    pub content: String,
    /// What it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// The sender's own id for it.
    pub client_id: Option<String>,
    /// Files it takes along.
    pub files: Vec<Id<id::Attachment>>,
    /// The sender, kept when files must be claimed for them or shown to them.
    pub caller: Option<Box<kernel::Caller>>,
    /// The idempotency row of the request that sends it; marked in the transaction that stores the message.
    pub idempotency: Option<Uuid>,
}

/// A stored message.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Whether it brought its thread back from the archive.
    pub revived: bool,
}

/// Why one message of a batch was not stored.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// The same client id was stored before, under this message id.
    Repeated(Id<id::Message>),
    /// The conversation does not take it any more.
    Problem(Problem),
}

struct Counter {
    last_seq: i64,
    customer_total: i64,
    business_total: i64,
    status: Status,
    /// The newest draft of this batch: index.
    newest: Option<usize>,
}

/// Rows per statement, largest first.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// Splits `0..count` into stretches of the sizes in [`CHUNKS`].
pub(super) fn chunks(count: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let left = count - start;
        let size = *CHUNKS.iter().find(|size| **size <= left)?;
        start += size;
        Some(start - size..start)
    })
}

/// Stores the drafts in `tx`; the outcome of each stands at its place.
pub async fn store_batch(tx: &Tx, drafts: &[Draft]) -> Result<Vec<std::result::Result<Stored, Refusal>>> {
    let now = tx.now();
    let mut counters = lock(tx, drafts).await?;
    let mut repeated = find_repeated(tx, drafts).await?;
    let mut outcomes = Vec::with_capacity(drafts.len());
    let mut rows: Vec<(usize, [i64; 3])> = Vec::with_capacity(drafts.len());
    for (i, draft) in drafts.iter().enumerate() {
        let outcome = number(&mut counters, &mut repeated, draft, i);
        if let Ok(numbers) = &outcome {
            rows.push((i, *numbers));
        }
        let revived = outcome.is_ok() && revive(&mut counters, draft);
        outcomes.push(outcome.map(|[seq, ..]| Stored { seq, at: now, revived }));
    }
    insert(tx, drafts, &rows, now).await?;
    update_conversations(tx, drafts, &counters, now).await?;
    mark_requests(tx, drafts).await?;
    Ok(outcomes)
}

type Repeated = HashMap<(Uuid, Uuid, String), Id<id::Message>>;

fn repeat_key(draft: &Draft) -> Option<(Uuid, Uuid, String)> {
    Some((draft.facts.id.uuid(), draft.sender, draft.client_id.clone()?))
}

fn number(
    counters: &mut HashMap<Uuid, Counter>,
    repeated: &mut Repeated,
    draft: &Draft,
    index: usize,
) -> std::result::Result<[i64; 3], Refusal> {
    if let Some(key) = repeat_key(draft) {
        if let Some(first) = repeated.get(&key) {
            return Err(Refusal::Repeated(*first));
        }
        repeated.insert(key, draft.id);
    }
    let counter = counters.get_mut(&draft.facts.id.uuid()).ok_or_else(|| Refusal::Problem(Problem::not_found()))?;
    if counter.status == Status::Blocked && draft.role.side() == SenderType::Customer {
        return Err(Refusal::Problem(error::blocked()));
    }
    counter.last_seq += 1;
    match draft.role.side() {
        SenderType::Customer => counter.customer_total += 1,
        SenderType::Provider => counter.business_total += 1,
    }
    counter.newest = Some(index);
    Ok([counter.last_seq, counter.customer_total, counter.business_total])
}

/// The first message for an archived thread brings it back.
fn revive(counters: &mut HashMap<Uuid, Counter>, draft: &Draft) -> bool {
    let counter = counters.get_mut(&draft.facts.id.uuid());
    counter.is_some_and(|c| {
        c.status == Status::Archived && {
            c.status = Status::Active;
            true
        }
    })
}

async fn lock(tx: &Tx, drafts: &[Draft]) -> Result<HashMap<Uuid, Counter>> {
    let mut ids: Vec<Uuid> = drafts.iter().map(|d| d.facts.id.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let tail = if tx.dialect() == Dialect::Postgres { " ORDER BY id FOR UPDATE" } else { "" };
    let mut counters = HashMap::with_capacity(ids.len());
    for range in chunks(ids.len()) {
        let marks = super::marks(range.len());
        let sql = format!(
            "SELECT id, last_seq, customer_total, business_total, status FROM conversations WHERE id IN ({marks}){tail}"
        );
        let values = ids[range].iter().map(|id| Value::from(*id)).collect();
        for row in tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &sql, values)).await? {
            let status: String = row.try_get_by_index(4)?;
            let counter = Counter {
                last_seq: row.try_get_by_index(1)?,
                customer_total: row.try_get_by_index(2)?,
                business_total: row.try_get_by_index(3)?,
                status: Status::parse(&status).unwrap_or(Status::Blocked),
                newest: None,
            };
            counters.insert(row.try_get_by_index::<Uuid>(0)?, counter);
        }
    }
    Ok(counters)
}

async fn find_repeated(tx: &Tx, drafts: &[Draft]) -> Result<Repeated> {
    let mut found = Repeated::new();
    let keyed: Vec<&Draft> = drafts.iter().filter(|d| d.client_id.is_some()).collect();
    for range in chunks(keyed.len()) {
        let one = "(conversation_id = ? AND sender_id = ? AND client_id = ?)";
        let sql = format!(
            "SELECT conversation_id, sender_id, client_id, id FROM messages WHERE {}",
            vec![one; range.len()].join(" OR ")
        );
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 3);
        for draft in &keyed[range] {
            values.extend([draft.facts.id.into(), draft.sender.into(), draft.client_id.clone().into()]);
        }
        for row in tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &sql, values)).await? {
            let key = (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            found.insert(key, row.try_get_by_index(3)?);
        }
    }
    Ok(found)
}

/// The batcher commits for requests that wait elsewhere, so their idempotency rows are marked here.
async fn mark_requests(tx: &Tx, drafts: &[Draft]) -> Result<()> {
    for key in drafts.iter().filter_map(|d| d.idempotency) {
        tx.execute("UPDATE idempotency_keys SET committed = 1 WHERE id = ?", vec![key.into()]).await?;
    }
    Ok(())
}

/// Whether this client id was stored before.
pub async fn is_repeated(tx: &Tx, draft: &Draft) -> Result<bool> {
    Ok(!find_repeated(tx, std::slice::from_ref(draft)).await?.is_empty())
}

async fn insert(tx: &Tx, drafts: &[Draft], rows: &[(usize, [i64; 3])], now: Timestamp) -> Result<()> {
    const COLUMNS: &str = "conversation_id, seq, id, tenant_id, sender_id, sender_role, sender_name, content, reply_to, \
                           client_id, has_files, customer_total, business_total, created_at";
    let one = format!("({})", super::marks(14));
    for range in chunks(rows.len()) {
        let sql = format!("INSERT INTO messages ({COLUMNS}) VALUES {}", vec![one.as_str(); range.len()].join(", "));
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 14);
        for (i, [seq, customer_total, business_total]) in &rows[range] {
            let d = &drafts[*i];
            values.extend([
                d.facts.id.into(),
                (*seq).into(),
                d.id.into(),
                d.facts.tenant.into(),
                d.sender.into(),
                d.role.as_str().into(),
                (&*d.name).into(),
                d.content.as_str().into(),
                d.reply_to.into(),
                d.client_id.as_deref().into(),
                i32::from(!d.files.is_empty()).into(),
                (*customer_total).into(),
                (*business_total).into(),
                now.into(),
            ]);
        }
        tx.execute(&sql, values).await?;
    }
    Ok(())
}

async fn update_conversations(
    tx: &Tx,
    drafts: &[Draft],
    counters: &HashMap<Uuid, Counter>,
    now: Timestamp,
) -> Result<()> {
    let mut changed: Vec<(&Uuid, &Counter, usize)> =
        counters.iter().filter_map(|(id, c)| c.newest.map(|newest| (id, c, newest))).collect();
    changed.sort_unstable_by_key(|(id, ..)| **id);
    for range in chunks(changed.len()) {
        let sql = format!(
            "UPDATE conversations SET last_seq = v.column2, customer_total = v.column3, business_total = v.column4, \
             last_message = v.column5, last_sender_id = v.column6, last_at = v.column7, \
             status = CASE WHEN status = 'archived' THEN 'active' ELSE status END \
             FROM (VALUES {}) AS v WHERE conversations.id = v.column1",
            vec!["(?, ?, ?, ?, ?, ?, ?)"; range.len()].join(", ")
        );
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 7);
        for (id, counter, newest) in &changed[range] {
            let draft = &drafts[*newest];
            values.extend([
                (**id).into(),
                counter.last_seq.into(),
                counter.customer_total.into(),
                counter.business_total.into(),
                rules::last_message(&draft.content, draft.files.len()).into(),
                draft.sender.into(),
                now.into(),
            ]);
        }
        tx.execute(&sql, values).await?;
    }
    Ok(())
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
