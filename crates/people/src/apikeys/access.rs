//! The ways to a key: its business's people who may see it, and whether it still counts.

use kernel::{Caller, Id, Problem, Right, id};
use platform::{Result, Tx};

use super::{authenticate::find_facts, entity, last_use, model::ApiKeyView, store};
use crate::People;

/// The keys of the caller's business, newest first.
pub(super) async fn list_keys(people: &People, caller: &Caller) -> Result<Vec<ApiKeyView>> {
    caller.check(Right::Team)?;
    last_use::write_waiting(people).await?;
    let rows = store::find_of_tenant(people.db().read(), caller.tenant).await?;
    rows.into_iter().map(ApiKeyView::try_from).collect()
}

/// A key of the caller's business that is not revoked, locked until the transaction ends.
pub(super) async fn access_key(tx: &Tx, caller: &Caller, key: Id<id::ApiKey>) -> Result<entity::Model> {
    caller.check(Right::Team)?;
    store::find_locked(tx, caller.tenant, key).await?.ok_or_else(|| Problem::not_found().into())
}

/// Whether a key still opens anything; asked again for as long as one of its sockets lives.
pub async fn is_alive(people: &People, key: Id<id::ApiKey>) -> Result<bool> {
    let facts = find_facts(people, key).await?;
    Ok(facts.is_some_and(|facts| facts.is_alive(people.world().now())))
}
