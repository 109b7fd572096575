//! An admin revokes a key: its next request is refused, and the sockets of its tokens are closed.

use kernel::{Caller, Id, id};
use platform::{Result, http::ClientInfo};
use serde_json::json;

use super::{audit, audited};
use crate::{
    People,
    apikeys::{access::access_key, store},
    signals::KEY_REVOKED,
};

pub(in crate::apikeys) async fn revoke_key(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    key: Id<id::ApiKey>,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let row = access_key(&tx, caller, key).await?;
    store::revoke(tx.conn(), key, tx.now()).await?;
    let details = json!({ "before": audited(&row), "after": null });
    let by = (caller.tenant, caller.person_id());
    audit(&mut tx, by, "api_key.revoked", key, details, client).await?;
    tx.signal(&KEY_REVOKED, &key);
    tx.commit().await
}
