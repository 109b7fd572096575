//! Mailers of businesses with a server of their own. Each keeps a few connections open, so mailers that nobody needs for a
//! while are let go, and a change of the settings makes a new one.

use std::time::Duration;

use kernel::{Id, id};
use moka::sync::Cache;
use platform::mail::{MailConfig, Mailer};

use super::Failure;
use crate::{
    Delivery,
    settings::{ChannelSettings, Provider, SmtpServer},
};

/// Mailers kept at once.
const SERVERS_MAX: u64 = 500;
/// How long one is kept without a mail.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// From the first packet to the server's last word. A server that says nothing costs this much of one worker's time.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Servers {
    /// By business and version of its settings.
    open: Cache<(Id<id::Tenant>, i64), Mailer>,
}

impl Servers {
    pub fn new() -> Self {
        Self { open: Cache::builder().max_capacity(SERVERS_MAX).time_to_idle(IDLE_MAX).build() }
    }

    /// Who carries the mails of this business, or why nobody does.
    pub fn of(
        &self,
        delivery: &Delivery,
        tenant: Id<id::Tenant>,
        settings: &ChannelSettings,
    ) -> Result<Mailer, Failure> {
        if !matches!(settings.email_provider(), Provider::Own(_)) {
            return open(delivery, settings);
        }
        let key = (tenant, settings.version());
        if let Some(known) = self.open.get(&key) {
            return Ok(known);
        }
        let made = open(delivery, settings)?;
        self.open.insert(key, made.clone());
        Ok(made)
    }
}

/// A mailer by these settings: the operator's, or a fresh one for the business's own server, behind the guard.
pub(crate) fn open(delivery: &Delivery, settings: &ChannelSettings) -> Result<Mailer, Failure> {
    match settings.email_provider() {
        Provider::System(()) => Ok(delivery.platform().mailer().clone()),
        Provider::Own(server) => own(delivery, server),
        Provider::Missing(reason) => Err(reason.clone()),
    }
}

fn own(delivery: &Delivery, server: &SmtpServer) -> Result<Mailer, Failure> {
    let config = MailConfig {
        host: server.host.clone(),
        port: server.port,
        user: server.user.clone(),
        pass: server.password.clone(),
        from: server.from.clone(),
        tls: server.tls,
        authority: None,
        guard: Some(delivery.platform().outbound().clone()),
        timeout: SEND_TIMEOUT,
    };
    let made = Mailer::new(config, delivery.platform().world().clone());
    made.map_err(|error| Failure { code: "SMTP_SETTINGS", error: error.to_string() })
}
