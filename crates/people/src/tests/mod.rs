//! The promises of this floor, kept through its own routes on real databases, each once on SQLite and once on PostgreSQL.
//! Time stands still until a test moves it; mail goes to a real SMTP listener.

/// Makes two tests of each promise, `sqlite::…` and `postgres::…`.
macro_rules! on_both_databases {
    ($($promise:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(crate::tests::App::on_sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(crate::tests::App::on_postgres().await).await;
            })*
        }
    };
}

mod accounts;
mod apikeys;
mod customers;
mod databases;
mod hot;
mod intruders;
mod sessions;
mod settings;
mod team;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, middleware};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use kernel::{Clock, Id, Timestamp, World, id};
use platform::{
    Parts, Platform,
    clock::OsEntropy,
    config::{Config, SmtpSettings, SmtpTls},
    crypto::{Crypto, PasswordParams},
    db::Dialect,
    http::{auth::AuthPort, edge::edge},
    jobs::Jobs,
    mail::{MailConfig, Mailer},
    outbound::{Outbound, OutboundSettings},
    realtime::Realtime,
    storage::{Storage, StorageConfig},
};
use serde_json::{Value, json};
use simulators::{Simulators, SimulatorsConfig};
use tower::ServiceExt;

use self::databases::Scratch;
use crate::{People, tenants::Ports};

/// November 2026.
const START: i64 = 1_795_000_000_000;
const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// How long a mail may take to arrive.
const MAIL_PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// The floor with its routes, a clock in the hand and a mailbox to look into.
pub(crate) struct App {
    pub people: People,
    pub mail: Simulators,
    clock: Arc<StillClock>,
    router: Router,
    _data: Scratch,
}

/// What came back.
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body
    }
    /// The code of a refusal with this status.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!(body["success"], json!(false), "{body:#}");
        body["code"].as_str().unwrap_or_default().to_owned()
    }
    /// `name=value` of the cookie that was set.
    pub fn cookie(&self) -> String {
        let set = self.headers.get(header::SET_COOKIE).map(|value| value.to_str().unwrap()).unwrap_or_default();
        set.split(';').next().unwrap_or_default().to_owned()
    }
}

/// A request being put together.
pub(crate) struct Ask<'a> {
    app: &'a App,
    request: http::request::Builder,
    body: Option<Value>,
}

impl Ask<'_> {
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
    pub async fn send(self) -> Reply {
        let body = self.body.map(|body| body.to_string()).unwrap_or_default();
        let request = self.request.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }
}

impl App {
    pub async fn on_sqlite() -> Self {
        let (world, clock) = still_world();
        Self::start(&world, clock, Scratch::on_sqlite(&world).await).await
    }

    pub async fn on_postgres() -> Self {
        let (world, clock) = still_world();
        Self::start(&world, clock, Scratch::on_postgres(&world).await).await
    }

