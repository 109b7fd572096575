//! The only ways a request gets an appointment. A customer has their own; staff have those where they are the provider;
//! managers and up have all of their tenant. Everything else is absent.

use kernel::{Caller, Id, Principal, Problem, Right, id};
use platform::{Result, Tx};
use sea_orm::ConnectionTrait;

use super::{
    entity::Model,
    store::{self, Filter},
};

fn may_see(caller: &Caller, row: &Model) -> bool {
    if row.tenant_id != caller.tenant {
        return false;
    }
    match caller.principal {
        Principal::Customer { id } => row.customer_id == id,
        Principal::User { id, .. } => {
            caller.has(Right::AppointmentsAll) || (caller.has(Right::Appointments) && row.provider_id == id)
        }
    }
}

fn seen(caller: &Caller, row: Option<Model>) -> Result<Model> {
    Ok(row.filter(|row| may_see(caller, row)).ok_or_else(Problem::not_found)?)
}

/// An appointment to look at.
pub(super) async fn access_appointment(
    db: &impl ConnectionTrait,
    caller: &Caller,
    appointment: Id<id::Appointment>,
) -> Result<Model> {
    seen(caller, store::find(db, caller.tenant, appointment).await?)
}

/// An appointment to change, locked until the transaction ends.
pub(super) async fn access_appointment_locked(
    tx: &Tx,
    caller: &Caller,
    appointment: Id<id::Appointment>,
) -> Result<Model> {
    seen(caller, store::find_locked(tx, caller.tenant, appointment).await?)
}

/// Narrows a list to what the caller may see.
pub(super) fn narrow_to_caller(caller: &Caller, mut filter: Filter) -> Result<Filter> {
    match caller.principal {
        Principal::Customer { id } => filter.customers.push(id),
        Principal::User { id, .. } => {
            caller.check(Right::Appointments)?;
            if !caller.has(Right::AppointmentsAll) {
                filter.providers.push(id);
            }
        }
    }
    Ok(filter)
}
