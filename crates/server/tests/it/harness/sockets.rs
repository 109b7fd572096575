//! A small Socket.IO client (protocol 5 over Engine.IO 4, WebSocket only): connect, emit with and without acknowledgement,
//! wait for an event with a deadline. The official client runs elsewhere; this one is for promises that need many sockets or
//! broken ones.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{Notify, oneshot},
    time::timeout,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::App;

/// Long enough for anything that will come, short enough to notice what will not.
pub const SOON: Duration = Duration::from_secs(10);
/// Events that may wait to be looked at.
const INBOX_EVENTS_MAX: usize = 100_000;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Sending = SplitSink<Stream, Message>;

/// A connected socket; dropping it cuts the connection without a word.
pub struct Socket {
    shared: Arc<Shared>,
    sending: tokio::sync::Mutex<Sending>,
    reading: tokio::task::JoinHandle<()>,
    next_ack: AtomicU64,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    inbox: VecDeque<(String, Value)>,
    acks: HashMap<u64, oneshot::Sender<Value>>,
    /// Set when the namespace or the connection ended.
    ended: Option<String>,
    /// Pings of the server that still have to be answered.
    pings: u32,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn end(&self, why: &str) {
        self.lock().ended.get_or_insert_with(|| why.to_owned());
        self.changed.notify_waiters();
    }

    /// Takes what the look finds, now or as soon as it comes.
    async fn wait<T>(&self, within: Duration, look: impl Fn(&mut State) -> Option<T>) -> Option<T> {
        let waiting = async {
            loop {
                // Made before the look: what comes in between wakes it.
                let changed = self.changed.notified();
                if let Some(found) = look(&mut self.lock()) {
                    return found;
                }
                changed.await;
            }
        };
        timeout(within, waiting).await.ok()
    }
}

impl App {
    /// Connects with a token; a refusal fails the test.
    pub async fn socket(&self, token: &str) -> Socket {
        self.socket_with(json!({ "token": token })).await.expect("the socket is let in")
    }

    /// Connects with any `auth`; the error is the message of `connect_error`.
    pub async fn socket_with(&self, auth: Value) -> Result<Socket, String> {
        Socket::connect(self.address(), auth).await
    }
}

