//! Shows one appointment, as JSON or as a calendar file.

use kernel::{Caller, Id, id};
use platform::Result;

use crate::{
    Trade,
    bookings::{access::access_appointment, ics, view::AppointmentView},
};

pub(crate) async fn show_appointment(
    trade: &Trade,
    caller: &Caller,
    appointment: Id<id::Appointment>,
) -> Result<AppointmentView> {
    AppointmentView::try_from(access_appointment(trade.db().read(), caller, appointment).await?)
}

/// The appointment for somebody's own calendar.
pub(crate) async fn calendar_file(trade: &Trade, caller: &Caller, appointment: Id<id::Appointment>) -> Result<String> {
    let row = access_appointment(trade.db().read(), caller, appointment).await?;
    let tenant = trade.find_tenant(caller.tenant).await?;
    let place = ics::Place { name: &tenant.name, address: tenant.address.as_deref() };
    Ok(ics::calendar(&row, row.status()?, &place, trade.db().world().now()))
}
