//! Another system that listens for webhooks. It takes any request on any path, keeps what came, checks signatures for paths
//! whose secret it was told, and answers 200 with `ok` unless a fault is set for the path. Faults are used up one after the
//! other, so a test can say "fail twice, then behave".
//!
//! It speaks HTTP/1.1 with `Content-Length` bodies and keep-alive, written out by hand: a fault must be able to break every
//! rule, and a benchmark should not measure the listener. `https://` to it fails in the handshake, which is one more fault.

mod connection;
mod control;
mod fault;
mod verify;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

pub use control::router;
pub use fault::{Fault, Plan};
pub use verify::{SignatureError, verify};

use crate::start::{NowMillis, stopped};

/// Requests kept; the oldest go first.
pub const KEPT_MAX: usize = 10_000;
/// Connections at once; more wait to be taken.
const CONNECTIONS_MAX: usize = 4_096;
/// Plans at once.
pub const PLANS_MAX: usize = 1_000;

/// One request that came.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// Counts from 1.
    pub number: u64,
    /// When, in milliseconds since the epoch.
    pub at: i64,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// As text; what is not UTF-8 is replaced.
    pub body: String,
    /// Whether the signature was good; absent when no secret is known for the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
}

impl Received {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Nothing came in time.
#[derive(Debug, thiserror::Error)]
#[error("{wanted} requests to {path} within {within:?} were awaited, {came} came")]
pub struct NotReceived {
    path: String,
    wanted: usize,
    came: usize,
    within: Duration,
}

#[derive(Default)]
struct State {
    kept: VecDeque<Arc<Received>>,
    came: u64,
    plans: HashMap<String, VecDeque<Plan>>,
    secrets: HashMap<String, Vec<String>>,
    is_counting_only: bool,
}

/// A hand on the listener; cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
    now: NowMillis,
}

impl Receiver {
    /// With nothing received and nothing planned.
    pub fn new(now: NowMillis) -> Self {
        Self { state: Arc::default(), changed: Arc::new(Notify::new()), now }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came to a path, oldest first.
    pub fn received_at(&self, path: &str) -> Vec<Arc<Received>> {
        self.state().kept.iter().filter(|received| received.path == path).cloned().collect()
    }
    /// Everything that is kept, oldest first.
    pub fn received(&self) -> Vec<Arc<Received>> {
        self.state().kept.iter().cloned().collect()
    }
    /// How many came in all.
    pub fn count(&self) -> u64 {
        self.state().came
    }
    /// Forgets what came; plans and secrets stay.
    pub fn clear(&self) {
        self.state().kept.clear();
    }
    /// Keeps nothing from now on and only counts, for measurements.
    pub fn count_only(&self) {
        self.state().is_counting_only = true;
    }

    /// What the next requests to a path meet, in order, instead of a 200. Replaces what was planned.
    pub fn plan(&self, path: &str, plans: impl IntoIterator<Item = Plan>) {
        self.state().plans.insert(path.to_owned(), plans.into_iter().take(PLANS_MAX).collect());
    }
    /// Every path behaves again.
    pub fn behave(&self) {
        self.state().plans.clear();
    }
    /// Signatures on this path are checked with these secrets, as they were shown; one good one is enough.
    pub fn expect_secrets(&self, path: &str, secrets: &[&str]) {
        self.state().secrets.insert(path.to_owned(), secrets.iter().map(|secret| (*secret).to_owned()).collect());
    }

    /// Waits until so many came to a path.
    ///
    /// # Errors
    /// When fewer came in time.
    pub async fn wait_for(
        &self,
        path: &str,
        wanted: usize,
        within: Duration,
    ) -> Result<Vec<Arc<Received>>, NotReceived> {
        let enough = async {
            loop {
                let changed = self.changed.notified();
                let came = self.received_at(path);
                if came.len() >= wanted {
                    return came;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(within, enough).await;
        waited.map_err(|_| {
            let came = self.received_at(path).len();
            NotReceived { path: path.to_owned(), wanted, came, within }
        })
    }

    /// Notes a request and says what it meets.
    fn take(&self, method: &str, path: &str, headers: Vec<(String, String)>, body: &[u8]) -> Fault {
        let mut state = self.state();
        state.came += 1;
        let fault = state.next_fault(path);
        if !state.is_counting_only {
            let checked = state.secrets.get(path).map(|secrets| verify::by_any(secrets, &headers, body));
            let received = Received {
                number: state.came,
                at: (self.now)(),
                method: method.to_owned(),
                path: path.to_owned(),
                headers,
                body: String::from_utf8_lossy(body).into_owned(),
                verified: checked.as_ref().map(Result::is_ok),
                complaint: checked.and_then(Result::err).map(|error| error.to_string()),
            };
            state.kept.push_back(Arc::new(received));
            if state.kept.len() > KEPT_MAX {
                state.kept.pop_front();
            }
        }
        drop(state);
        self.changed.notify_waiters();
        fault
    }
}

impl State {
    fn next_fault(&mut self, path: &str) -> Fault {
        let Some(plans) = self.plans.get_mut(path) else { return Fault::None };
        let Some(first) = plans.front_mut() else { return Fault::None };
        let fault = first.fault.clone();
        if let Some(times) = &mut first.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                plans.pop_front();
            }
        }
        fault
    }
}

/// Takes connections until it is stopped.
pub(crate) async fn serve(listener: TcpListener, receiver: Receiver, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next(), if connections.len() >= CONNECTIONS_MAX => {}
            taken = listener.accept(), if connections.len() < CONNECTIONS_MAX => match taken {
                Ok((stream, _)) => {
                    connections.spawn(connection::serve(stream, receiver.clone()));
                }
                Err(error) => tracing::warn!(%error, "the webhook receiver could not take a connection"),
            },
        }
    }
    // Hanging on is one of its faults, so open connections are cut and not awaited.
    connections.shutdown().await;
}

#[cfg(test)]
mod tests;
