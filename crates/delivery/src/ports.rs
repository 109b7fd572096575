//! What this floor asks of those above it.

use futures_util::future::BoxFuture;
use platform::Result;

use crate::model::EventFacts;

/// Whether something that was planned is still worth telling: a message may have been read meanwhile, an appointment called
/// off. Asked right before a delivery to a person leaves.
pub trait Relevance: Send + Sync {
    /// Everything that the one who is asked knows nothing about is.
    fn is_still_wanted<'a>(&'a self, event: &'a EventFacts) -> BoxFuture<'a, Result<bool>>;
}
