//! A manager changes how the business sends.

use http::HeaderMap;
use kernel::{Caller, Id, Problem, id, problem::Fields};
use platform::{
    AuditEntry, Result,
    db::changed,
    http::{ClientInfo, etag},
    outbound::OutboundError,
};
use serde_json::{Value as Json, json};

use crate::{
    Delivery, deliveries,
    model::ChannelKind,
    settings::{
        access, error,
        model::{ChannelSettings, Stored},
        rules::{ChannelsPatch, changed_fields, decide_settings},
        store,
    },
    signals::CHANNELS_CHANGED,
    webhooks,
};

/// Channels whose waiting deliveries are let go when the settings change: another provider may be there now.
const HELD_CHANNELS: [ChannelKind; 4] =
    [ChannelKind::Email, ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Webhook];

/// Where a name is looked up for, when no port was sent; it plays no part in what the name leads to.
const SMTP_PORT: u16 = 587;

pub(in crate::settings) async fn change_channels(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    patch: ChannelsPatch,
) -> Result<ChannelSettings> {
    access::check(caller)?;
    let (platform, tenant) = (delivery.platform(), caller.tenant);
    check_addresses(delivery, &patch).await?;
    let mut tx = platform.db().begin().await?;
    let present = store::find_locked(&tx, platform.crypto(), tenant).await?.unwrap_or_default();
    etag::check_if_match(headers, present.version)?;
    let next = Stored { updated_at: Some(tx.now()), ..decide_settings(&present, patch)? };
    if !store::save(&tx, platform.crypto(), tenant, &next).await? {
        return Err(error::changed_meanwhile().into());
    }
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: caller.person_id(),
        action: "channels.updated",
        object: tenant.to_string(),
        details: audited(&present, &next),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    let url = next.webhook_url.as_deref().filter(|_| next.webhook_enabled);
    webhooks::follow_settings(&mut tx, delivery, tenant, url).await?;
    tx.signal(&CHANNELS_CHANGED, &tenant);
    tx.commit().await?;
    release(delivery, tenant).await;
    Ok(access::provide(platform.config(), next))
}

/// What the audit log keeps of a change: everything as it was and is, and of a secret only that it was given anew.
fn audited(present: &Stored, next: &Stored) -> Json {
    let mut details = changed(&state(present), &state(next));
    details["changed"] = json!(changed_fields(present, next));
    details
}

fn state(stored: &Stored) -> Json {
    json!({ "emailEnabled": stored.email_enabled, "useCustomerSmtp": stored.use_customer_smtp,
        "smsEnabled": stored.sms_enabled, "useCustomerTwilio": stored.use_customer_twilio,
        "whatsappEnabled": stored.whatsapp_enabled, "useCustomerWhatsapp": stored.use_customer_whatsapp,
        "webhookEnabled": stored.webhook_enabled, "webhookUrl": stored.webhook_url, "replyTo": stored.reply_to,
        "smtp": stored.smtp, "twilio": stored.twilio, "whatsapp": stored.whatsapp })
}

/// Addresses of the open internet, or such as the operator opened. What their names lead to today is looked at as well, so that
/// whoever gives an address inside is told at once, and not after the first message; it is looked at again each time.
async fn check_addresses(delivery: &Delivery, patch: &ChannelsPatch) -> std::result::Result<(), Problem> {
    let outbound = delivery.platform().outbound();
    let mut fields = Fields::new();
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(url) = patch.webhook_url.as_ref().and_then(Option::as_deref).and_then(given) {
        webhooks::check_address(delivery, &mut fields, "webhookUrl", &url).await;
    }
    if let Some(smtp) = patch.smtp.as_ref().and_then(Option::as_ref)
        && let Some(host) = smtp.host.as_deref().and_then(given)
    {
        // A name that is not found now may be there tomorrow.
        let led = outbound.resolve_checked(host.trim_end_matches('.'), smtp.port.unwrap_or(SMTP_PORT)).await;
        if let Err(refused @ OutboundError::NotAllowed(_)) = led {
            fields.refuse("smtp.host", refused.code(), refused.to_string());
        }
    }
    fields.check()
}

/// What could not be sent before gets another chance at once. The change stands whatever comes of it; a delivery that stays
/// held is released by the next change, or by hand.
async fn release(delivery: &Delivery, tenant: Id<id::Tenant>) {
    for channel in HELD_CHANNELS {
        if let Err(fault) = deliveries::release_held(delivery, tenant, channel).await {
            tracing::error!(%tenant, channel = channel.as_str(), cause = fault.chain(), "held deliveries were not released");
        }
    }
}
