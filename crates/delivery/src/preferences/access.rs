//! What people chose, for the floor: from memory where it is there. Not to be called inside a transaction.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Timestamp, id, text};
use people::{
    contacts::{self, Contact},
    tenants::find_tenant,
};
use platform::{Result, cache::FreshCache};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    actions::parse_person,
    model::{Category, Person, Stored, always_arrives},
    optouts::Address,
    rules, store,
};
use crate::{
    Delivery,
    model::{ChannelKind, EventFacts},
};

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

/// Whether something that an event sends to an address may go there: nobody behind it turned that off in their preferences.
pub(crate) async fn admits(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    to: Address<'_>,
    category: Category,
) -> Result<bool> {
    if always_arrives(category, to.channel) || !has_any(delivery, tenant).await? {
        return Ok(true);
    }
    for contact in find_behind(delivery, tenant, to).await? {
        let stored = of(delivery, Person::from_contact(tenant, &contact)).await?;
        if !stored.choices.lets_in(contact.is_customer, category, to.channel) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What those chose who are reached at some addresses; by address, and only of who chose anything.
#[derive(Debug, Default)]
pub(crate) struct Chosen(HashMap<String, Vec<(bool, Stored)>>);

impl Chosen {
    /// As [`admits`] says it.
    pub fn admits(&self, to: Address<'_>, category: Category) -> bool {
        let mut behind = self.0.get(to.address).into_iter().flatten();
        always_arrives(category, to.channel)
            || behind.all(|(is_customer, stored)| stored.choices.lets_in(*is_customer, category, to.channel))
    }
}

/// What those chose who are reached at these addresses of a channel, read in as many questions for all as for one.
pub(crate) async fn chosen_at(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    channel: ChannelKind,
    addresses: &[&str],
) -> Result<Chosen> {
    if addresses.is_empty() || !has_any(delivery, tenant).await? {
        return Ok(Chosen::default());
    }
    read_chosen(delivery.db().read(), tenant, channel, addresses).await
}

pub(crate) async fn read_chosen(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    channel: ChannelKind,
    addresses: &[&str],
) -> Result<Chosen> {
    let contacts = match channel {
        ChannelKind::Email => contacts::find_at_emails(db, tenant, addresses).await?,
        ChannelKind::Sms | ChannelKind::Whatsapp => contacts::find_at_phones(db, tenant, addresses).await?,
        ChannelKind::Webhook | ChannelKind::Push | ChannelKind::Inapp => Vec::new(),
    };
    if contacts.is_empty() {
        return Ok(Chosen::default());
    }
    let people: Vec<Uuid> = contacts.iter().map(|contact| contact.person).collect();
    let mut stored = store::find_many(db, tenant, &people).await?;
    let mut chosen: HashMap<String, Vec<(bool, Stored)>> = HashMap::new();
    for contact in contacts {
        let address = if channel == ChannelKind::Email { contact.email } else { contact.phone };
        if let (Some(address), Some(stored)) = (address, stored.remove(&contact.person)) {
            chosen.entry(address).or_default().push((contact.is_customer, stored));
        }
    }
    Ok(Chosen(chosen))
}

/// Whether the one whom a daily mail names has not turned it off. It is a choice of its own: what they chose by category says
/// nothing of it. Who never chose anything gets none from us; one that another system states is that system's own.
pub(crate) async fn wants_digest(delivery: &Delivery, event: &EventFacts) -> Result<bool> {
    let named = event.data["recipient"]["id"].as_str().and_then(|id| parse_person(event.tenant, id));
    let Some(person) = named else { return Ok(true) };
    let stored = of(delivery, person).await?;
    Ok(stored.version == 0 || stored.choices.digest.enabled)
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
