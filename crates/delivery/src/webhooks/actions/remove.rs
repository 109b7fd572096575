//! Removes a webhook. What still waits for it is given up when its turn comes.

use http::HeaderMap;
use kernel::{Caller, Id, id};
use platform::{
    Result,
    http::{ClientInfo, etag},
};
use serde_json::json;

use super::audit;
use crate::{
    Delivery,
    webhooks::{
        access::{access_webhook_locked, forget_after},
        error, store,
    },
};

pub(in crate::webhooks) async fn remove_webhook(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    webhook: Id<id::Webhook>,
) -> Result<()> {
    let mut tx = delivery.platform().db().begin().await?;
    let row = access_webhook_locked(&tx, caller, webhook).await?;
    etag::check_if_match(headers, row.version)?;
    if row.managed {
        return Err(error::follows_settings().into());
    }
    let details = json!({ "url": row.url });
    store::delete(&tx, row).await?;
    audit(&mut tx, caller, client, "webhook.removed", webhook, details).await?;
    forget_after(&mut tx, caller.tenant);
    tx.commit().await
}
