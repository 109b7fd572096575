//! Changes a webhook. Switching it on forgets what was wrong with it.

use http::HeaderMap;
use kernel::{Caller, Id, id, problem::Fields};
use platform::{
    Result,
    http::{ClientInfo, etag},
};
use serde_json::json;

use super::{audit, check_address, check_description, check_events, to_text};
use crate::{
    Delivery,
    deliveries::mended::{look_again_after, webhook_lane},
    model::ChannelKind,
    webhooks::{
        access::{access_webhook, access_webhook_locked, forget_after},
        entity::Model,
        error,
        model::names_of,
        store,
    },
};

/// What to change; an absent field stays, an empty description clears it.
#[derive(Debug, Clone, Default)]
pub(in crate::webhooks) struct WebhookPatch {
    pub url: Option<String>,
    pub events: Option<Vec<String>>,
    pub description: Option<String>,
    pub enabled: Option<bool>,
}

pub(in crate::webhooks) async fn change_webhook(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    webhook: Id<id::Webhook>,
    patch: WebhookPatch,
) -> Result<Model> {
    // Names are looked up and types found before the transaction, which must not wait for either.
    access_webhook(delivery, caller, webhook).await?;
    let mut fields = Fields::new();
    let url = match &patch.url {
        Some(sent) => check_address(delivery, &mut fields, "url", sent).await,
        None => None,
    };
    let events = match &patch.events {
        Some(sent) => Some(check_events(delivery, caller.tenant, &mut fields, sent).await?),
        None => None,
    };
    let description = patch.description.as_deref().map(|sent| check_description(&mut fields, sent));
    fields.check()?;
    let mut tx = delivery.platform().db().begin().await?;
    let mut row = access_webhook_locked(&tx, caller, webhook).await?;
    etag::check_if_match(headers, row.version)?;
    if row.managed && url.as_ref().is_some_and(|url| *url != row.url) {
        return Err(error::follows_settings().into());
    }
    let before = row.clone();
    row.url = url.unwrap_or(row.url);
    row.events = events.map_or(row.events, |names| to_text(&names));
    row.description = description.unwrap_or(row.description);
    row.enabled = patch.enabled.unwrap_or(row.enabled);
    if row.enabled && (!before.enabled || row.url != before.url) {
        (row.failing_since, row.disabled_at, row.disabled_code) = (None, None, None);
    }
    store::update(&tx, &mut row).await?;
    let details = json!({ "before": seen(&before), "after": seen(&row) });
    audit(&mut tx, caller, client, "webhook.changed", webhook, details).await?;
    forget_after(&mut tx, caller.tenant);
    if row.enabled && (!before.enabled || row.url != before.url) {
        look_again_after(&mut tx, ChannelKind::Webhook, &webhook_lane(webhook));
    }
    tx.commit().await?;
    Ok(row)
}

fn seen(row: &Model) -> serde_json::Value {
    json!({ "url": row.url, "events": names_of(row), "enabled": row.enabled })
}
