//! WhatsApp Web's own protocol, by the crate `whatsapp-rust`. It is unofficial: WhatsApp may change it on any day and may ban
//! a number that uses it. Its HTTP goes out through ours (`http.rs`), and what it must remember lies in our database, sealed
//! (`signal.rs`, `protocol.rs`, `sync.rs` over [`KeyStore`]).

mod backend;
mod http;
mod protocol;
mod signal;
mod sync;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, id};
use parking_lot::Mutex;
use platform::Platform;
use tokio::{sync::mpsc, time::timeout};
use whatsapp_rust::{
    Client, Jid, SendError, SendOptions,
    bot::{Bot, BotHandle, EventDelivery},
    media::{DocumentOptions, ImageOptions, document_message, image_message},
    pair_code::{PairCodeOptions, PairError},
    prelude::{Event, EventKind, MessageBuilderExt as _, wa},
    transport::TokioWebSocketTransportFactory,
    types::presence::ReceiptType,
    upload::UploadOptions,
    wacore::{download::MediaType, store::DevicePropsOverride},
};

use self::{backend::Backend, http::OurHttp};
use super::{
    keys::KeyStore,
    session::{Content, Opener, Outgoing, Session, SessionError},
    state::Signal,
};

/// Events of one session that wait to be handed on; more are dropped by the library and counted.
const EVENTS_MAX: usize = 256;
/// How long the connection to WhatsApp may take before a question is given up.
const SOCKET_TIMEOUT: Duration = Duration::from_secs(10);
/// What phones show as the name of this device.
const DEVICE_NAME: &str = "Frontdesk";
/// Everything that is followed; the rest is not even read.
const FOLLOWED: [EventKind; 12] = [
    EventKind::PairingQrCode,
    EventKind::PairingQrCodesExhausted,
    EventKind::PairSuccess,
    EventKind::PairError,
    EventKind::QrScannedWithoutMultidevice,
    EventKind::Connected,
    EventKind::Disconnected,
    EventKind::LoggedOut,
    EventKind::StreamReplaced,
    EventKind::TemporaryBan,
    EventKind::ClientOutdated,
    EventKind::Receipt,
];

/// How long a session may take to write down what it knows and to end, before it is cut off.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens such sessions.
pub(super) struct WebOpener {
    http: OurHttp,
    /// Who is spoken to instead of WhatsApp.
    stand_in: Option<StandIn>,
}

/// A server of our own that is taken for WhatsApp's.
#[derive(Debug, Clone)]
struct StandIn {
    /// `ws://…`
    url: String,
    /// The version of the protocol, which a page of WhatsApp's tells otherwise.
    version: (u32, u32, u32),
}

impl WebOpener {
    pub fn new(platform: &Platform) -> Self {
        Self { http: OurHttp::new(platform.outbound().clone()), stand_in: None }
    }
}

impl Opener for WebOpener {
    fn open(
        &self,
        _: Id<id::Tenant>,
        keys: KeyStore,
        signals: mpsc::Sender<Signal>,
    ) -> BoxFuture<'_, Result<Arc<dyn Session>, SessionError>> {
        async move {
            let (mut transport, mut builder) = (TokioWebSocketTransportFactory::new(), Bot::builder());
            if let Some(stand_in) = &self.stand_in {
                transport = transport.with_url(&stand_in.url);
                builder = builder.with_version(stand_in.version);
            }
            let bot = builder
                .with_backend(Backend::new(keys))
                .with_http_client(self.http.clone())
                .with_transport_factory(transport)
                .with_device_props(DevicePropsOverride::new().with_os(DEVICE_NAME))
                // Nobody reads old conversations here, so none are asked for.
                .skip_history_sync()
                .with_event_delivery(EventDelivery::Ordered { capacity: EVENTS_MAX })
                .on_event_for(&FOLLOWED, move |event, _| {
                    let (signal, signals) = (parse(&event), signals.clone());
                    async move {
                        if let Some(signal) = signal
                            && signals.send(signal).await.is_err()
                        {
                            tracing::debug!("nobody follows this WhatsApp session any more");
                        }
                    }
                })
                .build()
                .await
                .map_err(|e| SessionError::Failed(e.to_string()))?;
            let client = bot.client();
            let handle = Mutex::new(Some(bot.spawn()));
            Ok(Arc::new(WebSession { client, handle }) as Arc<dyn Session>)
        }
        .boxed()
    }
}

