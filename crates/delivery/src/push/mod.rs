//! Notices to browsers, also when the app is closed: which browsers a person registered, the installation's key (`vapid.rs`),
//! and one sealed message to one push service (`encrypt.rs`, `send.rs`). Standards: RFC 8030, RFC 8291, RFC 8292. The place
//! in the queue is `channels/push.rs`.

mod access;
mod encrypt;
mod entity;
pub(crate) mod http;
mod send;
mod store;
mod vapid;

use kernel::{Id, id};
use platform::Result;

pub use access::SUBSCRIPTIONS_MAX;
pub(crate) use access::{Known, find_of_people, find_person};
pub(crate) use entity::Model as Subscription;
pub(crate) use send::{GONE, LOST_FOR_GOOD, Payload, SERVICE_AWAY, Urgency, send};

use crate::Delivery;

/// A registered browser of a business.
pub(crate) async fn find(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    subscription: &str,
) -> Result<Option<Subscription>> {
    let Ok(subscription) = Id::parse(subscription) else { return Ok(None) };
    store::find(delivery.db().read(), tenant, subscription).await
}
