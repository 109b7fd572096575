//! Acknowledged is durable: the program is killed under load at moments that nobody chose, started again, and every message
//! whose sender was told that it is stored is there once, with the number it was told, and no number is missing.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use kernel::Entropy;
use platform::clock::OsEntropy;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    harness::{Backend, Database, text},
    program::{Program, Wire},
};

/// Kills of `make test` on each database, so that both together see 50; `CRASH_ROUNDS` asks for more.
const ROUNDS: usize = 25;
const CONVERSATIONS: usize = 64;
/// Two of each side in each conversation.
const SENDERS: usize = CONVERSATIONS * 4;
/// A round ends after so many acknowledgements, at least and at most.
const ACKS_MIN: usize = 100;
const ACKS_SPREAD: usize = 600;

/// Counts acknowledgements and says when there are enough.
struct Fuse {
    left: AtomicUsize,
    burnt: Notify,
}

impl Fuse {
    fn acknowledged(&self) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.burnt.notify_one();
        }
    }
}

/// Somebody who writes one message after the other and remembers what was promised.
struct Sender {
    token: String,
    conversation: String,
    name: String,
    written: usize,
    /// Sent, and not acknowledged yet.
    pending: Option<Value>,
    /// Client id → message id and number.
    promised: HashMap<String, (String, i64)>,
}

impl Sender {
    fn next(&mut self) -> Value {
        let (conversation, name) = (&self.conversation, &self.name);
        self.written += 1;
        let written = self.written;
        let body = || json!({"conversationId": conversation, "message": format!("{name} {written}"), "clientMessageId": format!("{name}-{written}")});
        self.pending.get_or_insert_with(body).clone()
    }

    fn note(&mut self, body: &Value, ack: &Value) {
        assert_eq!(ack["success"], json!(true), "{body} {ack}");
        let message = &ack["message"];
        assert_eq!((&message["clientMessageId"], &message["content"]), (&body["clientMessageId"], &body["message"]));
        let promise = (text(&message["id"]).to_owned(), message["seq"].as_i64().unwrap());
        self.promised.insert(text(&body["clientMessageId"]).to_owned(), promise);
        self.pending = None;
    }

    /// Writes until the connection is gone.
    async fn write(&mut self, program: &Program, fuse: &Fuse) {
        let Some(mut wire) = Wire::connect(program.address, &json!({"token": self.token})).await else { return };
        for id in 0.. {
            let body = self.next();
            let Some(ack) = wire.ack(id, "send_message", &body).await else { return };
            self.note(&body, &ack);
            fuse.acknowledged();
        }
    }

    /// Sends what was not acknowledged again.
    async fn resend(&mut self, program: &Program) {
        let Some(body) = self.pending.clone() else { return };
        let mut wire =
            Wire::connect(program.address, &json!({"token": self.token})).await.expect("the program is back");
        let ack = wire.ack(0, "send_message", &body).await.expect("and acknowledges");
        self.note(&body, &ack);
    }
}

async fn populate(program: &Program) -> Vec<Sender> {
    let (owner, invite_code) = program.business().await;
    let mut senders = Vec::with_capacity(SENDERS);
    for number in 0..CONVERSATIONS {
        let (guest, conversation) = program.guest(&invite_code, number).await;
        for (side, token) in [("guest", &guest), ("owner", &owner)] {
            for device in 0..2 {
                senders.push(Sender {
                    token: token.clone(),
                    conversation: conversation.clone(),
                    name: format!("{side}{number}-{device}"),
                    written: 0,
                    pending: None,
                    promised: HashMap::new(),
                });
            }
        }
    }
    senders
}

/// Everything that was promised is there once, and nothing else.
async fn check(program: &Program, senders: &[Sender]) {
    let conversations: HashSet<&str> = senders.iter().map(|s| s.conversation.as_str()).collect();
    for conversation in conversations {
        let of_it: Vec<&Sender> = senders.iter().filter(|s| s.conversation == conversation).collect();
        let table = program.transcript(&of_it[0].token, conversation).await;
        let numbers: Vec<i64> = table.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=i64::try_from(table.len()).unwrap()).collect::<Vec<i64>>(), "the numbers have no gap");
        let stored: HashMap<&str, (&str, i64)> =
            table.iter().map(|m| (text(&m["clientMessageId"]), (text(&m["id"]), m["seq"].as_i64().unwrap()))).collect();
        assert_eq!(stored.len(), table.len(), "each client id is there once");
        let promised: usize = of_it.iter().map(|s| s.promised.len()).sum();
        for sender in of_it {
            for (client_id, (id, seq)) in &sender.promised {
                assert_eq!(stored.get(client_id.as_str()), Some(&(id.as_str(), *seq)), "{client_id} was acknowledged");
            }
        }
        assert_eq!(stored.len(), promised, "and nothing that was not acknowledged in the end");
    }
}

fn random_below(limit: usize) -> usize {
    let mut bytes = [0; 8];
    OsEntropy.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % limit as u64).unwrap()
}

#[allow(clippy::disallowed_methods, reason = "how long to go on is told by the environment")]
fn rounds() -> usize {
    std::env::var("CRASH_ROUNDS").map_or(ROUNDS, |text| text.parse().expect("CRASH_ROUNDS is a number"))
}

async fn kill_under_load(backend: Backend) {
    let database = Database::create(backend).await;
    let mut program = Program::start(database.data_dir.path(), database.url()).await;
    let mut senders = populate(&program).await;
    for round in 0..rounds() {
        let acks = ACKS_MIN + random_below(ACKS_SPREAD);
        let fuse = Fuse { left: AtomicUsize::new(acks), burnt: Notify::new() };
        let address = program.address;
        let (running, fuse_ref) = (&program, &fuse);
        let load = join_all(senders.iter_mut().map(|sender| sender.write(running, fuse_ref)));
        let mut load = Box::pin(load);
        tokio::select! {
            _ = &mut load => panic!("every connection to {address} ended by itself"),
            () = fuse.burnt.notified() => running.kill_now(),
        }
        load.await;
        program.ended().await;
        let unsure = senders.iter().filter(|s| s.pending.is_some()).count();
        eprintln!("round {round}: killed after {acks} acknowledgements with {unsure} messages on their way");
        program = Program::start(database.data_dir.path(), database.url()).await;
        let running = &program;
        join_all(senders.iter_mut().map(|sender| sender.resend(running))).await;
        check(&program, &senders).await;
    }
    program.kill_now();
    program.ended().await;
    database.remove().await;
}

mod alone_every_acknowledged_message_survives_kill_nine_once {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        kill_under_load(Backend::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        kill_under_load(Backend::Postgres).await;
    }
}
