//! Deliveries of an event that has too many to be written with it. One per event, channel and recipient, which the database
//! itself holds to.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::Value;

use crate::{
    model::{DeliveryStatus, Recipient},
    sql,
};

/// A delivery about to be stored; a worker takes it when it is due.
#[derive(Debug)]
pub(crate) struct NewDelivery<'a> {
    pub id: Id<id::Delivery>,
    pub tenant: Id<id::Tenant>,
    pub event: Id<id::Event>,
    pub recipient: &'a Recipient,
    pub due: Timestamp,
}

/// Stores them; one that is there already stays as it is.
pub(crate) async fn insert_deliveries(tx: &Tx, rows: &[NewDelivery<'_>]) -> Result<()> {
    const COLUMNS: &str =
        "id, tenant_id, event_id, channel, recipient, status, attempts, due_at, created_at, updated_at";
    let now = tx.now();
    for range in sql::chunks(rows.len()) {
        let marks = sql::rows(range.len(), 10);
        let text = format!("INSERT INTO deliveries ({COLUMNS}) VALUES {marks} ON CONFLICT DO NOTHING");
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 10);
        for row in &rows[range] {
            values.extend([
                row.id.into(),
                row.tenant.into(),
                row.event.into(),
                row.recipient.channel.as_str().into(),
                row.recipient.address.as_str().into(),
                DeliveryStatus::Pending.as_str().into(),
                0_i32.into(),
                row.due.into(),
                now.into(),
                now.into(),
            ]);
        }
        tx.execute(&text, values).await?;
    }
    Ok(())
}
