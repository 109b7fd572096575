//! The promises of the queue, kept on real databases with a channel that does as it is told. Time stands still until a test
//! moves it.

/// Makes two tests of each promise, `sqlite::…` and `postgres::…`.
macro_rules! on_both_databases {
    ($($promise:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(crate::tests::House::on_sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(crate::tests::House::on_postgres().await).await;
            })*
        }
    };
}

mod asked;
mod cancel;
mod counts;
mod crash;
#[path = "../../../people/src/tests/databases.rs"]
mod databases;
mod forget;
mod pacing;
mod plans;
mod recovery;
mod retries;
mod shares;
mod whatsapp;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use kernel::{
    Clock, Id, Timestamp, World, id,
    sender::{Credential, Scope, Sender},
};
use parking_lot::Mutex;
use people::{
    People,
    tenants::{DayHours, NewTenantHook, OpeningHours, Owner, Ports, TenantView},
};
use platform::{
    Parts, Platform, Tx,
    clock::OsEntropy,
    config::Config,
    crypto::{Crypto, PasswordParams},
    db::{Dialect, statement},
    jobs::Jobs,
    mail::Mailer,
    outbound::{Outbound, OutboundSettings},
    realtime::Realtime,
    storage::{Storage, StorageConfig},
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde_json::{Value as Json, json};
use tokio::sync::{Notify, Semaphore};

use self::databases::Scratch;
use crate::{
    Delivery,
    channels::{Attempted, Channel, Failure, Lane, Outcome, Pace, Task},
    events::{NewEvent, Source, accept},
    model::ChannelKind,
};

/// Wednesday, 18 November 2026, 11:06:40 UTC.
const START: i64 = 1_795_000_000_000;
const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Long enough for anything that will come.
pub(crate) const SOON: Duration = Duration::from_secs(20);

struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

struct NoHours;

impl NewTenantHook for NoHours {
    fn tenant_created<'a>(
        &'a self,
        _: &'a mut Tx,
        _: &'a TenantView,
        _: &'a Owner,
    ) -> BoxFuture<'a, platform::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl OpeningHours for NoHours {
    fn opening_hours<'a>(&'a self, _: &'a TenantView) -> BoxFuture<'a, platform::Result<Vec<DayHours>>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

/// One try, as the channel saw it.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    pub delivery: Id<id::Delivery>,
    pub tenant: Id<id::Tenant>,
    pub recipient: String,
    pub attempt: u32,
    pub at: Timestamp,
}

type Rule = Arc<dyn Fn(&Task) -> Attempted + Send + Sync>;

/// A mail channel in a test's hand.
pub(crate) struct Script {
    world: World,
    tries: Mutex<Vec<Try>>,
    tried: Notify,
    rule: Mutex<Rule>,
    /// Attempts for recipients that end so never end.
    hangs_for: Mutex<Option<&'static str>>,
    /// Attempts end one by one, as permits are given.
    gate: Mutex<Option<Arc<Semaphore>>>,
    pace: Pace,
}

pub(crate) const PACE: Pace =
    Pace { at_once: 16, at_once_in_lane: 8, per_second_of_tenant: None, per_minute_of_recipient: None };

impl Script {
    fn new(world: World, pace: Pace) -> Self {
        let rule: Rule = Arc::new(|_| sent());
        Self {
            world,
            tries: Mutex::default(),
            tried: Notify::new(),
            rule: Mutex::new(rule),
            hangs_for: Mutex::default(),
            gate: Mutex::default(),
            pace,
        }
    }
    /// From now on attempts end so.
    pub fn answer(&self, rule: impl Fn(&Task) -> Attempted + Send + Sync + 'static) {
        *self.rule.lock() = Arc::new(rule);
    }
    /// Attempts that begin from now on never end, for recipients that end so.
    pub fn hang_for(&self, ending: &'static str) {
        *self.hangs_for.lock() = Some(ending);
    }
    /// Attempts that begin from now on end one by one, one for each permit.
    pub fn gate(&self) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        *self.gate.lock() = Some(gate.clone());
        gate
    }
    pub fn tries(&self) -> Vec<Try> {
        self.tries.lock().clone()
    }
    pub fn count(&self) -> usize {
        self.tries.lock().len()
    }
    /// Waits until so many tries were made.
    pub async fn reached(&self, count: usize) {
        let waiting = async {
            loop {
                let tried = self.tried.notified();
                if self.count() >= count {
                    return;
                }
                tried.await;
            }
        };
        let in_time = tokio::time::timeout(SOON, waiting).await;
        assert!(in_time.is_ok(), "{} of {count} tries were made", self.count());
    }
}

