//! Who runs a business, remembered: every fact that concerns the team would otherwise ask for them anew. Forgotten on every
//! node when somebody joins, leaves, gets another role or may act no more.

use std::sync::Arc;

use kernel::{Id, id};
use people::{
    signals::{PERSON_CHANGED, PersonChanged, TEAM_CHANGED},
    team::{Member, find_members},
};
use platform::{Result, cache::FreshCache};

use crate::{Delivery, TENANTS_CACHED_MAX};

/// Teams by business.
pub(crate) type Known = FreshCache<Id<id::Tenant>, Vec<Member>>;

/// An empty memory.
pub(crate) fn known() -> Known {
    FreshCache::new(TENANTS_CACHED_MAX)
}

/// The members of a business who may act. Cached; not to be called inside a transaction.
pub(super) async fn of(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Arc<Vec<Member>>> {
    let cache = delivery.members();
    if let Some(known) = cache.find(&tenant) {
        return Ok(known);
    }
    let mark = cache.mark();
    let found = Arc::new(find_members(delivery.db().read(), tenant).await?);
    cache.keep(mark, tenant, found.clone());
    Ok(found)
}

/// Registers what is forgotten.
pub(crate) fn register(delivery: &Delivery) {
    let signals = delivery.db().signals();
    let cache = delivery.members().clone();
    signals.on(&TEAM_CHANGED, move |tenant| cache.forget(&tenant));
    let cache = delivery.members().clone();
    signals.on(&PERSON_CHANGED, move |changed: PersonChanged| match changed.tenant {
        Some(tenant) => cache.forget(&tenant),
        // Who may act again is in no list that is remembered.
        None => cache.forget_all(),
    });
    let cache = delivery.members().clone();
    signals.on_gap(move || cache.forget_all());
}
