//! Taking due deliveries, so that nobody else takes them until the lease ends. While little is due, the oldest are taken.
//! When more is due than is taken at once, tenants take turns: one index leads from each tenant to the next, so that a
//! tenant with a hundred thousand rows costs as little to pass as one with a single row.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Timestamp, id};
use platform::{
    Result, Tx,
    db::{Db, Dialect, statement},
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::{
    deliveries::work::Card,
    model::{ChannelKind, EventFacts, EventStatus},
    sql,
};

/// Tenants that get their turn in one claim.
pub const TENANTS_PER_CLAIM: usize = 64;

/// A taken row.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub id: Id<id::Delivery>,
    pub event: Id<id::Event>,
    pub channel: Option<ChannelKind>,
    pub recipient: Arc<str>,
    pub attempts: u32,
    /// Of these, those before a person sent it again: the schedule began anew there.
    pub earlier: u32,
    pub created_at: Timestamp,
}

/// Whether anything is due; asked before the one writing connection is taken.
pub(crate) async fn is_any_due(db: &Db, now: Timestamp) -> Result<bool> {
    let text = "SELECT 1 FROM deliveries WHERE due_at <= ? LIMIT 1";
    Ok(db.read().query_one_raw(statement(db.dialect(), text, vec![now.into()])).await?.is_some())
}

const RETURNED: &str = "id, event_id, channel, recipient, attempts, earlier_attempts, created_at";

/// The statement that takes the oldest of those.
pub(crate) fn take_those(dialect: Dialect, condition: &str) -> String {
    let oldest = format!("SELECT id FROM deliveries WHERE {condition} ORDER BY due_at LIMIT ?");
    let these = match dialect {
        Dialect::Sqlite => format!("id IN ({oldest})"),
        // As an array, or PostgreSQL reads the whole table to join a few hundred ids with it.
        Dialect::Postgres => format!("id = ANY(ARRAY({oldest} FOR UPDATE SKIP LOCKED))"),
    };
    format!("UPDATE deliveries SET status = 'sending', due_at = ? WHERE {these} RETURNING {RETURNED}")
}

/// Takes the oldest due deliveries.
pub(crate) async fn claim_oldest(tx: &Tx, lease: Timestamp, limit: usize) -> Result<Vec<Claimed>> {
    let text = take_those(tx.dialect(), "due_at <= ?");
    claim(tx, &text, vec![lease.into(), tx.now().into(), limit_value(limit)]).await
}

/// Takes the oldest due deliveries of one tenant.
pub(crate) async fn claim_of_tenant(tx: &Tx, tenant: Uuid, lease: Timestamp, limit: usize) -> Result<Vec<Claimed>> {
    let text = take_those(tx.dialect(), "tenant_id = ? AND due_at <= ?");
    claim(tx, &text, vec![lease.into(), tenant.into(), tx.now().into(), limit_value(limit)]).await
}

/// Puts back what was taken and found no room: it is due again, for whoever has room. Whoever looks at such a row at this
/// moment, as somebody who calls its event off does, is waited for: a row that was passed over would be nobody's until its
/// lease ends.
pub(crate) async fn give_back(tx: &Tx, lease: Timestamp, ids: &[Uuid]) -> Result<()> {
    for range in sql::chunks(ids.len()) {
        let text = format!(
            "UPDATE deliveries SET status = CASE WHEN attempts > 0 THEN 'failed' ELSE 'pending' END, due_at = ? \
             WHERE id IN (SELECT id FROM deliveries WHERE id IN ({}) AND due_at = ? ORDER BY id{})",
            sql::marks(range.len()),
            locked(tx)
        );
        let mut values = vec![tx.now().into()];
        values.extend(ids[range].iter().map(|id| Value::from(*id)));
        values.push(lease.into());
        tx.execute(&text, values).await?;
    }
    Ok(())
}

fn locked(tx: &Tx) -> &'static str {
    if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" }
}

fn limit_value(limit: usize) -> Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}

async fn claim(tx: &Tx, text: &str, values: Vec<Value>) -> Result<Vec<Claimed>> {
    let rows = tx.conn().query_all_raw(statement(tx.dialect(), text, values)).await?;
    let read = |row: &QueryResult| -> Result<Claimed> {
        Ok(Claimed {
            id: row.try_get_by_index(0)?,
            event: row.try_get_by_index(1)?,
            channel: ChannelKind::parse(&row.try_get_by_index::<String>(2)?),
            recipient: row.try_get_by_index::<String>(3)?.into(),
            attempts: u32::try_from(row.try_get_by_index::<i32>(4)?).unwrap_or(0),
            earlier: u32::try_from(row.try_get_by_index::<i32>(5)?).unwrap_or(0),
            created_at: row.try_get_by_index(6)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Tenants that have anything to be done, now or later, after `after` in the order of ids.
pub(crate) async fn tenants_waiting(tx: &Tx, after: Uuid) -> Result<Vec<Uuid>> {
    let text = format!(
        "WITH RECURSIVE turn(tenant_id) AS (\
           SELECT (SELECT d.tenant_id FROM deliveries d WHERE d.due_at IS NOT NULL AND d.tenant_id > ? \
                   ORDER BY d.tenant_id LIMIT 1) \
           UNION ALL \
           SELECT (SELECT d.tenant_id FROM deliveries d WHERE d.due_at IS NOT NULL AND d.tenant_id > turn.tenant_id \
                   ORDER BY d.tenant_id LIMIT 1) FROM turn WHERE turn.tenant_id IS NOT NULL) \
         SELECT tenant_id FROM turn WHERE tenant_id IS NOT NULL LIMIT {TENANTS_PER_CLAIM}"
    );
    let rows = tx.conn().query_all_raw(statement(tx.dialect(), &text, vec![after.into()])).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
}

/// The events of taken deliveries, and whether each was called off.
pub(crate) async fn load_cards(db: &Db, events: &[Uuid]) -> Result<HashMap<Uuid, (Arc<Card>, bool)>> {
    let mut cards = HashMap::with_capacity(events.len());
    for range in sql::chunks(events.len()) {
        let text = format!("SELECT {CARD}, status FROM events WHERE id IN ({})", sql::marks(range.len()));
        let values = events[range].iter().map(|id| Value::from(*id)).collect();
        for row in db.read().query_all_raw(statement(db.dialect(), &text, values)).await? {
            let card = read_card(&row)?;
            let is_cancelled = row.try_get_by_index::<String>(7)? == EventStatus::Cancelled.as_str();
            cards.insert(card.facts.id.uuid(), (Arc::new(card), is_cancelled));
        }
    }
    Ok(cards)
}

/// The columns that [`read_card`] reads.
pub(crate) const CARD: &str = "id, tenant_id, type, spelling, data, token, created_at";

/// An event row that begins with [`CARD`].
pub(crate) fn read_card(row: &QueryResult) -> Result<Card> {
    let data: String = row.try_get_by_index(4)?;
    let json =
        serde_json::from_str(&data).map_err(|e| platform::Fault::internal("reading the data of a stored event", e))?;
    Ok(Card {
        facts: Arc::new(EventFacts {
            id: row.try_get_by_index(0)?,
            tenant: row.try_get_by_index(1)?,
            kind: row.try_get_by_index::<String>(2)?.into(),
            data: Arc::new(json),
            at: row.try_get_by_index(6)?,
        }),
        spelling: row.try_get_by_index::<String>(3)?.into(),
        token: row.try_get_by_index::<Option<String>>(5)?.map(Arc::from),
        bytes: data.len(),
    })
}
