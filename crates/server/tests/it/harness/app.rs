//! Starting the house in this process, and looking after it when the test is over.

use std::{
    collections::HashMap,
    future::Future,
    net::SocketAddr,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use frontdesk::{
    compose::{self, House, compose},
    phase::Phase,
    serve,
};
use futures_util::FutureExt;
use kernel::World;
use metrics_exporter_prometheus::PrometheusHandle;
use platform::{
    config::{Config, SessionsBy},
    crypto::PasswordParams,
    db::statement,
    telemetry,
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use simulators::{Simulators, SimulatorsConfig};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    databases::Database,
    logs,
    world::{ManualClock, SeededEntropy},
};

const SECRET: &str = "a secret that only tests know, 32+";
/// Rounds of the queue before a test says that it never empties.
const QUEUE_ROUNDS_MAX: u32 = 200;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// One running node and what it stands on; cheap to clone.
#[derive(Clone)]
pub struct App {
    node: Arc<Node>,
    ground: Arc<Ground>,
}

/// What all nodes of a test share.
struct Ground {
    backend: Backend,
    database: Database,
    clock: Arc<ManualClock>,
    world: World,
    simulators: Simulators,
    nodes: Mutex<Vec<Arc<Node>>>,
    names: AtomicU32,
    leftovers_expected: AtomicBool,
    errors_expected: AtomicBool,
}

struct Node {
    house: House,
    address: SocketAddr,
    http: reqwest::Client,
    stop: CancellationToken,
    serving: Mutex<Option<JoinHandle<()>>>,
}

/// Runs one promise on one database.
pub async fn run<F: Future<Output = ()>>(backend: Backend, promise: impl FnOnce(App) -> F) {
    let app = App::start(backend).await;
    let outcome = AssertUnwindSafe(promise(app.clone())).catch_unwind().await;
    let complaints = app.end(outcome.is_ok()).await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    assert!(complaints.is_empty(), "the test left behind:\n  {}", complaints.join("\n  "));
}

fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| telemetry::start_metrics().unwrap()).clone()
}

impl App {
    /// The house with nobody in it.
    pub async fn start(backend: Backend) -> Self {
        logs::start();
        // Whoever comes first installs it; the others find it there.
        rustls::crypto::ring::default_provider().install_default().unwrap_or_default();
        let database = Database::create(backend).await;
        let clock = Arc::new(ManualClock::new());
        let world = World::new(clock.clone(), Arc::new(SeededEntropy::new()));
        let stamps = world.clone();
        let simulators = SimulatorsConfig::new(Arc::new(move || stamps.now().millis()));
        let ground = Arc::new(Ground {
            backend,
            database,
            clock,
            world,
            simulators: Simulators::start(simulators).await.unwrap(),
            nodes: Mutex::default(),
            names: AtomicU32::new(0),
            leftovers_expected: AtomicBool::new(false),
            errors_expected: AtomicBool::new(false),
        });
        Self::start_on(ground, &[]).await
    }

    /// Another node on the same database, files and clock, with settings of its own.
    pub async fn node(&self, settings: &[(&str, &str)]) -> Self {
        Self::start_on(self.ground.clone(), settings).await
    }

    /// Another node, on which phones are paired with the stand-in.
    pub async fn node_with_phones(&self, settings: &[(&str, &str)]) -> Self {
        let mut config = config(&self.ground, settings);
        let stand_in = format!("http://{}", self.ground.simulators.whatsapp_addr());
        config.whatsapp.sessions = SessionsBy::Simulator(stand_in);
        Self::start_with(self.ground.clone(), config).await
    }

    async fn start_on(ground: Arc<Ground>, settings: &[(&str, &str)]) -> Self {
        let config = config(&ground, settings);
        Self::start_with(ground, config).await
    }

    async fn start_with(ground: Arc<Ground>, config: Config) -> Self {
        let platform =
            compose::open_platform(config, ground.world.clone(), PasswordParams::CHEAP_FOR_TESTS).await.unwrap();
        let phase = Phase::new();
        let house = compose(platform, metrics(), phase.clone());
        phase.open();
        let listener = serve::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn({
            let (house, stop) = (house.clone(), stop.clone());
            async move { serve::answer(&house, listener, stop).await }
        });
        let node = Arc::new(Node { house, address, http: client(), stop, serving: Mutex::new(Some(serving)) });
        ground.nodes.lock().unwrap_or_else(PoisonError::into_inner).push(node.clone());
        Self { node, ground }
    }

