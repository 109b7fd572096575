//! The REST side of messaging: extract, call the action, answer with the keys that the messaging documents name.

mod bodies;
mod conversations;
mod messages;

use platform::http::{ApiRouter, routes};

use crate::Talk;

/// Every route of the slice.
pub fn routes(talk: Talk) -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(conversations::list, conversations::open))
        .routes(routes!(conversations::read, conversations::change))
        .routes(routes!(conversations::unread_count))
        .routes(routes!(conversations::customers))
        .routes(routes!(conversations::monitor))
        .routes(routes!(conversations::monitor_one))
        .routes(routes!(messages::send))
        .routes(routes!(messages::search))
        .routes(routes!(messages::read_post, messages::read_put))
        .routes(routes!(messages::edit, messages::delete))
        .with_state(talk)
}
