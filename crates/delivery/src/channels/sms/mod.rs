//! Text messages by Twilio, through the operator's account or the business's own. Numbers are E.164 by the time they come
//! here. What Twilio answers is read by one table (`verdict.rs`); what becomes of a message later, it tells in a signed
//! callback (`callback.rs`).

pub(crate) mod callback;
pub(crate) mod incoming;
mod segments;
mod twilio;
mod verdict;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, id};

use super::{Attempted, Channel, Failure, Lane, Outcome, Pace, Task, considerate::words_of, not_prepared};
use crate::{
    Delivery,
    model::ChannelKind,
    settings::{self, ChannelSettings, Provider},
};
use twilio::Message;

/// Longest text that Twilio takes.
pub const SMS_CHARS_MAX: usize = 1600;
/// Requests under way at once in this process.
const AT_ONCE: usize = 32;
/// Requests under way at once by one account.
const AT_ONCE_IN_LANE: usize = 8;
/// Messages of one business within a second; more wait.
const PER_SECOND_OF_TENANT: u32 = 10;
/// Messages to one number within a minute; more wait.
const PER_MINUTE_OF_RECIPIENT: u32 = 6;

/// Sends text messages.
#[derive(Debug)]
pub struct SmsChannel {
    delivery: Delivery,
}

impl SmsChannel {
    /// On this floor.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery }
    }

    async fn send(&self, task: &Task) -> Result<Attempted, Attempted> {
        let settings = settings::of(&self.delivery, task.event.tenant).await.map_err(|e| not_prepared(&e))?;
        if !settings.is_on(ChannelKind::Sms) {
            return Err(Attempted::held("CHANNEL_OFF", "Text messages are switched off in your channels."));
        }
        let text = words_of(&self.delivery, task, ChannelKind::Sms).await.map_err(|e| not_prepared(&e))?;
        Ok(hand_over(&self.delivery, &settings, &task.recipient, &text, Some(task.delivery)).await)
    }
}

/// Sends one message outside the queue, to see whether the account works.
pub(crate) async fn try_out(delivery: &Delivery, settings: &ChannelSettings, to: &str, body: &str) -> Attempted {
    hand_over(delivery, settings, to, body, None).await
}

async fn hand_over(
    delivery: &Delivery,
    settings: &ChannelSettings,
    to: &str,
    body: &str,
    of: Option<Id<id::Delivery>>,
) -> Attempted {
    let account = match settings.sms_provider() {
        Provider::System(account) | Provider::Own(account) => account,
        Provider::Missing(reason) => return Attempted::new(Outcome::Held { reason: reason.clone() }),
    };
    let platform = delivery.platform();
    let status_callback = of.filter(|_| can_be_called(delivery)).map(|id| callback::address(delivery, id));
    let message = Message { to, body, status_callback };
    let sms = &platform.config().sms;
    twilio::send(platform.outbound(), &sms.base_url, account, &message, platform.world().now()).await
}

/// Twilio refuses a message that names a callback on the sender's own machine; our stand-in runs on it.
fn can_be_called(delivery: &Delivery) -> bool {
    let config = delivery.platform().config();
    let host = url::Url::parse(&config.client_url).ok();
    let host = host.as_ref().and_then(url::Url::host);
    let is_local = match host {
        Some(url::Host::Domain(name)) => name == "localhost" || !name.contains('.'),
        Some(url::Host::Ipv4(v4)) => v4.is_loopback() || v4.is_private(),
        Some(url::Host::Ipv6(v6)) => v6.is_loopback(),
        None => true,
    };
    config.sms.simulated || !is_local
}

impl Channel for SmsChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn pace(&self) -> Pace {
        Pace {
            at_once: AT_ONCE,
            at_once_in_lane: AT_ONCE_IN_LANE,
            per_second_of_tenant: Some(PER_SECOND_OF_TENANT),
            per_minute_of_recipient: Some(PER_MINUTE_OF_RECIPIENT),
        }
    }

    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        async move {
            let settings = settings::of(&self.delivery, task.event.tenant).await;
            Lane(match settings.as_deref().map(ChannelSettings::sms_provider) {
                Ok(Provider::Own(account)) => format!("twilio:{}", account.account_sid).into(),
                _ => "twilio".into(),
            })
        }
        .boxed()
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move { self.send(task).await.unwrap_or_else(|ended| ended) }.boxed()
    }

    fn blames_lane(&self, failure: &Failure) -> bool {
        verdict::TWILIO.is_to_blame(failure)
    }
}
