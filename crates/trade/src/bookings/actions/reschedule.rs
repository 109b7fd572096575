//! Moves an appointment to another time, and to another provider when asked; duration, price and status stay. The new time
//! is claimed before the old one is lost: a refusal leaves everything as it was.

use kernel::{Caller, Id, Problem, Timestamp, id};
use platform::{Result, Tx, http::ClientInfo};

use super::{audit, book, book_at_desk::decide_staff};
use crate::{
    Trade,
    bookings::{
        access::{access_appointment, access_appointment_locked},
        announce::{Happened, announce},
        calendars::Candidates,
        entity::Model,
        model::invalid_transition,
        store,
        view::AppointmentView,
    },
    catalog::Service,
    providers::{self, find_providers, hours::Interval},
};

pub(crate) async fn reschedule(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    appointment: Id<id::Appointment>,
    start: Timestamp,
    staff: Option<Id<id::User>>,
) -> Result<AppointmentView> {
    let seen = access_appointment(trade.db().read(), caller, appointment).await?;
    check_may_move(&seen)?;
    let provider = decide_staff(caller, staff)?.filter(|_| staff.is_some()).unwrap_or(seen.provider_id);
    let candidates = find_candidates(trade, &seen, provider).await?;
    book::decide(trade.db(), &candidates, start, Some(appointment)).await?;

    let tx = trade.db().begin().await?;
    providers::store::lock(&tx, caller.tenant, &[seen.provider_id, provider]).await?;
    let before = access_appointment_locked(&tx, caller, appointment).await?;
    check_may_move(&before)?;
    let (mut tx, row) = take_time(trade, tx, &candidates, &before, provider, start).await?;
    audit(&mut tx, caller, client, "appointment.rescheduled", &row, Some(&before)).await?;
    let view = announce(trade, &mut tx, &row, Happened::Updated, Some(&before)).await?;
    tx.commit().await?;
    Ok(view)
}

/// Gives the old time back and claims the new one, in the transaction that has locked the appointment; whoever finds it taken
/// loses that transaction.
pub(super) async fn take_time(
    trade: &Trade,
    tx: Tx,
    candidates: &Candidates,
    before: &Model,
    provider: Id<id::User>,
    start: Timestamp,
) -> Result<(Tx, Model)> {
    let length = before.end_at.millis() - before.start_at.millis();
    let time = Interval { start, end: Timestamp::from_millis(start.millis() + length) };
    store::release(&tx, before.tenant_id, before.id).await?;
    if !store::claim(&tx, before.tenant_id, provider, before.id, &time).await? {
        drop(tx);
        return Err(book::taken(trade.db(), candidates, start).await?);
    }
    let mut row = Model {
        provider_id: provider,
        provider_name: candidates.name_of(provider).to_owned(),
        start_at: time.start,
        end_at: time.end,
        ..before.clone()
    };
    store::update(&tx, &mut row).await?;
    Ok((tx, row))
}

pub(super) fn check_may_move(row: &Model) -> Result<()> {
    let status = row.status()?;
    if status.may_be_rescheduled() { Ok(()) } else { Err(invalid_transition(status, "rescheduled").into()) }
}

/// The one provider it goes to. Who already has it keeps it even where they are no longer offered to customers.
pub(super) async fn find_candidates(trade: &Trade, row: &Model, provider: Id<id::User>) -> Result<Candidates> {
    let db = trade.db().read();
    let tenant = trade.find_tenant(row.tenant_id).await?;
    let mut team = find_providers(db, tenant.id).await?;
    team.retain(|p| p.id == provider && (p.bookable || p.id == row.provider_id));
    if team.is_empty() {
        return Err(Problem::field("staffId", "NOT_FOUND", "cannot be booked").into());
    }
    if provider != row.provider_id {
        let service = crate::catalog::find_service(db, tenant.id, row.service_id).await?;
        check_gives(service.as_ref(), provider)?;
    }
    let minutes =
        u32::try_from(row.duration_minutes).map_err(|e| platform::Fault::internal("reading a duration", e))?;
    Ok(Candidates { tenant: tenant.id, zone: tenant.zone(), providers: team, minutes })
}

fn check_gives(service: Option<&Service>, provider: Id<id::User>) -> Result<()> {
    if service.is_none_or(|service| service.is_given_by(provider)) {
        return Ok(());
    }
    Err(Problem::field("staffId", "INVALID_VALUE", "does not give this service").into())
}
