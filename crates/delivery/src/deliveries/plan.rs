//! Who hears of an event, by which channel: the people its data names, the addresses that subscribed, and those of the
//! business who are told because of who they are, each as they chose. Nobody hears of it twice by one channel.

use std::collections::HashSet;

use kernel::{Id, events, id, text};
use people::{contacts::find_contacts, tenants::find_tenant};
use platform::Result;
use uuid::Uuid;

use crate::{
    Delivery,
    catalogue::EventType,
    channels::whatsapp,
    model::{ChannelKind, EventFacts, Recipient},
    notifications::{self, Told},
    preferences::{
        self, Category, Person, Stored,
        optouts::{self, Address},
    },
    push,
    settings::{self, ChannelSettings},
    webhooks,
};

/// Addresses of one event that are asked for their preferences while it is planned; of more, each is asked right before its
/// delivery leaves, which is when it counts anyway.
const ASKED_MAX: usize = 100;

/// Everybody who shall hear of it, each once per channel. Not to be called inside a transaction.
pub(crate) async fn plan(delivery: &Delivery, kind: &EventType, facts: &EventFacts) -> Result<Vec<Recipient>> {
    let settings = settings::of(delivery, facts.tenant).await?;
    let people = notifications::audience(delivery, kind, facts).await?;
    let mut planned = Planned::default();
    // A message that waits to be read is told to the one who is away; other systems heard of it when it was written.
    let is_reach_back = kind.name == events::MESSAGE_CREATED && !people.is_empty();
    if !is_reach_back && kind.goes_by(ChannelKind::Webhook) {
        for webhook in webhooks::subscribed(delivery, facts.tenant, &facts.kind).await? {
            planned.add(ChannelKind::Webhook, webhook.to_string());
        }
    }
    let plan = Plan { delivery, kind, facts, settings: &settings, category: Category::of(&kind.category) };
    // Whoever is away is reached by one way, the first that is open, and not by all at once.
    if is_reach_back {
        plan.reach_back(&people, &mut planned).await?;
        return Ok(planned.recipients);
    }
    plan.add_named(&mut planned).await?;
    plan.add_people(&people, &mut planned).await?;
    Ok(planned.recipients)
}

/// What is planned for.
struct Plan<'a> {
    delivery: &'a Delivery,
    kind: &'a EventType,
    facts: &'a EventFacts,
    settings: &'a ChannelSettings,
    category: Category,
}

