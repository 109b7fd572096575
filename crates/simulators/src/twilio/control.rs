//! Looking into the simulated service from outside the process, on the control interface.
//!
//! | call | answer |
//! |---|---|
//! | `GET /twilio/messages?to=` | `{success,messages:[…]}` oldest first |
//! | `GET /twilio/faults` | `{success,faults:[…]}` |
//! | `POST /twilio/faults {faults:[…]}` | replaces the rules in force |
//! | `DELETE /twilio` | forgets messages and rules |

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};

use super::{RULES_MAX, SentMessage, Twilio, TwilioRule};
use crate::http::{BODY_BYTES_MAX, check_host, refuse};

pub(crate) fn router(twilio: Twilio) -> Router {
    Router::new()
        .route("/twilio", delete(forget))
        .route("/twilio/messages", get(list))
        .route("/twilio/faults", get(list_faults).post(set_faults))
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(twilio)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageQuery {
    to: Option<String>,
}

#[derive(Serialize)]
struct MessageList {
    success: bool,
    messages: Vec<Arc<SentMessage>>,
}

async fn list(State(twilio): State<Twilio>, Query(query): Query<MessageQuery>) -> Json<MessageList> {
    let messages = query.to.map_or_else(|| twilio.messages(), |to| twilio.messages_to(&to));
    Json(MessageList { success: true, messages })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    faults: Vec<TwilioRule>,
}

#[derive(Serialize)]
struct FaultList {
    success: bool,
    faults: Vec<TwilioRule>,
}

async fn list_faults(State(twilio): State<Twilio>) -> Json<FaultList> {
    Json(FaultList { success: true, faults: twilio.faults() })
}

async fn set_faults(State(twilio): State<Twilio>, Json(body): Json<FaultBody>) -> Response {
    if twilio.set_faults(body.faults) {
        return Json(FaultList { success: true, faults: twilio.faults() }).into_response();
    }
    refuse(StatusCode::UNPROCESSABLE_ENTITY, format!("at most {RULES_MAX} rules can be in force"))
}

async fn forget(State(twilio): State<Twilio>) -> StatusCode {
    twilio.clear();
    StatusCode::NO_CONTENT
}
