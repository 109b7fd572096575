//! What a business sells: its services, the calendars of those who give them, and the bookings between the two. Orders,
//! invoices and payments join here later. This floor knows people and platform; it does not know messaging.

pub mod bookings;
pub mod catalog;
pub mod providers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use kernel::{Id, Problem, id};
use people::{People, tenants::TenantView};
use platform::{Db, Platform, Result, http::ApiRouter};

use crate::bookings::ports::ThreadsOfAppointments;

/// The handle to this floor; cheap to clone.
#[derive(Clone)]
pub struct Trade {
    platform: Platform,
    people: People,
    threads: Arc<dyn ThreadsOfAppointments>,
}

impl Trade {
    /// Stands on the two floors below.
    pub fn new(platform: Platform, people: People, threads: Arc<dyn ThreadsOfAppointments>) -> Self {
        Self { platform, people, threads }
    }
    /// Every route of this floor, paths from the root.
    pub fn routes(&self) -> ApiRouter {
        ApiRouter::new()
            .merge(catalog::http::routes())
            .merge(providers::http::routes())
            .merge(bookings::routes())
            .with_state(self.clone())
    }
    /// The plumbing.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }
    /// Tenants, team and customers.
    pub fn people(&self) -> &People {
        &self.people
    }
    pub(crate) fn threads(&self) -> &dyn ThreadsOfAppointments {
        &*self.threads
    }
    pub(crate) fn db(&self) -> &Db {
        self.platform.db()
    }
    pub(crate) async fn find_tenant(&self, tenant: Id<id::Tenant>) -> Result<Arc<TenantView>> {
        Ok(people::tenants::find_tenant(&self.people, tenant).await?.ok_or_else(Problem::not_found)?)
    }
}

impl std::fmt::Debug for Trade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trade").finish_non_exhaustive()
    }
}
