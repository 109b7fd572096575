//! What is known about the machine that asks. `X-Forwarded-For` is believed only when the peer is a proxy that the operator
//! named.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;

use crate::{Fault, Result};

/// Longest user agent kept.
const USER_AGENT_CHARS_MAX: usize = 300;

/// The proxies that may speak for others, in the request extensions.
#[derive(Clone, Default)]
pub struct TrustedProxies(pub std::sync::Arc<[IpAddr]>);

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
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let trusted = parts.extensions.get::<TrustedProxies>().is_some_and(|t| t.0.contains(&peer));
        let forwarded = header("x-forwarded-for").filter(|_| trusted).and_then(|text| {
            // The last hop that is not one of ours is the client as our proxy saw it.
            let proxies = parts.extensions.get::<TrustedProxies>()?;
            let hops: Vec<IpAddr> = text.split(',').filter_map(|h| h.trim().parse().ok()).collect();
            hops.iter().rev().find(|h| !proxies.0.contains(h)).copied()
        });
        Self {
            ip: forwarded.unwrap_or(peer),
            user_agent: header("user-agent").unwrap_or("").chars().take(USER_AGENT_CHARS_MAX).collect(),
            request_id: parts.extensions.get::<RequestId>().map(|r| r.0.to_string()).unwrap_or_default(),
            origin: header("origin").map(str::to_owned),
            host: header("host").map(str::to_owned),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientInfo {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Ok(Self::of(parts))
    }
}
