//! The composition root: from settings, clock and chance to a house that answers. This is the one place where floors meet;
//! [`crate::wiring`] holds the answers to what they ask of each other.

use std::sync::Arc;

use axum::Router;
use delivery::Delivery;
use kernel::{World, text::Secret};
use metrics_exporter_prometheus::PrometheusHandle;
use people::People;
use platform::{
    Fault, Parts, Platform, Realtime, Result,
    config::Config,
    crypto::{Crypto, PasswordParams},
    db::Db,
    http::auth::{AuthPort, Authenticator},
    jobs::Jobs,
    mail::{MailConfig, Mailer},
    outbound::{AllowedNets, Outbound, OutboundSettings},
    storage::{Storage, StorageConfig},
};
use socketioxide::SocketIo;
use talk::{Talk, messaging::BatcherSettings};
use trade::Trade;

use crate::{
    folder, jobs, layers,
    notices::{self, Notices},
    pages::{self, Described},
    phase::Phase,
    reactions, routes, sockets, wiring,
};

/// Name of the SQLite database in `DATA_DIR`.
pub const SQLITE_FILE: &str = "frontdesk.db";

/// Everything that answers, put together.
#[derive(Clone)]
pub struct House {
    /// The plumbing.
    pub platform: Platform,
    /// Tenants, team, customers, sessions.
    pub people: People,
    /// Events, and who hears of them.
    pub delivery: Delivery,
    /// Services, calendars, bookings.
    pub trade: Trade,
    /// Conversations, files, sockets.
    pub talk: Talk,
    /// Looks after what waits to be told.
    pub notices: Notices,
    /// The live sockets of this process.
    pub io: SocketIo,
    /// Starting, ready or draining.
    pub phase: Phase,
    /// Every route with all layers.
    pub router: Router,
    /// What is served at `/api-docs`.
    pub described: Arc<Described>,
}

/// Opens the parts below the business: database, files, mail, secrets. Does not migrate.
pub async fn open_platform(config: Config, world: World, passwords: PasswordParams) -> Result<Platform> {
    folder::prepare(&config)?;
    let db = open_db(&config, &world).await?;
    let storage = open_storage(&config)?;
    let mailer = match &config.smtp {
        Some(smtp) => Mailer::new(MailConfig::from(smtp), world.clone())
            .map_err(|e| Fault::internal("setting up outgoing mail", e))?,
        None => Mailer::absent(),
    };
    let Secret(jwt_secret) = &config.jwt_secret;
    let Secret(master_key) = &config.master_key;
    let retired: Vec<&[u8]> = config.retired_master_keys.iter().map(|Secret(key)| key.as_bytes()).collect();
    let (jwt_secret, master_key) = (jwt_secret.as_bytes(), master_key.as_bytes());
    let crypto = Crypto::with_retired_master_keys(jwt_secret, master_key, &retired, passwords, world.clone());
    let (jobs, realtime) = (Jobs::new(db.clone()), Realtime::default());
    db.set_realtime(realtime.clone());
    let outbound = OutboundSettings { allowed: AllowedNets::new(&config.outbound_allowed), ..Default::default() };
    let outbound = Outbound::new(outbound)?;
    Ok(Platform::new(Parts { config, world, db, jobs, realtime, crypto, mailer, storage, outbound }))
}

/// The database that the settings name.
pub async fn open_db(config: &Config, world: &World) -> Result<Db> {
    match &config.database_url {
        Some(Secret(url)) => Db::open_postgres(url, config.database_pool_max, world.clone()).await,
        None => Db::open_sqlite(&config.data_dir.join(SQLITE_FILE), world.clone()).await,
    }
}

/// Brings the database to the newest schema; returns how many changes were applied.
pub async fn migrate(db: &Db) -> Result<usize> {
    let turn = db.take_schema_turn().await?;
    let applied = migrations::migrate(db.writer()).await.map_err(|e| Fault::internal("migrating the database", e));
    turn.end().await;
    applied
}

fn open_storage(config: &Config) -> Result<Storage> {
    let storage = StorageConfig { url: config.storage_url.clone(), data_dir: config.data_dir.clone() };
    Storage::open(&storage).map_err(|e| Fault::internal("opening the file store", e))
}

/// Stands the floors on each other and lists what they answer to. Must be called inside a runtime.
pub fn compose(platform: Platform, metrics: PrometheusHandle, phase: Phase) -> House {
    let people = People::new(platform.clone(), wiring::ports_of_people(platform.db()));
    let delivery = Delivery::new(platform.clone(), people.clone());
    people.ask_for_own_words(wiring::words_of_people(&delivery));
    let batches = BatcherSettings { batch_max: platform.config().message_batch_max };
    let appointments = wiring::appointments_of_talk(platform.db());
    let subscriptions = wiring::subscriptions_of_talk(&delivery);
    let talk = Talk::new(platform.clone(), people.clone(), appointments, subscriptions, batches);
    let trade = Trade::new(platform.clone(), people.clone(), wiring::threads_of_trade());
    let authenticator: Arc<dyn Authenticator> = Arc::new(people.clone());
    let (socket_routes, io) = sockets::build();
    platform.realtime().bind(io.clone());
    talk::sockets::install(&io, &talk, authenticator.clone(), wiring::events_of_talk(&delivery));
    reactions::register(&platform, &delivery, &talk);
    jobs::register(&platform);
    let notices = notices::register(&platform, &delivery, &talk);

    let system = pages::System {
        platform: platform.clone(),
        phase: phase.clone(),
        metrics,
        auth: AuthPort(authenticator.clone()),
        io: io.clone(),
    };
    let (api, fixed, openapi) =
        routes::all(vec![people.routes(), delivery.routes(), trade.routes(), talk.routes()], &system);
    let described = Arc::new(Described::new(openapi));
    let router = layers::wrap_api(api, &platform, &people)
        .merge(fixed)
        .merge(pages::api_docs::routes(described.clone()))
        .merge(socket_routes)
        .fallback(pages::web_app::show);
    let router = layers::wrap_all(router, &platform, &people, authenticator);
    House { platform, people, delivery, trade, talk, notices, io, phase, router, described }
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("House").field("phase", &self.phase.word()).finish_non_exhaustive()
    }
}
