//! How sending ends when it does not succeed. The classes are what a worker decides by; the cause is kept for the log and
//! for the person who set the server up, never for a customer.

use lettre::transport::smtp::Error as SmtpError;

/// Reply codes with which a server turns a login down (RFC 4954 §6).
const LOGIN_REFUSED_CODES: [u16; 4] = [530, 534, 535, 538];

/// Why a mail server cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// The sender is no mailbox.
    #[error("SMTP_FROM is not a mailbox such as Frontdesk <noreply@example.com>")]
    From,
    /// The server's name cannot be put into a TLS handshake.
    #[error("SMTP_HOST cannot be used for an encrypted connection")]
    Tls(#[source] SmtpError),
    /// A password without a user, or the other way round.
    #[error("SMTP_USER and SMTP_PASS belong together: set both or none")]
    HalfLogin,
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No mail server is set up; nothing will change until somebody sets one up.
    #[error("no mail server is configured")]
    NotConfigured,
    /// The mail itself cannot be sent as it is; names the part.
    #[error("the mail's {0} cannot be put into a message")]
    Invalid(&'static str),
    /// The server asks to try later (4xx).
    #[error("the mail server asks to try later ({code})")]
    Temporary {
        /// SMTP reply code.
        code: u16,
        /// The server's words.
        #[source]
        source: SmtpError,
    },
    /// The server refuses for good (5xx), or cannot take this kind of mail.
    #[error("the mail server refuses the mail")]
    Permanent {
        /// SMTP reply code, when the server gave one.
        code: Option<u16>,
        /// The server's words.
        #[source]
        source: SmtpError,
    },
    /// The server does not accept our login. Trying again may lock the account: a person has to look.
    #[error("the mail server refuses the login")]
    LoginRefused(#[source] SmtpError),
    /// No usable conversation: no connection, no or broken TLS, cut off, or answers that are not SMTP.
    #[error("the mail server cannot be reached")]
    Unreachable(#[source] SmtpError),
    /// The server went silent. The mail may or may not have arrived; its `Message-ID` stays the same when sent again.
    #[error("the mail server did not answer in time")]
    TimedOut,
    /// The server offers no encryption though the settings ask for it.
    #[error("the mail server offers no STARTTLS; set SMTP_TLS=none if the network is trusted")]
    NotEncrypted,
}

impl MailError {
    /// Whether sending the same mail again later can succeed without a person changing something.
    pub fn will_retry(&self) -> bool {
        matches!(self, Self::Temporary { .. } | Self::Unreachable(_) | Self::TimedOut)
    }

    /// Sorts an error of a login.
    pub(super) fn from_login(source: SmtpError) -> Self {
        match source.status().map(u16::from) {
            Some(code) if LOGIN_REFUSED_CODES.contains(&code) => Self::LoginRefused(source),
            // Without a code the client itself gave up: the server offers no way to log in that we know.
            None if source.is_client() => Self::LoginRefused(source),
            _ => Self::from(source),
        }
    }
}

impl From<SmtpError> for MailError {
    fn from(source: SmtpError) -> Self {
        let code = source.status().map(u16::from);
        match code {
            Some(code) if source.is_transient() => Self::Temporary { code, source },
            Some(code) if LOGIN_REFUSED_CODES.contains(&code) => Self::LoginRefused(source),
            Some(_) => Self::Permanent { code, source },
            None if source.is_client() => Self::Permanent { code: None, source },
            None => Self::Unreachable(source),
        }
    }
}
