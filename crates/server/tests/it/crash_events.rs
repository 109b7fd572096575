//! An accepted event is delivered: the program is killed under a stream of events at moments that nobody chose, started
//! again, and every event whose sender was told 202 is there once with its deliveries, and its webhook was called at least
//! once, each time under one id.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use frontdesk::compose::SQLITE_FILE;
use futures_util::future::join_all;
use kernel::{Clock, Entropy, World};
use platform::{
    clock::{OsEntropy, SystemClock},
    db::{Db, statement},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use simulators::{Simulators, SimulatorsConfig};
use tokio::sync::Notify;

use crate::{
    harness::{Backend, Database, SOON, text},
    program::Program,
};

/// Kills on each database.
const ROUNDS: usize = 8;
/// Those who state events, one after the other.
const SENDERS: usize = 16;
/// A round ends after so many events were accepted, at least and at most.
const ACCEPTED_MIN: usize = 40;
const ACCEPTED_SPREAD: usize = 160;
/// What each event makes: a call of the webhook, and a line for the owner.
const DELIVERIES: usize = 2;
const HOOK: &str = "/hook";

/// Somebody who states one event after the other and remembers which were accepted.
struct Sender {
    key: String,
    number: usize,
    stated: usize,
    /// Stated, and not answered yet.
    pending: Option<Value>,
    accepted: Vec<String>,
}

impl Sender {
    fn next(&mut self) -> Value {
        let number = self.number;
        let body = || {
            self.stated += 1;
            let data = json!({"user_id": number, "user_name": "Ann", "clock_in_time": "2026-11-20T06:00:00Z"});
            json!({"event_type": "user:clockedIn", "event_data": data, "idempotency_key": format!("{number}-{}", self.stated)})
        };
        self.pending.get_or_insert_with(body).clone()
    }

    /// States an event; false when the program is gone.
    async fn state(&mut self, program: &Program) -> bool {
        let body = self.next();
        let Some(answer) = program.try_post("/api/events", &self.key, &body).await else { return false };
        self.accepted.push(text(&answer["data"]["event_id"]).to_owned());
        self.pending = None;
        true
    }

    async fn state_until_it_ends(&mut self, program: &Program, left: &AtomicUsize, enough: &Notify) {
        while self.state(program).await {
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                enough.notify_one();
            }
        }
    }
}

fn random_below(limit: usize) -> usize {
    let mut bytes = [0; 8];
    OsEntropy.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % limit as u64).unwrap()
}

struct House {
    database: Database,
    simulators: Simulators,
}

impl House {
    async fn open(backend: Backend) -> Self {
        let now = Arc::new(|| SystemClock.now().millis());
        let simulators = Simulators::start(SimulatorsConfig::new(now)).await.unwrap();
        Self { database: Database::create(backend).await, simulators }
    }

    async fn start(&self) -> Program {
        let settings = [("OUTBOUND_ALLOWED_CIDRS", "127.0.0.0/8"), ("RATE_LIMIT_DISABLED", "1")];
        Program::start_with(self.database.data_dir.path(), self.database.url(), &settings).await
    }

    async fn populate(&self, program: &Program) -> (String, Vec<Sender>) {
        let (token, _) = program.business().await;
        let url = format!("http://{}{HOOK}", self.simulators.webhook_addr());
        program.post("/api/webhooks", &token, json!({"url": url, "events": ["user.clockedIn"]})).await;
        let wish = json!({"name": "Clock", "scopes": ["events:write", "events:read"]});
        let made = program.post("/api/api-keys", &token, wish).await;
        let key = text(&made["data"]["key"]).to_owned();
        let sender = |number| Sender { key: key.clone(), number, stated: 0, pending: None, accepted: Vec::new() };
        (key.clone(), (0..SENDERS).map(sender).collect())
    }

    /// What the dead process had in hand stays with it for three minutes, which nobody needs to wait for here. No other
    /// process runs meanwhile.
    async fn end_leases(&self) {
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let db = match self.database.url() {
            Some(url) => Db::open_postgres(url, 1, world).await.unwrap(),
            None => Db::open_sqlite(&self.database.data_dir.path().join(SQLITE_FILE), world).await.unwrap(),
        };
        let sql = "UPDATE deliveries SET due_at = 0 WHERE status = 'sending'";
        db.writer().execute_raw(statement(db.dialect(), sql, Vec::new())).await.unwrap();
        db.close().await.unwrap();
    }

