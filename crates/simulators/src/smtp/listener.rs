//! Accepting clients, no more than the house can hold.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::fault::Faults;
use super::limits::{CONNECTION_DURATION_MAX, CONNECTIONS_MAX};
use super::session::Session;
use crate::mailbox::Mailbox;
use crate::start::{NowMillis, stopped};

/// The pause after a failed accept: out of file handles, trying again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long the farewell to one client too many may take.
const FAREWELL_TIMEOUT: Duration = Duration::from_millis(200);

/// What all conversations share.
pub(crate) struct Server {
    pub(crate) hostname: Arc<str>,
    pub(crate) idle_timeout: Duration,
    pub(crate) now: NowMillis,
    pub(crate) mailbox: Mailbox,
    pub(crate) faults: Faults,
    /// Set when STARTTLS is spoken.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Serves until told to stop, then until the last conversation has ended.
pub(crate) async fn serve(listener: TcpListener, server: Server, mut stop: watch::Receiver<bool>) {
    let server = Arc::new(server);
    let mut conversations = JoinSet::new();
    let each_stop = stop.clone();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(ended) = conversations.join_next() => log_panic(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if conversations.len() >= CONNECTIONS_MAX => turn_away(stream).await,
                Ok((stream, _)) => {
                    conversations.spawn(converse(Session::new(stream, server.clone(), each_stop.clone())));
                }
                Err(error) => {
                    tracing::warn!(%error, "the simulated mail server could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
    // No new clients are let in while the last ones finish.
    drop(listener);
    while let Some(ended) = conversations.join_next().await {
        log_panic(ended);
    }
}

async fn converse(session: Session) {
    match timeout(CONNECTION_DURATION_MAX, session.run()).await {
        Ok(Ok(())) => {}
        // Clients that vanish are everyday life for a mail server.
        Ok(Err(cut)) => tracing::debug!(error = &cut as &dyn std::error::Error, "a mail conversation was cut"),
        Err(_) => tracing::debug!("a mail conversation took too long and was cut"),
    }
}

async fn turn_away(mut stream: TcpStream) {
    let farewell = stream.write_all(b"421 4.3.2 too many connections\r\n");
    if !matches!(timeout(FAREWELL_TIMEOUT, farewell).await, Ok(Ok(()))) {
        tracing::debug!("a client too many left before it was told so");
    }
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a mail conversation ended in a panic");
    }
}
