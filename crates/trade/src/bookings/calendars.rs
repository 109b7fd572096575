//! Brings together what the rules decide on: who gives a service, when they are open, what they already have.

use jiff::{civil::Date, tz::TimeZone};
use kernel::{Id, Problem, Timestamp, id};
use people::tenants::TenantView;
use platform::Result;
use sea_orm::ConnectionTrait;

use super::{
    rules::{Calendar, Frame, Slot, nearest_free, search_dates},
    store,
};
use crate::{
    catalog::Service,
    providers::{
        Provider, find_providers,
        hours::{Interval, day_interval},
    },
};

/// Those who may take a booking of a service, and the business's clock.
pub(super) struct Candidates {
    pub tenant: Id<id::Tenant>,
    pub zone: TimeZone,
    pub providers: Vec<Provider>,
    pub minutes: u32,
}

impl Candidates {
    /// Who gives the service; with `staff` only that one, who is absent when they do not.
    pub async fn find(
        db: &impl ConnectionTrait,
        tenant: &TenantView,
        service: &Service,
        staff: Option<Id<id::User>>,
    ) -> Result<Self> {
        let mut providers = find_providers(db, tenant.id).await?;
        providers.retain(|p| p.bookable && service.is_given_by(p.id) && staff.is_none_or(|wanted| p.id == wanted));
        if staff.is_some() && providers.is_empty() {
            return Err(Problem::not_found().into());
        }
        Ok(Self { tenant: tenant.id, zone: tenant.zone(), providers, minutes: service.duration_minutes })
    }

    pub fn frame(&self, now: Timestamp) -> Frame<'_> {
        Frame { zone: &self.zone, now, minutes: self.minutes }
    }

    pub fn name_of(&self, provider: Id<id::User>) -> &str {
        self.providers.iter().find(|p| p.id == provider).map_or("", |p| p.name.as_str())
    }

    /// Whether there is any open minute in anybody's week.
    pub fn are_ever_open(&self) -> bool {
        self.providers.iter().any(|provider| !provider.weekly.is_closed())
    }

    /// Their calendars over some dates, leaving out one appointment that is about to move.
    pub async fn calendars(
        &self,
        db: &impl ConnectionTrait,
        first: Date,
        last: Date,
        except: Option<Id<id::Appointment>>,
    ) -> Result<Vec<Calendar>> {
        // A booking that starts on the last date may end on the next.
        let until = last.tomorrow().unwrap_or(last);
        let (Some(from), Some(to)) = (day_interval(&self.zone, first), day_interval(&self.zone, until)) else {
            return Ok(Vec::new());
        };
        let window = Interval { start: from.start, end: to.end };
        let ids: Vec<_> = self.providers.iter().map(|provider| provider.id).collect();
        let mut busy = store::find_busy(db, self.tenant, &ids, &window, except).await?;
        let calendar = |provider: &Provider| Calendar {
            provider: provider.id,
            open: provider.weekly.open_between(&self.zone, first, until),
            busy: busy.remove(&provider.id).unwrap_or_default(),
        };
        Ok(self.providers.iter().map(calendar).collect())
    }

    /// The free times nearest to one that is taken.
    pub async fn alternatives(
        &self,
        db: &impl ConnectionTrait,
        now: Timestamp,
        wanted: Timestamp,
    ) -> Result<Vec<Slot>> {
        let Some((first, last)) = search_dates(&self.zone, wanted) else { return Ok(Vec::new()) };
        let calendars = self.calendars(db, first, last, None).await?;
        Ok(nearest_free(&self.frame(now), &calendars, wanted))
    }
}
