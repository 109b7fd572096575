//! What a paired phone can be asked for, whoever speaks for it: WhatsApp Web's protocol (`web/`), the built-in stand-in
//! (`simulated.rs`), or a test.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use kernel::{Id, id};
use tokio::sync::mpsc;

use super::{keys::KeyStore, state::Signal};

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Words.
    Text(String),
    /// A file, with words under it.
    Document {
        /// Its bytes.
        bytes: Bytes,
        /// As the recipient sees it.
        name: String,
        /// Its type.
        mime: String,
        /// The words.
        caption: String,
    },
    /// A picture, with words under it.
    Image {
        /// Its bytes.
        bytes: Bytes,
        /// Its type.
        mime: String,
        /// The words.
        caption: String,
    },
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The same at every attempt, so that one sent twice is seen once.
    pub id: String,
    /// E.164.
    pub to: String,
    /// What.
    pub content: Content,
}

/// Why a session did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// It is not connected, or not paired.
    #[error("the session is not connected: {0}")]
    NotConnected(String),
    /// WhatsApp refused.
    #[error("WhatsApp refused: {0}")]
    Refused(String),
    /// Something else; another try may fare better.
    #[error("{0}")]
    Failed(String),
}

/// A session that was opened. It runs by itself and tells what happens as [`Signal`]s.
pub trait Session: Send + Sync + 'static {
    /// A code to be typed into the phone with this number, instead of scanning.
    fn pairing_code<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<String, SessionError>>;
    /// Whether the number is on WhatsApp.
    fn knows<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<bool, SessionError>>;
    /// Sends one message; gives what WhatsApp calls it.
    fn send(&self, message: Outgoing) -> BoxFuture<'_, Result<String, SessionError>>;
    /// Ends the pairing at WhatsApp and the session here.
    fn log_out(&self) -> BoxFuture<'_, ()>;
    /// Ends the session here, in order; the pairing stays.
    fn stop(&self) -> BoxFuture<'_, ()>;
}

/// Opens sessions.
pub trait Opener: Send + Sync + 'static {
    /// Opens the session of a business, paired or not, and returns once it runs. What it must remember it keeps in `keys`.
    fn open(
        &self,
        tenant: Id<id::Tenant>,
        keys: KeyStore,
        signals: mpsc::Sender<Signal>,
    ) -> BoxFuture<'_, Result<Arc<dyn Session>, SessionError>>;
}
