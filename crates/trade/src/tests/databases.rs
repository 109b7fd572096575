//! Where a test's data lives: a SQLite file in a fresh folder, or a scratch database on the PostgreSQL that
//! `TEST_DATABASE_URL` names. A server that does not answer fails the test: half of the promises would go unproven.

use kernel::World;
use platform::db::Db;
use sea_orm::ConnectionTrait;

/// Where developers have PostgreSQL when they do not say.
const DEFAULT_SERVER: &str = "postgres://postgres@127.0.0.1:5432/postgres";
/// Enough for requests to get in each other's way.
const POSTGRES_CONNECTIONS: u32 = 12;

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
        let name = format!("trade_{}", world.uuid().simple());
        run_on(&server, &format!("CREATE DATABASE {name}"), world).await;
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

async fn run_on(server: &str, sql: &str, world: &World) {
    let db = Db::open_postgres(server, 1, world.clone()).await.unwrap_or_else(|fault| {
        panic!(
            "half of the promises are kept on PostgreSQL, and none answers at {server} ({fault:?}); \
             start one or name it in TEST_DATABASE_URL"
        )
    });
    db.writer().execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}
