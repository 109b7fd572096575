//! Connections to the mail server, a few of them, used again for the next mail.
//!
//! lettre's own pool is not used: it puts a connection back even when its mail was given up half way, and the late answer
//! to that mail would then pass for the answer to the next. Here a connection returns only after a complete mail; in
//! every other case it is closed.

use std::time::Duration;

use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, TlsParameters},
    extension::ClientId,
};
use parking_lot::Mutex;
use tokio::{sync::Semaphore, time::Instant};

use super::MailError;
use crate::{config::SmtpTls, outbound::Outbound};

/// Mails under way at once; further ones wait their turn inside their own time limit.
pub const CONNECTIONS_MAX: usize = 8;
/// A connection idle for longer is not trusted any more: servers close theirs without telling.
const IDLE_MAX: Duration = Duration::from_secs(20);
/// A server may limit mails per connection; common limits are 100 and up.
const MAILS_PER_CONNECTION_MAX: u32 = 50;

/// How connections are opened.
pub(super) struct Route {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub tls_parameters: Option<TlsParameters>,
    pub credentials: Option<Credentials>,
    pub hello: ClientId,
    pub guard: Option<Outbound>,
    pub timeout: Duration,
}

/// A connection between two mails.
pub(super) struct Parked {
    pub connection: AsyncSmtpConnection,
    mails: u32,
    since: Instant,
}

/// The connections of one mailer.
pub(super) struct Connections {
    route: Route,
    /// Bounds connections in use; parked ones are no more than that either, each was in use before.
    pub permits: Semaphore,
    parked: Mutex<Vec<Parked>>,
}

impl Connections {
    pub fn new(route: Route) -> Self {
        Self { route, permits: Semaphore::new(CONNECTIONS_MAX), parked: Mutex::new(Vec::new()) }
    }

    pub fn timeout(&self) -> Duration {
        self.route.timeout
    }

    /// A connection that just answered: a parked one, or a new one.
    pub async fn take(&self) -> Result<Parked, MailError> {
        while let Some(mut parked) = self.pop() {
            if parked.since.elapsed() < IDLE_MAX && parked.connection.test_connected().await {
                return Ok(parked);
            }
        }
        Ok(Parked { connection: self.open().await?, mails: 0, since: Instant::now() })
    }

    /// Keeps a connection whose mail was taken.
    pub fn put_back(&self, mut used: Parked) {
        used.mails += 1;
        used.since = Instant::now();
        if used.mails < MAILS_PER_CONNECTION_MAX && !used.connection.has_broken() {
            self.parked.lock().push(used);
        }
    }

    fn pop(&self) -> Option<Parked> {
        self.parked.lock().pop()
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, MailError> {
        let Route { host, port, tls, tls_parameters, credentials, hello, guard, timeout } = &self.route;
        let from_start = tls_parameters.clone().filter(|_| *tls == SmtpTls::Tls);
        let timeout = Some(*timeout);
        let mut connection = match guard {
            None => {
                let server = (host.as_str(), *port);
                AsyncSmtpConnection::connect_tokio1(server, timeout, hello, from_start, None).await?
            }
            // The name is asked once; what it means a moment later changes nothing.
            Some(guard) => {
                let checked = guard.resolve_checked(host, *port).await?;
                AsyncSmtpConnection::connect_tokio1(&checked[..], timeout, hello, from_start, None).await?
            }
        };
        if *tls == SmtpTls::StartTls {
            let parameters = tls_parameters.clone().ok_or(MailError::NotEncrypted)?;
            if !connection.can_starttls() {
                return Err(MailError::NotEncrypted);
            }
            connection.starttls(parameters, hello).await?;
        }
        if let Some(credentials) = credentials {
            let ways = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&ways, credentials).await.map_err(MailError::from_login)?;
        }
        Ok(connection)
    }
}
