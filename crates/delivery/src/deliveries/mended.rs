//! A lane that was left alone after failures is tried again at once when something was mended: settings were saved, a webhook
//! got another address or answered a test call, or a person wants a delivery tried now.

use std::sync::Arc;

use kernel::{Id, id};
use platform::{Tx, signals::Topic};

use crate::{
    Delivery,
    channels::{Lane, Task},
    model::{ChannelKind, EventFacts},
    signals::CHANNELS_CHANGED,
};

/// A channel and a lane of it.
const LANE_MENDED: Topic<(String, String)> = Topic::new("lane.mended");
/// Channels with settings of the business's own; the lanes of the others belong to one recipient each.
const SET_UP: [ChannelKind; 3] = [ChannelKind::Email, ChannelKind::Sms, ChannelKind::Whatsapp];

/// Registers what is tried again.
pub(crate) fn register(delivery: &Delivery) {
    let signals = delivery.db().signals();
    let mended = delivery.clone();
    signals.on(&LANE_MENDED, move |(channel, lane): (String, String)| {
        if let Some(channel) = ChannelKind::parse(&channel) {
            mended.queue().look_again(channel, &Lane(lane.into()));
        }
    });
    let changed = delivery.clone();
    signals.on(&CHANNELS_CHANGED, move |tenant: Id<id::Tenant>| {
        let delivery = changed.clone();
        // The lanes are those of the new settings, which must be read first.
        tokio::spawn(async move {
            for channel in SET_UP {
                if let Some(lane) = lane_of(&delivery, tenant, channel, "").await {
                    delivery.queue().look_again(channel, &lane);
                }
            }
        });
    });
}

/// Whom deliveries to this recipient go through. Not to be called inside a transaction.
pub(crate) async fn lane_of(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    channel: ChannelKind,
    recipient: &str,
) -> Option<Lane> {
    let world = delivery.platform().world();
    let event = EventFacts { id: world.id(), tenant, kind: "".into(), data: Arc::default(), at: world.now() };
    let task = Task { delivery: world.id(), event: Arc::new(event), channel, recipient: recipient.into(), attempt: 1 };
    delivery.queue().lane_of(&task).await
}

/// Once the transaction is through, the next delivery of the lane is tried.
pub(crate) fn look_again_after(tx: &mut Tx, channel: ChannelKind, lane: &Lane) {
    tx.signal(&LANE_MENDED, &(channel.as_str().to_owned(), lane.0.to_string()));
}

/// The lane of one webhook.
pub(crate) fn webhook_lane(webhook: Id<id::Webhook>) -> Lane {
    Lane(webhook.to_string().into())
}
