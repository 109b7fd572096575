//! Storing many messages on PostgreSQL: one statement for each step whatever the number of messages, its columns handed over
//! as arrays, so that every batch uses the same few prepared statements. Conversations are locked in the order of their ids,
//! so that two nodes cannot wait for each other.

use std::collections::HashMap;

use kernel::{Id, Timestamp, id};
use platform::{Result, jobs::outbox};
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use super::{
    batch::{Counter, Draft, Numbered, Outcome, Repeated, number_all, repeat_key},
    told::facts_of,
};
use crate::messaging::{model::Status, rules};

/// Stores the drafts in one transaction and commits it; the outcome of each stands at its place.
pub async fn store_group(pool: &PgPool, drafts: &[Draft], now: Timestamp) -> Result<Vec<Outcome>> {
    let mut tx = pool.begin().await?;
    let mut counters = lock(&mut tx, drafts).await?;
    let repeated = find_repeated(&mut tx, drafts).await?;
    let Numbered { outcomes, rows } = number_all(&mut counters, repeated, drafts, now);
    if !rows.is_empty() {
        insert(&mut tx, drafts, &rows, now).await?;
        update_conversations(&mut tx, drafts, &counters, now).await?;
    }
    mark_requests(&mut tx, drafts).await?;
    outbox::state_many(&mut tx, &facts_of(drafts, &outcomes), now).await?;
    tx.commit().await?;
    Ok(outcomes)
}

async fn lock(tx: &mut PgConnection, drafts: &[Draft]) -> Result<HashMap<Uuid, Counter>> {
    let mut ids: Vec<Uuid> = drafts.iter().map(|d| d.facts.id.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let sql = "SELECT id, last_seq, customer_total, business_total, status, last_hour, ended \
               FROM conversations \
               WHERE id = ANY($1) ORDER BY id FOR UPDATE";
    let rows = sqlx::query(sql).bind(&ids).fetch_all(tx).await?;
    let mut counters = HashMap::with_capacity(rows.len());
    for row in &rows {
        let counter = Counter {
            last_seq: row.try_get(1)?,
            customer_total: row.try_get(2)?,
            business_total: row.try_get(3)?,
            status: Status::parse(row.try_get(4)?).unwrap_or(Status::Blocked),
            last_hour: row.try_get(5)?,
            ended: row.try_get::<i32, _>(6)? != 0,
            newest: None,
        };
        counters.insert(row.try_get(0)?, counter);
    }
    Ok(counters)
}

async fn find_repeated(tx: &mut PgConnection, drafts: &[Draft]) -> Result<Repeated> {
    let keys: Vec<(Uuid, Uuid, String)> = drafts.iter().filter_map(repeat_key).collect();
    if keys.is_empty() {
        return Ok(Repeated::new());
    }
    let conversations: Vec<Uuid> = keys.iter().map(|k| k.0).collect();
    let senders: Vec<Uuid> = keys.iter().map(|k| k.1).collect();
    let client_ids: Vec<&str> = keys.iter().map(|k| k.2.as_str()).collect();
    let sql = "SELECT m.conversation_id, m.sender_id, m.client_id, m.id \
               FROM UNNEST($1::uuid[], $2::uuid[], $3::text[]) AS k (conversation_id, sender_id, client_id) \
               JOIN messages m ON m.conversation_id = k.conversation_id AND m.sender_id = k.sender_id \
               AND m.client_id = k.client_id";
    let rows = sqlx::query(sql).bind(conversations).bind(senders).bind(client_ids).fetch_all(tx).await?;
    let mut found = Repeated::with_capacity(rows.len());
    for row in &rows {
        let first = Id::<id::Message>::from_uuid(row.try_get(3)?);
        found.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), first);
    }
    Ok(found)
}

