//! What people chose, for the floor: from memory where it is there. Not to be called inside a transaction.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Timestamp, id, text};
use people::{
    contacts::{self, Contact},
    tenants::find_tenant,
};
use platform::{Result, cache::FreshCache};
use uuid::Uuid;

use super::{
    model::{Category, Person, Stored},
    optouts::Address,
    rules, store,
};
use crate::{Delivery, model::ChannelKind};

/// People whose choices are remembered at once.
const PEOPLE_CACHED_MAX: u64 = 50_000;
/// Businesses of which it is remembered whether anybody chose anything.
const TENANTS_CACHED_MAX: u64 = 10_000;

/// What is remembered.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    people: FreshCache<(Id<id::Tenant>, Uuid), Stored>,
    /// Whether anybody of a business chose anything: where nobody did, nobody is looked for.
    chosen: FreshCache<Id<id::Tenant>, bool>,
}

impl Known {
    pub fn new() -> Self {
        Self { people: FreshCache::new(PEOPLE_CACHED_MAX), chosen: FreshCache::new(TENANTS_CACHED_MAX) }
    }

    /// To be called after the commit that changed somebody's choices.
    pub fn forget(&self, person: Person) {
        self.people.forget(&(person.tenant, person.id));
        self.chosen.forget(&person.tenant);
    }
}

/// What this person chose; nothing, when they never did.
pub async fn of(delivery: &Delivery, person: Person) -> Result<Arc<Stored>> {
    let (cache, key) = (&delivery.preferences().people, (person.tenant, person.id));
    if let Some(known) = cache.find(&key) {
        return Ok(known);
    }
    let mark = cache.mark();
    let found = Arc::new(store::find(delivery.db().read(), person).await?.unwrap_or_default());
    cache.keep(mark, key, found.clone());
    Ok(found)
}

/// What these people chose; those who chose nothing are left out.
pub(crate) async fn of_many(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    people: &[Uuid],
) -> Result<HashMap<Uuid, Stored>> {
    if people.is_empty() || !has_any(delivery, tenant).await? {
        return Ok(HashMap::new());
    }
    store::find_many(delivery.db().read(), tenant, people).await
}

/// Whether anybody of this business chose anything.
pub(crate) async fn has_any(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<bool> {
    let cache = &delivery.preferences().chosen;
    if let Some(known) = cache.find(&tenant) {
        return Ok(*known);
    }
    let mark = cache.mark();
    let found = Arc::new(store::is_any(delivery.db().read(), tenant).await?);
    cache.keep(mark, tenant, found.clone());
    Ok(*found)
}

/// Everybody of the business behind an e-mail address or a phone number.
pub(crate) async fn find_behind(delivery: &Delivery, tenant: Id<id::Tenant>, to: Address<'_>) -> Result<Vec<Contact>> {
    let db = delivery.db().read();
    match to.channel {
        ChannelKind::Email => contacts::find_at_email(db, tenant, to.address).await,
        ChannelKind::Sms | ChannelKind::Whatsapp => contacts::find_at_phone(db, tenant, to.address).await,
        ChannelKind::Webhook | ChannelKind::Push | ChannelKind::Inapp => Ok(Vec::new()),
    }
}

/// Whether something that an event sends to an address may go there: nobody behind it turned that off in their preferences. A member is only
/// asked for what they chose themselves, since the event means them as whoever it names and not as one who works here.
pub(crate) async fn admits(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    to: Address<'_>,
    category: Category,
) -> Result<bool> {
    let always = category == Category::Security && to.channel == ChannelKind::Email;
    if always {
        return Ok(true);
    }
    if !has_any(delivery, tenant).await? {
        return Ok(true);
    }
    for contact in find_behind(delivery, tenant, to).await? {
        let stored = of(delivery, Person::from_contact(tenant, &contact)).await?;
        let is_off = if contact.is_customer {
            !stored.choices.wants(true, category, to.channel)
        } else {
            stored.choices.chosen(category, to.channel) == Some(false)
        };
        if is_off {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The zone in which a person lives by the clock: their own, or the business's.
pub(crate) async fn zone_of(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    stored: &Stored,
) -> Result<jiff::tz::TimeZone> {
    if let Some(own) = stored.choices.timezone.as_deref().and_then(|zone| text::parse_zone(zone).ok()) {
        return Ok(own);
    }
    let tenant = find_tenant(delivery.people(), tenant).await?;
    Ok(tenant.map_or(jiff::tz::TimeZone::UTC, |tenant| tenant.zone()))
}

/// Until when these people are not to be disturbed: until the last of them may be.
pub(crate) async fn quiet_until(
    delivery: &Delivery,
    people: &[Person],
    category: Category,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    if category == Category::Security {
        return Ok(None);
    }
    let mut last = None;
    for person in people {
        let stored = of(delivery, *person).await?;
        if stored.choices.quiet.enabled {
            let zone = zone_of(delivery, person.tenant, &stored).await?;
            last = last.max(rules::quiet_until(&stored.choices.quiet, &zone, now));
        }
    }
    Ok(last)
}
