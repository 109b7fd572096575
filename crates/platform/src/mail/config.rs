//! What the mailer needs to know about its server.

use std::time::Duration;

use kernel::text::Secret;

use crate::{
    config::{SmtpSettings, SmtpTls},
    outbound::Outbound,
};

/// Longest time one mail may take from the first packet to the server's last word.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// A mail server and how to talk to it.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Login name; without it nobody logs in.
    pub user: Option<String>,
    /// Password for the login.
    pub pass: Option<Secret>,
    /// Sender, as `Name <address>` or a bare address.
    pub from: String,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// An authority that is trusted beside those of the system, as PEM.
    pub authority: Option<Vec<u8>>,
    /// Set for a server that a business named: every connection goes to an address that the guard let through, while the
    /// certificate is still asked for the name.
    pub guard: Option<Outbound>,
    /// Bound on one whole delivery: connect, greet, log in, hand over, hear the answer.
    pub timeout: Duration,
}

impl From<&SmtpSettings> for MailConfig {
    fn from(settings: &SmtpSettings) -> Self {
        Self {
            host: settings.host.clone(),
            port: settings.port,
            user: settings.user.clone(),
            pass: settings.pass.clone(),
            from: settings.from.clone(),
            tls: settings.tls,
            authority: None,
            guard: None,
            timeout: SEND_TIMEOUT,
        }
    }
}
