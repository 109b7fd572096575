//! The stamp on a mail: business and delivery, signed.

use std::time::Duration;

use kernel::{Id, id};
use platform::crypto::Crypto;
use uuid::Uuid;

use crate::Delivery;

const PURPOSE: &str = "mailbox";
/// From putting a mail together to the built-in server's taking it, retries of one attempt included.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);
const ID_BYTES: usize = 16;

/// For whom a mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamped {
    pub tenant: Id<id::Tenant>,
    pub delivery: Option<Id<id::Delivery>>,
}

/// A stamp for a mail of this business.
pub(crate) fn stamp(delivery: &Delivery, tenant: Id<id::Tenant>, of: Option<Id<id::Delivery>>) -> String {
    let platform = delivery.platform();
    let mut payload = tenant.uuid().as_bytes().to_vec();
    payload.extend(of.iter().flat_map(|id| *id.uuid().as_bytes()));
    platform.crypto().sign_short(PURPOSE, &payload, platform.world().now().plus(LIFETIME))
}

/// What a stamp says, if it is one of ours.
pub(super) fn read(crypto: &Crypto, stamp: &str) -> Option<Stamped> {
    let payload = crypto.verify_short(PURPOSE, stamp.trim()).ok()?;
    let (tenant, rest) = payload.split_at_checked(ID_BYTES)?;
    let id = |bytes: &[u8]| Uuid::from_slice(bytes).ok();
    let delivery = if rest.is_empty() { None } else { Some(Id::from_uuid(id(rest)?)) };
    Some(Stamped { tenant: Id::from_uuid(id(tenant)?), delivery })
}
