//! The use cases of this slice.

mod change;
mod provide;
mod set_hours;

pub(crate) use change::{ProviderPatch, change_provider};
pub use provide::{make_bookable, provide_defaults};
pub(crate) use set_hours::set_hours;

use kernel::{Caller, Id, Problem, Right, id};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};

use super::{access::find_provider, entity, model::Provider, store};

fn check_may_edit(caller: &Caller) -> Result<()> {
    caller.check_user()?;
    Ok(caller.check(Right::CatalogEdit)?)
}

/// A provider of the caller's tenant, locked until the transaction ends. Who was never set up gets a row first: without
/// one there is nothing to lock, and two first changes at once would both count on having seen none.
async fn access_provider_locked(tx: &Tx, caller: &Caller, user: Id<id::User>) -> Result<Provider> {
    check_may_edit(caller)?;
    let find = || find_provider(tx.conn(), caller.tenant, user);
    let seen = find().await?.ok_or_else(Problem::not_found)?;
    store::ensure(tx, row_of(tx, caller.tenant, &seen)).await?;
    store::lock(tx, caller.tenant, &[user]).await?;
    Ok(find().await?.ok_or_else(Problem::not_found)?)
}

fn row_of(tx: &Tx, tenant: Id<id::Tenant>, provider: &Provider) -> entity::Model {
    entity::Model {
        tenant_id: tenant,
        user_id: provider.id,
        color: provider.color.clone(),
        bookable: provider.bookable,
        version: provider.version,
        created_at: tx.now(),
    }
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    user: Id<id::User>,
    details: serde_json::Value,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: user.to_string(),
        details,
        ip: Some(client.ip.to_string()),
    })
    .await
}
