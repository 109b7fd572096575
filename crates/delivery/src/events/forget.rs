//! Forgetting what is over: events older than `EVENTS_KEPT_DAYS` with their deliveries and attempts, and mails of the
//! mailbox of the same age. Little by little, so that no other writer waits long. What is not over is kept however old it
//! is, and so is what a person sent again. Ids begin with the time, so that the oldest are found without an index of their
//! own.

use kernel::Timestamp;
use platform::{Platform, Result, db::statement};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::sql;

/// Events of one transaction.
const EVENTS_AT_ONCE: usize = 64;
/// Deliveries of one transaction; attempts go with them.
const DELIVERIES_AT_ONCE: u64 = 500;
/// Mails of one transaction.
const MAILS_AT_ONCE: u64 = 500;
/// Transactions of one run; the rest waits for the next.
pub const FORGET_ROUNDS_MAX: u32 = 2_000;

/// Events of these states are over.
const OVER: &str = "status IN ('completed', 'failed', 'cancelled')";

/// Forgets what is old; gives the number of events and mails.
pub async fn forget_old(platform: &Platform) -> Result<u64> {
    let before = first_id_at(platform.world().now().minus(platform.config().events_kept));
    let mut rounds = FORGET_ROUNDS_MAX;
    Ok(forget_events(platform, before, &mut rounds).await? + forget_mails(platform, before, &mut rounds).await?)
}

async fn forget_events(platform: &Platform, before: Uuid, rounds: &mut u32) -> Result<u64> {
    let (mut gone, mut after) = (0, Uuid::nil());
    while *rounds > 0 {
        let old = find_old(platform, after, before).await?;
        let Some(last) = old.last() else { break };
        after = *last;
        forget_deliveries(platform, &old, rounds).await?;
        let tx = platform.db().begin().await?;
        // One whose delivery was sent again meanwhile stays.
        for range in sql::chunks(old.len()) {
            let text = format!(
                "DELETE FROM events WHERE {OVER} AND id IN ({}) \
                 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event_id = events.id)",
                sql::marks(range.len())
            );
            gone += tx.execute(&text, values(&old[range])).await?;
        }
        tx.commit().await?;
        *rounds = rounds.saturating_sub(1);
    }
    Ok(gone)
}

async fn find_old(platform: &Platform, after: Uuid, before: Uuid) -> Result<Vec<Uuid>> {
    let text = format!("SELECT id FROM events WHERE id > ? AND id < ? AND {OVER} ORDER BY id LIMIT {EVENTS_AT_ONCE}");
    let db = platform.db();
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, vec![after.into(), before.into()])).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
}

async fn forget_deliveries(platform: &Platform, events: &[Uuid], rounds: &mut u32) -> Result<()> {
    for range in sql::chunks(events.len()) {
        let text = format!(
            "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE due_at IS NULL AND event_id IN ({}) \
             LIMIT {DELIVERIES_AT_ONCE})",
            sql::marks(range.len())
        );
        while *rounds > 0 {
            let tx = platform.db().begin().await?;
            let gone = tx.execute(&text, values(&events[range.clone()])).await?;
            tx.commit().await?;
            *rounds = rounds.saturating_sub(1);
            if gone < DELIVERIES_AT_ONCE {
                break;
            }
        }
    }
    Ok(())
}

async fn forget_mails(platform: &Platform, before: Uuid, rounds: &mut u32) -> Result<u64> {
    let text = format!(
        "DELETE FROM mailbox_mails WHERE id IN (SELECT id FROM mailbox_mails WHERE id < ? ORDER BY id LIMIT {MAILS_AT_ONCE})"
    );
    let mut gone = 0;
    while *rounds > 0 {
        let tx = platform.db().begin().await?;
        let some = tx.execute(&text, vec![before.into()]).await?;
        tx.commit().await?;
        (gone, *rounds) = (gone + some, rounds.saturating_sub(1));
        if some < MAILS_AT_ONCE {
            break;
        }
    }
    Ok(gone)
}

fn values(ids: &[Uuid]) -> Vec<Value> {
    ids.iter().map(|id| Value::from(*id)).collect()
}

/// The smallest id that could be made at this instant.
fn first_id_at(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}
