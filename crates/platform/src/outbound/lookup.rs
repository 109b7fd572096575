//! From names to addresses. Every connection looks its name up anew, and what comes back is checked before anybody
//! connects to it.

use std::{
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::{ADDRESSES_MAX, AllowedNets, LOOKUPS_MAX, OutboundError};

/// Answers which addresses belong to a name.
pub trait Lookup: Send + Sync + 'static {
    /// All of them, best first.
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver, asked on threads of which only so many may wait at once.
#[derive(Debug)]
pub struct SystemLookup {
    permits: Arc<Semaphore>,
}

impl SystemLookup {
    /// With all permits free.
    pub fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(LOOKUPS_MAX)) }
    }
}

impl Default for SystemLookup {
    fn default() -> Self {
        Self::new()
    }
}

impl Lookup for SystemLookup {
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let permit = self.permits.clone().acquire_owned().await.map_err(io::Error::other)?;
            let name = name.to_owned();
            // The permit goes with the thread: who gives up waiting does not free it before the system answers.
            let asked = tokio::task::spawn_blocking(move || {
                let found = (name.as_str(), 0).to_socket_addrs().map(|all| all.map(|a| a.ip()).collect());
                drop(permit);
                found
            });
            asked.await.map_err(io::Error::other)?
        })
    }
}

/// A target that is not called, as it travels through the HTTP client.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct Refused(pub OutboundError);

/// Looks names up for the HTTP client; with `allowed` set, only what it admits is handed on.
#[derive(Clone)]
pub(super) struct Resolver {
    pub lookup: Arc<dyn Lookup>,
    pub allowed: Option<AllowedNets>,
}

impl Resolver {
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, OutboundError> {
        let found = self.lookup.lookup(name).await;
        let mut found = found.map_err(|_| OutboundError::NotFound(name.to_owned()))?;
        found.truncate(ADDRESSES_MAX);
        let Some(first) = found.first().copied() else { return Err(OutboundError::NotFound(name.to_owned())) };
        if let Some(allowed) = &self.allowed {
            found.retain(|address| allowed.admits(*address));
        }
        if found.is_empty() { Err(OutboundError::NotAllowed(first)) } else { Ok(found) }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await.map_err(Refused)?;
            let found: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(found)
        })
    }
}
