//! WhatsApp, as far as an application that sends messages sees it. Two services share a listener: the Cloud API (`POST
//! /{version}/{number}/messages` with a bearer token; answers, error codes and signed reports in its form; any token is
//! right), and paired phones, which have no public protocol: [`phones`] speaks a small one of our own, so that the ways
//! around a session can be seen working. Reports go to addresses on loopback only; [`WhatsApp::report`] gives one to a test.

mod cloud;
mod control;
mod phones;
mod report;
#[cfg(test)]
mod tests;

pub use report::Report;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

pub(crate) use control::router as control_router;

use crate::http::{self, BODY_BYTES_MAX, check_host};
use crate::messages::{Addressed, MessageLog};
use crate::post;
use crate::start::{NowMillis, stopped};
use phones::Phone;

/// How many sessions may be open at once.
pub const PHONES_MAX: usize = 200;
/// How many reports may wait to be posted; further ones are dropped, as on a bad day of the real service.
const REPORTS_WAITING_MAX: usize = 256;

/// One message, as the simulated service took it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentWhatsApp {
    /// `wamid.…` for the Cloud API; the sender's own for a phone.
    pub id: String,
    /// The number's id at the Cloud API, or the name of the session.
    pub from: String,
    /// Digits with a plus.
    pub to: String,
    /// `text`, `image` or `document`.
    pub kind: String,
    /// The text, or the words under a picture or file.
    pub text: String,
    /// Where the Cloud API finds the file.
    pub link: Option<String>,
    /// The file's name.
    pub name: Option<String>,
    /// The file's size, when it came along.
    pub bytes: u64,
    /// Whether a paired phone sent it.
    pub by_phone: bool,
    /// When it was taken, in milliseconds since the Unix epoch.
    pub received_at_ms: i64,
    /// Comes back with every report.
    #[serde(skip)]
    pub(crate) opaque: Option<String>,
}

impl Addressed for SentWhatsApp {
    fn to(&self) -> &str {
        &self.to
    }
}

/// A shared handle on the simulated service.
#[derive(Clone)]
pub struct WhatsApp {
    log: MessageLog<SentWhatsApp>,
    state: Arc<Mutex<State>>,
    now: NowMillis,
    /// Counts whatever happened to a phone, so that a waiter wakes on each.
    happened: watch::Sender<u64>,
    reports: mpsc::Sender<Report>,
}

#[derive(Default)]
struct State {
    phones: BTreeMap<String, Phone>,
    /// Numbers, without the plus, that are not on WhatsApp.
    strangers: Vec<String>,
    /// Where the Cloud API reports, and with what it signs.
    reported: Option<(String, String)>,
}

impl WhatsApp {
    pub(crate) fn new(now: NowMillis) -> (Self, mpsc::Receiver<Report>) {
        let (reports, waiting) = mpsc::channel(REPORTS_WAITING_MAX);
        let (log, happened) = (MessageLog::new(), watch::Sender::new(0));
        (Self { log, state: Arc::default(), now, happened, reports }, waiting)
    }

    /// Each change under the lock is a single step, so a poisoned lock is used on.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        self.happened.send_modify(|count| *count += 1);
    }

    /// What it took, and the rules by which it misbehaves.
    pub fn log(&self) -> &MessageLog<SentWhatsApp> {
        &self.log
    }

    fn keep(&self, message: SentWhatsApp) -> Arc<SentWhatsApp> {
        self.log.keep(message, |message, count| {
            if message.id.is_empty() {
                message.id = format!("wamid.{:016X}{count:08X}", message.received_at_ms);
            }
        })
    }

    /// Where the Cloud API shall report, and the secret that signs.
    pub fn report_to(&self, url: impl Into<String>, app_secret: impl Into<String>) {
        self.lock().reported = Some((url.into(), app_secret.into()));
    }

    /// Forgets every message and every rule; sessions stay.
    pub fn clear(&self) {
        self.log.clear();
        self.lock().strangers.clear();
    }

    /// Says that a number is not on WhatsApp, as phones are told.
    pub fn estrange(&self, phone: &str) {
        self.lock().strangers.push(phone.trim_start_matches('+').to_owned());
    }

    /// The signed report that tells this status of a message; `None` when nobody said where to report, or the message is
    /// not known.
    pub fn report(&self, id: &str, status: &str, error_code: Option<u32>) -> Option<Report> {
        let state = self.lock();
        let (url, secret) = state.reported.as_ref()?;
        let message = self.log.find(|message| message.id == id)?;
        report::sign(&message, url, secret, status, error_code, (self.now)())
    }

    fn announce(&self, id: &str, status: &str, error_code: Option<u32>) {
        let Some(report) = self.report(id, status, error_code) else { return };
        if self.reports.try_send(report).is_err() {
            tracing::warn!("too many reports wait; one is dropped");
        }
    }
}

pub(crate) async fn serve(
    listener: TcpListener,
    whatsapp: WhatsApp,
    waiting: mpsc::Receiver<Report>,
    stop: watch::Receiver<bool>,
) {
    let router = Router::new()
        .merge(phones::router())
        .merge(cloud::router())
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(whatsapp);
    let mut cut = stop.clone();
    // A request that hangs on purpose must not hold up the end.
    tokio::select! {
        ((), ()) = async { tokio::join!(http::serve(listener, router, stop.clone()), post::post_all(waiting, stop)) } => {}
        () = async { stopped(&mut cut).await } => {}
    }
}
