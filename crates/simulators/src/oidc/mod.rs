//! A house that vouches for people: OpenID Connect Core 1.0 with discovery, the authorization code flow and PKCE (RFC 7636). It
//! asks its visitor nothing, but lets in whoever it was told stands at the door, so it is for tests only and no part of what
//! `SIMULATORS=on` starts: it would let anybody in as anybody. What it says can be made wrong, one word at a time.

mod routes;
mod word;

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::start::NowMillis;

/// What the program is called here.
pub const CLIENT_ID: &str = "frontdesk";
/// How it proves that.
pub const CLIENT_SECRET: &str = "a secret between two houses";
/// Codes that wait to be redeemed; the simulator refuses beyond that.
const CODES_MAX: usize = 1_000;

/// Whoever stands at the door.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// What this house calls the account.
    pub subject: String,
    /// The account's address.
    pub email: Option<String>,
    /// Whether this house has made sure of it.
    pub email_verified: bool,
    /// The account's name.
    pub name: Option<String>,
}

/// What is wrong with the next word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// It answers another question.
    OtherNonce,
    /// It is meant for somebody else.
    OtherAudience,
    /// Another house speaks.
    OtherIssuer,
    /// It was over an hour ago.
    Expired,
    /// Somebody else signed it.
    OtherKey,
    /// Nobody signed it.
    Unsigned,
    /// There is none.
    Silence,
}

struct Code {
    visitor: Visitor,
    nonce: Option<String>,
    challenge: String,
    redirect: String,
}

#[derive(Default)]
struct State {
    visitor: Option<Visitor>,
    lie: Option<Lie>,
    codes: HashMap<String, Code>,
    given: u64,
}

/// The running house; dropping it ends it.
pub struct Issuer {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    now: NowMillis,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Issuer {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    /// When the system gives none.
    pub async fn start(now: NowMillis) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared { state: Arc::default(), address, now };
        let router = routes::router(shared.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the simulated issuer failed");
            }
        });
        Ok(Self { address, shared, serving })
    }

    /// What it calls itself.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Who will be let in from now on; nobody refuses.
    pub fn visit(&self, visitor: Option<Visitor>) {
        self.shared.lock().visitor = visitor;
    }

    /// What will be wrong with every word from now on.
    pub fn lie(&self, lie: Option<Lie>) {
        self.shared.lock().lie = lie;
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("address", &self.address).finish_non_exhaustive()
    }
}