/// What an event of the library means.
fn parse(event: &Event) -> Option<Signal> {
    Some(match event {
        Event::PairingQrCode(code) => Signal::Code(code.code.clone()),
        Event::PairingQrCodesExhausted(_) => Signal::Expired,
        Event::PairSuccess(_) => Signal::Paired,
        Event::PairError(error) => Signal::Refused(format!("The phone could not be paired: {}", error.error)),
        Event::QrScannedWithoutMultidevice(_) => {
            Signal::Refused("The phone's WhatsApp is too old for linked devices.".to_owned())
        }
        Event::Connected(_) => Signal::Connected,
        Event::Disconnected(lost) => Signal::Lost(format!("The connection ended: {}", lost.reason)),
        Event::LoggedOut(_) => Signal::Ended("WhatsApp ended the pairing, perhaps on the phone.".to_owned()),
        Event::StreamReplaced(_) => Signal::Barred("The same pairing was opened elsewhere.".to_owned()),
        Event::TemporaryBan(ban) => {
            Signal::Barred(format!("WhatsApp banned the number for {} s.", ban.expire.num_seconds()))
        }
        Event::ClientOutdated(_) => Signal::Barred("WhatsApp wants a newer version of its protocol.".to_owned()),
        Event::Receipt(receipt) => match receipt.r#type {
            ReceiptType::Delivered | ReceiptType::Read | ReceiptType::Played => {
                Signal::Arrived(receipt.message_ids.iter().map(ToString::to_string).collect())
            }
            _ => return None,
        },
        _ => return None,
    })
}

struct WebSession {
    client: Arc<Client>,
    handle: Mutex<Option<BotHandle>>,
}

impl WebSession {
    fn check_ready(&self) -> Result<(), SessionError> {
        let is_ready = self.client.is_connected() && self.client.is_logged_in();
        if is_ready { Ok(()) } else { Err(SessionError::NotConnected("it is connecting".to_owned())) }
    }

    async fn compose(&self, content: Content) -> Result<wa::Message, SessionError> {
        let failed = |e: &dyn std::fmt::Display| SessionError::Failed(format!("the file could not be uploaded: {e}"));
        Ok(match content {
            Content::Text(text) => wa::Message::text(text),
            Content::Document { bytes, name, mime, caption } => {
                let upload = self.client.upload(bytes.to_vec(), MediaType::Document, UploadOptions::new()).await;
                let options = DocumentOptions {
                    mimetype: Some(mime),
                    file_name: Some(name.clone()),
                    title: Some(name),
                    caption: Some(caption),
                    ..DocumentOptions::default()
                };
                document_message(upload.map_err(|e| failed(&e))?, options)
            }
            Content::Image { bytes, mime, caption } => {
                let upload = self.client.upload(bytes.to_vec(), MediaType::Image, UploadOptions::new()).await;
                let options = ImageOptions { mimetype: Some(mime), caption: Some(caption), ..ImageOptions::default() };
                image_message(upload.map_err(|e| failed(&e))?, options)
            }
        })
    }
}

/// A number as the protocol writes it.
fn jid(phone: &str) -> Jid {
    Jid::pn(phone.trim_start_matches('+'))
}

impl Session for WebSession {
    fn pairing_code<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<String, SessionError>> {
        async move {
            let ready = self.client.wait_for_socket(SOCKET_TIMEOUT).await;
            ready.map_err(|e| SessionError::NotConnected(e.to_string()))?;
            let options = PairCodeOptions {
                phone_number: phone.trim_start_matches('+').to_owned(),
                ..PairCodeOptions::default()
            };
            self.client.pair_with_code(options).await.map_err(|error| match error {
                PairError::PairCode(why) => SessionError::Refused(why.to_string()),
                other => SessionError::Failed(other.to_string()),
            })
        }
        .boxed()
    }

    fn knows<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<bool, SessionError>> {
        async move {
            self.check_ready()?;
            let asked = self.client.contacts().is_on_whatsapp(&[jid(phone)]).await;
            let answers = asked.map_err(|e| SessionError::Failed(e.to_string()))?;
            Ok(answers.iter().any(|answer| answer.is_registered))
        }
        .boxed()
    }

    fn send(&self, message: Outgoing) -> BoxFuture<'_, Result<String, SessionError>> {
        async move {
            self.check_ready()?;
            let composed = self.compose(message.content).await?;
            let options = SendOptions::default().with_message_id(message.id);
            let sent = self.client.send_message_with_options(jid(&message.to), composed, options).await;
            sent.map(|sent| sent.message_id).map_err(|error| match error {
                SendError::NotLoggedIn | SendError::Client(_) => SessionError::NotConnected(error.to_string()),
                SendError::InvalidRequest(why) => SessionError::Refused(why),
                other => SessionError::Failed(other.to_string()),
            })
        }
        .boxed()
    }

    fn log_out(&self) -> BoxFuture<'_, ()> {
        async move {
            self.client.logout().await;
            self.stop().await;
        }
        .boxed()
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        let handle = self.handle.lock().take();
        async move {
            let Some(mut handle) = handle else { return };
            handle.client().disconnect().await;
            // In the middle of connecting it hears of nothing else for up to twenty seconds.
            if timeout(STOP_TIMEOUT, &mut handle).await.is_err() {
                handle.abort();
            }
        }
        .boxed()
    }
}
