//! A session whose storage says that it has met a server of ours before and trusts it, as it trusts WhatsApp's after a
//! pairing. So the handshake succeeds, and what WhatsApp says behind it can be said.

use std::{io, sync::Arc};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use whatsapp_rust::{
    Jid, NodeBuilder,
    prelude::wa::handshake_message::ServerHello,
    traits::DeviceStore as _,
    wacore::{
        framing::{self, FrameDecoder},
        handshake::NoiseHandshake,
        libsignal::protocol::KeyPair,
        noise::NoiseCipher,
        store::{CachedNoiseCert, CachedServerCertChain, Device},
    },
    wacore_binary::{
        Node,
        consts::{NOISE_PATTERN_IK, WA_CONN_HEADER},
        marshal::{marshal, unmarshal_ref},
        util::unpack,
    },
};

use super::{impostor, websocket};
use crate::{
    tests::{House, SOON},
    whatsapp::{
        KeyStore, SessionStatus, follow,
        keeper::{self, Started},
        store,
        web::{StandIn, WebOpener, backend::Backend},
    },
};

/// What the test has the server do.
enum Order {
    Say(Node),
    HangUp,
}

struct Server {
    orders: mpsc::Sender<Order>,
}

impl Server {
    async fn order(&self, order: Order) {
        assert!(self.orders.send(order).await.is_ok(), "the server runs");
    }
}

/// A server that says the same to everybody who comes in, then answers each question and does as it is told.
async fn serve(listener: TcpListener, key: KeyPair, welcome: Vec<Node>, mut orders: mpsc::Receiver<Order>) {
    while let Ok((stream, _)) = listener.accept().await {
        // How a connection ends is looked at from the other side.
        let _ended = speak(stream, &key, &welcome, &mut orders).await;
    }
}

async fn speak(
    mut stream: TcpStream,
    key: &KeyPair,
    welcome: &[Node],
    orders: &mut mpsc::Receiver<Order>,
) -> io::Result<()> {
    websocket::accept(&mut stream).await?;
    let greeting = websocket::read_frame(&mut stream).await?;
    let (answer, mut line) = Line::open(key, &greeting);
    let (mut from, mut to) = stream.into_split();
    to.write_all(&websocket::frame(&answer)).await?;
    for node in welcome {
        to.write_all(&line.seal(node)).await?;
    }
    let (hear, mut heard) = mpsc::channel(16);
    tokio::spawn(async move {
        while let Ok(frame) = websocket::read_frame(&mut from).await {
            if hear.send(frame).await.is_err() {
                return;
            }
        }
    });
    loop {
        let says = tokio::select! {
            frame = heard.recv() => match frame {
                Some(frame) => line.answers(&frame),
                None => return Ok(()),
            },
            order = orders.recv() => match order {
                Some(Order::Say(node)) => vec![node],
                Some(Order::HangUp) | None => return Ok(()),
            },
        };
        for node in says {
            to.write_all(&line.seal(&node)).await?;
        }
    }
}

/// The server's end of a connection that has been sealed.
struct Line {
    reads: NoiseCipher,
    writes: NoiseCipher,
    read: u32,
    written: u32,
    decoder: FrameDecoder,
}

impl Line {
    /// Answers the greeting of one that knows our key (Noise, pattern IK).
    fn open(key: &KeyPair, greeting: &[u8]) -> (Vec<u8>, Self) {
        let hello = impostor::hello_in(greeting);
        let (theirs, once) = (hello.ephemeral.unwrap(), Device::new().noise_key);
        let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER).unwrap();
        noise.authenticate(key.public_key.public_key_bytes());
        noise.authenticate(&theirs);
        noise.mix_shared_secret(key.private_key.serialize(), &theirs).unwrap();
        let lasting = noise.decrypt(&hello.r#static.unwrap()).unwrap();
        noise.mix_shared_secret(key.private_key.serialize(), &lasting).unwrap();
        noise.decrypt(&hello.payload.unwrap()).unwrap();
        noise.authenticate(once.public_key.public_key_bytes());
        noise.mix_shared_secret(once.private_key.serialize(), &theirs).unwrap();
        noise.mix_shared_secret(once.private_key.serialize(), &lasting).unwrap();
        let answer = ServerHello {
            ephemeral: Some(once.public_key.public_key_bytes().to_vec()),
            payload: Some(noise.encrypt(b"certificates, which nobody reads again").unwrap()),
            ..ServerHello::default()
        };
        // What the other side writes with, we read with.
        let (reads, writes) = noise.finish().unwrap();
        (impostor::framed(answer), Self { reads, writes, read: 0, written: 0, decoder: FrameDecoder::new() })
    }

