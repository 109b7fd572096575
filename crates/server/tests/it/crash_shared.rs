//! Two programs on one PostgreSQL share the work, and one of them is killed half way: what it had in hand is taken up by the
//! other, nobody is left out, and what went out twice because of that went out under one id.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use kernel::{Clock, World};
use mail_parser::MessageParser;
use platform::{
    clock::{OsEntropy, SystemClock},
    db::Db,
};
use serde_json::{Value, json};
use simulators::{Fault, Mailbox, Simulators, SimulatorsConfig, Stage};
use tokio::time::timeout;

use crate::{
    harness::{Backend, Database, text},
    program::Program,
};

/// More than both programs take at one look, and no more than a few seconds of what one business may send.
const MAILS: usize = 600;
/// For what a busy machine does late.
const LATE: Duration = Duration::from_secs(60);
/// So many have left, at least, when one of the programs is killed.
const KILLED_AFTER: usize = 150;
/// How much each program sent, by its own count.
const SENT: &str = "frontdesk_deliveries_total{channel=\"email\",outcome=\"sent\"}";

async fn start(database: &Database, data: &tempfile::TempDir, simulators: &Simulators) -> Program {
    let smtp = simulators.smtp_addr();
    let (host, port) = (smtp.ip().to_string(), smtp.port().to_string());
    // A try that fails by itself, on a machine that has no time for it, is made again at once and not in five minutes.
    let schedule = ("DELIVERY_SCHEDULE", "0s,1s,1s,1s,1s,1s,1s,1s");
    let settings = [("SMTP_HOST", host.as_str()), ("SMTP_PORT", &port), ("SMTP_TLS", "none"), schedule];
    Program::start_with(data.path(), database.url(), &settings).await
}

/// One event that is mailed to many; its id.
async fn state(program: &Program, token: &str) -> String {
    let to: Vec<String> = (0..MAILS).map(|n| format!("p{n}@example.com")).collect();
    let data = json!({"invoice_id": 1, "client_email": to, "invoice_number": "INV-1", "total_amount": 10});
    let body = json!({"event_type": "invoice:sent", "event_data": data});
    text(&program.post("/api/events", token, body).await["data"]["event_id"]).to_owned()
}

/// What the dead program had in hand stays with it for three minutes, which nobody needs to wait for here. What the other
/// has in hand is taken twice by this, as when a lease ends while a try still runs.
async fn end_leases(database: &Database) -> u64 {
    let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
    let db = Db::open_postgres(database.url().unwrap(), 1, world).await.unwrap();
    let tx = db.begin().await.unwrap();
    let ended = tx.execute("UPDATE deliveries SET due_at = 0 WHERE status = 'sending'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    ended
}

/// What has arrived: by recipient, the ids of the mails that it got.
#[derive(Default)]
struct Arrived {
    ids: HashMap<String, HashSet<String>>,
    up_to: u64,
}

impl Arrived {
    /// Reads on until so many recipients have mail.
    async fn wait_for(&mut self, mailbox: &Mailbox, recipients: usize) {
        while self.ids.len() < recipients {
            let next = timeout(LATE, mailbox.next_after(self.up_to)).await;
            let (mails, up_to) =
                next.unwrap_or_else(|_| panic!("{} of {recipients} got mail", self.ids.len())).unwrap();
            for mail in mails.iter().filter(|mail| mail.subject.contains("INV-1")) {
                let parsed = MessageParser::default().parse(&mail.raw).unwrap();
                let id = parsed.message_id().unwrap().to_owned();
                self.ids.entry(mail.to[0].clone()).or_default().insert(id);
            }
            self.up_to = up_to;
        }
    }
}

async fn completed(program: &Program, token: &str, event: &str) -> Value {
    let mut shown = Value::Null;
    let looking = async {
        loop {
            shown = program.get(&format!("/api/events/{event}"), token).await["data"].take();
            if shown["status"] != "processing" {
                return;
            }
        }
    };
    let ended = timeout(LATE, looking).await;
    assert!(ended.is_ok(), "the event does not end: {:#}", shown["deliveries"]);
    shown
}

/// Every delivery of the event by mail, as the program lists them.
async fn rows(program: &Program, key: &str, event: &str) -> Vec<Value> {
    let (mut rows, mut path) = (Vec::new(), Some(format!("/api/events/{event}/deliveries?limit=200")));
    while let Some(next) = path {
        let (page, more) = program.page(&next, key).await;
        rows.extend(page["data"].as_array().unwrap().iter().filter(|row| row["channel"] == "email").cloned());
        path = more;
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_two_programs_share_the_work_and_what_one_dies_with_the_other_finishes() {
    let now = Arc::new(|| SystemClock.now().millis());
    let simulators = Simulators::start(SimulatorsConfig::new(now)).await.unwrap();
    simulators.faults().set(vec![Fault::Delay { at: Stage::Message, delay_ms: 20 }.into()]).unwrap();
    let database = Database::create(Backend::Postgres).await;
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (start(&database, &one, &simulators).await, start(&database, &two, &simulators).await);
    let (token, _) = first.business().await;
    let wish = json!({"name": "Shop", "scopes": ["events:read"]});
    let key = text(&first.post("/api/api-keys", &token, wish).await["data"]["key"]).to_owned();

    let event = state(&first, &token).await;
    let mut arrived = Arrived::default();
    let mut sent = KILLED_AFTER;
    arrived.wait_for(simulators.mailbox(), sent).await;
    while first.metric(SENT).await == 0.0 || second.metric(SENT).await == 0.0 {
        sent += 1;
        assert!(sent < MAILS, "one of them sends everything");
        arrived.wait_for(simulators.mailbox(), sent).await;
    }
    first.kill_now();
    first.ended().await;
    assert!(end_leases(&database).await > 0, "it died with work in hand");
    arrived.wait_for(simulators.mailbox(), MAILS).await;

    let shown = completed(&second, &token, &event).await;
    let counts = &shown["deliveries"];
    assert_eq!((&shown["status"], &counts["total"]), (&json!("completed"), &counts["done"]), "{shown}");
    let rows = rows(&second, &key, &event).await;
    let listed: HashSet<&str> = rows.iter().map(|row| text(&row["recipient"])).collect();
    assert_eq!((rows.len(), listed.len()), (MAILS, MAILS), "one delivery for each");
    assert!(rows.iter().all(|row| row["status"] == "sent"));
    let ids: HashSet<&String> = arrived.ids.values().flatten().collect();
    assert_eq!((arrived.ids.len(), ids.len()), (MAILS, MAILS), "one id for each, however often it came");

    second.kill_now();
    second.ended().await;
    simulators.stop().await;
    database.remove().await;
}
