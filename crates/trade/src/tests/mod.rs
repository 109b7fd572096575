//! The promises of this floor, kept through its own routes on real databases, each once on SQLite and once on PostgreSQL.
//! Time stands still until a test moves it.

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

mod booking;
mod calendar;
#[path = "../../../people/src/tests/databases.rs"]
mod databases;
mod desk;
mod doors;
mod moves;
mod moves_by_link;
mod race;
mod settings;
mod strangers;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, middleware};
use futures_util::{FutureExt, future::BoxFuture};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use kernel::{Clock, Id, Role, Timestamp, World, id};
use people::{
    People,
    team::{NewMember, create_member},
    tenants::{DayHours, NewTenantHook, OpeningHours, Owner, Ports, TenantView},
};
use platform::{
    Parts, Platform, Tx,
    clock::OsEntropy,
    config::{Config, SmtpSettings, SmtpTls},
    crypto::{Crypto, PasswordParams},
    db::{Db, Dialect},
    http::{
        auth::AuthPort,
        edge::edge,
        idempotency::{Keeper, idempotency},
    },
    jobs::Jobs,
    mail::{MailConfig, Mailer},
    outbound::{Outbound, OutboundSettings},
    realtime::Realtime,
    storage::{Storage, StorageConfig},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use self::databases::Scratch;
use crate::{
    Trade,
    bookings::ports::{AppointmentChange, ThreadsOfAppointments},
    providers,
};

/// Wednesday, 18 November 2026, 11:06:40 UTC: 14:06 in Nairobi.
const START: i64 = 1_795_000_000_000;
const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Monday, 9:00 in Nairobi.
pub(crate) const MONDAY_9: &str = "2026-11-23T06:00:00.000Z";
/// Monday, 10:00 in Nairobi.
pub(crate) const MONDAY_10: &str = "2026-11-23T07:00:00.000Z";

struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Furnishes new businesses as the server's wiring does.
struct Wiring(Db);

impl NewTenantHook for Wiring {
    fn tenant_created<'a>(
        &'a self,
        tx: &'a mut Tx,
        tenant: &'a TenantView,
        owner: &'a Owner,
    ) -> BoxFuture<'a, platform::Result<()>> {
        providers::provide_defaults(tx, tenant.id, owner.id).boxed()
    }
}

/// Nobody talks on this floor.
struct NoThreads;

impl ThreadsOfAppointments for NoThreads {
    fn follow<'a>(&'a self, _: &'a mut Tx, _: AppointmentChange) -> BoxFuture<'a, platform::Result<()>> {
        async { Ok(()) }.boxed()
    }
}

impl OpeningHours for Wiring {
    fn opening_hours<'a>(&'a self, tenant: &'a TenantView) -> BoxFuture<'a, platform::Result<Vec<DayHours>>> {
        providers::find_opening_hours(self.0.read(), tenant.id).boxed()
    }
}

/// The floor with its routes and a clock in the hand.
pub(crate) struct App {
    pub trade: Trade,
    clock: Arc<StillClock>,
    router: Router,
    data: Scratch,
}

/// What came back.
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Reply {
    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body
    }
    /// `data` of the body, when the status is the expected one.
    #[track_caller]
    pub fn data(self, status: u16) -> Value {
        self.expect(status)["data"].take()
    }
    /// The code of a refusal with this status.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!(body["success"], json!(false), "{body:#}");
        text(&body["code"]).to_owned()
    }
    /// `field/code` of each refused field.
    #[track_caller]
    pub fn fields(self) -> Vec<String> {
        let body = self.expect(422);
        let errors = body["errors"].as_array().unwrap();
        errors.iter().map(|e| format!("{}/{}", text(&e["field"]), text(&e["code"]))).collect()
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
        if token.is_empty() { self } else { self.header("authorization", &format!("Bearer {token}")) }
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
        use tower::ServiceExt;
        let body = self.body.map(|body| body.to_string()).unwrap_or_default();
        let request = self.request.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
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

    /// The same house after a restart: the data stays, what was remembered is gone.
    pub async fn restarted(self) -> Self {
        let (clock, data) = (self.clock.clone(), self.data);
        let world = World::new(clock.clone(), Arc::new(OsEntropy));
        Self::start(&world, clock, data).await
    }

    async fn start(world: &World, clock: Arc<StillClock>, data: Scratch) -> Self {
        let (dir, db) = (&data.dir, data.db.clone());
        let config = config(dir);
        // A copied template has every table already.
        if db.dialect() == Dialect::Sqlite {
            migrations::migrate(db.writer()).await.unwrap();
        }
        let crypto = Crypto::new(SECRET.as_bytes(), SECRET.as_bytes(), PasswordParams::CHEAP_FOR_TESTS, world.clone());
        let mailer = Mailer::new(MailConfig::from(config.smtp.as_ref().unwrap()), world.clone()).unwrap();
        let storage = Storage::open(&StorageConfig { url: None, data_dir: dir.path().to_owned() }).unwrap();
        let outbound = Outbound::new(OutboundSettings::default()).unwrap();
        let (jobs, realtime) = (Jobs::new(db.clone()), Realtime::default());
        let wiring = Arc::new(Wiring(db.clone()));
        let keeper = Keeper { db: db.clone(), crypto: crypto.clone() };
        let platform = Platform::new(Parts {
            config,
            world: world.clone(),
            db,
            jobs,
            realtime,
            crypto,
            mailer,
            storage,
            outbound,
        });
        let people = People::new(
            platform.clone(),
            Ports { new_tenant: wiring.clone(), opening_hours: wiring, ..Ports::without_bookings() },
        );
        let trade = Trade::new(platform, people.clone(), Arc::new(NoThreads));
        let (router, _) = people.routes().merge(trade.routes()).split_for_parts();
        let router = router
            .layer(middleware::from_fn_with_state(keeper, idempotency))
            .layer(axum::Extension(AuthPort(Arc::new(people))))
            .layer(middleware::from_fn_with_state(world.clone(), edge));
        Self { trade, clock, router, data }
    }

    /// Turns the clock to a moment.
    pub fn wait_until(&self, time: &str) {
        self.clock.0.store(Timestamp::parse(time).unwrap().millis(), Ordering::Relaxed);
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
    pub async fn put(&self, path: &str, token: &str, body: Value) -> Reply {
        self.ask("PUT", path).bearer(token).json(body).send().await
    }

    /// Counts the rows of a query.
    pub async fn count(&self, sql: &str) -> usize {
        let db = self.trade.db();
        db.read().query_all_raw(platform::db::statement(db.dialect(), sql, vec![])).await.unwrap().len()
    }

    /// A salon in Nairobi with one service of an hour.
    pub async fn salon(&self) -> Salon<'_> {
        self.business("ann@example.com", json!({})).await
    }

    /// A business with one service of an hour; `more` goes into the sign-up.
    pub async fn business(&self, email: &str, more: Value) -> Salon<'_> {
        let mut body = json!({"email": email, "password": "correct horse", "name": "Ann", "businessName": "Demo Salon",
            "country": "KE"});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let owner = self.post("/api/auth/register", body).await.data(201);
        let token = text(&owner["accessToken"]).to_owned();
        let service = json!({"name": "Haircut", "duration": 60, "price": 1500});
        let service = self.ask("POST", "/api/services").bearer(&token).json(service).send().await.data(201);
        Salon { app: self, owner, token, service }
    }
}

