//! PostgreSQL goes away under load and comes back: whoever asks meanwhile is told to come again, the program recovers by
//! itself, and what it acknowledged is there once.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use crate::{
    harness::{Backend, Database, SOON, text},
    program::Program,
};

const SENDERS: usize = 8;
/// Acknowledged before it goes away, and again after it came back, by all of them.
const ACKS: usize = 100;
/// Refused while it is away.
const REFUSALS: usize = 50;

/// The way to the database, which can be cut.
struct Line {
    address: SocketAddr,
    open: watch::Sender<bool>,
}

impl Line {
    async fn to(database: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (open, is_open) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut is_open = is_open.clone();
                tokio::spawn(async move {
                    if *is_open.borrow_and_update() {
                        tokio::select! {
                            // A cut line ends here; what was on its way is lost.
                            changed = is_open.changed() => changed.unwrap_or_default(),
                            () = carry(client, database) => {}
                        }
                    }
                });
            }
        });
        Self { address, open }
    }

    /// Ends every connection and takes no new one.
    fn cut(&self) {
        self.open.send_replace(false);
    }

    fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn carry(mut client: TcpStream, database: SocketAddr) {
    let mut upstream = TcpStream::connect(database).await.unwrap();
    // How a side ended does not matter: both ends see that it did.
    copy_bidirectional(&mut client, &mut upstream).await.map(drop).unwrap_or_default();
}

/// What has been seen so far, by all senders.
#[derive(Default)]
struct Seen {
    acked: AtomicUsize,
    refused: AtomicUsize,
    is_over: std::sync::atomic::AtomicBool,
}

impl Seen {
    /// Looks on until a count has come so far.
    async fn until(&self, count: &AtomicUsize, least: usize) {
        let looking = async {
            while count.load(Ordering::Relaxed) < least {
                tokio::task::yield_now().await;
            }
        };
        assert!(timeout(SOON * 3, looking).await.is_ok(), "{} of {least}", count.load(Ordering::Relaxed));
    }
}

/// Writes one message after the other, each until it is taken; gives what was promised: text and number.
async fn write(program: &Program, seen: &Seen, (token, conversation): (&str, &str)) -> Vec<(String, i64)> {
    let mut promised = Vec::new();
    while !seen.is_over.load(Ordering::Relaxed) {
        let words = format!("word {}", promised.len());
        let body = json!({"conversationId": conversation, "message": words, "clientMessageId": words});
        loop {
            match program.ask("/api/messages/send", token, Some(&body)).await {
                (201, _, answer) => {
                    promised.push((words, answer["message"]["seq"].as_i64().unwrap()));
                    seen.acked.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                (503, says_when, answer) => {
                    assert!(says_when, "whoever is refused is told when to come again: {answer}");
                    assert_eq!(answer["code"], "UNAVAILABLE");
                    seen.refused.fetch_add(1, Ordering::Relaxed);
                }
                (status, _, answer) => panic!("{status}: {answer}"),
            }
        }
    }
    promised
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_a_database_that_goes_away_costs_nobody_a_word() {
    let database = Database::create(Backend::Postgres).await;
    let direct = reqwest::Url::parse(database.url().unwrap()).unwrap();
    let place = (direct.host_str().unwrap().to_owned(), direct.port().unwrap_or(5432));
    let line = Line::to(tokio::net::lookup_host(place).await.unwrap().next().unwrap()).await;
    let mut through = direct.clone();
    through.set_ip_host(line.address.ip()).unwrap();
    through.set_port(Some(line.address.port())).unwrap();
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), Some(through.as_str())).await;
    let (_, invite_code) = program.business().await;
    let guests = join_all((0..SENDERS).map(|number| program.guest(&invite_code, number))).await;

    let seen = Arc::new(Seen::default());
    let load = join_all(guests.iter().map(|(token, thread)| write(&program, &seen, (token, thread))));
    let story = async {
        seen.until(&seen.acked, ACKS).await;
        line.cut();
        seen.until(&seen.refused, REFUSALS).await;
        assert_eq!(program.ask("/health/ready", "", None).await.0, 503);
        assert_eq!(program.ask("/health/live", "", None).await.0, 200, "restarting it would help nobody");
        line.mend();
        let before = seen.acked.load(Ordering::Relaxed);
        seen.until(&seen.acked, before + ACKS).await;
        assert_eq!(program.ask("/health/ready", "", None).await.0, 200);
        seen.is_over.store(true, Ordering::Relaxed);
    };
    let (promised, ()) = tokio::join!(load, story);

    for ((token, thread), promised) in guests.iter().zip(promised) {
        let stored = program.transcript(token, thread).await;
        let row = |message: &Value| (text(&message["content"]).to_owned(), message["seq"].as_i64().unwrap());
        assert_eq!(
            stored.iter().map(row).collect::<Vec<_>>(),
            promised,
            "each word once, under the number it was told"
        );
        let seqs: Vec<i64> = promised.iter().map(|(_, seq)| *seq).collect();
        assert_eq!(seqs, (1..=i64::try_from(seqs.len()).unwrap()).collect::<Vec<_>>());
    }
    drop(program);
    database.remove().await;
}