    /// Everything put together, for what cannot be seen from outside.
    pub fn house(&self) -> &House {
        &self.node.house
    }
    /// Where this node listens.
    pub fn address(&self) -> SocketAddr {
        self.node.address
    }
    /// The database this test runs on.
    pub fn backend(&self) -> Backend {
        self.ground.backend
    }
    /// The folder of this test's data.
    pub fn data_dir(&self) -> &std::path::Path {
        self.ground.database.data_dir.path()
    }
    /// Moves time for all nodes.
    pub fn advance(&self, by: Duration) {
        self.ground.clock.advance(by);
    }
    /// The clock itself.
    pub fn clock(&self) -> &ManualClock {
        &self.ground.clock
    }
    /// Clock and chance of this test.
    pub fn world(&self) -> &World {
        &self.ground.world
    }
    /// The mail that left.
    pub fn mailbox(&self) -> &simulators::Mailbox {
        self.ground.simulators.mailbox()
    }
    /// How the mail server misbehaves.
    pub fn mail_faults(&self) -> &simulators::Faults {
        self.ground.simulators.faults()
    }
    /// What came to other systems that listen for webhooks, and what the next calls meet.
    pub fn receiver(&self) -> &simulators::Receiver {
        self.ground.simulators.receiver()
    }
    /// The text messages that left, and what the next ones meet.
    pub fn twilio(&self) -> &simulators::Twilio {
        self.ground.simulators.twilio()
    }
    /// Settings that send text messages there.
    pub fn twilio_settings(&self) -> [(&'static str, String); 4] {
        [
            ("TWILIO_BASE_URL", format!("http://{}", self.ground.simulators.twilio_addr())),
            ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef".to_owned()),
            ("TWILIO_AUTH_TOKEN", "the operator's token".to_owned()),
            ("TWILIO_PHONE_NUMBER", "+15005550006".to_owned()),
        ]
    }
    /// The WhatsApp messages that left, what the next ones meet, and what happens to paired phones.
    pub fn whatsapp(&self) -> &simulators::WhatsApp {
        self.ground.simulators.whatsapp()
    }
    /// Settings that send WhatsApp messages there, by the operator's number.
    pub fn whatsapp_settings(&self) -> [(&'static str, String); 5] {
        [
            ("WHATSAPP_CLOUD_BASE_URL", format!("http://{}", self.ground.simulators.whatsapp_addr())),
            ("WHATSAPP_CLOUD_PHONE_NUMBER_ID", "100200300".to_owned()),
            ("WHATSAPP_CLOUD_ACCESS_TOKEN", "the operator's token".to_owned()),
            ("WHATSAPP_CLOUD_APP_SECRET", "the operator's app secret".to_owned()),
            ("WHATSAPP_CLOUD_VERIFY_TOKEN", "the operator's word".to_owned()),
        ]
    }
    /// Where mail is taken.
    pub fn smtp_address(&self) -> SocketAddr {
        self.ground.simulators.smtp_addr()
    }
    /// An address of such a system.
    pub fn hook(&self, path: &str) -> String {
        format!("http://{}{path}", self.ground.simulators.webhook_addr())
    }
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.node.http
    }
    /// 1, 2, 3, … for names that must differ.
    pub fn number(&self) -> u32 {
        self.ground.names.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// This test means to leave work undone, or to see it given up.
    pub fn expect_leftovers(&self) {
        self.ground.leftovers_expected.store(true, Ordering::Relaxed);
    }
    /// This test provokes errors of the log; they are given back by [`App::errors`].
    pub fn expect_errors(&self) {
        self.ground.errors_expected.store(true, Ordering::Relaxed);
    }
    /// The error lines logged since the last look.
    pub fn errors(&self) -> Vec<String> {
        logs::take_errors()
    }

    /// Carries out what is due, and what that makes due, until nothing is; returns how much was carried out.
    pub async fn run_due_jobs(&self) -> usize {
        let mut carried_out = 0;
        for _ in 0..QUEUE_ROUNDS_MAX {
            let jobs = self.house().platform.jobs().run_due(self.world().now()).await.unwrap();
            let deliveries = self.house().delivery.run_due_deliveries().await.unwrap();
            match jobs + deliveries {
                0 => return carried_out,
                done => carried_out += done,
            }
        }
        panic!("the queue was not empty after {QUEUE_ROUNDS_MAX} rounds");
    }

    /// The rows of a query with `?` placeholders.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> Vec<QueryResult> {
        let db = self.house().platform.db();
        db.read().query_all_raw(statement(db.dialect(), sql, values)).await.unwrap()
    }
    /// The one number that a query gives.
    pub async fn count(&self, sql: &str, values: Vec<Value>) -> i64 {
        self.rows(sql, values).await[0].try_get_by_index::<i64>(0).unwrap()
    }
    /// Changes rows behind the house's back.
    pub async fn execute(&self, sql: &str, values: Vec<Value>) -> u64 {
        let tx = self.house().platform.db().begin().await.unwrap();
        let changed = tx.execute(sql, values).await.unwrap();
        tx.commit().await.unwrap();
        changed
    }

    /// Tells this node to end, as SIGTERM does, and does not wait.
    pub fn begin_to_stop(&self) {
        self.node.stop.cancel();
    }
    /// Waits until this node has ended in order.
    pub async fn stopped(&self) {
        self.node.stop.cancel();
        let serving = self.node.serving.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(serving) = serving {
            serving.await.unwrap();
        }
    }

    /// Looks for what was left undone, ends every node and removes the data.
    async fn end(&self, passed: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        if passed && !self.ground.leftovers_expected.load(Ordering::Relaxed) {
            self.run_due_jobs().await;
            complaints.extend(self.leftovers("jobs", "kind").await);
            complaints.extend(self.leftovers("outbox_events", "type").await);
        }
        let nodes = std::mem::take(&mut *self.ground.nodes.lock().unwrap_or_else(PoisonError::into_inner));
        for node in nodes {
            let app = Self { node, ground: self.ground.clone() };
            app.stopped().await;
            serve::close(app.house()).await;
        }
        self.ground.database.remove().await;
        if passed && !self.ground.errors_expected.load(Ordering::Relaxed) {
            complaints.extend(logs::take_errors().into_iter().map(|line| format!("an error in the log: {line}")));
        }
        complaints
    }

    /// Work that nobody could finish: due and not done, failed, or given up.
    async fn leftovers(&self, table: &str, name: &str) -> Vec<String> {
        let sql = format!(
            "SELECT {name} AS name, last_error FROM {table} \
             WHERE dead = 1 OR (done_at IS NULL AND (due_at <= ? OR last_error IS NOT NULL))"
        );
        let rows = self.rows(&sql, vec![self.world().now().into()]).await;
        let describe = |row: &QueryResult| {
            let error: Option<String> = row.try_get("", "last_error").unwrap();
            format!("{table}: {} ({})", row.try_get::<String>("", "name").unwrap(), error.unwrap_or_default())
        };
        rows.iter().map(describe).collect()
    }
}

fn config(ground: &Ground, settings: &[(&str, &str)]) -> Config {
    let smtp = ground.simulators.smtp_addr();
    let mut values: HashMap<String, String> = [
        ("JWT_SECRET", SECRET.to_owned()),
        ("API_KEY_SECRET", SECRET.to_owned()),
        ("MASTER_KEY", SECRET.to_owned()),
        ("DATA_DIR", ground.database.data_dir.path().display().to_string()),
        ("CLIENT_URL", "https://desk.example.com".to_owned()),
        ("DATABASE_POOL_MAX", "8".to_owned()),
        ("SMTP_HOST", smtp.ip().to_string()),
        ("SMTP_PORT", smtp.port().to_string()),
        ("SMTP_TLS", "none".to_owned()),
        // A test asks faster than people do; those of the limits switch them on.
        ("RATE_LIMIT_DISABLED", "1".to_owned()),
        // Nothing of a test goes to WhatsApp itself.
        ("WHATSAPP_SESSIONS", "off".to_owned()),
        // The receiver of webhooks listens here.
        ("OUTBOUND_ALLOWED_CIDRS", smtp.ip().to_string()),
        ("SMTP_FROM", "Frontdesk <noreply@desk.example.com>".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if let Some(url) = ground.database.url() {
        values.insert("DATABASE_URL".to_owned(), url.to_owned());
    }
    values.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Config::from_map(values).unwrap()
}

#[allow(clippy::disallowed_methods, reason = "a test is a client of the house, not a part of it")]
fn client() -> reqwest::Client {
    let timeout = Duration::from_secs(30);
    reqwest::Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