impl Plan<'_> {
    /// Those whom the data names by an address.
    async fn add_named(&self, planned: &mut Planned) -> Result<()> {
        let tenant = self.facts.tenant;
        if self.kind.goes_by(ChannelKind::Email) && self.settings.is_on(ChannelKind::Email) {
            let named = self.kind.emails_in(&self.facts.data).into_iter();
            let emails: Vec<String> = named.filter_map(|text| text::parse_email(text).ok()).collect();
            if self.kind.name == events::NOTIFICATIONS_DIGEST {
                // A choice of its own, which says nothing of a category and of which no category says anything.
                if preferences::wants_digest(self.delivery, self.facts).await? {
                    emails.into_iter().for_each(|email| planned.add(ChannelKind::Email, email));
                }
                return Ok(());
            }
            let chosen = self.chosen_at(ChannelKind::Email, &emails).await?;
            for email in emails {
                if chosen.admits(Address { channel: ChannelKind::Email, address: &email }, self.category) {
                    planned.add(ChannelKind::Email, email);
                }
            }
        }
        let phones = self.kind.phones_in(&self.facts.data);
        if phones.is_empty() {
            return Ok(());
        }
        let ways = open_ways(self.delivery, Some(self.kind), self.settings, tenant).await?;
        let Some(first) = ways.first() else { return Ok(()) };
        let country = country_of(self.delivery, tenant).await?;
        let named = phones.into_iter();
        let phones: Vec<String> = named.filter_map(|text| text::parse_phone(text, &country).ok()).collect();
        let chosen = self.chosen_at(*first, &phones).await?;
        for phone in phones {
            let admits = |way: &&ChannelKind| chosen.admits(Address { channel: **way, address: &phone }, self.category);
            if let Some(channel) = ways.iter().find(admits) {
                planned.add(*channel, phone);
            }
        }
        Ok(())
    }

    /// What the people at these addresses chose, when they are few enough to be asked now.
    async fn chosen_at(&self, channel: ChannelKind, addresses: &[String]) -> Result<preferences::Chosen> {
        if addresses.len() > ASKED_MAX {
            return Ok(preferences::Chosen::default());
        }
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        preferences::chosen_at(self.delivery, self.facts.tenant, channel, &addresses).await
    }

    /// Those who are told because of who they are: in the app and on their devices, and elsewhere when they chose so. What
    /// the event's own mail says is meant for whom it names; customers are named.
    async fn add_people(&self, people: &[Told], planned: &mut Planned) -> Result<()> {
        let tenant = self.facts.tenant;
        let ids: Vec<Uuid> = people.iter().map(|told| told.person).collect();
        let chosen = preferences::of_many(self.delivery, tenant, &ids).await?;
        let nothing = Stored::default();
        let wants = |told: &Told, channel| {
            let stored = chosen.get(&told.person).unwrap_or(&nothing);
            stored.choices.wants(told.is_customer, self.category, channel)
        };
        for told in people.iter().filter(|told| wants(told, ChannelKind::Inapp)) {
            planned.add(ChannelKind::Inapp, told.address.clone());
        }
        let pushed: Vec<Uuid> =
            people.iter().filter(|told| wants(told, ChannelKind::Push)).map(|told| told.person).collect();
        for (_, subscription) in push::find_of_people(self.delivery, tenant, &pushed).await? {
            planned.add(ChannelKind::Push, subscription.to_string());
        }
        // News of an account come by the account's own mail.
        if self.settings.is_on(ChannelKind::Email) && self.kind.name != events::ACCOUNT_SECURITY {
            for told in people.iter().filter(|told| !told.is_customer && wants(told, ChannelKind::Email)) {
                told.email.iter().for_each(|email| planned.add(ChannelKind::Email, email.clone()));
            }
        }
        let called =
            |told: &&Told| !told.is_customer && (wants(told, ChannelKind::Whatsapp) || wants(told, ChannelKind::Sms));
        let called: Vec<&Told> = people.iter().filter(called).collect();
        if called.is_empty() {
            return Ok(());
        }
        let ways = open_ways(self.delivery, None, self.settings, tenant).await?;
        let ids: Vec<Uuid> = called.iter().map(|told| told.person).collect();
        for contact in find_contacts(self.delivery.db().read(), tenant, &ids).await? {
            let told = called.iter().find(|told| told.person == contact.person);
            let way = told.and_then(|told| ways.iter().find(|channel| wants(told, **channel)));
            if let (Some(channel), Some(phone)) = (way, contact.phone) {
                planned.add(*channel, phone);
            }
        }
        Ok(())
    }

    /// A line in the app, and the first open way of push, mail and phone for each.
    async fn reach_back(&self, people: &[Told], planned: &mut Planned) -> Result<()> {
        let tenant = self.facts.tenant;
        let ids: Vec<Uuid> = people.iter().map(|told| told.person).collect();
        let devices = push::find_of_people(self.delivery, tenant, &ids).await?;
        let ways = open_ways(self.delivery, None, self.settings, tenant).await?;
        for told in people {
            let person = Person { tenant, id: told.person, is_customer: told.is_customer };
            let stored = preferences::of(self.delivery, person).await?;
            let wants = |channel| stored.choices.wants(told.is_customer, self.category, channel);
            if wants(ChannelKind::Inapp) {
                planned.add(ChannelKind::Inapp, told.address.clone());
            }
            let own = devices.iter().filter(|(person, _)| *person == told.person && wants(ChannelKind::Push));
            let own: Vec<String> = own.map(|(_, subscription)| subscription.to_string()).collect();
            if !own.is_empty() {
                own.into_iter().for_each(|subscription| planned.add(ChannelKind::Push, subscription));
                continue;
            }
            if let Some(recipient) = self.find_letter_box(told, &ways, &wants).await? {
                planned.add(recipient.channel, recipient.address);
            }
        }
        Ok(())
    }

    /// Where somebody without a device is reached: by mail, else by phone.
    async fn find_letter_box(
        &self,
        told: &Told,
        ways: &[ChannelKind],
        wants: &(impl Fn(ChannelKind) -> bool + Sync),
    ) -> Result<Option<Recipient>> {
        let (db, tenant) = (self.delivery.db().read(), self.facts.tenant);
        if self.settings.is_on(ChannelKind::Email)
            && wants(ChannelKind::Email)
            && let Some(email) = &told.email
        {
            let to = Address { channel: ChannelKind::Email, address: email };
            if !optouts::is_out(db, tenant, to, self.category).await? {
                return Ok(Some(Recipient { channel: ChannelKind::Email, address: email.clone() }));
            }
        }
        for channel in ways.iter().copied().filter(|channel| wants(*channel)) {
            let phone = match &told.phone {
                Some(phone) => Some(phone.clone()),
                None => find_contacts(db, tenant, &[told.person]).await?.pop().and_then(|contact| contact.phone),
            };
            let Some(phone) = phone else { return Ok(None) };
            if !optouts::is_out(db, tenant, Address { channel, address: &phone }, self.category).await? {
                return Ok(Some(Recipient { channel, address: phone }));
            }
        }
        Ok(None)
    }
}

