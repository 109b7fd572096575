//! The house at a glance, for operators.

use axum::extract::State;
use people::operator::check_operator;
use platform::{
    Fault, Result,
    db::{Dialect, statement},
    http::{Data, UserAuth},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use super::System;
use crate::sockets;

/// What is in the house.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Overview {
    /// Businesses.
    tenants: i64,
    /// People who run them.
    users: i64,
    /// Their customers.
    customers: i64,
    /// Live sockets of this node.
    sockets: usize,
    queue: OverviewQueue,
    database: OverviewDatabase,
    /// Of the program.
    version: &'static str,
    /// Seconds since this node began.
    uptime: f64,
}

/// Work that follows commits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OverviewQueue {
    /// Due and not done.
    waiting: i64,
    /// Given up.
    dead: i64,
}

/// Where it is kept.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct OverviewDatabase {
    /// `sqlite` or `postgres`.
    kind: &'static str,
    size_bytes: i64,
}

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM tenants) AS tenants, (SELECT COUNT(*) FROM users) AS users, \
    (SELECT COUNT(*) FROM customers) AS customers, \
    (SELECT COUNT(*) FROM jobs WHERE done_at IS NULL AND due_at <= ?) \
        + (SELECT COUNT(*) FROM outbox_events WHERE done_at IS NULL AND due_at <= ?) AS waiting, \
    (SELECT COUNT(*) FROM jobs WHERE dead = 1) + (SELECT COUNT(*) FROM outbox_events WHERE dead = 1) AS dead, ";
const SQLITE_SIZE: &str = "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()) AS size_bytes";
const POSTGRES_SIZE: &str = "pg_database_size(current_database()) AS size_bytes";

/// Counts, queue, database and this node. For operators.
#[utoipa::path(get, path = "/api/operator/overview", tag = "operator", security(("bearer" = [])),
    responses((status = 200, body = Data<Overview>), (status = 401), (status = 403)))]
pub(super) async fn overview(State(system): State<System>, UserAuth(caller): UserAuth) -> Result<Data<Overview>> {
    check_operator(&caller)?;
    let db = system.platform.db();
    let (kind, size) = match db.dialect() {
        Dialect::Sqlite => ("sqlite", SQLITE_SIZE),
        Dialect::Postgres => ("postgres", POSTGRES_SIZE),
    };
    let now = system.platform.world().now();
    let sql = format!("{COUNTS}{size}");
    let row = db.read().query_one_raw(statement(db.dialect(), &sql, vec![now.into(), now.into()])).await?;
    let row = row.ok_or_else(|| Fault::internal("counting the house", "no row came back"))?;
    Ok(Data::new(Overview {
        tenants: row.try_get("", "tenants")?,
        users: row.try_get("", "users")?,
        customers: row.try_get("", "customers")?,
        sockets: sockets::count(&system.io),
        queue: OverviewQueue { waiting: row.try_get("", "waiting")?, dead: row.try_get("", "dead")? },
        database: OverviewDatabase { kind, size_bytes: row.try_get("", "size_bytes")? },
        version: env!("CARGO_PKG_VERSION"),
        uptime: system.phase.uptime().as_secs_f64().round(),
    }))
}
