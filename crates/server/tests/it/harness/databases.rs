//! A database for each test. The schema is made once per state of the migrations, as a file or as a PostgreSQL template, and
//! copied; tests run in processes of their own, so making it is guarded by a rename and by an advisory lock.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use frontdesk::compose::{SQLITE_FILE, migrate};
use kernel::{Clock, World};
use platform::{
    clock::{OsEntropy, SystemClock},
    db::Db,
};
use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection, Row};

use super::Backend;

const DEFAULT_SERVER: &str = "postgres://postgres@127.0.0.1:5432/postgres";
/// Guards template and clean-up on one PostgreSQL server; any number that nobody else uses.
const LOCK: i64 = 7_262_115_001;
/// Guards the clean-up alone.
const CLEANING: i64 = LOCK + 1;
/// A database of a test that is older than this was left by a run that was killed.
const STALE_AFTER: Duration = Duration::from_secs(3600);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a test's data lives.
pub struct Database {
    pub data_dir: tempfile::TempDir,
    /// Address of its own database and its name, on PostgreSQL.
    postgres: Option<(String, String)>,
}

impl Database {
    pub async fn create(backend: Backend) -> Self {
        let data_dir = tempfile::tempdir().unwrap();
        let postgres = match backend {
            Backend::Sqlite => {
                fs::copy(sqlite_template().await, data_dir.path().join(SQLITE_FILE)).unwrap();
                None
            }
            Backend::Postgres => Some(copy_postgres_template().await),
        };
        Self { data_dir, postgres }
    }

    /// One on PostgreSQL without any table.
    pub async fn create_without_schema() -> Self {
        let mut admin = connect(&server()).await;
        let name = format!("frontdesk_it_{}_{}", SystemClock.now().seconds(), random_name());
        admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        admin.close().await.unwrap();
        Self { data_dir: tempfile::tempdir().unwrap(), postgres: Some((address_of(&name), name)) }
    }

    /// `DATABASE_URL`, when there is one.
    pub fn url(&self) -> Option<&str> {
        self.postgres.as_ref().map(|(url, _)| url.as_str())
    }

    /// Removes it; its pools must be closed or given up.
    pub async fn remove(&self) {
        if let Some((_, name)) = &self.postgres {
            let mut admin = connect(&server()).await;
            drop_database(&mut admin, name).await;
            admin.close().await.unwrap();
        }
    }
}

/// Names the state of the migrations: their sources, hashed, and what this build knows of them. The build may be older than
/// the sources while somebody writes a new one.
fn schema_hash() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/src");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut hash = Sha256::new_with_prefix(migrations::names().join(" "));
    for file in files {
        hash.update(fs::read(file).unwrap());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

pub fn real_world() -> World {
    World::new(std::sync::Arc::new(SystemClock), std::sync::Arc::new(OsEntropy))
}

fn random_name() -> String {
    real_world().random::<6>().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn sqlite_template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(format!("schema-{}.db", schema_hash()));
    if !template.exists() {
        // Made aside and renamed: whoever comes second replaces a whole file by an equal one.
        let making = folder.join(format!("making-{}.db", random_name()));
        let db = Db::open_sqlite(&making, real_world()).await.unwrap();
        migrate(&db).await.unwrap();
        db.close().await.unwrap();
        fs::rename(&making, &template).unwrap();
    }
    template
}

#[allow(clippy::disallowed_methods, reason = "which server to test against is told by the environment")]
fn server() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| DEFAULT_SERVER.to_owned())
}

fn address_of(name: &str) -> String {
    let mut url = reqwest::Url::parse(&server()).expect("TEST_DATABASE_URL is an address");
    url.set_path(name);
    url.to_string()
}

async fn connect(url: &str) -> PgConnection {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect(url)).await;
    let why = "the PostgreSQL of TEST_DATABASE_URL must be there: half of the suite runs on it";
    connecting.expect(why).expect(why)
}

async fn copy_postgres_template() -> (String, String) {
    let mut admin = connect(&server()).await;
    let template = postgres_template(&mut admin).await;
    // Only one of the tests that begin now cleans up; for the others it is not worth waiting.
    let free = sqlx::query("SELECT pg_try_advisory_lock($1)").bind(CLEANING).fetch_one(&mut admin).await.unwrap();
    if free.get::<bool, _>(0) {
        remove_killed(&mut admin).await;
    }
    let name = format!("frontdesk_it_{}_{}", SystemClock.now().seconds(), random_name());
    // Shared: nobody drops the template meanwhile.
    sqlx::query("SELECT pg_advisory_lock_shared($1)").bind(LOCK).execute(&mut admin).await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"))).await.unwrap();
    admin.close().await.unwrap();
    (address_of(&name), name)
}

async fn names_like(admin: &mut PgConnection, pattern: &str) -> Vec<String> {
    let rows =
        sqlx::query("SELECT datname FROM pg_database WHERE datname LIKE $1").bind(pattern).fetch_all(admin).await;
    rows.unwrap().iter().map(|row| row.get::<String, _>(0)).collect()
}

/// The migrated template, made by the first test that needs it.
async fn postgres_template(admin: &mut PgConnection) -> String {
    let name = format!("frontdesk_schema_{}", schema_hash());
    if names_like(admin, &name).await.is_empty() {
        sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut *admin).await.unwrap();
        if names_like(admin, &name).await.is_empty() {
            remove_killed(admin).await;
            remove_old_templates(admin).await;
            make_template(admin, &name).await;
        }
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(&mut *admin).await.unwrap();
    }
    name
}

async fn make_template(admin: &mut PgConnection, name: &str) {
    let making = format!("frontdesk_making_{}", random_name());
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {making}"))).await.unwrap();
    let db = Db::open_postgres(&address_of(&making), 1, real_world()).await.unwrap();
    migrate(&db).await.unwrap();
    db.close().await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("ALTER DATABASE {making} RENAME TO {name}"))).await.unwrap();
}

/// Databases of runs that were killed; they would fill the server's disk one run after the other.
async fn remove_killed(admin: &mut PgConnection) {
    let now = SystemClock.now().seconds();
    let is_stale = |name: &String| {
        let made_at = name.split('_').nth(2).and_then(|seconds| seconds.parse::<i64>().ok());
        made_at.is_some_and(|at| now - at > i64::try_from(STALE_AFTER.as_secs()).unwrap())
    };
    for name in names_like(admin, "frontdesk\\_it\\_%").await.iter().filter(|name| is_stale(name)) {
        drop_database(admin, name).await;
    }
}

/// Templates of schemas that are no more, and those that were never finished. Held under the lock.
async fn remove_old_templates(admin: &mut PgConnection) {
    for pattern in ["frontdesk\\_making\\_%", "frontdesk\\_schema\\_%"] {
        for name in names_like(admin, pattern).await {
            drop_database(admin, &name).await;
        }
    }
}

async fn drop_database(admin: &mut PgConnection, name: &str) {
    admin.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await.unwrap();
}
