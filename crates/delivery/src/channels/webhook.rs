//! Deliveries to other systems: a signed request to the address of a webhook. What it looks like is in
//! [`crate::webhooks`]; this is its place in the queue. Each webhook is a lane of its own.

use futures_util::future::BoxFuture;
use kernel::{Id, id};

use super::{Attempted, Channel, Failure, Lane, NOT_PREPARED, Pace, Task};
use crate::{
    Delivery,
    catalogue::is_personal,
    model::ChannelKind,
    webhooks::{call, find_endpoint, note},
};

/// Calls at once in this process; each holds little more than a connection.
const AT_ONCE: usize = 256;
/// Calls at once to one webhook.
const AT_ONCE_IN_LANE: usize = 16;

/// Speaks to webhooks.
#[derive(Debug, Clone)]
pub struct WebhookChannel {
    delivery: Delivery,
}

impl WebhookChannel {
    /// On this floor.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery }
    }

    async fn try_once(&self, task: &Task) -> Attempted {
        let Ok(webhook) = Id::<id::Webhook>::parse(&task.recipient) else {
            return Attempted::dead("WEBHOOK_REMOVED", "There is no such webhook.");
        };
        let endpoint = match find_endpoint(&self.delivery, task.event.tenant, webhook).await {
            Ok(Some(endpoint)) => endpoint,
            Ok(None) => return Attempted::dead("WEBHOOK_REMOVED", "The webhook was removed."),
            Err(fault) => {
                tracing::error!(%webhook, cause = fault.chain(), "a webhook could not be looked up");
                return Attempted::retry("INTERNAL", "The webhook could not be looked up.");
            }
        };
        if is_personal(&task.event.kind) {
            // Planned by an earlier release.
            return Attempted::dead("NOT_FOR_WEBHOOKS", "What is somebody's own matter is told to no other system.");
        }
        if !endpoint.enabled {
            return Attempted::dead("WEBHOOK_DISABLED", "The webhook is switched off.");
        }
        let attempted = call(&self.delivery, &endpoint, &task.event, task.delivery).await;
        note(&self.delivery, &endpoint, &attempted.outcome).await;
        attempted
    }
}

impl Channel for WebhookChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Webhook
    }
    fn pace(&self) -> Pace {
        Pace {
            at_once: AT_ONCE,
            at_once_in_lane: AT_ONCE_IN_LANE,
            per_second_of_tenant: None,
            per_minute_of_recipient: None,
        }
    }
    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        Box::pin(std::future::ready(Lane(task.recipient.clone())))
    }
    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        Box::pin(self.try_once(task))
    }
    /// Our own troubles say nothing about the receiver.
    fn blames_lane(&self, failure: &Failure) -> bool {
        !matches!(failure.code, NOT_PREPARED | "INTERNAL" | "WEBHOOK_REMOVED" | "WEBHOOK_DISABLED" | "NOT_FOR_WEBHOOKS")
    }
}
