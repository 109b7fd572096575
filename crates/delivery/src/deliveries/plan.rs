//! Who hears of an event, by which channel: the people its data names, the addresses that subscribed, and those of the
//! business who are told in the app. Nobody hears of it twice by one channel.

use std::collections::HashSet;

use kernel::{Id, id, text};
use people::tenants::find_tenant;
use platform::Result;

use crate::{
    Delivery,
    catalogue::EventType,
    channels::whatsapp,
    model::{ChannelKind, EventFacts, Recipient},
    notifications,
    settings::{self, ChannelSettings},
    webhooks,
};

/// Everybody who shall hear of it, each once per channel. Not to be called inside a transaction.
pub(crate) async fn plan(delivery: &Delivery, kind: &EventType, facts: &EventFacts) -> Result<Vec<Recipient>> {
    let settings = settings::of(delivery, facts.tenant).await?;
    let mut planned = Planned::default();
    if kind.goes_by(ChannelKind::Email) && settings.is_on(ChannelKind::Email) {
        for email in kind.emails_in(&facts.data).into_iter().filter_map(|text| text::parse_email(text).ok()) {
            planned.add(ChannelKind::Email, email);
        }
    }
    if let Some(channel) = decide_phone_channel(delivery, kind, &settings, facts.tenant).await? {
        let phones = kind.phones_in(&facts.data);
        if !phones.is_empty() {
            let country = country_of(delivery, facts.tenant).await?;
            for phone in phones.into_iter().filter_map(|text| text::parse_phone(text, &country).ok()) {
                planned.add(channel, phone);
            }
        }
    }
    if kind.goes_by(ChannelKind::Webhook) {
        for webhook in webhooks::subscribed(delivery, facts.tenant, &facts.kind).await? {
            planned.add(ChannelKind::Webhook, webhook.to_string());
        }
    }
    for recipient in notifications::audience(delivery, kind, facts).await? {
        planned.add(recipient.channel, recipient.address);
    }
    Ok(planned.recipients)
}

/// WhatsApp where it is wanted and set up, else text messages where they are.
async fn decide_phone_channel(
    delivery: &Delivery,
    kind: &EventType,
    settings: &ChannelSettings,
    tenant: Id<id::Tenant>,
) -> Result<Option<ChannelKind>> {
    let wants = |channel| kind.goes_by(channel) && settings.is_on(channel);
    if wants(ChannelKind::Whatsapp) && whatsapp::is_set_up(delivery, settings, tenant).await? {
        return Ok(Some(ChannelKind::Whatsapp));
    }
    let by_sms = wants(ChannelKind::Sms) && settings.sms_provider().is_there();
    Ok(by_sms.then_some(ChannelKind::Sms))
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
