//! One's passkeys: listed, named, removed.

use kernel::{Caller, Id, Problem, id};
use platform::{AuditEntry, Result, http::ClientInfo};
use serde_json::json;

use crate::{
    People,
    passkeys::{
        Holder,
        model::{PasskeyList, PasskeyView},
        rules::parse_name,
        store,
    },
};

pub(crate) async fn list_passkeys(people: &People, caller: &Caller) -> Result<PasskeyList> {
    let rows = store::find_all(people.db().read(), Holder::of(caller)).await?;
    Ok(PasskeyList { passkeys: rows.into_iter().map(PasskeyView::from).collect() })
}

pub(crate) async fn rename(
    people: &People,
    caller: &Caller,
    passkey: Id<id::Passkey>,
    name: &str,
) -> Result<PasskeyView> {
    if name.trim().is_empty() {
        return Err(Problem::field("name", "REQUIRED", "must not be empty").into());
    }
    let name = parse_name(Some(name), None)?;
    let tx = people.db().begin().await?;
    let row = store::find_own(tx.conn(), Holder::of(caller), passkey).await?.ok_or_else(Problem::not_found)?;
    store::rename(tx.conn(), passkey, &name).await?;
    tx.commit().await?;
    Ok(PasskeyView { name, ..PasskeyView::from(row) })
}

pub(crate) async fn remove(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    passkey: Id<id::Passkey>,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let row = store::find_own(tx.conn(), Holder::of(caller), passkey).await?.ok_or_else(Problem::not_found)?;
    store::delete(tx.conn(), passkey).await?;
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "passkey.removed",
        object: passkey.to_string(),
        details: json!({ "name": row.name }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await
}