    fn seal(&mut self, node: &Node) -> Vec<u8> {
        let sealed = self.writes.encrypt_with_counter(self.written, &marshal(node).unwrap()).unwrap();
        self.written += 1;
        websocket::frame(&framing::encode_frame(&sealed, None).unwrap())
    }

    /// An empty answer to each question.
    fn answers(&mut self, frame: &[u8]) -> Vec<Node> {
        self.decoder.feed(frame);
        let mut answers = Vec::new();
        while let Some(mut part) = self.decoder.decode_frame() {
            self.reads.decrypt_in_place_with_counter(self.read, &mut part).unwrap();
            self.read += 1;
            let plain = unpack(&part).unwrap();
            let node = unmarshal_ref(&plain).unwrap();
            let of = |name| node.get_attr(name).map(|value| value.as_str().to_string());
            if node.tag.as_ref() == "iq" && of("type").is_some_and(|kind| kind == "get" || kind == "set") {
                let answer = NodeBuilder::new("iq").attr("from", "s.whatsapp.net").attr("type", "result");
                answers.push(answer.attr("id", of("id").unwrap()).build());
            }
        }
        answers
    }
}

/// Starts a session that has been paired and goes back to a server it trusts.
async fn start(house: &House, welcome: Vec<Node>, is_paired: bool) -> (Server, watch::Receiver<()>) {
    let key = Device::new().noise_key;
    let trusted = CachedNoiseCert {
        key: key.public_key.public_key_bytes().try_into().unwrap(),
        not_before: 0,
        not_after: i64::MAX,
    };
    let device = Device {
        pn: Some(Jid::pn("254712345678")),
        push_name: "Salon".to_owned(),
        server_cert_chain: Some(CachedServerCertChain { intermediate: trusted.clone(), leaf: trusted }),
        ..Device::new()
    };
    Backend::new(keys(house)).save(&device).await.unwrap();
    let tx = house.delivery.db().begin().await.unwrap();
    let mut row = store::lock(&tx, house.tenant).await.unwrap();
    row.paired = is_paired;
    store::save(&tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stand_in = StandIn { url: format!("ws://{}/ws/chat", listener.local_addr().unwrap()), version: (2, 3000, 1) };
    let opener = WebOpener { stand_in: Some(stand_in), ..WebOpener::new(house.delivery.platform()) };
    house.delivery.whatsapp().open_by(Arc::new(opener));
    assert_eq!(keeper::start(&house.delivery, house.tenant).await.unwrap(), Started::Here);
    let heard = house.delivery.whatsapp().find(house.tenant).unwrap().heard.subscribe();
    let (orders, ordered) = mpsc::channel(1);
    // Only now, so that nothing is said before the test listens.
    tokio::spawn(serve(listener, key, welcome, ordered));
    (Server { orders }, heard)
}

fn keys(house: &House) -> KeyStore {
    KeyStore::new(house.delivery.platform().clone(), house.tenant)
}

async fn row(house: &House) -> store::SessionRow {
    store::find(house.delivery.db(), house.tenant).await.unwrap().unwrap()
}

/// Waits until the session stands so, and gives its row.
async fn until(house: &House, heard: &mut watch::Receiver<()>, wanted: SessionStatus) -> store::SessionRow {
    let waiting = async {
        loop {
            let row = row(house).await;
            if row.status == wanted {
                return row;
            }
            heard.changed().await.unwrap();
        }
    };
    timeout(SOON, waiting).await.unwrap_or_else(|_| panic!("it becomes {wanted:?}"))
}

/// Waits until nobody follows the session any more.
async fn until_it_is_over(house: &House, heard: &mut watch::Receiver<()>) {
    timeout(SOON, async { while heard.changed().await.is_ok() {} }).await.unwrap();
    assert!(house.delivery.whatsapp().find(house.tenant).is_none());
    assert!(!Backend::new(keys(house)).exists().await.unwrap(), "the keys are gone with the pairing");
}

fn failure(reason: u16) -> NodeBuilder {
    NodeBuilder::new("failure").attr("reason", reason.to_string())
}

/// Let in, and nothing waits.
fn welcome() -> Vec<Node> {
    let nothing_waits = NodeBuilder::new("offline").attr("count", "0").build();
    vec![NodeBuilder::new("success").build(), NodeBuilder::new("ib").children([nothing_waits]).build()]
}

async fn a_paired_phone_comes_back_is_found_again_and_can_be_unlinked(house: House) {
    let (server, mut heard) = start(&house, welcome(), true).await;
    until(&house, &mut heard, SessionStatus::Ready).await;
    server.order(Order::HangUp).await;
    let lost = until(&house, &mut heard, SessionStatus::Disconnected).await;
    assert!(lost.reason.unwrap().starts_with("The connection ended: "));
    until(&house, &mut heard, SessionStatus::Ready).await;
    let unlinked = NodeBuilder::new("conflict").attr("type", "device_removed").build();
    server.order(Order::Say(NodeBuilder::new("stream:error").children([unlinked]).build())).await;
    let ended = until(&house, &mut heard, SessionStatus::LoggedOut).await;
    assert_eq!((ended.paired, ended.wanted), (false, false));
    until_it_is_over(&house, &mut heard).await;
}

async fn a_phone_that_was_unlinked_meanwhile_is_told_so(house: House) {
    let (_server, mut heard) = start(&house, vec![failure(401).build()], true).await;
    until(&house, &mut heard, SessionStatus::LoggedOut).await;
    until_it_is_over(&house, &mut heard).await;
}

async fn whom_whatsapp_bars_keeps_the_pairing_and_reads_why(house: House) {
    let banned = failure(402).attr("code", "101").attr("expire", "3600").build();
    let barred = [
        (banned, "WhatsApp banned the number for 3600 s."),
        (failure(405).build(), "WhatsApp wants a newer version of its protocol."),
    ];
    for (says, reason) in barred {
        let (_server, mut heard) = start(&house, vec![says], true).await;
        timeout(SOON, heard.changed()).await.expect(reason).unwrap();
        let row = row(&house).await;
        assert_eq!((row.status, row.paired, row.wanted), (SessionStatus::Disconnected, true, true), "{reason}");
        assert_eq!(row.reason.as_deref(), Some(reason));
        house.delivery.stop_whatsapp().await;
    }
}

async fn whom_whatsapp_bars_before_a_pairing_is_refused_and_reads_why(house: House) {
    let (_server, mut heard) = start(&house, vec![failure(405).build()], false).await;
    let refused = until(&house, &mut heard, SessionStatus::AuthFailed).await;
    assert_eq!(refused.reason.as_deref(), Some("WhatsApp wants a newer version of its protocol."));
    until_it_is_over(&house, &mut heard).await;
}

async fn the_code_to_scan_is_made_of_what_whatsapp_says_and_of_our_keys(house: House) {
    let said = NodeBuilder::new("ref").bytes(*b"2@from-whatsapp").build();
    let pairing = NodeBuilder::new("pair-device").children([said]).build();
    let asks = NodeBuilder::new("iq").attr("from", "s.whatsapp.net").attr("type", "set").attr("id", "1");
    let (_server, mut heard) = start(&house, vec![asks.children([pairing]).build()], false).await;
    let coded = until(&house, &mut heard, SessionStatus::QrReady).await;
    let code = follow::open_code(&house.delivery, house.tenant, &coded.code.unwrap()).unwrap();
    assert!(code.contains("2@from-whatsapp,"), "{code}");
    house.delivery.stop_whatsapp().await;
}

on_both_databases!(
    a_paired_phone_comes_back_is_found_again_and_can_be_unlinked,
    a_phone_that_was_unlinked_meanwhile_is_told_so,
    whom_whatsapp_bars_keeps_the_pairing_and_reads_why,
    whom_whatsapp_bars_before_a_pairing_is_refused_and_reads_why,
    the_code_to_scan_is_made_of_what_whatsapp_says_and_of_our_keys,
);
