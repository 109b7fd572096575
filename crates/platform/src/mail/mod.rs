//! Mail through an SMTP server. [`Mailer::send`] puts one message together from typed parts, hands it over and says
//! exactly how that ended, so that a worker knows whether to try again ([`MailError::will_retry`]). It keeps no queue and
//! repeats nothing by itself: a mail that must not be lost is a job or a delivery row before it comes here.

mod compose;
mod config;
mod connections;
mod error;
mod mailer;
mod tls;

pub use compose::{BODY_BYTES_MAX, Mail, STAMP_HEADER, SUBJECT_CHARS_MAX};
pub use config::MailConfig;
pub use connections::CONNECTIONS_MAX;
pub use error::{EnhancedCode, MailConfigError, MailError, SmtpReply};
pub(crate) use mailer::parse_sender;
pub use mailer::{Mailer, Receipt, check_sender};
pub use tls::TlsFault;
