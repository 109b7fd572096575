//! What the namespace asks of whoever keeps the business's events; answered by the composition root.

use futures_util::future::BoxFuture;
use kernel::sender::Sender;
use serde_json::Value as Json;

/// Tells the socket that an event came from.
pub type Tell<'a> = &'a (dyn Fn(&'static str, &Json) + Send + Sync);

/// Takes events in.
pub trait EventIntake: Send + Sync + 'static {
    /// Checks and stores what a client sent, JSON text of `{event_type,event_data}`; gives what its callback is answered,
    /// once it is committed. Those who may hear of the event are told by their rooms; [`platform::Room::token`] is the
    /// sender's, when it is a token. A refusal is told to the sender alone.
    /// `request_id` is what a refusal is found by.
    fn receive<'a>(
        &'a self,
        sender: &'a Sender,
        request_id: &'a str,
        payload: &'a str,
        tell: Tell<'a>,
    ) -> BoxFuture<'a, Json>;
}
