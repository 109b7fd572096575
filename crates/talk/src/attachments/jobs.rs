//! The clean-up that every upload books for itself.

use kernel::{Id, id};
use platform::{Fault, storage::Key};
use serde::Deserialize;

use super::actions::forget_unsent;
use crate::Talk;

/// Removes an upload that was never sent.
pub const FORGET_UNSENT: &str = "attachment.forget_unsent";

/// The row may be gone already when the job is repeated, so the key comes along.
#[derive(Deserialize)]
struct Payload {
    id: Id<id::Attachment>,
    key: String,
}

/// Registers the jobs of this slice.
pub fn register_jobs(talk: &Talk) {
    let platform = talk.platform().clone();
    talk.platform().jobs().on(FORGET_UNSENT, move |_, payload| {
        let platform = platform.clone();
        async move {
            let Payload { id, key } =
                serde_json::from_value(payload).map_err(|e| Fault::internal("reading a job about an attachment", e))?;
            forget_unsent(&platform, id, &Key::parse(&key)?).await
        }
    });
}