async fn insert(tx: &mut PgConnection, drafts: &[Draft], rows: &[(usize, [i64; 3])], now: Timestamp) -> Result<()> {
    fn column<'a, T>(drafts: &'a [Draft], rows: &[(usize, [i64; 3])], of: impl Fn(&'a Draft) -> T) -> Vec<T> {
        rows.iter().map(|(i, _)| of(&drafts[*i])).collect()
    }
    let numbers = |n: usize| rows.iter().map(|(_, numbers)| numbers[n]).collect::<Vec<i64>>();
    let sql = "INSERT INTO messages (conversation_id, seq, id, tenant_id, sender_id, sender_role, sender_name, content, \
               reply_to, client_id, has_files, customer_total, business_total, created_at) \
               SELECT m.*, $14 FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], \
               $7::text[], $8::text[], $9::uuid[], $10::text[], $11::int[], $12::bigint[], $13::bigint[]) AS m";
    sqlx::query(sql)
        .bind(column(drafts, rows, |d| d.facts.id.uuid()))
        .bind(numbers(0))
        .bind(column(drafts, rows, |d| d.id.uuid()))
        .bind(column(drafts, rows, |d| d.facts.tenant.uuid()))
        .bind(column(drafts, rows, |d| d.sender))
        .bind(column(drafts, rows, |d| d.role.as_str()))
        .bind(column(drafts, rows, |d| &*d.name))
        .bind(column(drafts, rows, |d| d.content.as_str()))
        .bind(column(drafts, rows, |d| d.reply_to.map(Id::uuid)))
        .bind(column(drafts, rows, |d| d.client_id.as_deref()))
        .bind(column(drafts, rows, |d| i32::from(!d.files.is_empty())))
        .bind(numbers(1))
        .bind(numbers(2))
        .bind(now.millis())
        .execute(tx)
        .await?;
    Ok(())
}

async fn update_conversations(
    tx: &mut PgConnection,
    drafts: &[Draft],
    counters: &HashMap<Uuid, Counter>,
    now: Timestamp,
) -> Result<()> {
    let changed: Vec<(Uuid, &Counter, &Draft)> =
        counters.iter().filter_map(|(id, c)| Some((*id, c, &drafts[c.newest?]))).collect();
    let shown: Vec<String> = changed.iter().map(|(.., d)| rules::last_message(&d.content, d.files.len())).collect();
    let sql = "UPDATE conversations SET last_seq = v.last_seq, customer_total = v.customer_total, \
               business_total = v.business_total, last_message = v.last_message, last_sender_id = v.sender_id, \
               last_at = $7, last_hour = $8, status = CASE WHEN status = 'archived' THEN 'active' ELSE status END \
               FROM UNNEST($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::uuid[]) \
               AS v (id, last_seq, customer_total, business_total, last_message, sender_id) WHERE conversations.id = v.id";
    sqlx::query(sql)
        .bind(changed.iter().map(|(id, ..)| *id).collect::<Vec<_>>())
        .bind(changed.iter().map(|(_, c, _)| c.last_seq).collect::<Vec<_>>())
        .bind(changed.iter().map(|(_, c, _)| c.customer_total).collect::<Vec<_>>())
        .bind(changed.iter().map(|(_, c, _)| c.business_total).collect::<Vec<_>>())
        .bind(shown)
        .bind(changed.iter().map(|(.., d)| d.sender).collect::<Vec<_>>())
        .bind(now.millis())
        .bind(rules::hour(now))
        .execute(tx)
        .await?;
    Ok(())
}

/// The batcher commits for requests that wait elsewhere, so their idempotency rows are marked here.
async fn mark_requests(tx: &mut PgConnection, drafts: &[Draft]) -> Result<()> {
    let keys: Vec<Uuid> = drafts.iter().filter_map(|d| d.idempotency).collect();
    if !keys.is_empty() {
        sqlx::query("UPDATE idempotency_keys SET committed = 1 WHERE id = ANY($1)").bind(keys).execute(tx).await?;
    }
    Ok(())
}