/// Whether an event tells one person, who is away, of what waits for them.
pub(crate) fn is_reach_back(kind: &EventType, facts: &EventFacts) -> bool {
    kind.name == events::MESSAGE_CREATED && facts.data["recipient"].is_object()
}

/// Where those are reached whose devices are gone. Not to be called inside a transaction.
pub(crate) async fn letter_boxes(delivery: &Delivery, kind: &EventType, facts: &EventFacts) -> Result<Vec<Recipient>> {
    let tenant = facts.tenant;
    let settings = settings::of(delivery, tenant).await?;
    let plan = Plan { delivery, kind, facts, settings: &settings, category: Category::of(&kind.category) };
    let ways = open_ways(delivery, None, &settings, tenant).await?;
    let mut found = Vec::new();
    for told in notifications::audience(delivery, kind, facts).await? {
        let person = Person { tenant, id: told.person, is_customer: told.is_customer };
        let stored = preferences::of(delivery, person).await?;
        let wants = |channel| stored.choices.wants(told.is_customer, plan.category, channel);
        found.extend(plan.find_letter_box(&told, &ways, &wants).await?);
    }
    Ok(found)
}

/// The channels to a phone that are set up, WhatsApp first; those of a type where one is given.
async fn open_ways(
    delivery: &Delivery,
    kind: Option<&EventType>,
    settings: &ChannelSettings,
    tenant: Id<id::Tenant>,
) -> Result<Vec<ChannelKind>> {
    let wants = |channel| kind.is_none_or(|kind| kind.goes_by(channel)) && settings.is_on(channel);
    let mut ways = Vec::new();
    if wants(ChannelKind::Whatsapp) && whatsapp::is_set_up(delivery, settings, tenant).await? {
        ways.push(ChannelKind::Whatsapp);
    }
    if wants(ChannelKind::Sms) && settings.sms_provider().is_there() {
        ways.push(ChannelKind::Sms);
    }
    Ok(ways)
}

async fn country_of(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<String> {
    let tenant = find_tenant(delivery.people(), tenant).await?;
    Ok(tenant.map(|t| t.country.clone()).unwrap_or_default())
}

#[derive(Default)]
struct Planned {
    recipients: Vec<Recipient>,
    seen: HashSet<Recipient>,
}

impl Planned {
    fn add(&mut self, channel: ChannelKind, address: String) {
        let recipient = Recipient { channel, address };
        if self.seen.insert(recipient.clone()) {
            self.recipients.push(recipient);
        }
    }
}