/// A business with its owner and a service.
pub(crate) struct Salon<'a> {
    pub app: &'a App,
    pub owner: Value,
    pub token: String,
    pub service: Value,
}

impl Salon<'_> {
    /// The same business at a later moment, with a token that is good there.
    pub async fn at(mut self, time: &str) -> Self {
        self.app.wait_until(time);
        let login = json!({"email": self.owner["user"]["email"], "password": "correct horse"});
        self.token = text(&self.app.post("/api/auth/login", login).await.data(200)["accessToken"]).to_owned();
        self
    }
    pub fn code(&self) -> &str {
        text(&self.owner["team"]["inviteCode"])
    }
    pub fn tenant(&self) -> Id<id::Tenant> {
        Id::parse(text(&self.owner["team"]["id"])).unwrap()
    }
    /// A body of document A's form.
    pub fn wish(&self, time: &str, email: &str) -> Value {
        json!({"inviteCode": self.code(), "customerName": "John Doe", "customerEmail": email,
            "service": "Haircut", "time": time})
    }
    /// Books as a guest.
    pub async fn book(&self, time: &str, email: &str) -> Reply {
        self.app.post("/api/public/appointments", self.wish(time, email)).await
    }
    /// Books as a guest and gives the appointment's id.
    pub async fn booked(&self, time: &str, email: &str) -> String {
        text(&self.book(time, email).await.expect(201)["appointment"]["id"]).to_owned()
    }
    /// Moves an appointment's status as the owner.
    pub async fn step(&self, appointment: &str, verb: &str) -> Reply {
        self.app.put(&format!("/api/appointments/{appointment}/{verb}"), &self.token, json!({})).await
    }
    /// Adds a member who can be booked at the usual hours; gives their token and id.
    pub async fn member(&self, email: &str, name: &str, role: Role) -> (String, String) {
        let password = "correct horse".to_owned();
        let new = NewMember { tenant: self.tenant(), name: name.into(), email: email.into(), password, role };
        let member = create_member(self.app.trade.people(), new).await.unwrap();
        let mut tx = self.app.trade.db().begin().await.unwrap();
        providers::provide_defaults(&mut tx, self.tenant(), member.id).await.unwrap();
        tx.commit().await.unwrap();
        let login = json!({"email": email, "password": "correct horse"});
        let data = self.app.post("/api/auth/login", login).await.data(200);
        (text(&data["accessToken"]).to_owned(), member.id.to_string())
    }
    /// Signs up a customer; gives the answer's `data`.
    pub async fn customer(&self, email: &str) -> Value {
        let body = json!({"inviteCode": self.code(), "email": email, "password": "correct horse", "name": "Cara",
            "phone": "0712 345678"});
        self.app.post("/api/customers/auth/register", body).await.data(201)
    }
    /// The starts that are offered on a date.
    pub async fn offered(&self, date: &str) -> Vec<String> {
        let path = format!("/api/public/availability?inviteCode={}&service=haircut&date={date}", self.code());
        let body = self.app.get(&path, "").await.expect(200);
        body["slots"].as_array().unwrap().iter().map(|slot| text(&slot["start"]).to_owned()).collect()
    }
}

/// A text of an answer.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn config(dir: &tempfile::TempDir) -> Config {
    let pairs = [
        ("JWT_SECRET", SECRET),
        ("API_KEY_SECRET", SECRET),
        ("MASTER_KEY", SECRET),
        ("CLIENT_URL", "https://desk.example.com"),
    ];
    let mut values: HashMap<String, String> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    values.insert("DATA_DIR".to_owned(), dir.path().display().to_string());
    let mut config = Config::from_map(values).unwrap();
    config.smtp = Some(SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: 9,
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
