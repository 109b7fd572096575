//! One statement for each step whatever the number of events, its columns handed over as arrays, so that every batch uses
//! the same few prepared statements.

use kernel::{Id, Timestamp};
use platform::Result;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use super::{Earlier, EarlierByKey, Entry, NewDelivery, accepted};
use crate::{events::intake::Outcome, model::Recipient};

/// Stores the events in one transaction and commits it; the outcome of each stands at its place.
pub(in crate::events) async fn store_group(pool: &PgPool, entries: &[Entry], now: Timestamp) -> Result<Vec<Outcome>> {
    let mut tx = pool.begin().await?;
    let outcomes = find_earlier(&mut tx, entries, now).await?.decide(entries);
    let new: Vec<&Entry> = accepted(entries, &outcomes).collect();
    if !new.is_empty() {
        insert_events(&mut tx, &new, now).await?;
        insert_deliveries(&mut tx, &new, now).await?;
    }
    mark_requests(&mut tx, entries).await?;
    tx.commit().await?;
    Ok(outcomes)
}

/// One value of each row.
fn column<R: Copy, T>(rows: &[R], of: impl Fn(R) -> T) -> Vec<T> {
    rows.iter().map(|row| of(*row)).collect()
}

async fn find_earlier(tx: &mut PgConnection, entries: &[Entry], now: Timestamp) -> Result<EarlierByKey> {
    let mut earlier = EarlierByKey::default();
    let (tenants, keys): (Vec<Uuid>, Vec<String>) = entries.iter().filter_map(Entry::key).unzip();
    if keys.is_empty() {
        return Ok(earlier);
    }
    let sql = "SELECT e.tenant_id, e.client_key, e.id, e.spelling, e.scheduled_for, e.body_digest, e.created_at \
               FROM UNNEST($1::uuid[], $2::text[]) AS k (tenant_id, client_key) \
               JOIN events e ON e.tenant_id = k.tenant_id AND e.client_key = k.client_key";
    for row in sqlx::query(sql).bind(tenants).bind(keys).fetch_all(&mut *tx).await? {
        let first = Earlier {
            id: Id::from_uuid(row.try_get(2)?),
            spelling: row.try_get(3)?,
            scheduled_for: row.try_get::<Option<i64>, _>(4)?.map(Timestamp::from_millis),
            digest: row.try_get(5)?,
        };
        let created_at = Timestamp::from_millis(row.try_get(6)?);
        earlier.add((row.try_get(0)?, row.try_get(1)?), first, created_at, now);
    }
    if !earlier.expired.is_empty() {
        let sql = "UPDATE events SET client_key = NULL WHERE id = ANY($1)";
        sqlx::query(sql).bind(&earlier.expired).execute(tx).await?;
    }
    Ok(earlier)
}

async fn insert_events(tx: &mut PgConnection, new: &[&Entry], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO events (id, tenant_id, type, spelling, data, status, source, actor, token, client_key, \
               body_digest, replay_of, scheduled_for, spread_at, total, created_at, completed_at) \
               SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], \
               $8::text[], $9::text[], $10::text[], $11::text[], $12::uuid[], $13::bigint[], $14::bigint[], $15::int[], \
               $16::bigint[], $17::bigint[])";
    sqlx::query(sql)
        .bind(column(new, |e| e.draft.card.facts.id.uuid()))
        .bind(column(new, |e| e.draft.card.facts.tenant.uuid()))
        .bind(column(new, |e| &*e.draft.card.facts.kind))
        .bind(column(new, |e| &*e.draft.card.spelling))
        .bind(column(new, |e| e.draft.data.as_str()))
        .bind(column(new, |e| e.draft.status.as_str()))
        .bind(column(new, |e| e.draft.source))
        .bind(column(new, |e| e.draft.actor.as_str()))
        .bind(column(new, |e| e.draft.card.token.as_deref()))
        .bind(column(new, |e| e.draft.client_key.as_deref()))
        .bind(column(new, |e| e.draft.digest.as_deref()))
        .bind(column(new, |e| e.draft.replay_of.map(Id::uuid)))
        .bind(column(new, |e| e.draft.scheduled_for.map(Timestamp::millis)))
        .bind(column(new, |e| e.draft.spread_at.map(Timestamp::millis)))
        .bind(column(new, Entry::total))
        .bind(column(new, |e| e.draft.card.facts.at.millis()))
        .bind(column(new, |e| e.completed_at(now).map(Timestamp::millis)))
        .execute(tx)
        .await?;
    Ok(())
}

/// A delivery with its event and its recipient.
type One<'a> = (&'a Entry, &'a NewDelivery, &'a Recipient);

async fn insert_deliveries(tx: &mut PgConnection, new: &[&Entry], now: Timestamp) -> Result<()> {
    let rows: Vec<One<'_>> = new
        .iter()
        .flat_map(|entry| entry.deliveries.iter().zip(&entry.draft.recipients).map(|(d, r)| (*entry, d, r)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO deliveries (id, tenant_id, event_id, channel, recipient, status, due_at, attempts, created_at, \
               updated_at) SELECT d.*, 0, $8, $8 FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], \
               $6::text[], $7::bigint[]) AS d";
    sqlx::query(sql)
        .bind(column(&rows, |(_, d, _)| d.id.uuid()))
        .bind(column(&rows, |(e, ..)| e.draft.card.facts.tenant.uuid()))
        .bind(column(&rows, |(e, ..)| e.draft.card.facts.id.uuid()))
        .bind(column(&rows, |(.., r)| r.channel.as_str()))
        .bind(column(&rows, |(.., r)| r.address.as_str()))
        .bind(column(&rows, |(_, d, _)| d.status.as_str()))
        .bind(column(&rows, |(_, d, _)| d.due.millis()))
        .bind(now.millis())
        .execute(tx)
        .await?;
    Ok(())
}

/// This task commits for requests that wait elsewhere, so their idempotency rows are marked here.
async fn mark_requests(tx: &mut PgConnection, entries: &[Entry]) -> Result<()> {
    let keys: Vec<Uuid> = entries.iter().filter_map(|entry| entry.draft.request).collect();
    if !keys.is_empty() {
        sqlx::query("UPDATE idempotency_keys SET committed = 1 WHERE id = ANY($1)").bind(keys).execute(tx).await?;
    }
    Ok(())
}
