//! `internal:event` over a socket: the same door as over REST. The namespace belongs to another floor and calls
//! [`receive`]; what becomes of the event is told to the rooms by [`crate::deliveries`].

use kernel::{Problem, Timestamp, sender::Sender};
use platform::{Fault, http::body::parse_json};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::accept::{NewEvent, Source, accept};
use crate::Delivery;

/// The event that a client sends.
pub const STATE_EVENT: &str = "internal:event";
/// What a client without a callback is told when it is refused.
pub const EVENT_FAILED: &str = "event:failed";

#[derive(Deserialize)]
struct Payload {
    event_type: Option<String>,
    event_data: Option<Json>,
    idempotency_key: Option<String>,
    scheduled_for: Option<Timestamp>,
}

/// Takes an event that came over a socket, under the id that a refusal is found by; gives what the callback is answered. A refusal is also told by `tell`, as
/// `event:failed` without an `event_id`; an accepted event is told to its rooms, which this socket is in.
pub async fn receive(
    delivery: &Delivery,
    sender: &Sender,
    request_id: &str,
    payload: &str,
    tell: &(dyn Fn(&'static str, &Json) + Send + Sync),
) -> Json {
    let spelling;
    let outcome = match read(payload) {
        Ok(event) => {
            spelling = Some(event.spelling.clone());
            accept(delivery, sender, event, Source::Socket).await
        }
        Err(problem) => {
            spelling = None;
            Err(problem.into())
        }
    };
    match outcome {
        Ok(accepted) => json!({
            "success": true,
            "event_id": accepted.id,
            "event_type": accepted.spelling,
            "status": accepted.status,
        }),
        Err(fault) => {
            if let Fault::Internal { .. } = fault {
                tracing::error!(request_id, cause = fault.chain(), "an event over a socket failed");
            }
            let mut told = fault.problem().to_json(None, Some(request_id));
            let answer = told.clone();
            told["event_type"] = json!(spelling);
            told["customer_id"] = json!(sender.tenant);
            tell(EVENT_FAILED, &told);
            answer
        }
    }
}

fn read(payload: &str) -> Result<NewEvent, Problem> {
    let payload: Payload = parse_json(payload.as_bytes())?;
    super::http::check_parts(payload.event_type, payload.event_data, payload.idempotency_key, payload.scheduled_for)
}
