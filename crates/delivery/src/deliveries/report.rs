//! What a provider tells later about a message that it took: that it arrived, or that it never will.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx, db::statement};
use sea_orm::ConnectionTrait;

use super::{
    live::{Counters, tell_progress, tell_report},
    store::claim::{CARD, read_card},
    view::read_status,
};
use crate::{
    Delivery,
    channels::Failure,
    events::spread::lock,
    model::{ChannelKind, DeliveryStatus, EventStatus},
};

struct Row {
    id: Id<id::Delivery>,
    event: Id<id::Event>,
    recipient: String,
    status: DeliveryStatus,
    attempts: i32,
}

/// Notes what a provider says about its message. Only what goes further counts: `sent` becomes `delivered` or `dead`; a
/// repetition, or a word about a message that is not known, changes nothing.
pub async fn report(
    delivery: &Delivery,
    channel: ChannelKind,
    message_id: &str,
    status: DeliveryStatus,
    failure: Option<Failure>,
) -> Result<()> {
    let tx = delivery.platform().db().begin().await?;
    let Some(row) = find_locked(&tx, channel, message_id).await? else {
        tracing::debug!(channel = channel.as_str(), "a provider tells of a message that is not known");
        return Ok(());
    };
    let goes_on = row.status == DeliveryStatus::Sent
        && matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Dead | DeliveryStatus::Failed);
    if !goes_on {
        return Ok(());
    }
    // The provider has given it up: to hand it over once more could bring it twice.
    let status = if status == DeliveryStatus::Failed { DeliveryStatus::Dead } else { status };
    let now = tx.now();
    let text =
        "UPDATE deliveries SET status = ?, error_code = ?, error = ?, updated_at = ?, finished_at = ? WHERE id = ?";
    let values = vec![
        status.as_str().into(),
        failure.as_ref().map(|f| f.code).into(),
        failure.as_ref().map(|f| f.error.as_str()).into(),
        now.into(),
        now.into(),
        row.id.into(),
    ];
    tx.execute(text, values).await?;
    let mut counters = None;
    if status == DeliveryStatus::Dead {
        counters = add_dead(&tx, row.event).await?;
    }
    let text = format!("SELECT {CARD} FROM events WHERE id = ?");
    let event = tx.conn().query_one_raw(statement(tx.dialect(), &text, vec![row.event.into()])).await?;
    tx.commit().await?;
    if let Some(event) = event {
        tell(delivery, &read_card(&event)?, &row, (status, channel, message_id), failure, counters, now).await;
    }
    Ok(())
}

async fn tell(
    delivery: &Delivery,
    card: &super::work::Card,
    row: &Row,
    (status, channel, message_id): (DeliveryStatus, ChannelKind, &str),
    failure: Option<Failure>,
    counters: Option<Counters>,
    now: Timestamp,
) {
    let platform = delivery.platform();
    let attempts = u32::try_from(row.attempts).unwrap_or(0);
    tell_report(platform, card, row.id, (channel, &row.recipient, message_id), status, attempts, failure, now).await;
    if let Some(counters) = counters {
        tell_progress(platform, card, counters).await;
    }
}

async fn find_locked(tx: &Tx, channel: ChannelKind, message_id: &str) -> Result<Option<Row>> {
    let text = format!(
        "SELECT id, event_id, recipient, status, attempts FROM deliveries WHERE message_id = ? AND channel = ?{}",
        lock(tx)
    );
    let values = vec![message_id.into(), channel.as_str().into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &text, values)).await?;
    row.map(|row| {
        Ok(Row {
            id: row.try_get_by_index(0)?,
            event: row.try_get_by_index(1)?,
            recipient: row.try_get_by_index(2)?,
            status: read_status(row.try_get_by_index(3)?)?,
            attempts: row.try_get_by_index(4)?,
        })
    })
    .transpose()
}

/// One more delivery of an event was given up, after it had counted as ended. An event that had completed has failed after
/// all, when that was the last of them.
async fn add_dead(tx: &Tx, event: Id<id::Event>) -> Result<Option<Counters>> {
    let text = "UPDATE events SET dead = dead + 1, \
                status = CASE WHEN status = 'completed' AND dead + 1 >= total THEN 'failed' ELSE status END \
                WHERE id = ? RETURNING total, finished, dead, cancelled, status";
    let row = tx.conn().query_one_raw(statement(tx.dialect(), text, vec![event.into()])).await?;
    row.map(|row| {
        let status: String = row.try_get_by_index(4)?;
        Ok(Counters {
            cancelled: row.try_get_by_index(3)?,
            total: row.try_get_by_index(0)?,
            finished: row.try_get_by_index(1)?,
            dead: row.try_get_by_index(2)?,
            status: EventStatus::parse(&status).unwrap_or(EventStatus::Processing),
        })
    })
    .transpose()
}
