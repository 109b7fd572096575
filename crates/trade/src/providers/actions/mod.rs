//! The use cases of this slice.

mod change;
mod provide;
mod set_hours;

pub(crate) use change::{ProviderPatch, change_provider};
pub use provide::{make_bookable, provide_defaults};
pub(crate) use set_hours::set_hours;

use kernel::{Caller, Id, Problem, Right, id};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use sea_orm::ConnectionTrait;

use super::{access::find_provider, entity, model::Provider};

fn check_may_edit(caller: &Caller) -> Result<()> {
    caller.check_user()?;
    Ok(caller.check(Right::CatalogEdit)?)
}

/// A provider of the caller's tenant.
async fn access_provider(db: &impl ConnectionTrait, caller: &Caller, user: Id<id::User>) -> Result<Provider> {
    check_may_edit(caller)?;
    Ok(find_provider(db, caller.tenant, user).await?.ok_or_else(Problem::not_found)?)
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
