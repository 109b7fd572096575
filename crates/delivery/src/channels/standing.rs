//! In whose name something leaves. A business that the operator closed sends nothing, and where `REQUIRE_VERIFIED_OWNER` is on,
//! one whose owner has not proven their address sends nothing by the operator's own providers, but to that owner. What may not
//! leave waits, in a lane of its own, so that it says nothing about a provider that others use.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use people::{team::find_owners, tenants::find_tenant};
use platform::Result;

use super::{Attempted, Channel, Failure, Lane, Outcome, Pace, Task, not_prepared, whatsapp};
use crate::{
    Delivery,
    model::ChannelKind,
    settings::{self, Provider},
};

const CLOSED: &str = "BUSINESS_CLOSED";
const NOT_VERIFIED: &str = "OWNER_NOT_VERIFIED";

/// A channel for businesses in good standing.
pub struct Standing {
    delivery: Delivery,
    inner: Arc<dyn Channel>,
}

impl Standing {
    /// Around a channel that leaves the house.
    pub fn new(delivery: Delivery, inner: Arc<dyn Channel>) -> Self {
        Self { delivery, inner }
    }

    /// Why nothing leaves in the name of this business, if so.
    async fn hold_back(&self, task: &Task) -> Result<Option<Failure>> {
        let because = |code, error: &str| Ok(Some(Failure { code, error: error.to_owned() }));
        let business = find_tenant(self.delivery.people(), task.event.tenant).await?;
        if business.is_some_and(|business| business.suspended_at.is_some()) {
            return because(CLOSED, "The operator closed this business; this waits until it is open again.");
        }
        if self.must_be_verified(task).await? {
            return because(
                NOT_VERIFIED,
                "An owner must confirm their e-mail address first; the link was mailed to them.",
            );
        }
        Ok(None)
    }

    async fn must_be_verified(&self, task: &Task) -> Result<bool> {
        let (delivery, tenant) = (&self.delivery, task.event.tenant);
        if !delivery.platform().config().require_verified_owner || !self.is_by_operator(task).await? {
            return Ok(false);
        }
        let owners = find_owners(delivery.db().read(), tenant).await?;
        let is_verified = owners.iter().any(|owner| owner.email_verified);
        let is_for_owner = owners.iter().any(|owner| owner.email.eq_ignore_ascii_case(&task.recipient));
        Ok(!is_verified && !is_for_owner)
    }

    /// Whether the operator's provider would carry it.
    async fn is_by_operator(&self, task: &Task) -> Result<bool> {
        let (delivery, tenant) = (&self.delivery, task.event.tenant);
        let settings = settings::of(delivery, tenant).await?;
        Ok(match self.inner.kind() {
            ChannelKind::Email => matches!(settings.email_provider(), Provider::System(())),
            ChannelKind::Sms => matches!(settings.sms_provider(), Provider::System(_)),
            ChannelKind::Whatsapp => whatsapp::is_by_operator(delivery, &settings, tenant).await?,
            ChannelKind::Webhook | ChannelKind::Push | ChannelKind::Inapp => false,
        })
    }
}

impl std::fmt::Debug for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Standing").field("kind", &self.inner.kind()).finish_non_exhaustive()
    }
}

impl Channel for Standing {
    fn kind(&self) -> ChannelKind {
        self.inner.kind()
    }

    fn pace(&self) -> Pace {
        self.inner.pace()
    }

    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        async move {
            match self.hold_back(task).await {
                Ok(Some(_)) => Lane(format!("held back {}", task.event.tenant).into()),
                // A fault is told by the attempt.
                Ok(None) | Err(_) => self.inner.lane(task).await,
            }
        }
        .boxed()
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move {
            match self.hold_back(task).await {
                Ok(None) => self.inner.attempt(task).await,
                Ok(Some(reason)) => Attempted::new(Outcome::Held { reason }),
                Err(fault) => not_prepared(&fault),
            }
        }
        .boxed()
    }

    fn give_way<'a>(&'a self, task: &'a Task, waited: Duration) -> BoxFuture<'a, Option<Failure>> {
        self.inner.give_way(task, waited)
    }

    fn blames_lane(&self, failure: &Failure) -> bool {
        self.inner.blames_lane(failure)
    }
}
