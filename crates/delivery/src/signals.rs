//! What this floor remembers of a business, forgotten on every node when one of them changes it; what is called off; and the
//! worker, woken when another node has made something due.

use kernel::{Id, id};
use platform::signals::{Topic, WORK_DUE};

use crate::{Delivery, deliveries, model::ChannelKind, notifications};

/// The channels' settings of a business changed.
pub(crate) const CHANNELS_CHANGED: Topic<Id<id::Tenant>> = Topic::new("channels.changed");
/// The webhooks of a business changed.
pub(crate) const WEBHOOKS_CHANGED: Topic<Id<id::Tenant>> = Topic::new("webhooks.changed");
/// The own types of a business changed.
pub(crate) const TYPES_CHANGED: Topic<Id<id::Tenant>> = Topic::new("event_types.changed");
/// The own texts of a business for this type and these channels changed.
pub(crate) const TEXTS_CHANGED: Topic<(Id<id::Tenant>, String, Vec<String>)> = Topic::new("texts.changed");

/// An event was called off: what a process has in hand of it stays there.
pub(crate) const EVENT_CALLED_OFF: Topic<Id<id::Event>> = Topic::new("event.called_off");

/// Registers what is forgotten.
pub(crate) fn register(delivery: &Delivery) {
    let signals = delivery.db().signals();
    notifications::members::register(delivery);
    deliveries::mended::register(delivery);
    let cache = delivery.channel_settings().clone();
    signals.on(&CHANNELS_CHANGED, move |tenant| cache.forget(&tenant));
    let cache = delivery.webhook_endpoints().clone();
    signals.on(&WEBHOOKS_CHANGED, move |tenant| cache.forget(&tenant));
    let cache = delivery.event_types().clone();
    signals.on(&TYPES_CHANGED, move |tenant| cache.forget(&tenant));
    let cache = delivery.templates().clone();
    signals.on(&TEXTS_CHANGED, move |(tenant, kind, channels): (_, String, Vec<String>)| {
        for channel in channels.iter().filter_map(|channel| ChannelKind::parse(channel)) {
            cache.forget(&(tenant, kind.clone(), channel));
        }
    });
    let queue = delivery.queue().clone();
    signals.on(&EVENT_CALLED_OFF, move |event| queue.forget_event(event));
    let worker = delivery.clone();
    signals.on(&WORK_DUE, move |()| worker.hear_of_work());
    let (settings, webhooks, types, texts) = (
        delivery.channel_settings().clone(),
        delivery.webhook_endpoints().clone(),
        delivery.event_types().clone(),
        delivery.templates().clone(),
    );
    signals.on_gap(move || {
        settings.forget_all();
        webhooks.forget_all();
        types.forget_all();
        texts.forget_all();
    });
}
