//! The ways to webhooks: a member's own, and those that fan-out and the channel ask for.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Right, id};
use platform::{Result, Tx};

use super::{
    entity::Model,
    model::{Endpoint, Endpoints},
    store,
};
use crate::{Delivery, signals::WEBHOOKS_CHANGED};

/// For those who may change the settings of their business.
pub(super) fn check_may_edit(caller: &Caller) -> Result<()> {
    caller.check_user()?;
    Ok(caller.check(Right::SettingsEdit)?)
}

/// A webhook of the caller's business.
pub(super) async fn access_webhook(delivery: &Delivery, caller: &Caller, webhook: Id<id::Webhook>) -> Result<Model> {
    check_may_edit(caller)?;
    let found = store::find(delivery.platform().db().read(), caller.tenant, webhook).await?;
    found.ok_or_else(|| Problem::not_found().into())
}

/// The same, locked until the transaction ends.
pub(super) async fn access_webhook_locked(tx: &Tx, caller: &Caller, webhook: Id<id::Webhook>) -> Result<Model> {
    check_may_edit(caller)?;
    store::find_locked(tx, caller.tenant, webhook).await?.ok_or_else(|| Problem::not_found().into())
}

/// Which webhooks of a business hear of events of this type. Cached; not to be called inside a transaction.
pub async fn subscribed(delivery: &Delivery, tenant: Id<id::Tenant>, dotted: &str) -> Result<Vec<Id<id::Webhook>>> {
    let all = endpoints(delivery, tenant).await?;
    Ok(all.iter().filter(|e| e.enabled && e.heard.hears(dotted)).map(|e| e.id).collect())
}

/// Whether any webhook of a business hears of events of this type. One that is switched off counts: it may be sent later what
/// it missed. The address of the channels' settings does not, once it was taken out. Cached; not to be called inside a
/// transaction.
pub async fn are_subscribed(delivery: &Delivery, tenant: Id<id::Tenant>, dotted: &str) -> Result<bool> {
    let all = endpoints(delivery, tenant).await?;
    Ok(all.iter().any(|e| (e.enabled || !e.managed) && e.heard.hears(dotted)))
}

/// A webhook that is to be called. Cached; not to be called inside a transaction.
pub(crate) async fn find_endpoint(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    webhook: Id<id::Webhook>,
) -> Result<Option<Arc<Endpoint>>> {
    Ok(endpoints(delivery, tenant).await?.iter().find(|e| e.id == webhook).cloned())
}

async fn endpoints(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Arc<Endpoints>> {
    let cache = delivery.webhook_endpoints();
    if let Some(known) = cache.find(&tenant) {
        return Ok(known);
    }
    let mark = cache.mark();
    let platform = delivery.platform();
    let rows = store::find_all(platform.db().read(), tenant).await?;
    let all = rows.iter().map(|row| Arc::new(Endpoint::of(platform.crypto(), row)));
    let all = Arc::new(all.collect::<Vec<_>>());
    cache.keep(mark, tenant, all.clone());
    Ok(all)
}

/// Forgets what is remembered of a business's webhooks once the transaction is through.
pub(super) fn forget_after(tx: &mut Tx, tenant: Id<id::Tenant>) {
    tx.signal(&WEBHOOKS_CHANGED, &tenant);
}
