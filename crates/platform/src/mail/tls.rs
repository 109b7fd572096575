//! Why no secure connection came about, as far as somebody can do something about it: whoever runs the mail server about its
//! certificate, whoever set it up here about its name, port and encryption.

use std::{error::Error as StdError, fmt, io};

use lettre::transport::smtp::Error as SmtpError;
use rustls::{CertificateError, Error as TlsError, InvalidMessage};

/// What is wrong with the server's side of TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate ran out.
    Expired,
    /// The certificate is good from a later day on.
    NotYetValid,
    /// The certificate is of another name than the one that was called.
    OtherName,
    /// Nobody whom we trust vouches for the certificate.
    NotTrusted,
    /// What answers does not speak TLS there.
    NotSpoken,
    /// Another reason, in the library's words.
    Other(String),
}

impl TlsFault {
    /// Stable; explained in `docs/errors.md`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Expired => "CERTIFICATE_EXPIRED",
            Self::NotYetValid => "CERTIFICATE_NOT_VALID_YET",
            Self::OtherName => "CERTIFICATE_OTHER_NAME",
            Self::NotTrusted => "CERTIFICATE_NOT_TRUSTED",
            Self::NotSpoken => "TLS_NOT_SPOKEN",
            Self::Other(_) => "TLS_FAILED",
        }
    }

    /// What lies at the bottom of a failed handshake; `None` when something else failed.
    pub(super) fn of(error: &SmtpError) -> Option<Self> {
        let mut next = error.source();
        while let Some(cause) = next {
            if let Some(tls) = cause.downcast_ref::<TlsError>() {
                return Some(Self::from(tls));
            }
            // An io::Error shows as its source what lies behind what it carries, not what it carries.
            let carried = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            if let Some(tls) = carried.and_then(|inner| inner.downcast_ref::<TlsError>()) {
                return Some(Self::from(tls));
            }
            next = cause.source();
        }
        error.is_tls().then(|| Self::Other(error.to_string()))
    }
}

impl From<&TlsError> for TlsFault {
    fn from(error: &TlsError) -> Self {
        use CertificateError::{
            Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        };
        match error {
            TlsError::InvalidCertificate(Expired | ExpiredContext { .. }) => Self::Expired,
            TlsError::InvalidCertificate(NotValidYet | NotValidYetContext { .. }) => Self::NotYetValid,
            TlsError::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => Self::OtherName,
            TlsError::InvalidCertificate(_) | TlsError::NoCertificatesPresented => Self::NotTrusted,
            // The first bytes of something else are read as the head of a message of TLS, and make no sense.
            TlsError::InvalidMessage(
                InvalidMessage::InvalidContentType
                | InvalidMessage::UnknownProtocolVersion
                | InvalidMessage::MessageTooLarge
                | InvalidMessage::InvalidEmptyPayload,
            ) => Self::NotSpoken,
            other => Self::Other(other.to_string()),
        }
    }
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Expired => "the mail server's certificate has expired; whoever runs the server has to renew it",
            Self::NotYetValid => {
                "the mail server's certificate is not valid yet; its clock, ours, or the certificate is wrong"
            }
            Self::OtherName => {
                "the mail server's certificate is of another name; enter the name that the certificate bears"
            }
            Self::NotTrusted => {
                "nobody whom this installation trusts vouches for the mail server's certificate; it may be self-signed, or \
                 the server does not send the whole chain"
            }
            Self::NotSpoken => {
                "the mail server does not speak TLS at this port; STARTTLS (mostly port 587) may be what it wants"
            }
            Self::Other(reason) => return write!(f, "no secure connection to the mail server: {reason}"),
        };
        f.write_str(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_apart() {
        let cases = [
            (CertificateError::Expired, "CERTIFICATE_EXPIRED"),
            (CertificateError::NotValidYet, "CERTIFICATE_NOT_VALID_YET"),
            (CertificateError::NotValidForName, "CERTIFICATE_OTHER_NAME"),
            (CertificateError::UnknownIssuer, "CERTIFICATE_NOT_TRUSTED"),
            (CertificateError::BadSignature, "CERTIFICATE_NOT_TRUSTED"),
        ];
        for (of, code) in cases {
            let fault = TlsFault::from(&TlsError::InvalidCertificate(of));
            assert_eq!(fault.code(), code);
            assert!(fault.to_string().contains("certificate"), "{fault}");
        }
        let plain = TlsError::InvalidMessage(InvalidMessage::InvalidContentType);
        assert_eq!(TlsFault::from(&plain).code(), "TLS_NOT_SPOKEN");
        assert_eq!(TlsFault::from(&TlsError::HandshakeNotComplete).code(), "TLS_FAILED");
    }
}
