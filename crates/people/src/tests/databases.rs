//! Where a test's data lives: a SQLite file in a fresh folder, or a scratch database on the PostgreSQL that
//! `TEST_DATABASE_URL` names, copied from a template that the first test of a state of the migrations makes. A server that
//! does not answer fails the test: half of the promises would go unproven. The tests of trade use this file too.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    time::Duration,
};

use kernel::{Clock, World};
use platform::{clock::SystemClock, db::Db};
use sea_orm::ConnectionTrait;

/// Where developers have PostgreSQL when they do not say.
const DEFAULT_SERVER: &str = "postgres://postgres@127.0.0.1:5432/postgres";
/// Enough for requests to get in each other's way.
const POSTGRES_CONNECTIONS: u32 = 12;
/// Guards the template on one server; any number that nobody else uses.
const LOCK: i64 = 7_262_115_003;
/// What the names of these databases begin with, and those of their templates.
const SCRATCH: &str = "frontdesk_floor_";
const TEMPLATE: &str = "frontdesk_floors_";
/// A database of a test that is older than this was left by a run that was killed.
const STALE_AFTER: Duration = Duration::from_secs(3600);

/// The data of one test; gone when the test ends.
pub(crate) struct Scratch {
    pub dir: tempfile::TempDir,
    pub db: Db,
    world: World,
    /// Server and name of a database on PostgreSQL.
    postgres: Option<(String, String)>,
}

impl Scratch {
    pub async fn on_sqlite(world: &World) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&dir.path().join("frontdesk.db"), world.clone()).await.unwrap();
        Self { dir, db, world: world.clone(), postgres: None }
    }

    pub async fn on_postgres(world: &World) -> Self {
        let server = server();
        let name = copy_template(&server, world).await;
        let db = Db::open_postgres(&address_of(&server, &name), POSTGRES_CONNECTIONS, world.clone()).await.unwrap();
        Self { dir: tempfile::tempdir().unwrap(), db, world: world.clone(), postgres: Some((server, name)) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some((server, name)) = self.postgres.take() else { return };
        let world = self.world.clone();
        // The test's own runtime may be gone by now, or be the one that is dropping us.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run_on(&server, &format!("DROP DATABASE {name} WITH (FORCE)"), &world));
        });
        assert!(dropping.join().is_ok() || std::thread::panicking(), "the test's database could not be dropped");
    }
}

#[allow(clippy::disallowed_methods, reason = "which server to test against is told by the environment")]
fn server() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| DEFAULT_SERVER.to_owned())
}

/// The same server with another database; what follows a `?` stays.
fn address_of(server: &str, database: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, None), |(a, o)| (a, Some(o)));
    let base = address.rsplit_once('/').map_or(address, |(base, _)| base);
    options.map_or_else(|| format!("{base}/{database}"), |options| format!("{base}/{database}?{options}"))
}

async fn connect(server: &str, world: &World) -> Db {
    Db::open_postgres(server, 1, world.clone()).await.unwrap_or_else(|fault| {
        panic!(
            "half of the promises are kept on PostgreSQL, and none answers at {server} ({fault:?}); \
             start one or name it in TEST_DATABASE_URL"
        )
    })
}

/// Names the state of the migrations: their sources, hashed, and what this build knows of them. The build may be older than
/// the sources while somebody writes a new one.
fn schema_hash() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/src");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hash = DefaultHasher::new();
    migrations::names().hash(&mut hash);
    for file in files {
        fs::read(file).unwrap().hash(&mut hash);
    }
    format!("{:016x}", hash.finish())
}

/// A fresh database with every table in it. The name tells when it was made.
async fn copy_template(server: &str, world: &World) -> String {
    let admin = connect(server, world).await;
    let (template, now) = (format!("{TEMPLATE}{}", schema_hash()), SystemClock.now().seconds());
    let name = format!("{SCRATCH}{now}_{}", world.uuid().simple());
    if names_like(&admin, &template).await.is_empty() {
        make_template(&admin, server, &template, world).await;
    }
    let run = async |sql: String| admin.writer().execute_unprepared(&sql).await.unwrap();
    // Shared: nobody drops the template meanwhile. The connection's end gives it up.
    run(format!("SELECT pg_advisory_lock_shared({LOCK})")).await;
    run(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    admin.close().await.unwrap();
    name
}

/// Makes the template unless somebody was faster, and removes what earlier runs left.
async fn make_template(admin: &Db, server: &str, template: &str, world: &World) {
    let run = async |sql: String| admin.writer().execute_unprepared(&sql).await.unwrap();
    run(format!("SELECT pg_advisory_lock({LOCK})")).await;
    if names_like(admin, template).await.is_empty() {
        let stale = |name: &String| {
            let made_at = name.strip_prefix(SCRATCH).and_then(|rest| rest.split('_').next()?.parse::<i64>().ok());
            made_at.is_some_and(|at| SystemClock.now().seconds() - at > i64::try_from(STALE_AFTER.as_secs()).unwrap())
        };
        let killed = names_like(admin, &format!("{SCRATCH}%")).await.into_iter().filter(stale);
        for name in killed.chain(names_like(admin, &format!("{TEMPLATE}%")).await) {
            run(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
        let making = format!("{TEMPLATE}making_{}", world.uuid().simple());
        run(format!("CREATE DATABASE {making}")).await;
        let db = connect(&address_of(server, &making), world).await;
        migrations::migrate(db.writer()).await.unwrap();
        db.close().await.unwrap();
        run(format!("ALTER DATABASE {making} RENAME TO {template}")).await;
    }
    run(format!("SELECT pg_advisory_unlock({LOCK})")).await;
}

async fn names_like(admin: &Db, pattern: &str) -> Vec<String> {
    let sql = format!("SELECT datname FROM pg_database WHERE datname LIKE '{}'", pattern.replace('_', "\\_"));
    let rows = admin.read().query_all_raw(platform::db::statement(admin.dialect(), &sql, vec![])).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn run_on(server: &str, sql: &str, world: &World) {
    let db = connect(server, world).await;
    db.writer().execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}
