//! Moves an appointment from one status to the next. The row stays locked from the check to the commit, so two people who
//! act at once do not both succeed.

use kernel::{Caller, Id, Problem, Timestamp, id};
use platform::{Result, Tx, http::ClientInfo};

use super::{REASON_CHARS_MAX, audit, parse_optional_prose};
use crate::{
    Trade,
    bookings::{
        access::access_appointment_locked,
        announce::{Happened, announce},
        entity::Model,
        error,
        model::{Move, Status, decide_move},
        rules::has_come,
        store,
        view::AppointmentView,
    },
};

pub(crate) async fn move_appointment(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    appointment: Id<id::Appointment>,
    step: Move,
    reason: Option<&str>,
) -> Result<AppointmentView> {
    let reason = parse_optional_prose("reason", reason, REASON_CHARS_MAX)?;
    let mut tx = trade.db().begin().await?;
    let before = access_appointment_locked(&tx, caller, appointment).await?;
    if !caller.is_business() {
        check_customers_move(&before, step, tx.now())?;
    }
    let row = apply(&tx, &before, step, reason).await?;
    if caller.is_business() {
        audit(&mut tx, caller, client, audited_as(step), &row, Some(&before)).await?;
    }
    let view = announce(trade, &mut tx, &row, Happened::from(step), None).await?;
    tx.commit().await?;
    Ok(view)
}

/// A customer may only call off, and only before it begins.
pub(super) fn check_customers_move(row: &Model, step: Move, now: Timestamp) -> Result<()> {
    if step != Move::Cancel {
        return Err(Problem::forbidden().into());
    }
    let status = row.status()?;
    if row.start_at <= now && status.after(step).is_some() {
        return Err(error::has_begun().into());
    }
    Ok(())
}

/// Stores the move; whoever loses the appointment gives the time back.
pub(super) async fn apply(tx: &Tx, before: &Model, step: Move, reason: Option<String>) -> Result<Model> {
    let from = before.status()?;
    let next = decide_move(from, step)?;
    if !has_come(step, from, before.start_at, tx.now()) {
        return Err(error::too_early().into());
    }
    let mut row = Model { status: next.as_str().to_owned(), ..before.clone() };
    row.reason = reason.or(row.reason);
    if next == Status::Completed {
        row.completed_at = Some(tx.now());
    }
    store::update(tx, &mut row).await?;
    if !next.holds_time() {
        store::release(tx, row.tenant_id, row.id).await?;
    }
    Ok(row)
}

const fn audited_as(step: Move) -> &'static str {
    match step {
        Move::Confirm => "appointment.confirmed",
        Move::Reject => "appointment.rejected",
        Move::Start => "appointment.started",
        Move::Complete => "appointment.completed",
        Move::Cancel => "appointment.cancelled",
        Move::NoShow => "appointment.no_show",
    }
}
