//! The ways to a business: the caller's own, by the code or label that a visitor brings, and by id for other floors.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Right, id};
use platform::{
    Result,
    db::{Db, statement},
};
use sea_orm::ConnectionTrait;

use super::{
    model::{Business, TenantView},
    rules::CODE_OR_SLUG_CHARS_MAX,
    store,
};
use crate::People;

/// The caller's own business, for those who may change its settings.
pub async fn access_business(people: &People, caller: &Caller) -> Result<Arc<TenantView>> {
    caller.check_user()?;
    caller.check(Right::SettingsEdit)?;
    find_tenant(people, caller.tenant).await?.ok_or_else(|| Problem::not_found().into())
}

/// A business by its id, from the cache when it is there. Not to be called inside a transaction: it may take a second
/// connection, and when every connection is held by somebody who waits for a second one, all of them wait for nothing.
/// There [`find_tenant_in`] reads on the transaction's own.
pub async fn find_tenant(people: &People, tenant: Id<id::Tenant>) -> Result<Option<Arc<TenantView>>> {
    let cache = people.tenant_cache();
    if let Some(known) = cache.by_id.find(&tenant) {
        return Ok(Some(known));
    }
    let mark = cache.by_id.mark();
    let Some(found) = store::find(people.db().read(), tenant).await?.map(Arc::new) else { return Ok(None) };
    cache.by_id.keep(mark, tenant, found.clone());
    Ok(Some(found))
}

/// A business by its id, read on this connection.
pub async fn find_tenant_in(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Option<TenantView>> {
    store::find(db, tenant).await
}

/// Whether there is any business at all.
pub async fn is_any_founded(db: &impl ConnectionTrait) -> Result<bool> {
    store::is_any(db).await
}

/// Why the operator closed a business; nothing when it is open.
pub(crate) async fn find_closing(db: &Db, tenant: Id<id::Tenant>) -> Result<Option<String>> {
    let sql = "SELECT suspended_reason FROM tenants WHERE id = ? AND suspended_at IS NOT NULL";
    let row = db.read().query_one_raw(statement(db.dialect(), sql, vec![tenant.into()])).await?;
    Ok(row.map(|row| row.try_get_by_index::<Option<String>>(0)).transpose()?.map(Option::unwrap_or_default))
}

/// Several businesses by id, in no particular order.
pub async fn find_tenants(people: &People, tenants: &[Id<id::Tenant>]) -> Result<Vec<TenantView>> {
    store::find_many(people.db().read(), tenants).await
}

/// The open business with this invite code or label; absent and closed ones are the same 404.
pub async fn find_by_code_or_slug(people: &People, text: &str) -> Result<Arc<TenantView>> {
    let text = text.trim();
    if text.is_empty() || text.len() > CODE_OR_SLUG_CHARS_MAX || !text.bytes().all(is_of_code_or_slug) {
        return Err(Problem::not_found().into());
    }
    let cache = people.tenant_cache();
    let key = text.to_owned();
    if let Some(known) = cache.by_word.find(&key) {
        return Ok(known);
    }
    let mark = cache.by_word.mark();
    let found = store::find_by_code_or_slug(people.db().read(), text).await?;
    let found = decide_match(text, found).filter(|t| t.suspended_at.is_none()).ok_or_else(Problem::not_found)?;
    let found = Arc::new(found);
    cache.by_word.keep(mark, key, found.clone());
    Ok(found)
}

const fn is_of_code_or_slug(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Labels are chosen and codes are not: who takes a label that reads like another's code must not get its visitors.
fn decide_match(text: &str, mut found: Vec<TenantView>) -> Option<TenantView> {
    let by_code = found.iter().position(|tenant| tenant.invite_code.eq_ignore_ascii_case(text));
    Some(by_code.unwrap_or(0)).filter(|at| *at < found.len()).map(|at| found.swap_remove(at))
}

/// The public view of a business with its hours.
pub async fn find_business(people: &People, tenant: &TenantView) -> Result<Business> {
    let hours = people.ports().opening_hours.opening_hours(tenant).await?;
    Ok(Business::new(tenant, hours))
}