impl Channel for Arc<Script> {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }
    fn pace(&self) -> Pace {
        self.pace
    }
    /// One lane for each domain.
    fn lane<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Lane> {
        let domain = task.recipient.split_once('@').map_or("", |(_, domain)| domain);
        Box::pin(std::future::ready(Lane(domain.into())))
    }
    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        Box::pin(async move {
            self.tries.lock().push(Try {
                delivery: task.delivery,
                tenant: task.event.tenant,
                recipient: task.recipient.to_string(),
                attempt: task.attempt,
                at: self.world.now(),
            });
            self.tried.notify_waiters();
            let hangs = self.hangs_for.lock().is_some_and(|ending| task.recipient.ends_with(ending));
            if hangs {
                std::future::pending::<()>().await;
            }
            let gate = self.gate.lock().clone();
            if let Some(gate) = gate {
                gate.acquire().await.unwrap().forget();
            }
            let rule = self.rule.lock().clone();
            rule(task)
        })
    }
}

pub(crate) fn sent() -> Attempted {
    Attempted::new(Outcome::Sent { message_id: None })
}

pub(crate) fn failed() -> Attempted {
    Attempted::retry("SMTP_UNREACHABLE", "nobody answers")
}

pub(crate) fn told_to_wait(after: Duration) -> Attempted {
    let failure = Failure { code: "HTTP_STATUS", error: "429".to_owned() };
    Attempted { http_status: Some(429), ..Attempted::new(Outcome::Retry { failure, after: Some(after) }) }
}

/// The floor on its own data.
pub(crate) struct House {
    pub delivery: Delivery,
    pub channel: Arc<Script>,
    world: World,
    clock: Arc<StillClock>,
    data: Arc<Scratch>,
    pub tenant: Id<id::Tenant>,
}

impl House {
    pub async fn on_sqlite() -> Self {
        let (world, clock) = still_world();
        let data = Arc::new(Scratch::on_sqlite(&world).await);
        Self::start(world, clock, data, PACE, "").await
    }

    pub async fn on_postgres() -> Self {
        let (world, clock) = still_world();
        let data = Arc::new(Scratch::on_postgres(&world).await);
        Self::start(world, clock, data, PACE, "").await
    }

    /// Another process on the same data and clock.
    pub async fn beside(&self) -> Self {
        self.beside_with(PACE, "").await
    }

    /// The same with a channel of another pace, or another schedule.
    pub async fn beside_with(&self, pace: Pace, schedule: &str) -> Self {
        let other = Self::start(self.world.clone(), self.clock.clone(), self.data.clone(), pace, schedule).await;
        Self { tenant: self.tenant, ..other }
    }

    async fn start(world: World, clock: Arc<StillClock>, data: Arc<Scratch>, pace: Pace, schedule: &str) -> Self {
        let db = data.db.clone();
        let config = config(&data.dir, schedule);
        // A copied template has every table already.
        if db.dialect() == Dialect::Sqlite {
            migrations::migrate(db.writer()).await.unwrap();
        }
        let crypto = Crypto::new(SECRET.as_bytes(), SECRET.as_bytes(), PasswordParams::CHEAP_FOR_TESTS, world.clone());
        let storage = Storage::open(&StorageConfig { url: None, data_dir: data.dir.path().to_owned() }).unwrap();
        let (jobs, realtime) = (Jobs::new(db.clone()), Realtime::default());
        let outbound = Outbound::new(OutboundSettings::default()).unwrap();
        let parts = Parts {
            config,
            world: world.clone(),
            db,
            jobs,
            realtime,
            crypto,
            mailer: Mailer::absent(),
            storage,
            outbound,
        };
        let platform = Platform::new(parts);
        let hours = Arc::new(NoHours);
        let people = People::new(
            platform.clone(),
            Ports { new_tenant: hours.clone(), opening_hours: hours, ..Ports::without_bookings() },
        );
        let channel = Arc::new(Script::new(world.clone(), pace));
        let script = channel.clone();
        let delivery = Delivery::with_channels(platform, people, move |_| vec![Arc::new(script)]);
        let tenant = world.id();
        Self { delivery, channel, world, clock, data, tenant }
    }

