//! One's passkeys: listed, named, removed.

use kernel::{Caller, Id, Problem, id};
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::{Value as Json, json};

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
    client: &ClientInfo,
    passkey: Id<id::Passkey>,
    name: &str,
) -> Result<PasskeyView> {
    if name.trim().is_empty() {
        return Err(Problem::field("name", "REQUIRED", "must not be empty").into());
    }
    let name = parse_name(Some(name), None)?;
    let mut tx = people.db().begin().await?;
    let row = store::find_own(tx.conn(), Holder::of(caller), passkey).await?.ok_or_else(Problem::not_found)?;
    store::rename(tx.conn(), passkey, &name).await?;
    let details = json!({ "before": { "name": row.name }, "after": { "name": name } });
    audit(&mut tx, caller, client, "passkey.renamed", passkey, details).await?;
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
    audit(&mut tx, caller, client, "passkey.removed", passkey, json!({ "name": row.name })).await?;
    tx.commit().await
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    passkey: Id<id::Passkey>,
    details: Json,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: passkey.to_string(),
        details,
        ip: Some(client.ip.to_string()),
    })
    .await
}
