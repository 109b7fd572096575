//! Work of this slice that follows a commit.

use std::time::Duration;

use kernel::{Id, id};
use platform::{Fault, JobDraft, Result, Tx};
use serde::Deserialize;
use serde_json::json;

use super::cancel::end_waiting;
use crate::Delivery;

/// Ends what is left of an event that was called off.
const END_CANCELLED: &str = "events.end_cancelled";
/// When it looks.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndCancelled {
    event_id: Id<id::Event>,
}

/// Registers what this slice carries out.
pub(crate) fn register_jobs(delivery: &Delivery) {
    let floor = delivery.clone();
    delivery.platform().jobs().on(END_CANCELLED, move |_, payload| {
        let delivery = floor.clone();
        async move {
            let wanted: EndCancelled = serde_json::from_value(payload)
                .map_err(|e| Fault::internal("reading a job about an event that was called off", e))?;
            end_waiting(&delivery, wanted.event_id).await.map(drop)
        }
    });
}

/// What is left of an event that is called off in this transaction is looked for a little later.
pub(super) async fn look_again(tx: &mut Tx, event: Id<id::Event>) -> Result<()> {
    let job = JobDraft::new(END_CANCELLED, json!({ "eventId": event }));
    let at = tx.now().plus(LOOK_AGAIN_AFTER);
    tx.enqueue(job.at(at).key(format!("{END_CANCELLED}:{event}"))).await?;
    Ok(())
}
