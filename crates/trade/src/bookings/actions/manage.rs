//! Whoever holds a booking's link sees it and may call it off, without an account.

use std::sync::Arc;

use people::tenants::{Business, TenantView, find_business, find_tenant};
use platform::{Result, http::ClientInfo};
use serde_json::json;

use super::{
    REASON_CHARS_MAX,
    move_status::{apply, check_customers_move},
    parse_optional_prose,
};
use crate::{
    Trade,
    bookings::{
        announce::{Happened, announce},
        error, ics,
        links::{Managed as Link, parse_manage_token},
        model::Move,
        store,
        view::AppointmentView,
    },
};

/// What the page behind a link shows.
pub(crate) struct Managed {
    pub appointment: AppointmentView,
    pub business: Business,
}

pub(crate) async fn show_by_link(trade: &Trade, token: &str) -> Result<Managed> {
    let (link, tenant) = open_link(trade, token).await?;
    let row = store::find(trade.db().read(), link.tenant, link.appointment).await?.ok_or_else(error::invalid_link)?;
    let business = find_business(trade.people(), &tenant).await?;
    Ok(Managed { appointment: AppointmentView::try_from(row)?, business })
}

/// The booking behind a link, for somebody's own calendar.
pub(crate) async fn calendar_by_link(trade: &Trade, token: &str) -> Result<String> {
    let (link, tenant) = open_link(trade, token).await?;
    let row = store::find(trade.db().read(), link.tenant, link.appointment).await?.ok_or_else(error::invalid_link)?;
    let place = ics::Place { name: &tenant.name, address: tenant.address.as_deref() };
    Ok(ics::calendar(&row, row.status()?, &place, trade.db().world().now()))
}

/// What a token opens, at a business that is open itself.
pub(super) async fn open_link(trade: &Trade, token: &str) -> Result<(Link, Arc<TenantView>)> {
    let link = parse_manage_token(trade.platform().crypto(), token)?;
    let tenant = find_tenant(trade.people(), link.tenant).await?.filter(|tenant| tenant.suspended_at.is_none());
    Ok((link, tenant.ok_or_else(error::invalid_link)?))
}

pub(crate) async fn cancel_by_link(
    trade: &Trade,
    client: &ClientInfo,
    token: &str,
    reason: Option<&str>,
) -> Result<AppointmentView> {
    let (link, _) = open_link(trade, token).await?;
    let reason = parse_optional_prose("reason", reason, REASON_CHARS_MAX)?;
    let mut tx = trade.db().begin().await?;
    let before = store::find_locked(&tx, link.tenant, link.appointment).await?.ok_or_else(error::invalid_link)?;
    check_customers_move(&before, Move::Cancel, tx.now())?;
    let row = apply(&tx, &before, Move::Cancel, reason).await?;
    // A link has no session behind it; the trail says where it was used from.
    tx.audit(&platform::AuditEntry {
        tenant: Some(row.tenant_id),
        actor: row.customer_id.to_string(),
        action: "appointment.cancelled_by_link",
        object: row.id.to_string(),
        details: json!({ "userAgent": client.user_agent }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    let view = announce(trade, &mut tx, &row, Happened::Cancelled, None).await?;
    tx.commit().await?;
    Ok(view)
}