    pub fn now(&self) -> Timestamp {
        self.world.now()
    }
    pub fn advance(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }
    /// Another tenant.
    pub fn another_tenant(&self) -> Id<id::Tenant> {
        self.world.id()
    }

    /// A system of the tenant.
    pub fn sender(&self, tenant: Id<id::Tenant>) -> Sender {
        let credential = Credential::Key { id: self.world.id(), scopes: Scope::ALL.into() };
        Sender { tenant, credential }
    }

    /// States an invoice that is mailed to these.
    pub async fn state(&self, recipients: &[&str]) -> Id<id::Event> {
        self.state_for(self.tenant, json!(recipients)).await
    }

    pub async fn state_for(&self, tenant: Id<id::Tenant>, recipients: Json) -> Id<id::Event> {
        let data = json!({"invoice_id": 1, "client_email": recipients, "invoice_number": "INV-1", "total_amount": 10});
        let event = NewEvent { spelling: "invoice:sent".to_owned(), data, key: None, scheduled_for: None };
        accept(&self.delivery, &self.sender(tenant), event, Source::Api).await.unwrap().id
    }

    /// Carries out what is due now; gives how many tries were made.
    pub async fn run(&self) -> usize {
        let before = self.channel.count();
        self.delivery.run_due_deliveries().await.unwrap();
        self.channel.count() - before
    }

    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> Vec<QueryResult> {
        let db = self.delivery.platform().db();
        db.read().query_all_raw(statement(db.dialect(), sql, values)).await.unwrap()
    }

    /// Waits until so many deliveries by mail of an event stand there.
    pub async fn until(&self, event: Id<id::Event>, status: &str, count: usize) {
        let waiting = async {
            while self.statuses(event).await.get(status) != Some(&count) {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(SOON, waiting).await;
        assert!(in_time.is_ok(), "{:?} instead of {count} {status}", self.statuses(event).await);
    }

    /// How many deliveries by mail of an event stand where; what goes by other channels is left out.
    pub async fn statuses(&self, event: Id<id::Event>) -> HashMap<String, usize> {
        let sql = "SELECT status FROM deliveries WHERE event_id = ? AND channel = 'email'";
        let mut counts = HashMap::new();
        for row in self.rows(sql, vec![event.into()]).await {
            *counts.entry(row.try_get_by_index::<String>(0).unwrap()).or_default() += 1;
        }
        counts
    }

    /// Status, total, finished and dead of an event.
    pub async fn event(&self, event: Id<id::Event>) -> (String, i32, i32, i32) {
        let row = self.rows("SELECT status, total, finished, dead FROM events WHERE id = ?", vec![event.into()]).await;
        let at = |index| row[0].try_get_by_index::<i32>(index).unwrap();
        (row[0].try_get_by_index(0).unwrap(), at(1), at(2), at(3))
    }
}

/// So many of each.
pub(crate) fn counts<const N: usize>(of: [(&str, usize); N]) -> HashMap<String, usize> {
    of.into_iter().map(|(status, count)| (status.to_owned(), count)).collect()
}

fn config(dir: &tempfile::TempDir, schedule: &str) -> Config {
    let pairs = [
        ("JWT_SECRET", SECRET),
        ("API_KEY_SECRET", SECRET),
        ("MASTER_KEY", SECRET),
        ("DELIVERY_SCHEDULE", schedule),
        ("DATA_DIR", dir.path().to_str().unwrap()),
    ];
    Config::from_map(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()).unwrap()
}

fn still_world() -> (World, Arc<StillClock>) {
    let clock = Arc::new(StillClock(AtomicI64::new(START)));
    (World::new(clock.clone(), Arc::new(OsEntropy)), clock)
}
