//! What the businesses need from floors above; answered by the server's wiring.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use jiff::tz::TimeZone;
use kernel::{Id, id};
use platform::{Result, Tx};
use uuid::Uuid;

use super::model::{DayHours, TenantView};

/// Who signed a business up.
#[derive(Debug, Clone)]
pub struct Owner {
    /// The person.
    pub id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// Furnishes a new business inside the transaction that makes it, so that there is never one without opening hours.
pub trait NewTenantHook: Send + Sync + 'static {
    /// Called once the tenant, its owner and the membership are stored.
    fn tenant_created<'a>(
        &'a self,
        tx: &'a mut Tx,
        tenant: &'a TenantView,
        owner: &'a Owner,
    ) -> BoxFuture<'a, Result<()>>;
}

/// Receives a new member inside the transaction that makes them one.
pub trait NewMemberHook: Send + Sync + 'static {
    /// Called once the membership is stored.
    fn member_joined<'a>(
        &'a self,
        tx: &'a Tx,
        tenant: Id<id::Tenant>,
        member: Id<id::User>,
    ) -> BoxFuture<'a, Result<()>>;
}

/// Says when a business is open.
pub trait OpeningHours: Send + Sync + 'static {
    /// The week's hours, Monday first.
    fn opening_hours<'a>(&'a self, tenant: &'a TenantView) -> BoxFuture<'a, Result<Vec<DayHours>>>;
}

/// Knows what people chose.
pub trait PersonalZones: Send + Sync + 'static {
    /// The zone that a person of this business chose, if they did.
    fn zone_of(&self, tenant: Id<id::Tenant>, person: Uuid) -> BoxFuture<'_, Result<Option<TimeZone>>>;
}

/// The answers to what this floor asks of those above.
#[derive(Clone)]
pub struct Ports {
    /// Furnishes new businesses.
    pub new_tenant: Arc<dyn NewTenantHook>,
    /// Receives new members.
    pub new_member: Arc<dyn NewMemberHook>,
    /// Knows their hours.
    pub opening_hours: Arc<dyn OpeningHours>,
    /// Knows by which clocks people live.
    pub zones: Arc<dyn PersonalZones>,
}

struct Nobody;

impl NewTenantHook for Nobody {
    fn tenant_created<'a>(&'a self, _: &'a mut Tx, _: &'a TenantView, _: &'a Owner) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
}

impl NewMemberHook for Nobody {
    fn member_joined<'a>(&'a self, _: &'a Tx, _: Id<id::Tenant>, _: Id<id::User>) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
}

impl OpeningHours for Nobody {
    fn opening_hours<'a>(&'a self, _: &'a TenantView) -> BoxFuture<'a, Result<Vec<DayHours>>> {
        async { Ok(Vec::new()) }.boxed()
    }
}

impl PersonalZones for Nobody {
    fn zone_of(&self, _: Id<id::Tenant>, _: Uuid) -> BoxFuture<'_, Result<Option<TimeZone>>> {
        async { Ok(None) }.boxed()
    }
}

impl Ports {
    /// For a house without bookings and conversations: nothing to furnish or to show, and nobody chose anything.
    pub fn without_bookings() -> Self {
        Self {
            new_tenant: Arc::new(Nobody),
            new_member: Arc::new(Nobody),
            opening_hours: Arc::new(Nobody),
            zones: Arc::new(Nobody),
        }
    }
}
