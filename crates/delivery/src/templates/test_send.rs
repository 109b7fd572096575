//! Sends a text to one address, to see it where its readers see it. It is an event like any other, with the type's example
//! or given data, except that nobody but that address hears of it; how it fares is seen in its deliveries.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Right, id, text};
use people::tenants::find_tenant;
use platform::{AuditEntry, Fault, Result, db::IDEMPOTENCY, http::ClientInfo};
use serde_json::{Value as Json, json};

use super::{actions::Place, render::render};
use crate::{
    Delivery,
    deliveries::work::Card,
    events::intake::{Draft, Refusal},
    model::{ChannelKind, EventFacts, EventStatus, Recipient},
};

/// The word stored as the way by which the event came.
const SOURCE: &str = "test";

/// Sends it; what is stored counts, not what stands in an editor.
pub(super) async fn send_test(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    place: &Place,
    to: Option<&str>,
    data: Option<Json>,
) -> Result<Id<id::Event>> {
    caller.check(Right::SettingsEdit)?;
    let recipient = parse_recipient(delivery, caller, place.channel, to).await?;
    let mut data = data.unwrap_or_else(|| place.kind.example.clone());
    place.kind.check_sample(&data)?;
    if let Json::Object(data) = &mut data {
        data.insert("language".to_owned(), place.language.as_str().into());
    }
    let world = delivery.platform().world();
    let facts = EventFacts {
        id: world.id(),
        tenant: caller.tenant,
        kind: place.kind.name.as_str().into(),
        data: Arc::new(data),
        at: world.now(),
    };
    // A text that cannot be written is told here and not by a dead delivery.
    render(delivery, &facts, place.channel, None).await?;
    note(delivery, caller, client, place, &recipient, facts.id).await?;
    let event = facts.id;
    match delivery.intake().store(draft_of(facts, caller, recipient)).await? {
        Ok(()) => Ok(event),
        Err(Refusal::Problem(problem)) => Err(problem.into()),
        Err(Refusal::Repeated(_)) => Err(Fault::internal("sending a test", "an event without a key was repeated")),
    }
}

fn draft_of(facts: EventFacts, caller: &Caller, recipient: Recipient) -> Draft {
    let text = facts.data.to_string();
    let spelling = facts.kind.clone();
    Draft {
        card: Arc::new(Card { facts: Arc::new(facts), spelling, token: None, bytes: text.len() }),
        data: text,
        status: EventStatus::Processing,
        source: SOURCE,
        actor: caller.person_id(),
        client_key: None,
        digest: None,
        replay_of: None,
        scheduled_for: None,
        spread_at: None,
        recipients: vec![recipient],
        request: IDEMPOTENCY.try_with(|key| *key).ok(),
    }
}

/// An address for mail, a number for a phone; a notice goes to whoever asks.
async fn parse_recipient(
    delivery: &Delivery,
    caller: &Caller,
    channel: ChannelKind,
    to: Option<&str>,
) -> Result<Recipient> {
    let needed = || to.ok_or_else(|| Problem::field("to", "REQUIRED", "is required"));
    let address = match channel {
        ChannelKind::Email => {
            text::parse_email(needed()?).map_err(|e| Problem::field("to", "INVALID_EMAIL", e.to_string()))?
        }
        ChannelKind::Sms | ChannelKind::Whatsapp => {
            let tenant = find_tenant(delivery.people(), caller.tenant).await?.ok_or_else(Problem::not_found)?;
            let phone = text::parse_phone(needed()?, &tenant.country);
            phone.map_err(|e| Problem::field("to", "INVALID_PHONE", e.to_string()))?
        }
        ChannelKind::Inapp | ChannelKind::Push | ChannelKind::Webhook => caller.person_id(),
    };
    Ok(Recipient { channel, address })
}

/// Whoever can write to any address leaves a trace.
async fn note(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    place: &Place,
    recipient: &Recipient,
    event: Id<id::Event>,
) -> Result<()> {
    let mut tx = delivery.db().begin().await?;
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "template.tested",
        object: event.to_string(),
        details: json!({ "type": place.kind.name, "channel": place.channel.as_str(), "to": recipient.address }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await
}