impl Socket {
    async fn connect(address: SocketAddr, auth: Value) -> Result<Self, String> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let (stream, _) = connect_async(url).await.expect("the socket layer answers");
        let (mut sending, mut receiving) = stream.split();
        let open = next_text(&mut receiving).await.expect("Engine.IO opens");
        assert!(open.starts_with('0'), "{open}");
        sending.send(Message::text(format!("40{auth}"))).await.unwrap();
        let answer = loop {
            let text = next_text(&mut receiving).await.ok_or("the connection was closed")?;
            match text.get(..2) {
                _ if text == "2" => sending.send(Message::text("3")).await.unwrap(),
                Some("40") => break Ok(()),
                Some("44") => break Err(text[2..].to_owned()),
                // Its credential ended between the question and the answer.
                Some("41") => return Err("the server disconnected".to_owned()),
                _ => panic!("not an answer to CONNECT: {text}"),
            }
        };
        if let Err(problem) = answer {
            let problem: Value = serde_json::from_str(&problem).unwrap();
            return Err(problem["message"].as_str().unwrap_or_default().to_owned());
        }
        let shared = Arc::new(Shared::default());
        let reading = tokio::spawn(read(receiving, shared.clone()));
        Ok(Self { shared, sending: sending.into(), reading, next_ack: AtomicU64::new(0) })
    }

    /// Sends an event and waits for no answer.
    pub async fn emit(&self, event: &str, payload: Value) {
        self.send(format!("42{}", json!([event, payload]))).await;
    }

    /// Sends an event and gives the acknowledgement.
    pub async fn emit_ack(&self, event: &str, payload: Value) -> Value {
        let id = self.next_ack.fetch_add(1, Ordering::Relaxed);
        let (tell, told) = oneshot::channel();
        self.shared.lock().acks.insert(id, tell);
        self.send(format!("42{id}{}", json!([event, payload]))).await;
        let answer = timeout(SOON, told).await.unwrap_or_else(|_| panic!("{event} was not acknowledged"));
        answer.unwrap_or_else(|_| panic!("the connection ended before {event} was acknowledged"))
    }

    /// The same for a payload that no JSON library would write.
    pub async fn ack_of_raw(&self, event: &str, payload: &str) -> Value {
        let id = self.next_ack.fetch_add(1, Ordering::Relaxed);
        let (tell, told) = oneshot::channel();
        self.shared.lock().acks.insert(id, tell);
        self.send(format!("42{id}[\"{event}\",{payload}]")).await;
        let answer = timeout(SOON, told).await.unwrap_or_else(|_| panic!("{event} {payload} was not acknowledged"));
        answer.unwrap_or_else(|_| panic!("the connection ended before {event} {payload} was acknowledged"))
    }

    /// Sends a packet as it is.
    pub async fn send(&self, packet: String) {
        let mut sending = self.sending.lock().await;
        let pings = std::mem::take(&mut self.shared.lock().pings);
        for _ in 0..pings {
            sending.feed(Message::text("3")).await.unwrap();
        }
        sending.send(Message::text(packet)).await.unwrap();
    }

    /// Sends a packet that the house may answer by ending the connection before it is through.
    pub async fn send_expecting_the_end(&self, packet: String) {
        if let Err(error) = self.sending.lock().await.send(Message::text(packet)).await {
            eprintln!("the house ended the connection first: {error}");
        }
    }

    /// The next event of this name; others that came before it stay.
    pub async fn expect(&self, event: &str) -> Value {
        self.expect_within(event, SOON).await
    }

    /// The same with another deadline.
    pub async fn expect_within(&self, event: &str, within: Duration) -> Value {
        let found = self.shared.wait(within, |state| {
            let at = state.inbox.iter().position(|(name, _)| name == event)?;
            state.inbox.remove(at).map(|(_, body)| body)
        });
        match found.await {
            Some(body) => body,
            None => panic!("{event} did not come; what came: {:?}", self.arrived()),
        }
    }

    /// Names of the events that have come and were not looked at, in order.
    pub fn arrived(&self) -> Vec<String> {
        self.shared.lock().inbox.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Takes every event of this name that has come so far. To show that something did not come, let the house answer
    /// another event first: what travels on one socket keeps its order.
    pub fn take(&self, event: &str) -> Vec<Value> {
        let mut state = self.shared.lock();
        let (taken, kept) = std::mem::take(&mut state.inbox).into_iter().partition(|(name, _)| name == event);
        state.inbox = kept;
        let taken: VecDeque<(String, Value)> = taken;
        taken.into_iter().map(|(_, body)| body).collect()
    }

    /// Waits until the house ended this socket; says how.
    pub async fn ended(&self) -> String {
        let ended = self.shared.wait(SOON, |state| state.ended.clone()).await;
        ended.expect("the socket is closed by the house")
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn next_text(
    receiving: &mut (impl StreamExt<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin),
) -> Option<String> {
    loop {
        match timeout(SOON, receiving.next()).await.expect("a packet comes")? {
            Ok(Message::Text(text)) => return Some(text.to_string()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

async fn read(mut receiving: futures_util::stream::SplitStream<Stream>, shared: Arc<Shared>) {
    while let Some(Ok(message)) = receiving.next().await {
        let Message::Text(text) = message else { continue };
        take_packet(&text, &shared);
    }
    shared.end("transport close");
}

fn take_packet(packet: &str, shared: &Shared) {
    if packet == "2" {
        shared.lock().pings += 1;
    } else if packet.starts_with("41") {
        shared.end("io server disconnect");
    } else if let Some(rest) = packet.strip_prefix("42") {
        let mut arguments: Vec<Value> = serde_json::from_str(rest).unwrap();
        let body = if arguments.len() > 1 { arguments.remove(1) } else { Value::Null };
        let mut state = shared.lock();
        assert!(state.inbox.len() < INBOX_EVENTS_MAX, "nobody reads this socket");
        state.inbox.push_back((arguments[0].as_str().unwrap().to_owned(), body));
    } else if let Some(rest) = packet.strip_prefix("43") {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (id, arguments) = rest.split_at(digits);
        let mut arguments: Vec<Value> = serde_json::from_str(arguments).unwrap();
        let waiting = shared.lock().acks.remove(&id.parse().unwrap());
        if let Some(tell) = waiting {
            tell.send(if arguments.is_empty() { Value::Null } else { arguments.remove(0) }).unwrap_or_default();
        }
    }
    shared.changed.notify_waiters();
}
