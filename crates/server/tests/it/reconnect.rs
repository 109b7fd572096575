//! Connections that are cut at random while others write: what each client has put together from replays, live messages and
//! looks over REST is, in the end, the table. And a client that never reads: it is cut off, and nobody else notices.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use kernel::Entropy;
use platform::clock::OsEntropy;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    harness::{App, Backend, Database, text},
    program::{Packet, Program, Wire},
};

const READERS: usize = 12;
const MESSAGES: usize = 1500;
/// A connection is cut after so many packets at most.
const PACKETS_MAX: usize = 120;

/// A client that remembers what it heard and never more than that.
struct Reader {
    address: SocketAddr,
    auth: Value,
    conversation: String,
    heard: Vec<Value>,
    chance: StdRng,
    cuts: usize,
}

impl Reader {
    fn last(&self) -> i64 {
        self.heard.last().map_or(0, |m| m["seq"].as_i64().unwrap())
    }

    /// Takes a message that came over the socket: it must be the one after the last.
    fn hear(&mut self, message: Value) {
        assert_eq!(message["seq"].as_i64().unwrap(), self.last() + 1, "nothing twice, nothing left out, nothing early");
        self.heard.push(message);
    }

    /// Listens through one cut after the other until it has everything.
    async fn listen(&mut self, app: &App, token: &str, until: i64) {
        while self.last() < until {
            self.connect_once(app, token, until).await;
            self.cuts += 1;
        }
    }

    async fn connect_once(&mut self, app: &App, token: &str, until: i64) {
        let mut wire = Wire::connect(self.address, &self.auth).await.expect("the house lets in");
        let join = json!(["join_conversation", {"conversationId": self.conversation, "afterSeq": self.last()}]);
        wire.send(format!("420{join}")).await.unwrap();
        for _ in 0..self.chance.random_range(1..PACKETS_MAX) {
            match wire.next().await.expect("the house does not cut") {
                Packet::Event(event, message)
                    if ["new_message", "message_received", "message_sent"].contains(&event.as_str()) =>
                {
                    self.hear(message);
                }
                Packet::Event(event, body) if event == "resync_required" => {
                    // Messages that come live meanwhile are looked at again after the next cut.
                    assert!(body["lastSeq"].as_i64().unwrap() > self.last() + 200);
                    let page = app.thread(token, &self.conversation, &format!("?after_seq={}", self.last())).await;
                    for message in page["messages"].as_array().unwrap() {
                        self.hear(message.clone());
                    }
                    return;
                }
                Packet::Ack(_, body) => assert_eq!(body["success"], json!(true), "{body}"),
                Packet::Event(..) | Packet::Closed => {}
            }
            if self.last() == until {
                return;
            }
        }
    }
}

both_databases! {
    async fn whoever_is_cut_off_again_and_again_misses_nothing(app: App) {
        let mut seed = [0; 8];
        OsEntropy.fill(&mut seed);
        let seed = u64::from_le_bytes(seed);
        eprintln!("seed {seed}");
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let until = i64::try_from(MESSAGES).unwrap();
        let mut readers: Vec<Reader> = (0..READERS).map(|n| Reader {
            address: app.address(),
            auth: json!({"token": salon.token, "dialect": if n % 2 == 0 { "room" } else { "pair" }}),
            conversation: id.clone(),
            heard: Vec::new(),
            chance: StdRng::seed_from_u64(seed + n as u64),
            cuts: 0,
        }).collect();
        let writing = async {
            let writers = join_all((0..3).map(|_| app.socket(&cara.token))).await;
            let write = async |n: usize| {
                for m in 0..MESSAGES / 3 {
                    writers[n].emit_ack("send_message", json!({"conversationId": id, "message": format!("{n} {m}")})).await;
                }
            };
            tokio::join!(write(0), write(1), write(2));
        };
        let reading = join_all(readers.iter_mut().map(|reader| reader.listen(&app, &salon.token, until)));
        tokio::time::timeout(Duration::from_secs(90), async { tokio::join!(writing, reading) }).await.expect("everybody gets everything");
        let mut table = Vec::new();
        while table.len() < MESSAGES {
            let page = app.thread(&cara.token, &id, &format!("?after_seq={}", table.len())).await;
            table.extend(page["messages"].as_array().unwrap().iter().map(|m| (m["seq"].clone(), m["id"].clone(), m["content"].clone())));
        }
        for reader in &readers {
            let heard: Vec<_> = reader.heard.iter().map(|m| (m["seq"].clone(), m["id"].clone(), m["content"].clone())).collect();
            assert_eq!(heard, table);
        }
        let cuts: usize = readers.iter().map(|r| r.cuts).sum();
        assert!(cuts > READERS * 5, "{cuts} cuts are no test");
    }
}

