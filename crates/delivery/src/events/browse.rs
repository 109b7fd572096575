//! Looking events up: the log, and one event with its data.

use kernel::{
    Id, Problem, Timestamp, id,
    sender::{Scope, Sender},
};
use platform::{Result, db::statement};
use sea_orm::{ConnectionTrait, Value};

use super::{
    personal::shared,
    view::{COLUMNS, EventDetailView, EventView},
};
use crate::{Delivery, catalogue, model::EventStatus, sql};

/// Longest text looked for.
pub const SEARCH_CHARS_MAX: usize = 100;

/// What the list is narrowed to.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    pub kind: Option<String>,
    pub status: Option<EventStatus>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub q: Option<String>,
    pub before: Option<Id<id::Event>>,
    pub limit: usize,
}

/// A page of the tenant's events, newest first, and the cursor of the next page.
pub(super) async fn list_events(
    delivery: &Delivery,
    sender: &Sender,
    filter: Filter,
) -> Result<(Vec<EventView>, Option<Id<id::Event>>)> {
    sender.check(Scope::EventsRead)?;
    if filter.kind.as_deref().is_some_and(|kind| catalogue::is_personal(&catalogue::normalize(kind))) {
        return Ok((Vec::new(), None));
    }
    let db = delivery.platform().db();
    let (text, values) = page_of(sender.tenant, &filter);
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, values)).await?;
    let mut events = rows.iter().map(EventView::read).collect::<Result<Vec<_>>>()?;
    let has_more = events.len() > filter.limit;
    events.truncate(filter.limit);
    let last = events.last().filter(|_| has_more).map(|event| event.id);
    Ok((events, last))
}

/// The query for a page, and one row more when there is more.
pub(crate) fn page_of(tenant: Id<id::Tenant>, filter: &Filter) -> (String, Vec<Value>) {
    let mut text = format!("SELECT {COLUMNS} FROM events WHERE tenant_id = ? AND {}", shared("events"));
    let mut values: Vec<Value> = vec![tenant.into()];
    if let Some(status) = filter.status {
        // As a literal, or the small index of this status is not used.
        text.push_str(&format!(" AND status = '{}'", status.as_str()));
    }
    let mut narrow = |condition: &str, value: Value| {
        text.push_str(" AND ");
        text.push_str(condition);
        values.push(value);
    };
    if let Some(kind) = &filter.kind {
        narrow("type = ?", catalogue::normalize(kind).into());
    }
    if let Some(from) = filter.from {
        narrow("created_at >= ?", from.into());
    }
    if let Some(to) = filter.to {
        narrow("created_at < ?", to.into());
        // Nothing is older than its id, so a page of long ago begins there and not at the newest.
        narrow("id < ?", sql::after_ids_of(to).into());
    }
    if let Some(before) = filter.before {
        narrow("id < ?", before.into());
    }
    if let Some(q) = &filter.q {
        match Id::<id::Event>::parse(q) {
            Ok(event) => narrow("id = ?", event.into()),
            Err(_) => narrow("LOWER(data) LIKE ? ESCAPE '!'", like(q).into()),
        }
    }
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    text.push_str(" ORDER BY id DESC LIMIT ?");
    values.push(limit.saturating_add(1).into());
    (text, values)
}

/// A part of the data, whatever the case; what means something in a pattern means itself.
fn like(q: &str) -> String {
    let mut pattern = String::with_capacity(q.len() + 2);
    pattern.push('%');
    for c in q.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// One event of the tenant with its data.
pub(super) async fn show_event(delivery: &Delivery, sender: &Sender, event: Id<id::Event>) -> Result<EventDetailView> {
    sender.check(Scope::EventsRead)?;
    let db = delivery.platform().db();
    let text =
        format!("SELECT {COLUMNS}, spelling, data FROM events WHERE tenant_id = ? AND id = ? AND {}", shared("events"));
    let values = vec![sender.tenant.into(), event.into()];
    let row = db.read().query_one_raw(statement(db.dialect(), &text, values)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let data: String = row.try_get_by_index(16)?;
    let event_data =
        serde_json::from_str(&data).map_err(|e| platform::Fault::internal("reading the data of a stored event", e))?;
    Ok(EventDetailView { event: EventView::read(&row)?, event_type: row.try_get_by_index(15)?, event_data })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_means_what_it_says() {
        assert_eq!(like("50% Off_!"), "%50!% off!_!!%");
    }
}
