//! The library over real connections to a server of ours. It greets as WhatsApp Web does; and whatever the other side does
//! short of being WhatsApp, the session tells it nothing more, pairs with nobody, tries again after pauses, and ends when it
//! is told to.

use std::{io, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{Instant, timeout},
};

use super::{impostor, websocket};
use crate::{
    tests::{House, SOON},
    whatsapp::{
        SessionStatus,
        keeper::{self, Started},
        store,
        web::{StandIn, WebOpener},
    },
};

/// What the protocol's first bytes are: its name and version.
const GREETING: &[u8] = b"WA\x06";
/// Long enough for three tries with pauses of a second before the second and the third.
const TRIES: usize = 3;
/// Of these two pauses, a tenth may be missing.
const PAUSES_MIN: Duration = Duration::from_millis(1_700);

/// What the server does with whoever connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Takes the connection and says nothing.
    Silent,
    /// Refuses to speak WebSocket.
    Refuses,
    /// Hears the greeting and hangs up.
    HangsUp,
    /// Answers the greeting with what is no handshake.
    Babbles,
    /// Answers as WhatsApp does, but has not its keys.
    Pretends,
}

/// What came to the server.
#[derive(Default)]
struct Seen {
    connected: Vec<Instant>,
    /// What was said in each connection that has ended.
    ended: Vec<Vec<Vec<u8>>>,
}

struct Server {
    url: String,
    seen: Arc<Mutex<Seen>>,
    changed: Arc<Notify>,
}

impl Server {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/ws/chat", listener.local_addr().unwrap());
        let (seen, changed) = (Arc::<Mutex<Seen>>::default(), Arc::new(Notify::new()));
        let server = Self { url, seen: seen.clone(), changed: changed.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().connected.push(Instant::now());
                changed.notify_waiters();
                let (seen, changed) = (seen.clone(), changed.clone());
                tokio::spawn(async move {
                    let mut said = Vec::new();
                    // However it ends, what was said counts.
                    let _ended = converse(stream, manner, &mut said).await;
                    seen.lock().ended.push(said);
                    changed.notify_waiters();
                });
            }
        });
        server
    }

    /// Waits until what was seen is enough.
    async fn until(&self, what: &str, is_enough: impl Fn(&Seen) -> bool) {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if is_enough(&self.seen.lock()) {
                    return;
                }
                changed.await;
            }
        };
        assert!(timeout(SOON, waiting).await.is_ok(), "{what}");
    }
}

/// Plays the server's part and notes what it hears.
async fn converse(mut stream: TcpStream, manner: Manner, said: &mut Vec<Vec<u8>>) -> io::Result<()> {
    if manner == Manner::Silent {
        return tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop);
    }
    if manner == Manner::Refuses {
        websocket::read_head(&mut stream).await?;
        return stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
    }
    websocket::accept(&mut stream).await?;
    let greeting = websocket::read_frame(&mut stream).await?;
    said.push(greeting.clone());
    match manner {
        // A length of four, and as many bytes that mean nothing.
        Manner::Babbles => stream.write_all(&websocket::frame(&[0, 0, 4, 1, 2, 3, 4])).await?,
        Manner::Pretends => stream.write_all(&websocket::frame(&impostor::answer(&greeting))).await?,
        Manner::Silent | Manner::Refuses | Manner::HangsUp => return Ok(()),
    }
    loop {
        said.push(websocket::read_frame(&mut stream).await?);
    }
}

/// Starts a session that takes the server for WhatsApp's.
async fn start(house: &House, server: &Server) {
    let stand_in = StandIn { url: server.url.clone(), version: (2, 3000, 1) };
    let opener = WebOpener { stand_in: Some(stand_in), ..WebOpener::new(house.delivery.platform()) };
    house.delivery.whatsapp().open_by(Arc::new(opener));
    assert_eq!(keeper::start(&house.delivery, house.tenant).await.unwrap(), Started::Here);
}

async fn status(house: &House) -> SessionStatus {
    store::find(house.delivery.db(), house.tenant).await.unwrap().unwrap().status
}

async fn who_is_not_whatsapp_is_asked_again_after_pauses_and_pairs_with_nobody(house: House) {
    for manner in [Manner::Refuses, Manner::HangsUp, Manner::Babbles, Manner::Pretends] {
        let server = Server::start(manner).await;
        start(&house, &server).await;
        server.until("it tries again", |seen| seen.connected.len() >= TRIES && seen.ended.len() >= TRIES - 1).await;
        assert_eq!(status(&house).await, SessionStatus::NotInitialized, "{manner:?}");
        house.delivery.stop_whatsapp().await;
        let seen = server.seen.lock();
        let pauses = seen.connected[TRIES - 1] - seen.connected[0];
        assert!(pauses >= PAUSES_MIN, "{manner:?}: {TRIES} tries within {pauses:?}");
        let greetings = usize::from(manner != Manner::Refuses);
        for said in &seen.ended[..TRIES - 1] {
            assert_eq!(said.len(), greetings, "{manner:?}: it greets and says nothing more");
            assert!(said.iter().all(|greeting| greeting.starts_with(GREETING)), "{manner:?}");
        }
    }
}

async fn who_says_nothing_is_left_when_the_session_is_told_to_end(house: House) {
    let server = Server::start(Manner::Silent).await;
    start(&house, &server).await;
    server.until("it connects", |seen| seen.connected.len() == 1).await;
    assert_eq!(status(&house).await, SessionStatus::NotInitialized);
    house.delivery.stop_whatsapp().await;
    server.until("it hangs up", |seen| seen.ended.len() == 1).await;
    assert_eq!(server.seen.lock().connected.len(), 1, "and does not come back");
    assert!(house.delivery.whatsapp().find(house.tenant).is_none());
}

on_both_databases!(
    who_is_not_whatsapp_is_asked_again_after_pauses_and_pairs_with_nobody,
    who_says_nothing_is_left_when_the_session_is_told_to_end,
);
