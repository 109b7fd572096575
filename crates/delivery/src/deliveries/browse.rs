//! Looking deliveries up: the log with its dead letters, and those of one event with their attempts.

use std::collections::HashMap;

use kernel::{
    Id, Problem, Timestamp, id,
    sender::{Scope, Sender},
};
use platform::{
    Result,
    db::{Db, statement},
};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use super::view::{AttemptView, COLUMNS, DeliveryDetailView, DeliveryView};
use crate::{
    Delivery,
    events::personal::shared,
    model::{ChannelKind, DeliveryStatus},
    sql,
};

/// Attempts shown of one delivery: the newest.
pub const ATTEMPTS_SHOWN_MAX: usize = 50;

/// What the list is narrowed to.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub status: Option<DeliveryStatus>,
    pub channel: Option<ChannelKind>,
    pub recipient: Option<String>,
    pub event: Option<Id<id::Event>>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub before: Option<Id<id::Delivery>>,
    pub limit: usize,
}

/// A page of the tenant's deliveries, newest first, and the cursor of the next page.
pub(super) async fn list_deliveries(
    delivery: &Delivery,
    sender: &Sender,
    filter: &Filter,
) -> Result<(Vec<DeliveryView>, Option<Id<id::Delivery>>)> {
    sender.check(Scope::EventsRead)?;
    let db = delivery.platform().db();
    let (text, values) = page_of(sender.tenant, filter);
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, values)).await?;
    let mut found = rows.iter().map(DeliveryView::read).collect::<Result<Vec<_>>>()?;
    let has_more = found.len() > filter.limit;
    found.truncate(filter.limit);
    let last = found.last().filter(|_| has_more).map(|row| row.id);
    Ok((found, last))
}

/// The query for a page, and one row more when there is more.
pub(crate) fn page_of(tenant: Id<id::Tenant>, filter: &Filter) -> (String, Vec<Value>) {
    let mut text = format!(
        "SELECT {COLUMNS} FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.tenant_id = ? AND {}",
        shared("e")
    );
    let mut values: Vec<Value> = vec![tenant.into()];
    if let Some(status) = filter.status {
        // As a literal, or the small index of this status is not used.
        text.push_str(&format!(" AND d.status = '{}'", status.as_str()));
    }
    let mut narrow = |condition: &str, value: Value| {
        text.push_str(" AND ");
        text.push_str(condition);
        values.push(value);
    };
    if let Some(channel) = filter.channel {
        narrow("d.channel = ?", channel.as_str().into());
    }
    if let Some(recipient) = &filter.recipient {
        narrow("d.recipient = ?", recipient.as_str().into());
    }
    if let Some(event) = filter.event {
        narrow("d.event_id = ?", event.into());
    }
    if let Some(from) = filter.from {
        narrow("d.created_at >= ?", from.into());
    }
    if let Some(to) = filter.to {
        narrow("d.created_at < ?", to.into());
        // Nothing is older than its id, so a page of long ago begins there and not at the newest.
        narrow("d.id < ?", sql::after_ids_of(to).into());
    }
    if let Some(before) = filter.before {
        narrow("d.id < ?", before.into());
    }
    text.push_str(" ORDER BY d.id DESC LIMIT ?");
    values.push(i64::try_from(filter.limit).unwrap_or(i64::MAX).saturating_add(1).into());
    (text, values)
}

/// The deliveries of one event of the tenant with their attempts; the event must be there.
pub(super) async fn list_of_event(
    delivery: &Delivery,
    sender: &Sender,
    filter: &Filter,
    event: Id<id::Event>,
) -> Result<(Vec<DeliveryDetailView>, Option<Id<id::Delivery>>)> {
    sender.check(Scope::EventsRead)?;
    let db = delivery.platform().db();
    let text = format!("SELECT 1 FROM events WHERE tenant_id = ? AND id = ? AND {}", shared("events"));
    let values = vec![sender.tenant.into(), event.into()];
    if db.read().query_one_raw(statement(db.dialect(), &text, values)).await?.is_none() {
        return Err(Problem::not_found().into());
    }
    let (found, last) = list_deliveries(delivery, sender, filter).await?;
    Ok((with_attempts(db, found).await?, last))
}

/// One delivery of the tenant with its attempts.
pub(super) async fn show_delivery(
    delivery: &Delivery,
    sender: &Sender,
    id: Id<id::Delivery>,
) -> Result<DeliveryDetailView> {
    sender.check(Scope::EventsRead)?;
    let db = delivery.platform().db();
    let text = format!(
        "SELECT {COLUMNS} FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.tenant_id = ? AND d.id = ? \
         AND {}",
        shared("e")
    );
    let values = vec![sender.tenant.into(), id.into()];
    let row = db.read().query_one_raw(statement(db.dialect(), &text, values)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let mut shown = with_attempts(db, vec![DeliveryView::read(&row)?]).await?;
    shown.pop().ok_or_else(|| Problem::not_found().into())
}

async fn with_attempts(db: &Db, deliveries: Vec<DeliveryView>) -> Result<Vec<DeliveryDetailView>> {
    let mut attempts: HashMap<Uuid, Vec<AttemptView>> = HashMap::with_capacity(deliveries.len());
    for range in sql::chunks(deliveries.len()) {
        let text = format!(
            "SELECT delivery_id, number, outcome, code, error, http_status, request, response, response_headers, \
             started_at, ended_at \
             FROM (SELECT a.*, ROW_NUMBER() OVER (PARTITION BY delivery_id ORDER BY number DESC) AS place \
                   FROM delivery_attempts a WHERE delivery_id IN ({})) newest \
             WHERE place <= {ATTEMPTS_SHOWN_MAX} ORDER BY delivery_id, number",
            sql::marks(range.len())
        );
        let values = deliveries[range].iter().map(|row| row.id.into()).collect();
        for row in db.read().query_all_raw(statement(db.dialect(), &text, values)).await? {
            attempts.entry(row.try_get_by_index(0)?).or_default().push(AttemptView::read(&row)?);
        }
    }
    let join = |delivery: DeliveryView| {
        let attempts_log = attempts.remove(&delivery.id.uuid()).unwrap_or_default();
        DeliveryDetailView { delivery, attempts_log }
    };
    Ok(deliveries.into_iter().map(join).collect())
}
