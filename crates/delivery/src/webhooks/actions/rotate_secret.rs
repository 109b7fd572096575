//! Makes a new secret. The old one signs along for a day; one that cannot be read any more is simply replaced.

use kernel::{Caller, Id, id};
use platform::{Result, http::ClientInfo};
use serde_json::json;

use super::audit;
use crate::{
    Delivery,
    model::ChannelKind,
    webhooks::{
        access::{access_webhook_locked, forget_after},
        secret::Secrets,
        store,
        view::{WebhookView, WebhookWithSecret},
    },
};

pub(in crate::webhooks) async fn rotate_secret(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    webhook: Id<id::Webhook>,
) -> Result<(i64, WebhookWithSecret)> {
    let platform = delivery.platform();
    let mut tx = platform.db().begin().await?;
    let mut row = access_webhook_locked(&tx, caller, webhook).await?;
    let present = Secrets::open(platform.crypto(), row.tenant_id, row.id, &row.secrets);
    let was_lost = present.is_none();
    let secrets = present.map_or_else(|| Secrets::new(platform.world()), |secrets| secrets.rotated(platform.world()));
    row.secrets = secrets.seal(platform.crypto(), row.tenant_id, row.id)?;
    store::update(&tx, &mut row).await?;
    audit(&mut tx, caller, client, "webhook.secret_rotated", webhook, json!({})).await?;
    forget_after(&mut tx, caller.tenant);
    tx.commit().await?;
    if was_lost {
        // What waited for a secret can go.
        crate::deliveries::release_held(delivery, caller.tenant, ChannelKind::Webhook).await?;
    }
    let view = WebhookView::new(platform.crypto(), &row, platform.world().now());
    Ok((row.version, WebhookWithSecret { webhook: view, secret: secrets.current }))
}
