//! Who has which browsers; for requests, always one's own.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, id};
use platform::{AuditEntry, Result, Tx, cache::FreshCache, http::ClientInfo, outbound::Trust};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use super::{encrypt::BrowserKeys, entity::Model, store, vapid::VapidKey};
use crate::{Delivery, preferences::Person};

/// Businesses of which it is remembered whether anybody registered a browser.
const TENANTS_CACHED_MAX: u64 = 10_000;
/// Browsers of one person; the oldest makes room.
pub const SUBSCRIPTIONS_MAX: usize = 20;
/// Characters of a push service's address.
const ENDPOINT_CHARS_MAX: usize = 1_000;
/// Characters of a device's name.
const NAME_CHARS_MAX: usize = 80;

/// What is remembered.
#[derive(Debug)]
pub(crate) struct Known {
    /// The installation's key, once it was needed.
    pub key: OnceCell<Arc<VapidKey>>,
    /// Whether anybody of a business registered a browser.
    any: FreshCache<Id<id::Tenant>, bool>,
}

impl Known {
    pub fn new() -> Self {
        Self { key: OnceCell::new(), any: FreshCache::new(TENANTS_CACHED_MAX) }
    }
}

/// Every browser of these people. Not to be called inside a transaction.
pub(crate) async fn find_of_people(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    people: &[Uuid],
) -> Result<Vec<(Uuid, Id<id::PushSubscription>)>> {
    if people.is_empty() || !has_any(delivery, tenant).await? {
        return Ok(Vec::new());
    }
    store::find_of_people(delivery.db().read(), tenant, people).await
}

async fn has_any(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<bool> {
    let cache = &delivery.push().any;
    if let Some(known) = cache.find(&tenant) {
        return Ok(*known);
    }
    let mark = cache.mark();
    let found = Arc::new(store::is_any(delivery.db().read(), tenant).await?);
    cache.keep(mark, tenant, found.clone());
    Ok(*found)
}

/// Whose browser it is, when it is still registered.
pub(crate) async fn find_person(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    subscription: &str,
) -> Result<Option<Person>> {
    let Ok(subscription) = Id::parse(subscription) else { return Ok(None) };
    let found = store::find(delivery.db().read(), tenant, subscription).await?;
    Ok(found.map(|row| Person { tenant, id: row.person_id, is_customer: row.is_customer }))
}

/// What a browser gives.
pub(super) struct NewSubscription {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
    pub device_name: String,
}

/// Where this address may be called: the stand-in is the operator's, everything else is named by a stranger.
pub(super) fn trust_in(delivery: &Delivery, endpoint: &Url) -> Trust {
    let origin = endpoint.origin().ascii_serialization();
    let is_simulator = delivery.platform().config().push.simulator.as_deref() == Some(&origin);
    if is_simulator { Trust::Operator } else { Trust::Tenant }
}

fn check(delivery: &Delivery, new: &NewSubscription) -> std::result::Result<Url, Problem> {
    let refuse = |words: &str| Problem::field("endpoint", "INVALID_VALUE", words);
    if new.endpoint.len() > ENDPOINT_CHARS_MAX {
        return Err(Problem::field("endpoint", "TOO_LONG", format!("must be at most {ENDPOINT_CHARS_MAX} characters")));
    }
    let url = Url::parse(&new.endpoint).map_err(|_| refuse("must be the address that the browser gave"))?;
    let trust = trust_in(delivery, &url);
    let checked = delivery.platform().outbound().check_url(&new.endpoint, trust);
    let url = checked.map_err(|e| refuse(&e.to_string()))?;
    if trust == Trust::Tenant && url.scheme() != "https" {
        return Err(refuse("must begin with https://"));
    }
    BrowserKeys::parse(&new.p256dh, &new.auth).map_err(|e| Problem::field("keys", "INVALID_VALUE", e.to_string()))?;
    Ok(url)
}

/// Registers the browser that the caller sits at.
pub(super) async fn register(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    new: NewSubscription,
) -> Result<Model> {
    check(delivery, &new)?;
    let person = Person::of(caller);
    let tx_row = Model {
        id: delivery.platform().world().id(),
        tenant_id: caller.tenant,
        person_id: person.id,
        is_customer: person.is_customer,
        session_id: caller.session,
        endpoint_digest: Sha256::digest(new.endpoint.as_bytes()).to_vec(),
        endpoint: new.endpoint,
        p256dh: new.p256dh,
        auth: new.auth,
        device_name: new.device_name.trim().chars().take(NAME_CHARS_MAX).collect(),
        created_at: delivery.platform().world().now(),
        last_used_at: None,
    };
    let mut tx = delivery.db().begin().await?;
    let before = store::find_by_digest(tx.conn(), &tx_row.endpoint_digest).await?;
    let stored = store::save(&tx, tx_row).await?;
    let all = store::list(tx.conn(), person).await?;
    for oldest in all.iter().filter(|row| row.id != stored.id).rev().skip(SUBSCRIPTIONS_MAX - 1) {
        store::forget(&tx, oldest.id).await?;
    }
    // Browsers register again on each visit, which is no news.
    if before.is_none_or(|row| row.person_id != person.id) {
        audit(&mut tx, caller, client, "push.registered", &stored).await?;
    }
    let cache = delivery.push().any.clone();
    let tenant = caller.tenant;
    tx.after_commit(move || cache.forget(&tenant));
    tx.commit().await?;
    Ok(stored)
}

/// The caller's own browsers.
pub(super) async fn list(delivery: &Delivery, caller: &Caller) -> Result<Vec<Model>> {
    store::list(delivery.db().read(), Person::of(caller)).await
}

pub(super) async fn remove(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    id: Id<id::PushSubscription>,
) -> Result<()> {
    let mut tx = delivery.db().begin().await?;
    let row = store::find(tx.conn(), caller.tenant, id).await?;
    let row = row.filter(|row| row.person_id == caller.person()).ok_or_else(Problem::not_found)?;
    if !store::delete(&tx, Person::of(caller), id).await? {
        return Err(Problem::not_found().into());
    }
    audit(&mut tx, caller, client, "push.removed", &row).await?;
    tx.commit().await
}

/// Where its messages go and with which keys is nobody's business.
async fn audit(tx: &mut Tx, caller: &Caller, client: &ClientInfo, action: &'static str, row: &Model) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: row.id.to_string(),
        details: json!({ "device": row.device_name }),
        ip: Some(client.ip.to_string()),
    })
    .await
}
