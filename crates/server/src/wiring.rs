//! Answers the questions that a floor asks of those above it: each port is a trait of the one who needs it, and here
//! stands who answers.

use futures_util::{FutureExt, future::BoxFuture};
use people::tenants::{DayHours, NewTenantHook, OpeningHours, Owner, Ports, TenantView};
use platform::{Result, Tx, db::Db};
use std::sync::Arc;
use trade::providers;

/// What people ask of trade.
struct BookingsForPeople(Db);

impl NewTenantHook for BookingsForPeople {
    fn tenant_created<'a>(
        &'a self,
        tx: &'a mut Tx,
        tenant: &'a TenantView,
        owner: &'a Owner,
    ) -> BoxFuture<'a, Result<()>> {
        providers::provide_defaults(tx, tenant.id, owner.id).boxed()
    }
}

impl OpeningHours for BookingsForPeople {
    fn opening_hours<'a>(&'a self, tenant: &'a TenantView) -> BoxFuture<'a, Result<Vec<DayHours>>> {
        providers::find_opening_hours(self.0.read(), tenant.id).boxed()
    }
}

/// Everything that people ask for.
pub fn ports_of_people(db: &Db) -> Ports {
    let bookings = Arc::new(BookingsForPeople(db.clone()));
    Ports { new_tenant: bookings.clone(), opening_hours: bookings }
}
