//! Starting and stopping all simulators as one.
//!
//! The listeners are bound before [`Simulators::start`] returns, so an address that was handed out answers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::http;
use crate::mailbox::Mailbox;
use crate::push::{self, Push};
use crate::receiver::{self, Receiver};
use crate::smtp::{self, BadCertificate, Certificate, Faults};
use crate::twilio::{self, Twilio};
use crate::whatsapp::{self, WhatsApp};

/// Tells the time as milliseconds since the Unix epoch. The composition root hands it in, which keeps the
/// moment of arrival under the control of whoever runs the simulators.
pub type NowMillis = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How long [`Simulators::stop`] waits for connections that are still open before it cuts them.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// What the simulators need to start.
#[derive(Clone)]
pub struct SimulatorsConfig {
    /// Where the mail server listens; port 0 takes a free one.
    pub smtp_addr: SocketAddr,
    /// Where the control interface listens; port 0 takes a free one.
    pub http_addr: SocketAddr,
    /// Where webhooks are taken; port 0 takes a free one.
    pub webhook_addr: SocketAddr,
    /// Where text messages are taken; port 0 takes a free one.
    pub twilio_addr: SocketAddr,
    /// Where WhatsApp messages are taken; port 0 takes a free one.
    pub whatsapp_addr: SocketAddr,
    /// Where messages to browsers are taken; port 0 takes a free one.
    pub push_addr: SocketAddr,
    /// The name the mail server greets with.
    pub hostname: String,
    /// With what the mail server speaks STARTTLS; not at all without it.
    pub smtp_certificate: Option<Certificate>,
    /// How long a mail client may stay silent before its connection is closed.
    pub idle_timeout: Duration,
    /// Stamps what arrives.
    pub now: NowMillis,
}

impl SimulatorsConfig {
    /// Free ports on loopback, and a patience of a minute.
    pub fn new(now: NowMillis) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            smtp_addr: any_port,
            http_addr: any_port,
            webhook_addr: any_port,
            twilio_addr: any_port,
            whatsapp_addr: any_port,
            push_addr: any_port,
            hostname: "simulator.localhost".to_owned(),
            smtp_certificate: None,
            idle_timeout: smtp::limits::IDLE_TIMEOUT,
            now,
        }
    }
}

