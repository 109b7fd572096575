//! Storing one message in a transaction that does something else too: claiming the files it brings.

use std::collections::HashMap;

use kernel::{Id, id};
use platform::{
    Result, Tx,
    db::{Dialect, statement},
    jobs::outbox,
};
use sea_orm::ConnectionTrait;

use super::{
    batch::{Counter, Draft, Numbered, Outcome, Repeated, number_all, repeat_key},
    told::facts_of,
};
use crate::messaging::{model::Status, rules};

/// Stores the draft in `tx`.
pub async fn store_alone(tx: &Tx, draft: &Draft) -> Result<Vec<Outcome>> {
    let now = tx.now();
    let mut counters = lock(tx, draft).await?;
    let repeated = find_repeated(tx, draft).await?;
    let Numbered { outcomes, rows } = number_all(&mut counters, repeated, std::slice::from_ref(draft), now);
    for (_, numbers) in rows {
        insert(tx, draft, numbers).await?;
        update_conversation(tx, draft, numbers).await?;
    }
    if let Some(key) = draft.idempotency {
        tx.execute("UPDATE idempotency_keys SET committed = 1 WHERE id = ?", vec![key.into()]).await?;
    }
    outbox::state(tx, &facts_of(std::slice::from_ref(draft), &outcomes)).await?;
    Ok(outcomes)
}

/// Whether this client id was stored before.
pub async fn is_repeated(tx: &Tx, draft: &Draft) -> Result<bool> {
    Ok(!find_repeated(tx, draft).await?.is_empty())
}

async fn lock(tx: &Tx, draft: &Draft) -> Result<HashMap<uuid::Uuid, Counter>> {
    let tail = if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT last_seq, customer_total, business_total, status, last_hour, ended FROM conversations \
         WHERE id = ?{tail}"
    );
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &sql, vec![draft.facts.id.into()])).await?;
    let Some(row) = row else { return Ok(HashMap::new()) };
    let status: String = row.try_get_by_index(3)?;
    let counter = Counter {
        last_seq: row.try_get_by_index(0)?,
        customer_total: row.try_get_by_index(1)?,
        business_total: row.try_get_by_index(2)?,
        status: Status::parse(&status).unwrap_or(Status::Blocked),
        last_hour: row.try_get_by_index(4)?,
        ended: row.try_get_by_index::<i32>(5)? != 0,
        newest: None,
    };
    Ok(HashMap::from([(draft.facts.id.uuid(), counter)]))
}

async fn find_repeated(tx: &Tx, draft: &Draft) -> Result<Repeated> {
    let Some(key) = repeat_key(draft) else { return Ok(Repeated::new()) };
    let sql = "SELECT id FROM messages WHERE conversation_id = ? AND sender_id = ? AND client_id = ?";
    let values = vec![key.0.into(), key.1.into(), key.2.clone().into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
    let first = row.map(|row| row.try_get_by_index::<Id<id::Message>>(0)).transpose()?;
    Ok(first.map(|first| (key, first)).into_iter().collect())
}

async fn insert(tx: &Tx, d: &Draft, [seq, customer_total, business_total]: [i64; 3]) -> Result<()> {
    let sql = "INSERT INTO messages (conversation_id, seq, id, tenant_id, sender_id, sender_role, sender_name, content, \
               reply_to, client_id, has_files, customer_total, business_total, created_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = vec![
        d.facts.id.into(),
        seq.into(),
        d.id.into(),
        d.facts.tenant.into(),
        d.sender.into(),
        d.role.as_str().into(),
        (&*d.name).into(),
        d.content.as_str().into(),
        d.reply_to.into(),
        d.client_id.as_deref().into(),
        i32::from(!d.files.is_empty()).into(),
        customer_total.into(),
        business_total.into(),
        tx.now().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

async fn update_conversation(tx: &Tx, d: &Draft, [seq, customer_total, business_total]: [i64; 3]) -> Result<()> {
    let sql = "UPDATE conversations SET last_seq = ?, customer_total = ?, business_total = ?, last_message = ?, \
               last_sender_id = ?, last_at = ?, last_hour = ?, \
               status = CASE WHEN status = 'archived' THEN 'active' ELSE status END WHERE id = ?";
    let values = vec![
        seq.into(),
        customer_total.into(),
        business_total.into(),
        rules::last_message(&d.content, d.files.len()).into(),
        d.sender.into(),
        tx.now().into(),
        rules::hour(tx.now()).into(),
        d.facts.id.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}
