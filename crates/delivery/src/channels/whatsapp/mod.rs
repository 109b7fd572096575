//! WhatsApp messages: by a number on the Cloud API, the business's own or the operator's, or by the phone that the business
//! paired. Numbers are E.164 by the time they come here. What the Cloud API answers is read by one table (`verdict.rs`); what
//! becomes of a message later, it tells in a signed callback (`callback.rs`).

pub(crate) mod callback;
mod cloud;
mod media;
mod phone;
mod verdict;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, id};
use platform::Result;

use super::{Attempted, Channel, Failure, Lane, Outcome, Pace, Task, considerate::words_of, not_prepared};
use crate::{
    Delivery,
    model::ChannelKind,
    settings::{self, ChannelSettings, CloudAccount, Provider},
    whatsapp::store,
};

/// Longest text of a message, at the Cloud API and on phones alike.
pub const TEXT_CHARS_MAX: usize = 4096;
/// Longest text under a picture or a file.
pub const CAPTION_CHARS_MAX: usize = 1024;
/// Requests under way at once in this process.
const AT_ONCE: usize = 32;
/// Requests under way at once by one number.
const AT_ONCE_IN_LANE: usize = 8;
/// Messages of one business within a second; more wait. A paired phone has a slower pace of its own.
const PER_SECOND_OF_TENANT: u32 = 40;
/// Messages to one number within a minute; more wait. WhatsApp takes one in six seconds.
const PER_MINUTE_OF_RECIPIENT: u32 = 10;

/// Who carries a business's messages now.
enum Way {
    Cloud(CloudAccount),
    Phone,
    Nobody(Failure),
}

/// Whether a message by WhatsApp would have somebody to carry it.
pub(crate) async fn is_set_up(delivery: &Delivery, settings: &ChannelSettings, tenant: Id<id::Tenant>) -> Result<bool> {
    Ok(!matches!(find_way(delivery, settings, tenant).await?, Way::Nobody(_)))
}

/// Whether the operator's number carries a business's messages.
pub(crate) async fn is_by_operator(
    delivery: &Delivery,
    settings: &ChannelSettings,
    tenant: Id<id::Tenant>,
) -> Result<bool> {
    let is_system = matches!(settings.whatsapp_cloud(), Some(Provider::System(_)));
    Ok(is_system && !has_phone(delivery, tenant).await?)
}

async fn find_way(delivery: &Delivery, settings: &ChannelSettings, tenant: Id<id::Tenant>) -> Result<Way> {
    Ok(match settings.whatsapp_cloud() {
        Some(Provider::Own(account)) => Way::Cloud(account.clone()),
        Some(Provider::Missing(reason)) => Way::Nobody(reason.clone()),
        Some(Provider::System(account)) => match has_phone(delivery, tenant).await? {
            true => Way::Phone,
            false => Way::Cloud(account.clone()),
        },
        None if has_phone(delivery, tenant).await? => Way::Phone,
        None => Way::Nobody(Failure {
            code: "NO_WHATSAPP",
            error: "No phone is paired, and no number on WhatsApp's Cloud API is set up.".to_owned(),
        }),
    })
}

async fn has_phone(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<bool> {
    let row = store::find(delivery.db(), tenant).await?;
    Ok(row.is_some_and(|row| row.wanted && row.paired))
}

/// What is to be sent.
struct Letter<'a> {
    to: &'a str,
    text: String,
    media: Option<media::Media>,
    /// Of which delivery; none when somebody tries the channel.
    delivery: Option<Id<id::Delivery>>,
}

/// Sends WhatsApp messages.
#[derive(Debug)]
pub struct WhatsappChannel {
    delivery: Delivery,
}

impl WhatsappChannel {
    /// On this floor.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery }
    }

    async fn send(&self, task: &Task) -> std::result::Result<Attempted, Attempted> {
        let tenant = task.event.tenant;
        let settings = settings::of(&self.delivery, tenant).await.map_err(|e| not_prepared(&e))?;
        if !settings.is_on(ChannelKind::Whatsapp) {
            return Err(Attempted::held("CHANNEL_OFF", "WhatsApp messages are switched off in your channels."));
        }
        let way = find_way(&self.delivery, &settings, tenant).await.map_err(|e| not_prepared(&e))?;
        if let Way::Phone = way {
            phone::wait_for_turn(&self.delivery, tenant, task.delivery).await.map_err(Attempted::new)?;
        }
        let letter = Letter {
            to: &task.recipient,
            text: words_of(&self.delivery, task, ChannelKind::Whatsapp).await.map_err(|e| not_prepared(&e))?,
            media: media::named_in(&task.event.data),
            delivery: Some(task.delivery),
        };
        hand_over(&self.delivery, way, tenant, letter).await
    }
}

async fn hand_over(
    delivery: &Delivery,
    way: Way,
    tenant: Id<id::Tenant>,
    letter: Letter<'_>,
) -> std::result::Result<Attempted, Attempted> {
    if letter.text.trim().is_empty() && letter.media.is_none() {
        return Err(Attempted::dead("MESSAGE_EMPTY", "There is nothing to send."));
    }
    let most = if letter.media.is_some() { CAPTION_CHARS_MAX } else { TEXT_CHARS_MAX };
    if letter.text.chars().count() > most {
        return Err(Attempted::dead("MESSAGE_TOO_LARGE", format!("A WhatsApp message has at most {most} characters.")));
    }
    match way {
        Way::Cloud(account) => Ok(cloud::send(delivery, &account, &letter).await),
        Way::Phone => phone::send(delivery, tenant, letter).await,
        Way::Nobody(reason) => Err(Attempted::new(Outcome::Held { reason })),
    }
}

/// Sends one message outside the queue, to see whether the channel works.
pub(crate) async fn try_out(
    delivery: &Delivery,
    settings: &ChannelSettings,
    tenant: Id<id::Tenant>,
    to: &str,
    text: &str,
) -> Attempted {
    let way = match find_way(delivery, settings, tenant).await {
        Ok(way) => way,
        Err(fault) => return not_prepared(&fault),
    };
    let letter = Letter { to, text: text.to_owned(), media: None, delivery: None };
    hand_over(delivery, way, tenant, letter).await.unwrap_or_else(|ended| ended)
}

impl Channel for WhatsappChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Whatsapp
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
            let tenant = task.event.tenant;
            let settings = settings::of(&self.delivery, tenant).await;
            let has_phone = self.delivery.whatsapp().find(tenant).is_some();
            Lane(match settings.as_deref().map(ChannelSettings::whatsapp_cloud) {
                Ok(Some(Provider::Own(account))) => format!("cloud:{}", account.phone_number_id).into(),
                Ok(Some(Provider::System(account))) if !has_phone => {
                    format!("cloud:{}", account.phone_number_id).into()
                }
                _ => format!("phone:{tenant}").into(),
            })
        }
        .boxed()
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move { self.send(task).await.unwrap_or_else(|ended| ended) }.boxed()
    }

    fn blames_lane(&self, failure: &Failure) -> bool {
        verdict::CLOUD_API.is_to_blame(failure)
    }
}
