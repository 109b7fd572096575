//! Stating many facts in a transaction that is not a [`crate::Tx`]: the group commits write past the pool, and what must
//! follow their rows is written with them all the same.

use kernel::{Id, Timestamp, id};
use rusqlite::params;
use sqlx::PgConnection;

use crate::{Result, Tx};

/// A fact to be stated.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its id, made beforehand.
    pub id: Id<id::Event>,
    /// Where it happened.
    pub tenant: Id<id::Tenant>,
    /// Dotted type.
    pub kind: &'static str,
    /// Its data, JSON.
    pub data: String,
}

/// States them in a transaction whose committer wakes the workers.
pub async fn state(tx: &Tx, facts: &[Fact]) -> Result<()> {
    for fact in facts {
        tx.execute(
            "INSERT INTO outbox_events (id, tenant_id, type, data, occurred_at, attempts, due_at) VALUES (?, ?, ?, ?, ?, 0, ?)",
            vec![
                fact.id.into(),
                fact.tenant.into(),
                fact.kind.into(),
                fact.data.as_str().into(),
                tx.now().into(),
                tx.now().into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// States them in a group commit on SQLite; whoever commits wakes the workers.
pub fn state_in_group(tx: &rusqlite::Transaction<'_>, facts: &[Fact], now: Timestamp) -> rusqlite::Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO outbox_events (id, tenant_id, type, data, occurred_at, attempts, due_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?5)",
    )?;
    for fact in facts {
        insert.execute(params![fact.id.uuid(), fact.tenant.uuid(), fact.kind, fact.data, now.millis()])?;
    }
    Ok(())
}

/// States them on PostgreSQL in one statement; whoever commits wakes the workers.
pub async fn state_many(conn: &mut PgConnection, facts: &[Fact], now: Timestamp) -> Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO outbox_events (id, tenant_id, type, data, occurred_at, attempts, due_at) \
               SELECT f.*, $5, 0, $5 FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS f";
    sqlx::query(sql)
        .bind(facts.iter().map(|fact| fact.id.uuid()).collect::<Vec<_>>())
        .bind(facts.iter().map(|fact| fact.tenant.uuid()).collect::<Vec<_>>())
        .bind(facts.iter().map(|fact| fact.kind).collect::<Vec<_>>())
        .bind(facts.iter().map(|fact| fact.data.as_str()).collect::<Vec<_>>())
        .bind(now.millis())
        .execute(conn)
        .await?;
    Ok(())
}
