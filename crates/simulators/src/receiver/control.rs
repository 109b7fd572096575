//! The receiver's part of the control interface.
//!
//! | call | answer |
//! |---|---|
//! | `GET /webhooks/received?path=&waitFor=&waitMs=` | `{success,requests:[…]}` oldest first; waits until so many came to the path |
//! | `DELETE /webhooks/received` | forgets them |
//! | `POST /webhooks/plans {path,plans:[{fault,…,times?}]}` | what the next requests to the path meet |
//! | `DELETE /webhooks/plans` | every path behaves again |
//! | `POST /webhooks/secrets {path,secrets:[…]}` | signatures on the path are checked from now on |

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::{Plan, Received, Receiver};
use crate::http::{BODY_BYTES_MAX, WAIT_MS_MAX, check_host};

/// The routes above over a receiver.
pub fn router(receiver: Receiver) -> Router {
    Router::new()
        .route("/webhooks/received", get(list).delete(clear))
        .route("/webhooks/plans", post(plan).delete(behave))
        .route("/webhooks/secrets", post(secrets))
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(receiver)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListQuery {
    path: Option<String>,
    #[serde(default)]
    wait_for: usize,
    #[serde(default)]
    wait_ms: u64,
}

#[derive(Serialize)]
struct Listed {
    success: bool,
    requests: Vec<Arc<Received>>,
}

#[derive(Serialize)]
struct Done {
    success: bool,
}

const DONE: Json<Done> = Json(Done { success: true });

async fn list(State(receiver): State<Receiver>, Query(query): Query<ListQuery>) -> (StatusCode, Json<Listed>) {
    let Some(path) = query.path else {
        return (StatusCode::OK, Json(Listed { success: true, requests: receiver.received() }));
    };
    let within = Duration::from_millis(query.wait_ms.min(WAIT_MS_MAX));
    match receiver.wait_for(&path, query.wait_for, within).await {
        Ok(requests) => (StatusCode::OK, Json(Listed { success: true, requests })),
        Err(_) => (StatusCode::NOT_FOUND, Json(Listed { success: false, requests: receiver.received_at(&path) })),
    }
}

async fn clear(State(receiver): State<Receiver>) -> Json<Done> {
    receiver.clear();
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanBody {
    path: String,
    plans: Vec<Plan>,
}

async fn plan(State(receiver): State<Receiver>, Json(body): Json<PlanBody>) -> Json<Done> {
    receiver.plan(&body.path, body.plans);
    DONE
}

async fn behave(State(receiver): State<Receiver>) -> Json<Done> {
    receiver.behave();
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsBody {
    path: String,
    secrets: Vec<String>,
}

async fn secrets(State(receiver): State<Receiver>, Json(body): Json<SecretsBody>) -> Json<Done> {
    let secrets: Vec<&str> = body.secrets.iter().map(String::as_str).collect();
    receiver.expect_secrets(&body.path, &secrets);
    DONE
}
