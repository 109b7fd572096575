//! An admin makes a key; its text is told here and never again.

use kernel::{Caller, Right};
use platform::{Result, http::ClientInfo};
use serde_json::json;

use super::{audit, audited};
use crate::{
    People,
    apikeys::{
        authenticate::digest_of,
        entity, error,
        model::{ApiKeyView, NewApiKey, write_scopes},
        rules::{KEYS_PER_TENANT_MAX, KeyWish, write_key},
        store,
    },
};

pub(in crate::apikeys) async fn create_key(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    wish: KeyWish,
) -> Result<NewApiKey> {
    caller.check(Right::Team)?;
    let created_by = caller.check_user()?;
    let mut tx = people.db().begin().await?;
    if store::count_locked(&tx, caller.tenant).await? >= KEYS_PER_TENANT_MAX {
        return Err(error::too_many_keys().into());
    }
    let id = people.world().id();
    let key = write_key(id, &people.crypto().random_token().plain);
    let row = entity::Model {
        id,
        tenant_id: caller.tenant,
        name: wish.name,
        scopes: write_scopes(&wish.scopes),
        digest: digest_of(people, &key).to_vec(),
        created_by,
        created_at: tx.now(),
        expires_at: wish.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    store::insert(tx.conn(), row.clone()).await?;
    let details = json!({ "before": null, "after": audited(&row) });
    audit(&mut tx, (caller.tenant, caller.person_id()), "api_key.created", id, details, client).await?;
    tx.commit().await?;
    Ok(NewApiKey { key, view: ApiKeyView::try_from(row)? })
}
