//! What goes out and what comes back.

use std::{net::IpAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::{Host, Url};

use super::{ANSWER_BYTES_MAX, AllowedNets, OutboundError, TIMEOUT, URL_CHARS_MAX};

/// Who named the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// The operator, in the settings of the program: it may be anywhere.
    Operator,
    /// A business or one of its people: only the open internet, and what the operator opened.
    Tenant,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// Sent as they are; `User-Agent` is added where it is missing.
    pub headers: HeaderMap,
    /// Empty for none.
    pub body: Bytes,
    /// For all of it.
    pub timeout: Duration,
    /// Bytes of the answer that are read.
    pub answer_bytes_max: usize,
}

impl Request {
    /// With the usual limits, no headers and no body.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: TIMEOUT,
            answer_bytes_max: ANSWER_BYTES_MAX,
        }
    }
}

/// What came back; every status is an answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// At most as many bytes as were asked for.
    pub body: Bytes,
    /// Whether there were more.
    pub is_cut: bool,
}

/// Ports on which something other than HTTP listens that would act on what a request says: mail, shells, files, names,
/// databases. After the list of the Fetch standard.
const PORTS_REFUSED: [u16; 42] = [
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 79, 109, 110, 111, 113, 119, 123, 135, 137,
    139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 587, 993, 995, 6379,
];

/// Reads an address that shall be called: `http` or `https`, a host, no credentials. Forms of writing an IPv4 address
/// (decimal, octal, hexadecimal, shortened, full-width digits) are read as every browser reads them, so what is checked is
/// what would be connected to. Names are checked when they are resolved.
pub fn check_url(text: &str, trust: Trust, allowed: &AllowedNets) -> Result<Url, OutboundError> {
    if text.len() > URL_CHARS_MAX {
        return Err(OutboundError::BadUrl("is too long"));
    }
    let url = Url::parse(text).map_err(|_| OutboundError::BadUrl("is no whole web address"))?;
    check_target(&url, trust, allowed)?;
    Ok(url)
}

pub(super) fn check_target(url: &Url, trust: Trust, allowed: &AllowedNets) -> Result<(), OutboundError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(OutboundError::BadUrl("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(OutboundError::BadUrl("must not hold a name or password"));
    }
    let host = url.host().ok_or(OutboundError::BadUrl("has no host"))?;
    if trust == Trust::Operator {
        return Ok(());
    }
    if url.port().is_some_and(|port| port == 0 || PORTS_REFUSED.contains(&port)) {
        return Err(OutboundError::BadUrl("names a port that is not for the web"));
    }
    let literal = match host {
        Host::Domain(_) => return Ok(()),
        Host::Ipv4(v4) => IpAddr::V4(v4),
        Host::Ipv6(v6) => IpAddr::V6(v6),
    };
    if allowed.admits(literal) { Ok(()) } else { Err(OutboundError::NotAllowed(literal)) }
}
