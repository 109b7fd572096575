//! A business's channels as they are stored, as they are used, and as they are shown.

use kernel::{Timestamp, text::Secret};
use platform::config::{CloudNumber, SmtpTls, TwilioAccount};
use serde::{Deserialize, Serialize};

use crate::{channels::Failure, model::ChannelKind};

/// A mail server of the business, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpFields {
    pub host: String,
    pub port: u16,
    pub user: Option<String>,
    pub from: String,
    pub tls: TlsWord,
}

/// How the connection is protected, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TlsWord {
    /// Plain first, then upgraded, or nothing is sent.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Plain text; only without a login.
    None,
}

impl From<TlsWord> for SmtpTls {
    fn from(word: TlsWord) -> Self {
        match word {
            TlsWord::Starttls => Self::StartTls,
            TlsWord::Tls => Self::Tls,
            TlsWord::None => Self::None,
        }
    }
}

/// A Twilio account of the business, without its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwilioFields {
    pub account_sid: String,
    pub from: String,
}

/// A number on WhatsApp's Cloud API, without its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudFields {
    pub phone_number_id: String,
    pub business_account_id: Option<String>,
}

/// What is sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Secrets {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twilio_auth_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_app_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_verify_token: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// The row, read. [`Stored::default`] is a business that never looked at its channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub email_enabled: bool,
    pub use_customer_smtp: bool,
    pub sms_enabled: bool,
    pub use_customer_twilio: bool,
    pub whatsapp_enabled: bool,
    pub use_customer_whatsapp: bool,
    pub webhook_enabled: bool,
    pub webhook_url: Option<String>,
    pub reply_to: Option<String>,
    pub smtp: Option<SmtpFields>,
    pub twilio: Option<TwilioFields>,
    pub whatsapp: Option<CloudFields>,
    /// `None` when they do not open with the present master key: they must be given again.
    pub secrets: Option<Secrets>,
    pub version: i64,
    pub updated_at: Option<Timestamp>,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            email_enabled: true,
            use_customer_smtp: false,
            sms_enabled: true,
            use_customer_twilio: false,
            whatsapp_enabled: true,
            use_customer_whatsapp: false,
            webhook_enabled: false,
            webhook_url: None,
            reply_to: None,
            smtp: None,
            twilio: None,
            whatsapp: None,
            secrets: Some(Secrets::default()),
            version: 0,
            updated_at: None,
        }
    }
}

/// Who carries a channel's messages.
#[derive(Debug, Clone)]
pub enum Provider<T, S = T> {
    /// The operator's account.
    System(S),
    /// The business's own; whatever address it names is subject to the guard against private ones.
    Own(T),
    /// Nobody, and why.
    Missing(Failure),
}

impl<T, S> Provider<T, S> {
    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Missing(_))
    }
    /// `system`, `own` or `none`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::System(_) => "system",
            Self::Own(_) => "own",
            Self::Missing(_) => "none",
        }
    }
}

/// A mail server and how to log in.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Login.
    pub user: Option<String>,
    /// Password for the login.
    pub password: Option<Secret>,
    /// `Name <address>`.
    pub from: String,
    /// How the connection is protected.
    pub tls: SmtpTls,
}

/// A number on WhatsApp's Cloud API.
#[derive(Debug, Clone)]
pub struct CloudAccount {
    /// Which number sends.
    pub phone_number_id: String,
    /// The account it belongs to.
    pub business_account_id: Option<String>,
    /// Credential of the calls.
    pub access_token: Secret,
    /// Signs what they call back with.
    pub app_secret: Option<Secret>,
    /// Proves our address to them.
    pub verify_token: Option<Secret>,
}

impl From<CloudNumber> for CloudAccount {
    fn from(number: CloudNumber) -> Self {
        let CloudNumber { phone_number_id, access_token, app_secret, verify_token } = number;
        Self { phone_number_id, business_account_id: None, access_token, app_secret, verify_token }
    }
}

/// How a business sends now: its switches, and its providers ready for use.
#[derive(Debug, Clone)]
pub struct ChannelSettings {
    pub(super) stored: Stored,
    pub(super) email: Provider<SmtpServer, ()>,
    pub(super) sms: Provider<TwilioAccount>,
    pub(super) whatsapp: Option<Provider<CloudAccount>>,
}

impl ChannelSettings {
    /// Whether the business wants this channel. Registered webhooks have switches of their own, and the notice centre has
    /// none; `webhookEnabled` is about [`ChannelSettings::webhook_url`] alone.
    pub fn is_on(&self, channel: ChannelKind) -> bool {
        match channel {
            ChannelKind::Email => self.stored.email_enabled,
            ChannelKind::Sms => self.stored.sms_enabled,
            ChannelKind::Whatsapp => self.stored.whatsapp_enabled,
            ChannelKind::Webhook | ChannelKind::Push | ChannelKind::Inapp => true,
        }
    }
    /// Who carries the mails; the operator's server is the platform's mailer.
    pub fn email_provider(&self) -> &Provider<SmtpServer, ()> {
        &self.email
    }
    /// Who carries the text messages.
    pub fn sms_provider(&self) -> &Provider<TwilioAccount> {
        &self.sms
    }
    /// The Cloud API's number: the business's own, when it chose that over a paired phone, or else the operator's, which is for
    /// those without a phone.
    pub fn whatsapp_cloud(&self) -> Option<&Provider<CloudAccount>> {
        self.whatsapp.as_ref()
    }
    /// The one address that hears of every event, when it is switched on.
    pub fn webhook_url(&self) -> Option<&str> {
        self.stored.webhook_url.as_deref().filter(|_| self.stored.webhook_enabled)
    }
    /// Where answers to mails go.
    pub fn reply_to(&self) -> Option<&str> {
        self.stored.reply_to.as_deref()
    }
    /// Grows with each change; 0 when nothing was ever set.
    pub fn version(&self) -> i64 {
        self.stored.version
    }
}
