//! How sending ends when it does not succeed. The classes are what a worker decides by; the cause is kept for the log and
//! for the person who set the server up, never for a customer.

use std::error::Error as _;

use lettre::transport::smtp::Error as SmtpError;

use super::TlsFault;
use crate::outbound::OutboundError;

/// Reply codes with which a server turns a login down (RFC 4954 §6).
const LOGIN_REFUSED_CODES: [u16; 4] = [530, 534, 535, 538];

/// Characters of a server's words that are kept.
const REPLY_CHARS_MAX: usize = 500;

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnhancedCode(pub u8, pub u16, pub u16);

impl EnhancedCode {
    /// The code that a reply's text begins with.
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().next()?;
        let mut parts = word.split('.');
        let class = parts.next()?.parse().ok().filter(|class| matches!(class, 2 | 4 | 5))?;
        let mut number = || {
            let part = parts.next()?;
            part.parse().ok().filter(|_| part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
        };
        let (subject, detail) = (number()?, number()?);
        parts.next().is_none().then_some(Self(class, subject, detail))
    }
}

/// What a server answered instead of taking the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpReply {
    /// 400 to 599.
    pub code: u16,
    /// The enhanced code, when there is one.
    pub enhanced: Option<EnhancedCode>,
    /// The server's words, shortened, on one line.
    pub text: String,
}

impl SmtpReply {
    fn of(error: &SmtpError) -> Option<Self> {
        let code = u16::from(error.status()?);
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(REPLY_CHARS_MAX).collect();
        Some(Self { code, enhanced: EnhancedCode::parse(&words), text: words.trim().to_owned() })
    }
}

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
    /// No usable conversation: no connection, or cut off.
    #[error("the mail server cannot be reached")]
    Unreachable(#[source] SmtpError),
    /// What came back is no SMTP: another service listens at this port.
    #[error("what answers at this address and port is no mail server")]
    NotSpoken(#[source] SmtpError),
    /// The server's certificate is not good, or the handshake failed.
    #[error("{fault}")]
    Tls {
        /// What is wrong with it.
        fault: TlsFault,
        /// The whole story.
        #[source]
        source: SmtpError,
    },
    /// The server's name leads nowhere, or to where a business may not send us.
    #[error("the mail server may not be called: {0}")]
    Refused(#[from] OutboundError),
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
        matches!(self, Self::Temporary { .. } | Self::Unreachable(_) | Self::NotSpoken(_) | Self::TimedOut)
    }

    /// What the server said, when it said something.
    pub fn reply(&self) -> Option<SmtpReply> {
        match self {
            Self::Temporary { source, .. }
            | Self::Permanent { source, .. }
            | Self::LoginRefused(source)
            | Self::Unreachable(source)
            | Self::NotSpoken(source)
            | Self::Tls { source, .. } => SmtpReply::of(source),
            Self::NotConfigured | Self::Invalid(_) | Self::Refused(_) | Self::TimedOut | Self::NotEncrypted => None,
        }
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
            None => match TlsFault::of(&source) {
                Some(fault) => Self::Tls { fault, source },
                None if source.is_response() && !is_cut_off(&source) => Self::NotSpoken(source),
                None => Self::Unreachable(source),
            },
        }
    }
}

/// Whether the connection ended before a whole answer had come: lettre's only word for it.
fn is_cut_off(error: &SmtpError) -> bool {
    error.source().is_some_and(|cause| cause.to_string() == "incomplete response")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_code_is_read_from_the_front_of_the_words() {
        let read = EnhancedCode::parse;
        assert_eq!(read("5.1.1 no such user"), Some(EnhancedCode(5, 1, 1)));
        assert_eq!(read("4.7.1"), Some(EnhancedCode(4, 7, 1)));
        for none in ["", "no such user", "5.1", "5.1.1.1", "9.1.1", "5.x.1", "5.+1.1", "5.1.1234", "450 4.2.1"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
