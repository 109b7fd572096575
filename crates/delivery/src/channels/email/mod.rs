//! Mail, through the operator's server or the business's own. One attempt puts the mail together from its text, offers a
//! way off the list where nobody has to get it, hands it to a server within a time limit and reads from the answer what is
//! to become of it (`verdict.rs`). Its `Message-ID` is the delivery's id, so that a mail which goes out twice because an
//! answer was lost is shown once.

mod letter;
pub mod optout;
mod servers;
mod verdict;

use futures_util::{FutureExt, future::BoxFuture};
use platform::mail::{CONNECTIONS_MAX, Mail, Mailer};

use super::{Attempted, Channel, Failure, Lane, Outcome, Pace, Task, not_prepared};
use crate::{
    Delivery, catalogue,
    model::ChannelKind,
    settings::{self, ChannelSettings, Provider},
};
use servers::Servers;
pub(crate) use servers::open;

/// Mails under way at once in this process, over all servers.
const AT_ONCE: usize = 64;
/// Mails of one business within a second; more wait.
const PER_SECOND_OF_TENANT: u32 = 100;
/// Mails to one address within a minute; more wait.
const PER_MINUTE_OF_RECIPIENT: u32 = 30;

/// Sends mail.
#[derive(Debug)]
pub struct EmailChannel {
    delivery: Delivery,
    servers: Servers,
}

impl EmailChannel {
    /// With no connection open yet.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery, servers: Servers::new() }
    }

    async fn send(&self, task: &Task) -> Result<Attempted, Attempted> {
        let tenant = task.event.tenant;
        let settings = settings::of(&self.delivery, tenant).await.map_err(|e| not_prepared(&e))?;
        if !settings.is_on(ChannelKind::Email) {
            return Err(Attempted::held("CHANNEL_OFF", "Mail is switched off in your channels."));
        }
        let mailer = self.servers.of(&self.delivery, tenant, &settings).map_err(held)?;
        let kind = catalogue::find(&self.delivery, tenant, &task.event.kind).await.map_err(|e| not_prepared(&e))?;
        let mail = letter::write(&self.delivery, task, &settings, kind.as_deref()).await?;
        Ok(hand_over(&mailer, &settings, &mail).await)
    }
}

/// Tries to send one mail through the mailer of these settings and says how that ended.
pub(crate) async fn hand_over(mailer: &Mailer, settings: &ChannelSettings, mail: &Mail) -> Attempted {
    let request = format!("To: {}\nSubject: {}\n\n{}", mail.to_email, mail.subject, mail.text);
    let request = Some(kernel::text::preview(&request, letter::LOGGED_CHARS_MAX).to_owned());
    match mailer.send(mail).await {
        Ok(receipt) => {
            let sent = Attempted::new(Outcome::Sent { message_id: Some(receipt.message_id) });
            Attempted { request, response: Some(receipt.answer), ..sent }
        }
        Err(error) => {
            let response = error.reply().map(|reply| format!("{} {}", reply.code, reply.text));
            let is_own = matches!(settings.email_provider(), Provider::Own(_));
            Attempted { request, response, ..Attempted::new(verdict::decide(&error, is_own)) }
        }
    }
}

fn held(reason: Failure) -> Attempted {
    Attempted::new(Outcome::Held { reason })
}

impl Channel for EmailChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn pace(&self) -> Pace {
        Pace {
            at_once: AT_ONCE,
            at_once_in_lane: CONNECTIONS_MAX,
            per_second_of_tenant: Some(PER_SECOND_OF_TENANT),
            per_minute_of_recipient: Some(PER_MINUTE_OF_RECIPIENT),
        }
    }

    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        async move {
            let settings = settings::of(&self.delivery, task.event.tenant).await;
            Lane(match settings.as_deref().map(ChannelSettings::email_provider) {
                Ok(Provider::Own(_)) => format!("smtp:{}", task.event.tenant).into(),
                _ => "smtp".into(),
            })
        }
        .boxed()
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move { self.send(task).await.unwrap_or_else(|ended| ended) }.boxed()
    }

    fn blames_lane(&self, failure: &Failure) -> bool {
        verdict::is_of_the_server(failure)
    }
}
