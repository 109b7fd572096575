//! The mailer itself: composes, takes a connection, hands the mail over, all inside one time limit.

use std::{fmt, sync::Arc};

use kernel::World;
use lettre::{
    Address,
    message::Mailbox,
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Certificate, TlsParameters},
        extension::ClientId,
    },
};

use super::{
    MailConfig, MailConfigError, MailError,
    compose::{Composed, Mail, compose},
    connections::{Connections, Route},
};
use crate::config::SmtpTls;

/// A mail that the server took responsibility for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The `Message-ID` without its brackets.
    pub message_id: String,
    /// What the server answered, for the log: often its queue id.
    pub answer: String,
}

/// Sends mail; cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    /// `None` when no server is configured.
    office: Option<Arc<Office>>,
}

struct Office {
    world: World,
    from: Mailbox,
    connections: Connections,
}

/// Reads a sender: `Name <address>`, or a bare address. The name is what was typed, commas, brackets and all, and is quoted or
/// encoded when a header is written; one in quotes is what they hold.
pub fn parse_sender(text: &str) -> Result<Mailbox, MailConfigError> {
    if text.chars().any(char::is_control) {
        return Err(MailConfigError::From);
    }
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (unquoted(name.trim()), address.trim()),
        None => (String::new(), text),
    };
    let address: Address = address.parse().map_err(|_| MailConfigError::From)?;
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address))
}

/// What stands between quotes (RFC 5322 §3.2.4); a name without them around all of it stays as it is.
fn unquoted(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return name.to_owned() };
    let (mut plain, mut letters) = (String::with_capacity(inner.len()), inner.chars());
    while let Some(letter) = letters.next() {
        match letter {
            // A quote of its own: what stood between was no quoted text.
            '"' => return name.to_owned(),
            '\\' => plain.push(letters.next().unwrap_or('\\')),
            other => plain.push(other),
        }
    }
    plain.trim().to_owned()
}

/// Whether a text can be a sender: `Name <address>`, or a bare address.
pub fn check_sender(text: &str) -> Result<(), MailConfigError> {
    parse_sender(text).map(|_| ())
}

fn tls_parameters(config: &MailConfig) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    builder.build()
}

impl Mailer {
    /// A mailer for one server. Connects when the first mail leaves, so a server that is away does not stop the start.
    ///
    /// # Errors
    /// When the settings cannot work whatever the server does.
    pub fn new(config: MailConfig, world: World) -> Result<Self, MailConfigError> {
        let from = parse_sender(&config.from)?;
        let tls_parameters = match config.tls {
            SmtpTls::None => None,
            SmtpTls::StartTls | SmtpTls::Tls => Some(tls_parameters(&config).map_err(MailConfigError::Tls)?),
        };
        let credentials = match (config.user, config.pass) {
            (Some(user), Some(pass)) => Some(Credentials::new(user, pass.0)),
            (None, None) => None,
            _ => return Err(MailConfigError::HalfLogin),
        };
        let route = Route {
            host: config.host,
            port: config.port,
            tls: config.tls,
            tls_parameters,
            credentials,
            hello: ClientId::Domain(from.email.domain().to_owned()),
            guard: config.guard,
            timeout: config.timeout,
        };
        Ok(Self { office: Some(Arc::new(Office { world, from, connections: Connections::new(route) })) })
    }

    /// A mailer without a server: everything ends with [`MailError::NotConfigured`].
    pub fn absent() -> Self {
        Self { office: None }
    }

    /// Whether a server is configured.
    pub fn is_configured(&self) -> bool {
        self.office.is_some()
    }

    /// Hands one mail to the server. `Ok` means that the server answered for it after the whole text was sent.
    ///
    /// # Errors
    /// See [`MailError`]; [`MailError::will_retry`] says whether trying again later makes sense.
    pub async fn send(&self, mail: &Mail) -> Result<Receipt, MailError> {
        let office = self.office.as_deref().ok_or(MailError::NotConfigured)?;
        let composed = compose(mail, &office.from, office.world.uuid(), office.world.now())?;
        // A connection dropped by the time limit is closed, never used again: see `connections`.
        match tokio::time::timeout(office.connections.timeout(), office.hand_over(&composed)).await {
            Ok(Ok(answer)) => Ok(Receipt { message_id: composed.message_id, answer }),
            Ok(Err(err)) => Err(err),
            Err(_) => Err(MailError::TimedOut),
        }
    }
}

impl Office {
    async fn hand_over(&self, composed: &Composed) -> Result<String, MailError> {
        let _turn = self.connections.permits.acquire().await.map_err(|_| MailError::NotConfigured)?;
        let mut taken = self.connections.take().await?;
        let wire = composed.message.formatted();
        let answer = taken.connection.send(composed.message.envelope(), &wire).await?;
        self.connections.put_back(taken);
        Ok(answer.message().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("configured", &self.is_configured()).finish()
    }
}

#[cfg(test)]
mod tests;
