//! Why nothing usable came back, told apart as far as the owner of an address can do something about it.

use std::{error::Error as StdError, io, net::IpAddr};

use super::lookup::Refused;

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address cannot be called at all.
    #[error("the address {0}")]
    BadUrl(&'static str),
    /// The target is not one that strangers may name. Which it is stays with us: names of the operator's network are not
    /// told apart for those outside.
    #[error("the address leads to a network that is not open to the internet")]
    NotAllowed(IpAddr),
    /// No address belongs to the name.
    #[error("the name {0} was not found")]
    NotFound(String),
    /// Nobody took the connection.
    #[error("the connection was not taken: {0}")]
    NoConnection(String),
    /// The certificate or the handshake was not good.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// The limit passed.
    #[error("no whole answer within {0} ms")]
    Timeout(u64),
    /// It broke off, or was no HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
}

impl OutboundError {
    /// Stable, for logs and attempts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadUrl(_) => "URL_NOT_ALLOWED",
            Self::NotAllowed(_) => "ADDRESS_NOT_ALLOWED",
            Self::NotFound(_) => "NAME_NOT_FOUND",
            Self::NoConnection(_) => "CONNECTION_FAILED",
            Self::Tls(_) => "TLS_FAILED",
            Self::Timeout(_) => "TIMEOUT",
            Self::Broken(_) => "CONNECTION_BROKEN",
        }
    }

    /// Sorts what the HTTP client says by what lies at the bottom of it.
    pub(super) fn of(err: &reqwest::Error) -> Self {
        let mut bottom: &(dyn StdError + 'static) = err;
        loop {
            if let Some(refused) = bottom.downcast_ref::<Refused>() {
                return refused.0.clone();
            }
            if let Some(tls) = bottom.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls.to_string());
            }
            // An io::Error shows as its source what lies behind what it carries, not what it carries.
            let carried = bottom.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            match carried.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| bottom.source()) {
                Some(next) => bottom = next,
                None => break,
            }
        }
        if err.is_connect() { Self::NoConnection(bottom.to_string()) } else { Self::Broken(bottom.to_string()) }
    }
}
