//! Whoever holds a booking's link moves it until it begins: to another free time of the same provider. Length, price and
//! status stay, as when the business moves it.

use std::sync::Arc;

use jiff::civil::Date;
use kernel::Timestamp;
use people::tenants::TenantView;
use platform::{Result, http::ClientInfo};

use super::{
    audit_as,
    availability::{FreeTimes, days_of, times_of},
    book,
    manage::open_link,
    reschedule::{check_may_move, find_candidates, take_time},
};
use crate::{
    Trade,
    bookings::{
        announce::{Happened, announce},
        calendars::Candidates,
        entity::Model,
        error, store,
        view::AppointmentView,
    },
    providers,
};

pub(crate) async fn reschedule_by_link(
    trade: &Trade,
    client: &ClientInfo,
    token: &str,
    start: Timestamp,
) -> Result<AppointmentView> {
    let (_, seen, candidates) = open_to_move(trade, token).await?;
    book::decide(trade.db(), &candidates, start, Some(seen.id)).await?;

    let tx = trade.db().begin().await?;
    providers::store::lock(&tx, seen.tenant_id, &[seen.provider_id]).await?;
    let before = store::find_locked(&tx, seen.tenant_id, seen.id).await?.ok_or_else(error::invalid_link)?;
    check_customer_may_move(&before, tx.now())?;
    if before.provider_id != seen.provider_id {
        // The business gave it to somebody else meanwhile, whose time was not looked at.
        drop(tx);
        return Err(book::taken(trade.db(), &candidates, start).await?);
    }
    let (mut tx, row) = take_time(trade, tx, &candidates, &before, seen.provider_id, start).await?;
    // A link has no session behind it; the trail says whose booking it was and where it was used from.
    let actor = row.customer_id.to_string();
    audit_as(&mut tx, actor, client, "appointment.rescheduled_by_link", &row, Some(&before)).await?;
    let view = announce(trade, &mut tx, &row, Happened::Updated, Some(&before)).await?;
    tx.commit().await?;
    Ok(view)
}

/// The free times of a date that the booking could move to; its own time counts as free.
pub(crate) async fn find_times_by_link(trade: &Trade, token: &str, date: Date) -> Result<FreeTimes> {
    let (tenant, row, candidates) = open_to_move(trade, token).await?;
    times_of(trade, tenant, &candidates, date, Some(row.id)).await
}

/// The dates of a stretch that it could move to.
pub(crate) async fn find_days_by_link(
    trade: &Trade,
    token: &str,
    first: Date,
    last: Date,
) -> Result<(Arc<TenantView>, Vec<Date>)> {
    let (tenant, row, candidates) = open_to_move(trade, token).await?;
    let days = days_of(trade, &candidates, first, last, Some(row.id)).await?;
    Ok((tenant, days))
}

/// A booking that its customer may still move, with the one provider it stays with.
async fn open_to_move(trade: &Trade, token: &str) -> Result<(Arc<TenantView>, Model, Candidates)> {
    let (link, tenant) = open_link(trade, token).await?;
    let row = store::find(trade.db().read(), link.tenant, link.appointment).await?.ok_or_else(error::invalid_link)?;
    check_customer_may_move(&row, trade.db().world().now())?;
    let candidates = find_candidates(trade, &row, row.provider_id).await?;
    Ok((tenant, row, candidates))
}

fn check_customer_may_move(row: &Model, now: Timestamp) -> Result<()> {
    check_may_move(row)?;
    if row.start_at <= now { Err(error::has_begun().into()) } else { Ok(()) }
}
