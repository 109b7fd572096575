//! Writing the deliveries of events whose time has come, or which have too many to be written at once. A claim with a lease,
//! then chunk after chunk; an event that was written halfway when a process died is written to the end by the next, and the
//! database drops what is there already.

use std::{sync::Arc, time::Duration};

use kernel::{Id, Timestamp, id};
use platform::{
    Result, Tx,
    db::{Db, Dialect, statement},
};
use sea_orm::ConnectionTrait;

use crate::{
    Delivery, catalogue,
    deliveries::{
        live::{Counters, TYPE_REMOVED, tell_progress},
        plan,
        store::{
            claim::{CARD, read_card},
            insert::{NewDelivery, insert_deliveries},
        },
        work::Card,
    },
    model::{EventStatus, Recipient},
};

/// Events taken at once.
pub const SPREAD_EVENTS_MAX: usize = 16;
/// Deliveries of one transaction, so that no other writer waits long.
pub const SPREAD_DELIVERIES_MAX: usize = 500;
/// How long a taken event stays with its process.
const SPREAD_LEASE: Duration = Duration::from_secs(120);

/// Spreads what is due; gives the number of events.
pub(crate) async fn spread_due(delivery: &Delivery) -> Result<usize> {
    let db = delivery.platform().db();
    let now = db.world().now();
    if !is_any_due(db, now).await? {
        return Ok(0);
    }
    let cards = claim(db, now).await?;
    for card in &cards {
        spread(delivery, card).await?;
    }
    Ok(cards.len())
}

async fn is_any_due(db: &Db, now: Timestamp) -> Result<bool> {
    let text = "SELECT 1 FROM events WHERE spread_at <= ? LIMIT 1";
    Ok(db.read().query_one_raw(statement(db.dialect(), text, vec![now.into()])).await?.is_some())
}

async fn claim(db: &Db, now: Timestamp) -> Result<Vec<Arc<Card>>> {
    let skip = if db.dialect() == Dialect::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "UPDATE events SET spread_at = ? WHERE id IN (SELECT id FROM events WHERE spread_at <= ? ORDER BY spread_at \
         LIMIT {SPREAD_EVENTS_MAX}{skip}) RETURNING {CARD}"
    );
    let tx = db.begin().await?;
    let values = vec![now.plus(SPREAD_LEASE).into(), now.into()];
    let rows = tx.conn().query_all_raw(statement(db.dialect(), &text, values)).await?;
    tx.commit().await?;
    rows.iter().map(|row| read_card(row).map(Arc::new)).collect()
}

async fn spread(delivery: &Delivery, card: &Card) -> Result<()> {
    let facts = &card.facts;
    let Some(kind) = catalogue::find(delivery, facts.tenant, &facts.kind).await? else {
        // Its type was removed while it waited.
        return give_up(delivery, card).await;
    };
    let recipients = plan::plan(delivery, &kind, facts).await?;
    for chunk in recipients.chunks(SPREAD_DELIVERIES_MAX) {
        let tx = delivery.platform().db().begin().await?;
        if !is_wanted(&tx, facts.id).await? {
            return Ok(());
        }
        insert_chunk(delivery, &tx, card, chunk).await?;
        set_total(&tx, facts.id, recipients.len()).await?;
        tx.commit().await?;
    }
    if let Some(counters) = finish(delivery, facts.id).await? {
        tell_progress(delivery.platform(), card, counters).await;
    }
    delivery.wake();
    Ok(())
}

async fn insert_chunk(delivery: &Delivery, tx: &Tx, card: &Card, chunk: &[Recipient]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<NewDelivery<'_>> = chunk
        .iter()
        .map(|recipient| NewDelivery {
            id: delivery.platform().world().id(),
            tenant: card.facts.tenant,
            event: card.facts.id,
            recipient,
            due: now.plus(delivery.queue().first_wait(recipient.channel)),
        })
        .collect();
    insert_deliveries(tx, &rows).await
}

/// Ends a query that locks what it finds; SQLite has one writer and needs no word for it.
pub(crate) fn lock(tx: &Tx) -> &'static str {
    if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" }
}

/// Locks the event; false when it was called off meanwhile.
async fn is_wanted(tx: &Tx, event: Id<id::Event>) -> Result<bool> {
    let text = format!("SELECT status FROM events WHERE id = ?{}", lock(tx));
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &text, vec![event.into()])).await?;
    let status = row.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
    let status = status.and_then(|word| EventStatus::parse(&word));
    Ok(matches!(status, Some(EventStatus::Pending | EventStatus::Scheduled)))
}

async fn set_total(tx: &Tx, event: Id<id::Event>, total: usize) -> Result<()> {
    let total = i32::try_from(total).unwrap_or(i32::MAX);
    tx.execute("UPDATE events SET status = 'pending', total = ? WHERE id = ?", vec![total.into(), event.into()])
        .await?;
    Ok(())
}

/// Every delivery is written: from now on the last one to end ends the event. Those written first may have ended all.
async fn finish(delivery: &Delivery, event: Id<id::Event>) -> Result<Option<Counters>> {
    let tx = delivery.platform().db().begin().await?;
    if !is_wanted(&tx, event).await? {
        return Ok(None);
    }
    let count = "SELECT COUNT(*) FROM deliveries WHERE event_id = ?";
    let row = tx.conn().query_one_raw(statement(tx.dialect(), count, vec![event.into()])).await?;
    let total: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    let total = i32::try_from(total).unwrap_or(i32::MAX);
    let text = "UPDATE events SET total = ?, spread_at = NULL, \
                status = CASE WHEN finished < ? THEN 'processing' WHEN ? > 0 AND dead >= ? THEN 'failed' \
                              ELSE 'completed' END, \
                completed_at = CASE WHEN finished < ? THEN NULL ELSE ? END \
                WHERE id = ? RETURNING finished, dead, status, cancelled";
    let values =
        vec![total.into(), total.into(), total.into(), total.into(), total.into(), tx.now().into(), event.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), text, values)).await?;
    let counters = row
        .map(|row| -> Result<Counters> {
            let status: String = row.try_get_by_index(2)?;
            Ok(Counters {
                total,
                finished: row.try_get_by_index(0)?,
                dead: row.try_get_by_index(1)?,
                cancelled: row.try_get_by_index(3)?,
                status: EventStatus::parse(&status).unwrap_or(EventStatus::Processing),
            })
        })
        .transpose()?;
    tx.commit().await?;
    Ok(counters)
}

async fn give_up(delivery: &Delivery, card: &Card) -> Result<()> {
    let tx = delivery.platform().db().begin().await?;
    let text = "UPDATE events SET status = 'failed', spread_at = NULL, completed_at = ?, error = ? \
                WHERE id = ? AND status IN ('pending', 'scheduled')";
    let changed = tx.execute(text, vec![tx.now().into(), TYPE_REMOVED.into(), card.facts.id.into()]).await?;
    tx.commit().await?;
    if changed == 0 {
        // It was called off meanwhile.
        return Ok(());
    }
    let counters = Counters::at_first(0, EventStatus::Failed);
    tell_progress(delivery.platform(), card, counters).await;
    Ok(())
}
