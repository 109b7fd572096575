//! Storing many messages on the thread that SQLite has for whole transactions, row by row with prepared statements, which
//! costs less there than putting large ones together. [`super::group_postgres`] does the same on PostgreSQL.

use std::collections::HashMap;

use kernel::{Timestamp, id};
use platform::jobs::outbox;
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::{
    batch::{Counter, Draft, Numbered, Outcome, Repeated, number_all, repeat_key},
    told::facts_of,
};
use crate::messaging::{model::Status, rules};

type Result<T> = rusqlite::Result<T>;

/// Stores the drafts in `tx`; the outcome of each stands at its place.
pub fn store_group(tx: &Transaction<'_>, drafts: &[Draft], now: Timestamp) -> Result<Vec<Outcome>> {
    let mut counters = read_counters(tx, drafts)?;
    let repeated = find_repeated(tx, drafts)?;
    let Numbered { outcomes, rows } = number_all(&mut counters, repeated, drafts, now);
    insert(tx, drafts, &rows, now)?;
    update_conversations(tx, drafts, &counters, now)?;
    mark_requests(tx, drafts)?;
    outbox::state_in_group(tx, &facts_of(drafts, &outcomes), now)?;
    Ok(outcomes)
}

fn read_counters(tx: &Transaction<'_>, drafts: &[Draft]) -> Result<HashMap<Uuid, Counter>> {
    let mut find = tx.prepare_cached(
        "SELECT last_seq, customer_total, business_total, status, last_hour, ended FROM conversations WHERE id = ?1",
    )?;
    let mut counters = HashMap::with_capacity(drafts.len());
    for draft in drafts {
        let id = draft.facts.id.uuid();
        if counters.contains_key(&id) {
            continue;
        }
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Counter {
                last_seq: row.get(0)?,
                customer_total: row.get(1)?,
                business_total: row.get(2)?,
                status: row.get_ref(3)?.as_str().ok().and_then(Status::parse).unwrap_or(Status::Blocked),
                last_hour: row.get(4)?,
                ended: row.get::<_, i32>(5)? != 0,
                newest: None,
            })
        };
        if let Some(counter) = find.query_row([id], read).optional()? {
            counters.insert(id, counter);
        }
    }
    Ok(counters)
}

fn find_repeated(tx: &Transaction<'_>, drafts: &[Draft]) -> Result<Repeated> {
    let mut found = Repeated::new();
    let mut find =
        tx.prepare_cached("SELECT id FROM messages WHERE conversation_id = ?1 AND sender_id = ?2 AND client_id = ?3")?;
    for key in drafts.iter().filter_map(repeat_key) {
        let first = find.query_row(params![key.0, key.1, key.2], |row| row.get::<_, Uuid>(0)).optional()?;
        if let Some(first) = first {
            found.insert(key, kernel::Id::<id::Message>::from_uuid(first));
        }
    }
    Ok(found)
}

fn insert(tx: &Transaction<'_>, drafts: &[Draft], rows: &[(usize, [i64; 3])], now: Timestamp) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO messages (conversation_id, seq, id, tenant_id, sender_id, sender_role, sender_name, content, \
         reply_to, client_id, has_files, customer_total, business_total, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    for (i, [seq, customer_total, business_total]) in rows {
        let d = &drafts[*i];
        insert.execute(params![
            d.facts.id.uuid(),
            seq,
            d.id.uuid(),
            d.facts.tenant.uuid(),
            d.sender,
            d.role.as_str(),
            &*d.name,
            d.content,
            d.reply_to.map(kernel::Id::uuid),
            d.client_id,
            i32::from(!d.files.is_empty()),
            customer_total,
            business_total,
            now.millis(),
        ])?;
    }
    Ok(())
}

fn update_conversations(
    tx: &Transaction<'_>,
    drafts: &[Draft],
    counters: &HashMap<Uuid, Counter>,
    now: Timestamp,
) -> Result<()> {
    let mut update = tx.prepare_cached(
        "UPDATE conversations SET last_seq = ?2, customer_total = ?3, business_total = ?4, last_message = ?5, \
         last_sender_id = ?6, last_at = ?7, status = CASE WHEN status = 'archived' THEN 'active' ELSE status END \
         WHERE id = ?1",
    )?;
    // Apart, because SQLite writes the index anew for every column that is set, changed or not.
    let mut reorder = tx.prepare_cached("UPDATE conversations SET last_hour = ?2 WHERE id = ?1")?;
    let hour = rules::hour(now);
    for (id, counter) in counters {
        let Some(newest) = counter.newest else { continue };
        let draft = &drafts[newest];
        update.execute(params![
            id,
            counter.last_seq,
            counter.customer_total,
            counter.business_total,
            rules::last_message(&draft.content, draft.files.len()),
            draft.sender,
            now.millis(),
        ])?;
        if counter.last_hour != hour {
            reorder.execute(params![id, hour])?;
        }
    }
    Ok(())
}

/// The batcher commits for requests that wait elsewhere, so their idempotency rows are marked here.
fn mark_requests(tx: &Transaction<'_>, drafts: &[Draft]) -> Result<()> {
    let mut mark = tx.prepare_cached("UPDATE idempotency_keys SET committed = 1 WHERE id = ?1")?;
    for key in drafts.iter().filter_map(|d| d.idempotency) {
        mark.execute([key])?;
    }
    Ok(())
}
