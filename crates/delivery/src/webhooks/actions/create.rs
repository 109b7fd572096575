//! Adds a webhook.

use kernel::{Caller, id, problem::Fields};
use platform::{Result, http::ClientInfo};
use serde_json::json;

use super::{audit, check_address, check_description, check_events, to_text};
use crate::{
    Delivery,
    webhooks::{
        access::{check_may_edit, forget_after},
        entity::Model,
        error,
        rules::WEBHOOKS_MAX,
        secret::Secrets,
        store,
        view::{WebhookView, WebhookWithSecret},
    },
};

/// A webhook as it was sent.
#[derive(Debug, Clone)]
pub(in crate::webhooks) struct WebhookDraft {
    pub url: String,
    pub events: Vec<String>,
    pub description: Option<String>,
    pub enabled: bool,
}

pub(in crate::webhooks) async fn create_webhook(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    draft: WebhookDraft,
) -> Result<(i64, WebhookWithSecret)> {
    check_may_edit(caller)?;
    let mut fields = Fields::new();
    let url = check_address(delivery, &mut fields, "url", &draft.url).await;
    let events = check_events(delivery, caller.tenant, &mut fields, &draft.events).await?;
    let description = check_description(&mut fields, draft.description.as_deref().unwrap_or_default());
    fields.check()?;
    let platform = delivery.platform();
    let mut tx = platform.db().begin().await?;
    if store::count(&tx, caller.tenant).await? >= WEBHOOKS_MAX {
        return Err(error::too_many().into());
    }
    let (id, secrets, now) = (platform.world().id::<id::Webhook>(), Secrets::new(platform.world()), tx.now());
    let row = Model {
        id,
        tenant_id: caller.tenant,
        url: url.unwrap_or_default(),
        events: to_text(&events),
        description,
        enabled: draft.enabled,
        managed: false,
        secrets: secrets.seal(platform.crypto(), caller.tenant, id)?,
        failing_since: None,
        disabled_at: None,
        disabled_code: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(&tx, &row).await?;
    let details = json!({ "url": row.url, "events": events, "enabled": row.enabled });
    audit(&mut tx, caller, client, "webhook.added", id, details).await?;
    forget_after(&mut tx, caller.tenant);
    tx.commit().await?;
    let webhook = WebhookView::new(platform.crypto(), &row, now);
    Ok((row.version, WebhookWithSecret { webhook, secret: secrets.current }))
}