/// Why the simulators did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Asked to listen where strangers could reach it; a simulator accepts any password.
    #[error("the {what} simulator listens on loopback only, not on {addr}")]
    NotLoopback {
        /// Which listener.
        what: &'static str,
        /// The refused address.
        addr: SocketAddr,
    },
    /// The mail server cannot speak TLS with what it was given.
    #[error(transparent)]
    Certificate(#[from] BadCertificate),
    /// The operating system refused the address.
    #[error("the {what} simulator cannot listen on {addr}")]
    Bind {
        /// Which listener.
        what: &'static str,
        /// The address that could not be had.
        addr: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// The running simulators. Dropping it cuts every connection; [`Simulators::stop`] lets them finish first.
pub struct Simulators {
    smtp_addr: SocketAddr,
    http_addr: SocketAddr,
    webhook_addr: SocketAddr,
    twilio_addr: SocketAddr,
    whatsapp_addr: SocketAddr,
    push_addr: SocketAddr,
    push: Push,
    mailbox: Mailbox,
    twilio: Twilio,
    whatsapp: WhatsApp,
    receiver: Receiver,
    faults: Faults,
    /// Set to true once, by `stop`; every loop of the simulators listens to it.
    stopping: watch::Sender<bool>,
    /// The two accept loops; dropping the set aborts them and, with them, their connections.
    loops: JoinSet<()>,
}

impl Simulators {
    /// Binds the listeners and starts to answer.
    ///
    /// # Errors
    /// When an address is not on loopback or cannot be bound; nothing is left running then.
    pub async fn start(config: SimulatorsConfig) -> Result<Self, StartError> {
        let smtp_listener = bind("SMTP", config.smtp_addr).await?;
        let http_listener = bind("control", config.http_addr).await?;
        let webhook_listener = bind("webhook", config.webhook_addr).await?;
        let (twilio_listener, twilio_addr) = bind("Twilio", config.twilio_addr).await?;
        let (whatsapp_listener, whatsapp_addr) = bind("WhatsApp", config.whatsapp_addr).await?;
        let (push_listener, push_addr) = bind("push", config.push_addr).await?;
        let push = Push::new(config.now.clone());
        let (twilio, callbacks) = Twilio::new(config.now.clone());
        let (whatsapp, reports) = WhatsApp::new(config.now.clone());
        let tls = config.smtp_certificate.as_ref().map(Certificate::acceptor).transpose()?;
        let mailbox = Mailbox::new();
        let receiver = Receiver::new(config.now.clone());
        let faults = Faults::default();
        let (stopping, stop) = watch::channel(false);
        let mut loops = JoinSet::new();
        let (smtp_addr, http_addr, webhook_addr) = (smtp_listener.1, http_listener.1, webhook_listener.1);
        let server = smtp::Server {
            hostname: config.hostname.into(),
            idle_timeout: config.idle_timeout,
            now: config.now,
            mailbox: mailbox.clone(),
            faults: faults.clone(),
            tls,
        };
        loops.spawn(smtp::serve(smtp_listener.0, server, stop.clone()));
        loops.spawn(receiver::serve(webhook_listener.0, receiver.clone(), stop.clone()));
        loops.spawn(twilio::serve(twilio_listener, twilio.clone(), callbacks, stop.clone()));
        loops.spawn(whatsapp::serve(whatsapp_listener, whatsapp.clone(), reports, stop.clone()));
        let control = http::router(mailbox.clone(), faults.clone())
            .merge(receiver::router(receiver.clone()))
            .merge(twilio::control_router(twilio.clone()))
            .merge(whatsapp::control_router(whatsapp.clone()));
        loops.spawn(http::serve(push_listener, push::router(push.clone()), stop.clone()));
        loops.spawn(http::serve(http_listener.0, control, stop));
        tracing::info!(%smtp_addr, %http_addr, %webhook_addr, %twilio_addr, %whatsapp_addr, "simulators are listening");
        Ok(Self {
            smtp_addr,
            http_addr,
            webhook_addr,
            twilio_addr,
            whatsapp_addr,
            push_addr,
            push,
            mailbox,
            twilio,
            whatsapp,
            receiver,
            faults,
            stopping,
            loops,
        })
    }

    /// Where mail is taken.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp_addr
    }

    /// Where the control interface answers.
    pub fn http_addr(&self) -> SocketAddr {
        self.http_addr
    }

    /// Where webhooks are taken, on any path.
    pub fn webhook_addr(&self) -> SocketAddr {
        self.webhook_addr
    }

    /// Where text messages are taken.
    pub fn twilio_addr(&self) -> SocketAddr {
        self.twilio_addr
    }

    /// The text messages that arrived, and what the next ones meet.
    pub fn twilio(&self) -> &Twilio {
        &self.twilio
    }

    /// Where messages to browsers are taken.
    pub fn push_addr(&self) -> SocketAddr {
        self.push_addr
    }

    /// The messages to browsers that arrived, and what the next ones meet.
    pub fn push(&self) -> &Push {
        &self.push
    }

    /// Where WhatsApp messages are taken.
    pub fn whatsapp_addr(&self) -> SocketAddr {
        self.whatsapp_addr
    }

    /// The WhatsApp messages that arrived, what the next ones meet, and what happens to paired phones.
    pub fn whatsapp(&self) -> &WhatsApp {
        &self.whatsapp
    }

    /// The webhooks that arrived, and what the next ones meet.
    pub fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// The mail that arrived.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The faults in force, to be changed at any time.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Stops accepting, gives open connections [`STOP_TIMEOUT`] and returns when all tasks have ended.
    pub async fn stop(mut self) {
        self.stopping.send_replace(true);
        let finished = async { while self.loops.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_TIMEOUT, finished).await.is_err() {
            tracing::warn!("simulator connections were still open and are cut");
            self.loops.shutdown().await;
        }
    }
}

/// Returns when the simulators stop, or are gone without having been stopped.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("the simulators were dropped without being stopped");
    }
}

async fn bind(what: &'static str, addr: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    if !addr.ip().is_loopback() {
        return Err(StartError::NotLoopback { what, addr });
    }
    let bind_error = |source| StartError::Bind { what, addr, source };
    let listener = TcpListener::bind(addr).await.map_err(bind_error)?;
    let bound = listener.local_addr().map_err(bind_error)?;
    Ok((listener, bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_simulator_refuses_to_listen_to_strangers() {
        let mut config = SimulatorsConfig::new(Arc::new(|| 0));
        config.smtp_addr = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let refused = Simulators::start(config).await;
        assert!(matches!(refused, Err(StartError::NotLoopback { what: "SMTP", .. })));
    }

    #[tokio::test]
    async fn a_taken_port_is_named_in_the_error() {
        let first = Simulators::start(SimulatorsConfig::new(Arc::new(|| 0))).await.unwrap();
        let mut config = SimulatorsConfig::new(Arc::new(|| 0));
        config.http_addr = first.http_addr();
        let refused = Simulators::start(config).await;
        assert!(matches!(refused, Err(StartError::Bind { addr, .. }) if addr == first.http_addr()));
    }
}
