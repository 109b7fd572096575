//! Looking into the simulated service from outside the process, on the control interface.
//!
//! | call | answer |
//! |---|---|
//! | `GET /whatsapp/messages?to=` | `{success,messages:[…]}` oldest first |
//! | `GET /whatsapp/faults`, `POST /whatsapp/faults {faults:[…]}` | the rules in force |
//! | `GET /whatsapp/sessions` | `{success,waiting:[…]}`: sessions whose code nobody has scanned |
//! | `POST /whatsapp/scan {session?}` | scans the code of one session, or of all that wait |
//! | `POST /whatsapp/lose {session}` · `/connect` · `/refuse` · `/unlink` | what happens to a paired phone |
//! | `DELETE /whatsapp` | forgets messages and rules |

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use serde::Deserialize;
use serde_json::json;

use super::WhatsApp;
use crate::http::{BODY_BYTES_MAX, check_host, refuse};
use crate::messages;

pub(crate) fn router(whatsapp: WhatsApp) -> Router {
    let log = messages::control(whatsapp.log().clone());
    Router::new()
        .route("/whatsapp", delete(forget))
        .route("/whatsapp/sessions", get(list_waiting))
        .route("/whatsapp/{what}", post(happen))
        .with_state(whatsapp)
        .nest("/whatsapp", log)
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn list_waiting(State(whatsapp): State<WhatsApp>) -> Response {
    Json(json!({ "success": true, "waiting": whatsapp.waiting() })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    session: Option<String>,
}

/// Does something to one session, or to all that wait for a scan.
async fn happen(State(whatsapp): State<WhatsApp>, Path(what): Path<String>, Json(which): Json<Which>) -> Response {
    let done = match (what.as_str(), which.session) {
        ("scan", None) => whatsapp.waiting().iter().filter(|name| whatsapp.scan(name)).count(),
        ("scan", Some(name)) => usize::from(whatsapp.scan(&name)),
        ("lose", Some(name)) => usize::from(whatsapp.lose(&name, "The phone is off.")),
        ("connect", Some(name)) => usize::from(whatsapp.connect(&name)),
        ("refuse", Some(name)) => usize::from(whatsapp.refuse(&name, "WhatsApp refused the session.")),
        ("unlink", Some(name)) => usize::from(whatsapp.unlink(&name)),
        _ => return refuse(StatusCode::UNPROCESSABLE_ENTITY, "name what happens, and to which session"),
    };
    if done == 0 {
        return refuse(StatusCode::NOT_FOUND, "there is no such session");
    }
    Json(json!({ "success": true, "sessions": done })).into_response()
}

async fn forget(State(whatsapp): State<WhatsApp>) -> StatusCode {
    whatsapp.clear();
    StatusCode::NO_CONTENT
}
