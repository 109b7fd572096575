//! Row by row with prepared statements, which costs less on this thread than putting large statements together.

use kernel::{Id, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Earlier, EarlierByKey, Entry, accepted};
use crate::events::intake::Outcome;

type Result<T> = rusqlite::Result<T>;

/// Stores the events in `tx`; the outcome of each stands at its place.
pub(in crate::events) fn store_group(tx: &Transaction<'_>, entries: &[Entry], now: Timestamp) -> Result<Vec<Outcome>> {
    let outcomes = find_earlier(tx, entries, now)?.decide(entries);
    insert_events(tx, entries, &outcomes, now)?;
    insert_deliveries(tx, entries, &outcomes, now)?;
    mark_requests(tx, entries)?;
    Ok(outcomes)
}

fn find_earlier(tx: &Transaction<'_>, entries: &[Entry], now: Timestamp) -> Result<EarlierByKey> {
    let mut earlier = EarlierByKey::default();
    let mut find = tx.prepare_cached(
        "SELECT id, spelling, scheduled_for, body_digest, created_at FROM events WHERE tenant_id = ?1 AND client_key = ?2",
    )?;
    for key in entries.iter().filter_map(Entry::key) {
        let read = |row: &Row<'_>| {
            let first = Earlier {
                id: Id::from_uuid(row.get(0)?),
                spelling: row.get(1)?,
                scheduled_for: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_millis),
                digest: row.get(3)?,
            };
            Ok((first, Timestamp::from_millis(row.get(4)?)))
        };
        if let Some((first, created_at)) = find.query_row(params![key.0, key.1], read).optional()? {
            earlier.add(key, first, created_at, now);
        }
    }
    let mut give_up = tx.prepare_cached("UPDATE events SET client_key = NULL WHERE id = ?1")?;
    for event in &earlier.expired {
        give_up.execute([event])?;
    }
    Ok(earlier)
}

fn insert_events(tx: &Transaction<'_>, entries: &[Entry], outcomes: &[Outcome], now: Timestamp) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO events (id, tenant_id, type, spelling, data, status, source, actor, token, client_key, body_digest, \
         replay_of, scheduled_for, spread_at, total, created_at, completed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    for entry in accepted(entries, outcomes) {
        let (draft, card, facts) = (&entry.draft, &entry.draft.card, &entry.draft.card.facts);
        insert.execute(params![
            facts.id.uuid(),
            facts.tenant.uuid(),
            &*facts.kind,
            &*card.spelling,
            draft.data,
            draft.status.as_str(),
            draft.source,
            draft.actor,
            card.token.as_deref(),
            draft.client_key,
            draft.digest,
            draft.replay_of.map(Id::uuid),
            draft.scheduled_for.map(Timestamp::millis),
            draft.spread_at.map(Timestamp::millis),
            entry.total(),
            facts.at.millis(),
            entry.completed_at(now).map(Timestamp::millis),
        ])?;
    }
    Ok(())
}

fn insert_deliveries(tx: &Transaction<'_>, entries: &[Entry], outcomes: &[Outcome], now: Timestamp) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO deliveries (id, tenant_id, event_id, channel, recipient, status, attempts, due_at, created_at, \
         updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?8)",
    )?;
    for entry in accepted(entries, outcomes) {
        let facts = &entry.draft.card.facts;
        for (delivery, recipient) in entry.deliveries.iter().zip(&entry.draft.recipients) {
            insert.execute(params![
                delivery.id.uuid(),
                facts.tenant.uuid(),
                facts.id.uuid(),
                recipient.channel.as_str(),
                recipient.address,
                delivery.status.as_str(),
                delivery.due.millis(),
                now.millis(),
            ])?;
        }
    }
    Ok(())
}

/// This task commits for requests that wait elsewhere, so their idempotency rows are marked here.
fn mark_requests(tx: &Transaction<'_>, entries: &[Entry]) -> Result<()> {
    let mut mark = tx.prepare_cached("UPDATE idempotency_keys SET committed = 1 WHERE id = ?1")?;
    for key in entries.iter().filter_map(|entry| entry.draft.request) {
        mark.execute([key])?;
    }
    Ok(())
}
