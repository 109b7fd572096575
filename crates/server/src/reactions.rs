//! Which fact makes what happen on a floor that the one who states it cannot see. A reaction runs after the commit, at
//! least once, and so must be idempotent.

use delivery::{
    Delivery,
    deliveries::release_held,
    events::{Hearers, accept_fact},
    model::ChannelKind,
    notifications::reminders,
    webhooks,
};
use kernel::{Id, events, id};
use platform::{Fault, Platform, Result, jobs::EventRow};
use talk::{
    Talk,
    messaging::actions::{follow_appointment, let_go},
};

/// Facts about an appointment: its thread opens, closes or changes hands with it.
pub const APPOINTMENT_FACTS: &[&str] = &[
    events::APPOINTMENT_CREATED,
    events::APPOINTMENT_UPDATED,
    events::APPOINTMENT_CONFIRMED,
    events::APPOINTMENT_REJECTED,
    events::APPOINTMENT_COMPLETED,
    events::APPOINTMENT_CANCELLED,
];

/// Every fact that is stated anywhere; each is counted by its type. Those without a reaction of their own stand here too, so
/// that a new fact is placed knowingly.
pub const FACTS: &[&str] = &[
    events::TENANT_CREATED,
    events::CUSTOMER_CREATED,
    events::CUSTOMER_UPDATED,
    events::APPOINTMENT_CREATED,
    events::APPOINTMENT_UPDATED,
    events::APPOINTMENT_CONFIRMED,
    events::APPOINTMENT_REJECTED,
    events::APPOINTMENT_COMPLETED,
    events::APPOINTMENT_CANCELLED,
    events::WEBHOOK_DISABLED,
    events::APPOINTMENT_REMINDER,
    events::MESSAGE_CREATED,
    events::NOTIFICATIONS_DIGEST,
    events::TEAM_MEMBER_JOINED,
    events::TEAM_MEMBER_LEFT,
    events::TEAM_ROLE_CHANGED,
    events::TEAM_OWNERSHIP_TRANSFERRED,
    events::ACCOUNT_SECURITY,
];

/// Facts that are a matter of this house alone: nobody else hears of them.
pub const OWN_FACTS: &[&str] = &[events::MEMBER_LEFT, events::TENANT_RESUMED, events::OWNER_VERIFIED];

/// Channels that leave the house.
const LEAVING: [ChannelKind; 5] =
    [ChannelKind::Email, ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Push, ChannelKind::Webhook];

/// Registers every reaction.
pub fn register(platform: &Platform, delivery: &Delivery, talk: &Talk) {
    for kind in FACTS {
        platform.jobs().react(kind, count);
        let delivery = delivery.clone();
        platform.jobs().react(kind, move |event| {
            let delivery = delivery.clone();
            async move { state_event(&delivery, event).await }
        });
    }
    for kind in OWN_FACTS {
        platform.jobs().react(kind, count);
    }
    for kind in [events::TENANT_RESUMED, events::OWNER_VERIFIED] {
        let delivery = delivery.clone();
        platform.jobs().react(kind, move |event| {
            let delivery = delivery.clone();
            async move { let_leave(&delivery, event.tenant).await }
        });
    }
    let minding = talk.clone();
    platform.jobs().react(events::MEMBER_LEFT, move |event| {
        let talk = minding.clone();
        async move { let_go(&talk, event.tenant, parse_member(&event)?).await.map(drop) }
    });
    platform.jobs().in_any_order(events::MESSAGE_CREATED);
    for kind in APPOINTMENT_FACTS {
        let reminding = delivery.clone();
        platform.jobs().react(kind, move |event| {
            let delivery = reminding.clone();
            async move { reminders::follow_appointment(&delivery, event.tenant, event.occurred_at, &event.data).await }
        });
        let talk = talk.clone();
        platform.jobs().react(kind, move |event| {
            let talk = talk.clone();
            async move { follow_appointment(&talk, event.tenant, parse_appointment(&event)?).await }
        });
    }
}

/// What waited for the business to be in good standing may go.
async fn let_leave(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<()> {
    for channel in LEAVING {
        release_held(delivery, tenant, channel).await?;
    }
    Ok(())
}

/// Counts a fact by its type.
async fn count(event: EventRow) -> Result<()> {
    metrics::counter!("frontdesk_events_total", "type" => event.kind).increment(1);
    Ok(())
}

/// A fact of this house is an event like any other: whoever subscribed hears of it, and the people it names are told. The
/// fact's id is the event's, so doing it twice changes nothing.
async fn state_event(delivery: &Delivery, fact: EventRow) -> Result<()> {
    if is_for_systems(&fact) && !webhooks::are_subscribed(delivery, fact.tenant, &fact.kind).await? {
        // Whoever listened has gone meanwhile.
        return Ok(());
    }
    let hearers = decide_hearers(&fact);
    accept_fact(delivery, fact.id, fact.tenant, &fact.kind, fact.data, fact.occurred_at, hearers).await
}

/// Every message is a fact for the systems that listen; one that names a recipient is for a person who is away.
fn is_for_systems(fact: &EventRow) -> bool {
    fact.kind == events::MESSAGE_CREATED && !fact.data["recipient"].is_object()
}

/// People are told of a changed appointment when its time or its person changed: customers are not written to because their
/// visit has begun, because they did not come, or because a remark was corrected.
fn decide_hearers(fact: &EventRow) -> Hearers {
    if fact.kind == events::ACCOUNT_SECURITY {
        // Nobody's business but the holder's.
        return Hearers::People;
    }
    let appointment = &fact.data["appointment"];
    let has_moved = appointment["startBefore"].is_string() || appointment["staffNameBefore"].is_string();
    let is_quiet = fact.kind == events::APPOINTMENT_UPDATED && !has_moved;
    if is_quiet || is_for_systems(fact) { Hearers::Systems } else { Hearers::All }
}

/// The member that a fact is about.
fn parse_member(event: &EventRow) -> Result<Id<id::User>> {
    let text = event.data["userId"].as_str().unwrap_or_default();
    Id::parse(text).map_err(|e| Fault::internal("reading an event about a member", e))
}

/// The appointment that a fact is about.
fn parse_appointment(event: &EventRow) -> Result<Id<id::Appointment>> {
    let text = event.data["appointment"]["id"].as_str().unwrap_or_default();
    Id::parse(text).map_err(|e| Fault::internal("reading an event about an appointment", e))
}
