//! The ways to a type: by its name for whoever states events, and all of them for whoever chooses.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Id, id};
use platform::{Result, cache::FreshCache};

use super::{builtin, model::EventType, store};
use crate::Delivery;

/// Own types of businesses, remembered.
pub(crate) type Known = FreshCache<Id<id::Tenant>, OwnTypes>;
/// The own types of one business by name.
pub(crate) type OwnTypes = BTreeMap<String, Arc<EventType>>;

/// The type of this dotted name: built in, or the business's own. Not to be called inside a transaction: it may take a
/// second connection.
pub async fn find(delivery: &Delivery, tenant: Id<id::Tenant>, dotted: &str) -> Result<Option<Arc<EventType>>> {
    match builtin::find(dotted) {
        Some(kind) => Ok(Some(kind)),
        None => Ok(own_types(delivery, tenant).await?.get(dotted).cloned()),
    }
}

/// Every type a business has: the built-in ones, then its own by name. Not inside a transaction.
pub(crate) async fn find_all(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Vec<Arc<EventType>>> {
    let own = own_types(delivery, tenant).await?;
    Ok(builtin::all().iter().chain(own.values()).cloned().collect())
}

async fn own_types(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Arc<OwnTypes>> {
    let cache = delivery.event_types();
    if let Some(known) = cache.find(&tenant) {
        return Ok(known);
    }
    let mark = cache.mark();
    let found = store::find_all(delivery.db().read(), tenant).await?;
    let own = found.into_iter().map(|kind| (kind.name.clone(), Arc::new(kind))).collect();
    let own: Arc<OwnTypes> = Arc::new(own);
    cache.keep(mark, tenant, own.clone());
    Ok(own)
}