    async fn start(world: &World, clock: Arc<StillClock>, data: Scratch) -> Self {
        let (dir, db) = (&data.dir, data.db.clone());
        let mail = Simulators::start(SimulatorsConfig::new(Arc::new(|| START))).await.unwrap();
        let config = config(dir, &mail);
        // A copied template has every table already.
        if db.dialect() == Dialect::Sqlite {
            migrations::migrate(db.writer()).await.unwrap();
        }
        let crypto = Crypto::new(
            config.jwt_secret.0.as_bytes(),
            config.master_key.0.as_bytes(),
            PasswordParams::CHEAP_FOR_TESTS,
            world.clone(),
        );
        let mailer = Mailer::new(MailConfig::from(config.smtp.as_ref().unwrap()), world.clone()).unwrap();
        let storage = Storage::open(&StorageConfig { url: None, data_dir: dir.path().to_owned() }).unwrap();
        let outbound = Outbound::new(OutboundSettings::default()).unwrap();
        let (jobs, realtime) = (Jobs::new(db.clone()), Realtime::default());
        let parts = Parts { config, world: world.clone(), db, jobs, realtime, crypto, mailer, storage, outbound };
        let people = People::new(Platform::new(parts), Ports::without_bookings());
        let (router, _) = people.routes().split_for_parts();
        let router = router
            .layer(axum::Extension(AuthPort(Arc::new(people.clone()))))
            .layer(middleware::from_fn_with_state(world.clone(), edge));
        Self { people, mail, clock, router, _data: data }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        Ask { app: self, request: Request::builder().method(method).uri(path), body: None }
    }
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.ask("POST", path).json(body).send().await
    }
    pub async fn get(&self, path: &str, token: &str) -> Reply {
        self.ask("GET", path).bearer(token).send().await
    }

    /// Carries out every job that is due; returns how many.
    pub async fn run_due_jobs(&self) -> usize {
        let jobs = self.people.platform().jobs();
        let mut count = 0;
        loop {
            match jobs.run_due(self.clock.now()).await.unwrap() {
                0 => return count,
                more => count += more,
            }
        }
    }

    /// Signs up an owner; gives the answer's `data`.
    pub async fn owner(&self, email: &str) -> Value {
        let body = json!({"email": email, "password": "correct horse", "name": "Ann", "businessName": "Demo Salon"});
        let data = self.post("/api/auth/register", body).await.expect(201)["data"].take();
        self.forget_mails().await;
        data
    }

    /// The mails of a sign-up are out of the way.
    async fn forget_mails(&self) {
        self.run_due_jobs().await;
        self.mail.mailbox().clear();
    }

    /// Signs up a customer of the business; gives the answer's `data`.
    pub async fn customer(&self, owner: &Value, email: &str) -> Value {
        let body = json!({"inviteCode": owner["team"]["inviteCode"], "email": email, "password": "correct horse", "name": "Cara"});
        let data = self.post("/api/customers/auth/register", body).await.expect(201)["data"].take();
        self.forget_mails().await;
        data
    }

    /// Counts the rows of a query.
    pub async fn count(&self, sql: &str) -> usize {
        use sea_orm::ConnectionTrait;
        let db = self.people.platform().db();
        db.read().query_all_raw(platform::db::statement(db.dialect(), sql, vec![])).await.unwrap().len()
    }

    /// Lines of the audit log with this action.
    pub async fn audited(&self, action: &str) -> usize {
        use sea_orm::ConnectionTrait;
        let db = self.people.platform().db();
        let sql = "SELECT action FROM audit_log WHERE action = ?";
        let query = platform::db::statement(db.dialect(), sql, vec![action.into()]);
        db.read().query_all_raw(query).await.unwrap().len()
    }

    /// The secret in the last link mailed to this address after the mail with this number.
    pub async fn mailed_token(&self, email: &str, after: u64) -> String {
        let mail = self.mail.mailbox().wait_for_after(email, after, MAIL_PATIENCE).await.unwrap();
        let at = mail.text.find("token=").unwrap() + "token=".len();
        mail.text[at..].split('&').next().unwrap().to_owned()
    }
}

/// A text of an answer.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

pub(crate) fn tenant_of(data: &Value) -> Id<id::Tenant> {
    Id::parse(text(&data["team"]["id"])).unwrap()
}

fn config(dir: &tempfile::TempDir, mail: &Simulators) -> Config {
    let pairs = [
        ("JWT_SECRET", SECRET),
        ("API_KEY_SECRET", SECRET),
        ("MASTER_KEY", SECRET),
        ("CLIENT_URL", "https://desk.example.com"),
        ("ALLOWED_ORIGINS", "https://shop.example.com"),
    ];
    let mut values: HashMap<String, String> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    values.insert("DATA_DIR".to_owned(), dir.path().display().to_string());
    let mut config = Config::from_map(values).unwrap();
    config.smtp = Some(SmtpSettings {
        host: mail.smtp_addr().ip().to_string(),
        port: mail.smtp_addr().port(),
        user: None,
        pass: None,
        from: "Frontdesk <noreply@desk.example.com>".to_owned(),
        tls: SmtpTls::None,
    });
    config
}

fn still_world() -> (World, Arc<StillClock>) {
    let clock = Arc::new(StillClock(AtomicI64::new(START)));
    (World::new(clock.clone(), Arc::new(OsEntropy)), clock)
}
