//! Which times and days of a business are free for a service.

use jiff::{Span, civil::Date};
use kernel::{Id, Timestamp, id};
use people::tenants::{TenantView, find_by_code_or_slug};
use platform::Result;
use std::sync::Arc;

use super::find_bookable_service;
use crate::{
    Trade,
    bookings::{
        calendars::Candidates,
        rules::{Slot, first_free, free_days, free_slots},
    },
    providers::hours::date_at,
};

/// Dates looked at in one step when the next free time is searched.
const SEARCH_DAYS: i32 = 31;

/// The free times of a date.
pub(crate) struct FreeTimes {
    pub tenant: Arc<TenantView>,
    pub slots: Vec<(Slot, String)>,
    /// The first free time of that date or later.
    pub next_free: Option<Timestamp>,
}

pub(crate) async fn find_free_times(
    trade: &Trade,
    code: &str,
    service: &str,
    staff: Option<Id<id::User>>,
    date: Date,
) -> Result<FreeTimes> {
    let (tenant, candidates) = find_candidates(trade, code, service, staff).await?;
    times_of(trade, tenant, &candidates, date, None).await
}

/// The free times of these candidates on a date, as if the one that is about to move were gone already.
pub(super) async fn times_of(
    trade: &Trade,
    tenant: Arc<TenantView>,
    candidates: &Candidates,
    date: Date,
    moving: Option<Id<id::Appointment>>,
) -> Result<FreeTimes> {
    let calendars = candidates.calendars(trade.db().read(), date, date, moving).await?;
    let slots = free_slots(&candidates.frame(trade.db().world().now()), &calendars, date);
    let next_free = match slots.first() {
        Some(slot) => Some(slot.time.start),
        None => find_next_free(trade, candidates, date, moving).await?,
    };
    let named = |slot: Slot| {
        let name = candidates.name_of(slot.provider).to_owned();
        (slot, name)
    };
    Ok(FreeTimes { tenant, slots: slots.into_iter().map(named).collect(), next_free })
}

/// The dates of a stretch that have a free time.
pub(crate) async fn find_free_days(
    trade: &Trade,
    code: &str,
    service: &str,
    staff: Option<Id<id::User>>,
    first: Date,
    last: Date,
) -> Result<(Arc<TenantView>, Vec<Date>)> {
    let (tenant, candidates) = find_candidates(trade, code, service, staff).await?;
    let days = days_of(trade, &candidates, first, last, None).await?;
    Ok((tenant, days))
}

/// The dates on which these candidates have a free time, in the same way.
pub(super) async fn days_of(
    trade: &Trade,
    candidates: &Candidates,
    first: Date,
    last: Date,
    moving: Option<Id<id::Appointment>>,
) -> Result<Vec<Date>> {
    let calendars = candidates.calendars(trade.db().read(), first, last, moving).await?;
    Ok(free_days(&candidates.frame(trade.db().world().now()), &calendars, first, last))
}

async fn find_candidates(
    trade: &Trade,
    code: &str,
    service: &str,
    staff: Option<Id<id::User>>,
) -> Result<(Arc<TenantView>, Candidates)> {
    let tenant = find_by_code_or_slug(trade.people(), code).await?;
    let service = find_bookable_service(trade.db().read(), &tenant, service).await?;
    let candidates = Candidates::find(trade.db().read(), &tenant, &service, staff).await?;
    Ok((tenant, candidates))
}

/// Searches month by month up to the horizon, so that a busy provider costs one small query for most visitors.
async fn find_next_free(
    trade: &Trade,
    candidates: &Candidates,
    after: Date,
    moving: Option<Id<id::Appointment>>,
) -> Result<Option<Timestamp>> {
    let now = trade.db().world().now();
    let frame = candidates.frame(now);
    let (Some(today), Some(last)) = (date_at(&candidates.zone, now), date_at(&candidates.zone, frame.horizon())) else {
        return Ok(None);
    };
    if !candidates.are_ever_open() {
        return Ok(None);
    }
    let mut first = after.max(today);
    while first <= last {
        let until = first.checked_add(Span::new().days(SEARCH_DAYS)).unwrap_or(last).min(last);
        let calendars = candidates.calendars(trade.db().read(), first, until, moving).await?;
        let dates = first.series(Span::new().days(1)).take_while(|date| *date <= until);
        if let Some(start) = dates.into_iter().find_map(|date| first_free(&frame, &calendars, date)) {
            return Ok(Some(start));
        }
        let Ok(next) = until.tomorrow() else { break };
        first = next;
    }
    Ok(None)
}