    /// Waits until the webhook was called for each of these.
    async fn called_for(&self, wanted: &HashSet<&str>) {
        loop {
            let came = self.simulators.receiver().received_at(HOOK);
            let seen: HashSet<&str> = came.iter().filter_map(|call| call.header("webhook-id")).collect();
            if wanted.is_subset(&seen) {
                return;
            }
            let more = self.simulators.receiver().wait_for(HOOK, came.len() + 1, SOON).await;
            assert!(more.is_ok(), "{} of {} events came", seen.len(), wanted.len());
        }
    }
}

/// Each event carries its id and that of its delivery, however often it came.
fn check_calls(house: &House, accepted: &HashSet<&str>) {
    let mut delivery_of: HashMap<String, String> = HashMap::new();
    for call in house.simulators.receiver().received_at(HOOK) {
        let (event, delivery) = (call.header("webhook-id").unwrap(), call.header("x-webhook-delivery").unwrap());
        assert!(accepted.contains(event), "{event} was never accepted in the end");
        let first = delivery_of.entry(event.to_owned()).or_insert_with(|| delivery.to_owned());
        assert_eq!(first, delivery, "{event} has one delivery");
    }
}

async fn check_rows(program: &Program, key: &str, accepted: &HashSet<&str>) {
    let mut stored = HashSet::new();
    let mut path = "/api/events?type=user.clockedIn&limit=200".to_owned();
    loop {
        let (page, next) = program.page(&path, key).await;
        for event in page["data"].as_array().unwrap() {
            assert!(stored.insert(text(&event["id"]).to_owned()), "{event} is listed once");
            assert_eq!(event["deliveries"]["total"], json!(DELIVERIES), "{event}");
        }
        match next {
            Some(next) => path = next,
            None => break,
        }
    }
    let missing: Vec<&&str> = accepted.iter().filter(|id| !stored.contains(**id)).collect();
    assert!(missing.is_empty(), "accepted and gone: {missing:?}");
    assert_eq!(stored.len(), accepted.len(), "what was not accepted is not there");
}

async fn kill_under_a_stream(backend: Backend) {
    let house = House::open(backend).await;
    let mut program = house.start().await;
    let (key, mut senders) = house.populate(&program).await;
    for round in 0..ROUNDS {
        let wanted = ACCEPTED_MIN + random_below(ACCEPTED_SPREAD);
        let (left, enough) = (AtomicUsize::new(wanted), Notify::new());
        let running = &program;
        let load = join_all(senders.iter_mut().map(|sender| sender.state_until_it_ends(running, &left, &enough)));
        let mut load = Box::pin(load);
        tokio::select! {
            _ = &mut load => panic!("every sender ended by itself"),
            () = enough.notified() => running.kill_now(),
        }
        load.await;
        program.ended().await;
        let unsure = senders.iter().filter(|sender| sender.pending.is_some()).count();
        eprintln!("round {round}: killed after {wanted} events with {unsure} on their way");
        house.end_leases().await;
        program = house.start().await;
        for sender in senders.iter_mut().filter(|sender| sender.pending.is_some()) {
            assert!(sender.state(&program).await, "the program is back");
        }
        let accepted: HashSet<&str> = senders.iter().flat_map(|s| s.accepted.iter().map(String::as_str)).collect();
        house.called_for(&accepted).await;
        check_calls(&house, &accepted);
    }
    let accepted: HashSet<&str> = senders.iter().flat_map(|s| s.accepted.iter().map(String::as_str)).collect();
    check_rows(&program, &key, &accepted).await;
    program.kill_now();
    program.ended().await;
    house.simulators.stop().await;
    house.database.remove().await;
}

mod alone_every_accepted_event_survives_kill_nine_and_is_delivered {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        kill_under_a_stream(Backend::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        kill_under_a_stream(Backend::Postgres).await;
    }
}
