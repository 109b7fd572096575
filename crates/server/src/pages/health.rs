//! Health in three depths: `/live` says that the process runs, `/ready` whether it should get requests, `/detailed` how each
//! part it depends on does.

use std::{future::Future, time::Duration};

use axum::{
    Json,
    extract::State,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use kernel::{Problem, Timestamp};
use platform::{
    Fault, Result,
    db::statement,
    storage::{Key, StorageError},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use tokio::time::{Instant, timeout};

use super::{System, metrics::check_operator};
use crate::sockets;

/// How long a part may take before it counts as away.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// The short report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
    /// Now.
    timestamp: Timestamp,
    /// Seconds since the process began.
    uptime: f64,
    /// Of the program.
    version: &'static str,
    /// Whether stand-ins answer for the outside services that are not set up: then nothing really leaves, and the app says so.
    simulators: bool,
}

fn report(system: &System) -> Health {
    Health {
        status: "ok",
        timestamp: system.platform.world().now(),
        uptime: (system.phase.uptime().as_secs_f64() * 1000.0).round() / 1000.0,
        version: env!("CARGO_PKG_VERSION"),
        simulators: system.platform.config().simulators,
    }
}

/// The short report.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = Health)))]
pub(super) async fn health(State(system): State<System>) -> Json<Health> {
    Json(report(&system))
}

/// Whether the process runs; looks at nothing else.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, body = Health)))]
pub(super) async fn live(State(system): State<System>) -> Json<Health> {
    Json(report(&system))
}

/// Whether requests should come here: not before the database is migrated, not while draining.
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, description = "Not yet, not any more, or the database is away")))]
pub(super) async fn ready(State(system): State<System>) -> Result<Json<Health>> {
    if !system.phase.is_ready() {
        return Err(Problem::unavailable(format!("This node is {}.", system.phase.word())).into());
    }
    let ping = timeout(PROBE_TIMEOUT, system.platform.db().ping()).await;
    match ping {
        Ok(Ok(())) => Ok(Json(report(&system))),
        Ok(Err(fault)) => {
            tracing::warn!(cause = fault.chain(), "the database does not answer");
            Err(Problem::unavailable("The database does not answer.").into())
        }
        Err(_) => Err(Problem::unavailable("The database does not answer in time.").into()),
    }
}

/// One part and how it does.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Part {
    /// `ok`, `away`, or `absent` when it is not set up.
    status: &'static str,
    /// How long it took to answer.
    latency_ms: Option<u64>,
}

/// What waits in the queue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Queue {
    /// Jobs whose time has come.
    due_jobs: i64,
    /// Facts not yet told to their reactions.
    due_events: i64,
    /// Jobs and facts that were given up.
    dead: i64,
}

/// The parts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Dependencies {
    database: Part,
    storage: Part,
    mail: Part,
}

/// The long report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Detailed {
    /// `ok`, or `degraded` when a part is away.
    status: &'static str,
    timestamp: Timestamp,
    /// Seconds since the process began.
    uptime: f64,
    version: &'static str,
    /// `starting`, `ready` or `draining`.
    phase: &'static str,
    dependencies: Dependencies,
    /// Absent when the database is.
    queue: Option<Queue>,
    /// Live sockets of this node.
    sockets: usize,
    /// Whether built-in stand-ins answer for what is not configured.
    simulators: bool,
}

/// How each part does. For operators: `METRICS_TOKEN`, an operator's access token, or a house that only listens on loopback.
#[utoipa::path(get, path = "/health/detailed", tag = "health", security(("bearer" = [])),
    responses((status = 200, body = Detailed), (status = 401, description = "Not an operator"),
        (status = 503, body = Detailed, description = "A part is away")))]
pub(super) async fn detailed(State(system): State<System>, parts: Parts) -> Result<Response> {
    check_operator(&system, &parts).await?;
    let platform = &system.platform;
    let (database, storage) = tokio::join!(probe(platform.db().ping()), probe(probe_storage(&system)));
    let mail = Part { status: if platform.mailer().is_configured() { "ok" } else { "absent" }, latency_ms: None };
    let is_ok = database.status == "ok" && storage.status == "ok";
    let queue = if database.status == "ok" { Some(find_queue(&system).await?) } else { None };
    let Health { timestamp, uptime, version, .. } = report(&system);
    let body = Detailed {
        status: if is_ok { "ok" } else { "degraded" },
        timestamp,
        uptime,
        version,
        phase: system.phase.word(),
        dependencies: Dependencies { database, storage, mail },
        queue,
        sockets: sockets::count(&system.io),
        simulators: platform.config().simulators,
    };
    let status = if is_ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(body)).into_response())
}

async fn probe(asking: impl Future<Output = Result<()>>) -> Part {
    let started = Instant::now();
    let outcome = timeout(PROBE_TIMEOUT, asking).await;
    let latency_ms = u64::try_from(started.elapsed().as_millis()).ok();
    match outcome {
        Ok(Ok(())) => Part { status: "ok", latency_ms },
        Ok(Err(fault)) => {
            tracing::warn!(cause = fault.chain(), "a part of the house does not answer");
            Part { status: "away", latency_ms }
        }
        Err(_) => Part { status: "away", latency_ms },
    }
}

/// A file that is not there, asked for: a store that says so works.
async fn probe_storage(system: &System) -> Result<()> {
    match system.platform.storage().head(&Key::parse("health/probe")?).await {
        Ok(_) | Err(StorageError::NotFound) => Ok(()),
        Err(e) => Err(Fault::from(e)),
    }
}

async fn find_queue(system: &System) -> Result<Queue> {
    let db = system.platform.db();
    let sql = "SELECT (SELECT COUNT(*) FROM jobs WHERE done_at IS NULL AND due_at <= ?) AS due_jobs, \
         (SELECT COUNT(*) FROM outbox_events WHERE done_at IS NULL AND due_at <= ?) AS due_events, \
         (SELECT COUNT(*) FROM jobs WHERE dead = 1) + (SELECT COUNT(*) FROM outbox_events WHERE dead = 1) AS dead";
    let now = system.platform.world().now();
    let row = db.read().query_one_raw(statement(db.dialect(), sql, vec![now.into(), now.into()])).await?;
    let row = row.ok_or_else(|| Fault::internal("counting the queue", "no row came back"))?;
    Ok(Queue {
        due_jobs: row.try_get("", "due_jobs")?,
        due_events: row.try_get("", "due_events")?,
        dead: row.try_get("", "dead")?,
    })
}