/// What one never-reading client may cost: its buffer of 1,024 packets, each of a message of 5,000 characters, and room.
const GROWTH_KIB_MAX: u64 = 48 * 1024;
/// The receive buffer of the client that does not read.
const TINY_BUFFER_BYTES: u32 = 4096;
const FLOOD_MESSAGES_MAX: u64 = 8000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_a_client_that_never_reads_is_cut_off_and_nobody_else_notices() {
    const CUT: &str = "frontdesk_sockets_cut_total";
    let database = Database::create(Backend::Sqlite).await;
    let program = Program::start(database.data_dir.path(), database.url()).await;
    let (owner, invite_code) = program.business().await;
    let (guest, id) = program.guest(&invite_code, 1).await;
    let words = "x".repeat(5000);
    let mut writer = Wire::connect(program.address, &json!({"token": guest})).await.unwrap();
    let mut listener = Wire::connect(program.address, &json!({"token": owner})).await.unwrap();
    listener.ack(0, "join_conversation", &json!({"conversationId": id})).await.unwrap();
    // The process warms up before it is weighed: its caches and buffers are nobody's fault.
    for n in 0..500 {
        writer.ack(n, "send_message", &json!({"conversationId": id, "message": words})).await.unwrap();
        expect_message(&mut listener, n + 1).await;
    }
    let before = program.resident_kib();
    let mut silent =
        Wire::connect_with_buffer(program.address, &json!({"token": owner}), Some(TINY_BUFFER_BYTES)).await.unwrap();
    silent.ack(0, "join_conversation", &json!({"conversationId": id})).await.unwrap();
    let (mut sent, mut after_cut) = (500, 0);
    while after_cut < 1500 {
        assert!(sent < FLOOD_MESSAGES_MAX, "it was never cut off");
        writer.ack(sent, "send_message", &json!({"conversationId": id, "message": words})).await.unwrap();
        sent += 1;
        expect_message(&mut listener, sent).await;
        if after_cut > 0 || (sent % 100 == 0 && program.metric(CUT).await > 0.0) {
            after_cut += 1;
        }
    }
    let growth = program.resident_kib().saturating_sub(before);
    eprintln!("cut off and {after_cut} messages later, after {sent} in all: {growth} KiB more");
    assert!(growth < GROWTH_KIB_MAX, "{growth} KiB");
    assert_eq!(program.metric(CUT).await, 1.0, "one socket was cut off");
    // What it had been given is whole up to the cut, and then it is told to go.
    let mut next = 501;
    while let Some(packet) = silent.next().await {
        match packet {
            Packet::Event(event, message) if event == "new_message" => {
                assert_eq!(message["seq"], json!(next), "no gap opens in what it hears");
                next += 1;
            }
            Packet::Closed => break,
            _ => {}
        }
    }
    assert!(next <= sent, "it did not get everything");
    let mut back = Wire::connect(program.address, &json!({"token": owner})).await.unwrap();
    assert!(
        back.ack(0, "join_conversation", &json!({"conversationId": id, "afterSeq": sent - 1})).await.unwrap()["success"]
            == json!(true)
    );
    program.kill_now();
    program.ended().await;
    database.remove().await;
}

async fn expect_message(listener: &mut Wire, seq: u64) {
    loop {
        match listener.next().await.expect("the listener is not cut off") {
            Packet::Event(event, message) if event == "new_message" => {
                assert_eq!(message["seq"], json!(seq), "{}", text(&message["id"]));
                return;
            }
            _ => {}
        }
    }
}
