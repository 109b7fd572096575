//! What is known about the machine that asks. `X-Forwarded-For` is believed only when the peer is a proxy that the operator
//! named.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    middleware::Next,
    response::Response,
};
use http::{Extensions, HeaderMap, HeaderName, request::Parts};

use crate::{Fault, Result, db::PEER};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Longest user agent kept.
const USER_AGENT_CHARS_MAX: usize = 300;

/// The proxies that may speak for others, in the request extensions.
#[derive(Clone, Default)]
pub struct TrustedProxies(pub std::sync::Arc<[IpAddr]>);

impl TrustedProxies {
    fn speaks(&self, for_others: IpAddr) -> bool {
        self.0.iter().any(|proxy| proxy.to_canonical() == for_others)
    }
}

/// The request id, in the request extensions.
#[derive(Clone, Debug)]
pub struct RequestId(pub std::sync::Arc<str>);

/// Who asks, as far as the network tells.
#[derive(Debug, Clone)]
pub struct ClientInfo {
    /// The peer's address, or the client's behind a trusted proxy.
    pub ip: IpAddr,
    /// As sent, cut to a sane length.
    pub user_agent: String,
    /// Of this request.
    pub request_id: String,
    /// The browser's origin, if it sent one.
    pub origin: Option<String>,
    /// The host asked for.
    pub host: Option<String>,
}

impl ClientInfo {
    /// Reads it from a request's head; also used by the socket handshake.
    pub fn of(parts: &Parts) -> Self {
        let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        Self {
            ip: find_address(&parts.headers, &parts.extensions),
            user_agent: header("user-agent").unwrap_or("").chars().take(USER_AGENT_CHARS_MAX).collect(),
            request_id: parts.extensions.get::<RequestId>().map(|r| r.0.to_string()).unwrap_or_default(),
            origin: header("origin").map(str::to_owned),
            host: header("host").map(str::to_owned),
        }
    }
}

/// The middleware that notes where a request comes from, for the audit lines it leaves.
pub async fn note_peer(request: Request, next: Next) -> Response {
    let peer = find_address(request.headers(), request.extensions());
    PEER.scope(peer, next.run(request)).await
}

/// The peer's address, or the client's behind a trusted proxy: of the hops that were written down, the last one that is not
/// ours is the client as our proxy saw it. What stands before it is whatever the client wrote, and so is everything when a
/// hop cannot be read.
pub fn find_address(headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0])).to_canonical();
    let Some(proxies) = extensions.get::<TrustedProxies>().filter(|proxies| proxies.speaks(peer)) else { return peer };
    let mut seen = peer;
    // A proxy may add a line of its own instead of adding to the client's.
    for line in headers.get_all(FORWARDED_FOR).iter().rev() {
        for hop in line.to_str().unwrap_or("").rsplit(',') {
            let Some(hop) = parse_hop(hop.trim()) else { return seen };
            seen = hop;
            if !proxies.speaks(hop) {
                return seen;
            }
        }
    }
    seen
}

/// An address, which some proxies write with its port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let plain = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    plain.map(|address: IpAddr| address.to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for ClientInfo {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Ok(Self::of(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our proxies are 10.0.0.1 and 10.0.0.2.
    fn address(peer: &str, lines: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
        extensions.insert(TrustedProxies([IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])].into()));
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        find_address(&headers, &extensions).to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_speaks_for_others() {
        assert_eq!(address("198.51.100.7", &["192.0.2.1"]), "198.51.100.7");
        assert_eq!(address("10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("::ffff:10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_a_client_wrote_before_our_proxy_does_not_count() {
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 192.0.2.1, 10.0.0.2"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9", "192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &["192.0.2.1:5678"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &["203.0.113.9, nonsense"]), "10.0.0.1");
    }
}
