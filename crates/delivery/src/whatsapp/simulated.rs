//! A session for which the built-in stand-in speaks, so that every screen can be seen working without WhatsApp. It pairs when
//! the stand-in is told that somebody scanned its code. It proves the ways around a session, and nothing of WhatsApp Web's
//! own protocol.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderValue, Method, header};
use kernel::{Id, id};
use platform::{
    Platform,
    outbound::{Outbound, Request, Response, Trust},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value as Json, json};
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use super::{
    keys::KeyStore,
    session::{Content, Opener, Outgoing, Session, SessionError},
    state::Signal,
};

/// A question that is answered at once.
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
/// One that waits until there is something to tell; longer than the stand-in waits.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(30);
/// The pause after the stand-in was not to be reached.
const AWAY_INTERVAL: Duration = Duration::from_secs(1);
/// What is remembered: that a phone was paired.
const PAIRED: &str = "simulated";

/// Opens such sessions.
pub(super) struct SimulatedOpener {
    outbound: Outbound,
    address: String,
}

impl SimulatedOpener {
    pub fn new(platform: &Platform, address: &str) -> Self {
        Self { outbound: platform.outbound().clone(), address: address.to_owned() }
    }
}

impl Opener for SimulatedOpener {
    fn open(
        &self,
        tenant: Id<id::Tenant>,
        keys: KeyStore,
        signals: mpsc::Sender<Signal>,
    ) -> BoxFuture<'_, Result<Arc<dyn Session>, SessionError>> {
        async move {
            let phone =
                Phone { outbound: self.outbound.clone(), address: format!("{}/sessions/{tenant}", self.address) };
            let stop = CancellationToken::new();
            let is_paired = keys.find(PAIRED, "").await.map_err(|e| SessionError::Failed(e.to_string()))?.is_some();
            phone.ask::<Json>(Method::POST, "", Some(&json!({ "paired": is_paired }))).await?;
            tokio::spawn({
                let (phone, stop) = (phone.clone(), stop.clone());
                async move { stop.run_until_cancelled(listen(phone, keys, signals)).await }
            });
            Ok(Arc::new(Simulated { phone, stop: stop.clone(), _ends: stop.drop_guard() }) as Arc<dyn Session>)
        }
        .boxed()
    }
}

/// Where the stand-in answers for one session.
#[derive(Clone)]
struct Phone {
    outbound: Outbound,
    address: String,
}

#[derive(Deserialize)]
struct Answer<T> {
    #[serde(flatten)]
    body: T,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Phone {
    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Result<T, SessionError> {
        self.ask_within(method, path, body, ASK_TIMEOUT).await
    }

    async fn ask_within<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
        timeout: Duration,
    ) -> Result<T, SessionError> {
        let away = |e: String| SessionError::NotConnected(e);
        let url = Url::parse(&format!("{}{path}", self.address)).map_err(|e| away(e.to_string()))?;
        let mut request = Request::new(method, url);
        request.timeout = timeout;
        if let Some(body) = body {
            request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            request.body = Bytes::from(body.to_string());
        }
        let answer = self.outbound.send(request, Trust::Operator).await.map_err(|e| away(e.to_string()))?;
        read(&answer)
    }
}

fn read<T: DeserializeOwned>(answer: &Response) -> Result<T, SessionError> {
    if answer.status.is_success() {
        let read = serde_json::from_slice::<Answer<T>>(&answer.body);
        return read.map(|answer| answer.body).map_err(|e| SessionError::Failed(e.to_string()));
    }
    let refusal = serde_json::from_slice::<Refusal>(&answer.body);
    let words = refusal.map_or_else(|_| format!("HTTP {}", answer.status.as_u16()), |refusal| refusal.error);
    Err(match answer.status.as_u16() {
        409 => SessionError::NotConnected(words),
        422 => SessionError::Refused(words),
        _ => SessionError::Failed(words),
    })
}

#[derive(Deserialize)]
struct Told {
    signals: Vec<OneSignal>,
}

#[derive(Deserialize)]
struct OneSignal {
    number: u64,
    kind: String,
    #[serde(default)]
    text: String,
}

impl OneSignal {
    fn parse(self) -> Option<Signal> {
        Some(match self.kind.as_str() {
            "code" => Signal::Code(self.text),
            "paired" => Signal::Paired,
            "connected" => Signal::Connected,
            "lost" => Signal::Lost(self.text),
            "refused" => Signal::Refused(self.text),
            "ended" => Signal::Ended(self.text),
            "arrived" => Signal::Arrived(vec![self.text]),
            _ => return None,
        })
    }
}

/// Hands on what the stand-in tells, until nobody listens.
async fn listen(phone: Phone, keys: KeyStore, signals: mpsc::Sender<Signal>) {
    let mut after = 0;
    loop {
        let path = format!("/signals?after={after}");
        match phone.ask_within::<Told>(Method::GET, &path, None, LISTEN_TIMEOUT).await {
            Ok(told) => {
                for signal in told.signals {
                    after = after.max(signal.number);
                    let Some(signal) = signal.parse() else { continue };
                    remember(&keys, &signal).await;
                    if signals.send(signal).await.is_err() {
                        return;
                    }
                }
            }
            Err(error) => {
                if signals.send(Signal::Lost(error.to_string())).await.is_err() {
                    return;
                }
                sleep(AWAY_INTERVAL).await;
            }
        }
    }
}

async fn remember(keys: &KeyStore, signal: &Signal) {
    if *signal != Signal::Paired {
        return;
    }
    if let Err(fault) = keys.keep(PAIRED, "", b"paired").await {
        tracing::warn!(cause = fault.chain(), "a simulated pairing is not remembered");
    }
}

struct Simulated {
    phone: Phone,
    stop: CancellationToken,
    _ends: DropGuard,
}

#[derive(Deserialize)]
struct PairingCode {
    code: String,
}

#[derive(Deserialize)]
struct Known {
    known: bool,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

impl Session for Simulated {
    fn pairing_code<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<String, SessionError>> {
        async move {
            let body = json!({ "phone": phone });
            Ok(self.phone.ask::<PairingCode>(Method::POST, "/pairing-code", Some(&body)).await?.code)
        }
        .boxed()
    }

    fn knows<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<bool, SessionError>> {
        async move {
            let path = format!("/contacts/{}", phone.trim_start_matches('+'));
            Ok(self.phone.ask::<Known>(Method::GET, &path, None).await?.known)
        }
        .boxed()
    }

    fn send(&self, message: Outgoing) -> BoxFuture<'_, Result<String, SessionError>> {
        async move {
            let (kind, text, name, bytes) = match message.content {
                Content::Text(text) => ("text", text, None, 0),
                Content::Document { bytes, name, caption, .. } => ("document", caption, Some(name), bytes.len()),
                Content::Image { bytes, caption, .. } => ("image", caption, None, bytes.len()),
            };
            let body = json!({
                "id": message.id, "to": message.to, "kind": kind, "text": text, "name": name, "bytes": bytes,
            });
            Ok(self.phone.ask::<Taken>(Method::POST, "/messages", Some(&body)).await?.id)
        }
        .boxed()
    }

    fn log_out(&self) -> BoxFuture<'_, ()> {
        async move {
            if let Err(error) = self.phone.ask::<Json>(Method::DELETE, "", None).await {
                tracing::debug!(%error, "the stand-in did not let the phone go");
            }
            self.stop.cancel();
        }
        .boxed()
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        self.stop.cancel();
        std::future::ready(()).boxed()
    }
}
