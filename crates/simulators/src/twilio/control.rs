//! Looking into the simulated service from outside the process, on the control interface.
//!
//! | call | answer |
//! |---|---|
//! | `GET /twilio/messages?to=` | `{success,messages:[…]}` oldest first |
//! | `GET /twilio/faults` | `{success,faults:[…]}` |
//! | `POST /twilio/faults {faults:[…]}` | replaces the rules in force |
//! | `DELETE /twilio` | forgets messages and rules |

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::delete;
use axum::{Router, middleware};

use super::Twilio;
use crate::http::{BODY_BYTES_MAX, check_host};
use crate::messages;

pub(crate) fn router(twilio: Twilio) -> Router {
    let log = messages::control(twilio.log().clone());
    Router::new()
        .route("/twilio", delete(forget))
        .with_state(twilio)
        .nest("/twilio", log)
        .layer(middleware::from_fn(check_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn forget(State(twilio): State<Twilio>) -> StatusCode {
    twilio.clear();
    StatusCode::NO_CONTENT
}
