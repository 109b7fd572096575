//! Two pools of connections: one that may go anywhere, one whose every connection passed the guard. They are apart so that
//! a request of a business never rides on a connection that the operator's settings opened.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, redirect::Policy};
use url::Url;

use super::{
    AllowedNets, CONNECT_TIMEOUT, IDLE_PER_HOST_MAX, IDLE_TIMEOUT, Lookup, OutboundError, Request, Response,
    SystemLookup, Trust,
    lookup::Resolver,
    request::{check_target, check_url},
};
use crate::Fault;

/// What an [`Outbound`] is made from.
#[derive(Clone)]
pub struct OutboundSettings {
    /// What businesses may name beyond the open internet.
    pub allowed: AllowedNets,
    /// Who answers for names.
    pub lookup: Arc<dyn Lookup>,
}

impl Default for OutboundSettings {
    fn default() -> Self {
        Self { allowed: AllowedNets::default(), lookup: Arc::new(SystemLookup::new()) }
    }
}

/// The way out; cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    inner: Arc<Inner>,
}

struct Inner {
    anywhere: Client,
    guarded: Client,
    /// The guard for those who connect by themselves.
    resolver: Resolver,
    allowed: AllowedNets,
}

impl Outbound {
    /// Builds both pools; nothing is connected yet.
    pub fn new(settings: OutboundSettings) -> crate::Result<Self> {
        let OutboundSettings { allowed, lookup } = settings;
        // Whoever comes first installs the provider; the others find it there, and it is the same one.
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::trace!("the TLS provider was there already");
        }
        let free = Resolver { lookup: lookup.clone(), allowed: None };
        let resolver = Resolver { lookup, allowed: Some(allowed.clone()) };
        let inner = Inner { anywhere: client(free)?, guarded: client(resolver.clone())?, resolver, allowed };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads an address that a business or the operator wants to have called.
    pub fn check_url(&self, text: &str, trust: Trust) -> Result<Url, OutboundError> {
        check_url(text, trust, &self.inner.allowed)
    }

    /// Whether a business may have a connection made to this address.
    pub fn check_address(&self, address: IpAddr) -> Result<(), OutboundError> {
        if self.inner.allowed.admits(address) { Ok(()) } else { Err(OutboundError::NotAllowed(address)) }
    }

    /// The addresses behind a host that a business named, for those who speak something other than HTTP. Connect to one of
    /// these and not to the name: it may mean another address a moment later.
    pub async fn resolve_checked(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, OutboundError> {
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        if let Ok(literal) = bare.parse::<IpAddr>() {
            self.check_address(literal)?;
            return Ok(vec![SocketAddr::new(literal, port)]);
        }
        let within = tokio::time::timeout(CONNECT_TIMEOUT, self.inner.resolver.addresses(host)).await;
        let found = within.map_err(|_| timed_out(CONNECT_TIMEOUT))??;
        Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// Sends one request and reads its answer, within the request's limits.
    pub async fn send(&self, request: Request, trust: Trust) -> Result<Response, OutboundError> {
        check_target(&request.url, trust, &self.inner.allowed)?;
        let client = match trust {
            Trust::Operator => &self.inner.anywhere,
            Trust::Tenant => &self.inner.guarded,
        };
        let Request { method, url, headers, body, timeout, answer_bytes_max } = request;
        let mut out = reqwest::Request::new(method, url);
        *out.headers_mut() = headers;
        if !body.is_empty() {
            *out.body_mut() = Some(body.into());
        }
        let exchange = async {
            let answer = client.execute(out).await.map_err(|e| OutboundError::of(&e))?;
            read(answer, answer_bytes_max).await
        };
        tokio::time::timeout(timeout, exchange).await.unwrap_or_else(|_| Err(timed_out(timeout)))
    }
}

/// Reads up to the limit. What is left unread goes with the connection, so a long answer costs nobody anything.
async fn read(mut answer: reqwest::Response, bytes_max: usize) -> Result<Response, OutboundError> {
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let mut body = Bytes::new();
    let mut more = BytesMut::new();
    let mut is_cut = false;
    while let Some(chunk) = answer.chunk().await.map_err(|e| OutboundError::of(&e))? {
        let room = bytes_max - body.len() - more.len();
        if chunk.len() > room {
            is_cut = true;
        }
        let chunk = chunk.slice(..chunk.len().min(room));
        // Most answers are one chunk, which needs no copy.
        if body.is_empty() && more.is_empty() && !is_cut {
            body = chunk;
            continue;
        }
        if more.is_empty() {
            more.extend_from_slice(&body);
            body = Bytes::new();
        }
        more.extend_from_slice(&chunk);
        if is_cut {
            break;
        }
    }
    let body = if more.is_empty() { body } else { more.freeze() };
    Ok(Response { status, headers, body, is_cut })
}

fn timed_out(after: Duration) -> OutboundError {
    OutboundError::Timeout(u64::try_from(after.as_millis()).unwrap_or(u64::MAX))
}

#[allow(clippy::disallowed_methods, reason = "the one place that makes HTTP clients")]
fn client(resolver: Resolver) -> crate::Result<Client> {
    Client::builder()
        .user_agent(concat!("Frontdesk/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(resolver)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .build()
        .map_err(|e| Fault::internal("setting up outgoing HTTP", e))
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound").field("allowed", &self.inner.allowed).finish_non_exhaustive()
    }
}
