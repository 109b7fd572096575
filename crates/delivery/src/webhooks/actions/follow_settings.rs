//! `webhookUrl` of the channel settings is one more webhook, which hears of everything. It is made, moved and switched with
//! the settings; its secret is made by `regenerate-secret`, as for any other.

use kernel::{Id, id};
use platform::{Result, Tx};

use super::to_text;
use crate::{
    Delivery,
    webhooks::{access::forget_after, entity::Model, model::EVERY, secret::Secrets, store},
};

/// Brings the webhook of the channel settings to this address, or switches it off without one. The address was checked. Call
/// it in the transaction that saves the settings; one that Frontdesk had switched off is tried again.
pub async fn follow_settings(
    tx: &mut Tx,
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    url: Option<&str>,
) -> Result<()> {
    let present = store::find_managed_locked(tx, tenant).await?;
    let (world, crypto) = (delivery.platform().world(), delivery.platform().crypto());
    match (present, url) {
        (None, None) => return Ok(()),
        (None, Some(url)) => {
            let (id, now) = (world.id::<id::Webhook>(), tx.now());
            let row = Model {
                id,
                tenant_id: tenant,
                url: url.to_owned(),
                events: to_text(&[EVERY.to_owned()]),
                description: None,
                enabled: true,
                managed: true,
                secrets: Secrets::new(world).seal(crypto, tenant, id)?,
                failing_since: None,
                disabled_at: None,
                disabled_code: None,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            store::insert(tx, &row).await?;
        }
        (Some(row), url) if row.enabled == url.is_some() && url.is_none_or(|url| url == row.url) => return Ok(()),
        (Some(mut row), url) => {
            row.enabled = url.is_some();
            row.url = url.map_or(row.url, str::to_owned);
            (row.failing_since, row.disabled_at, row.disabled_code) = (None, None, None);
            store::update(tx, &mut row).await?;
        }
    }
    forget_after(tx, tenant);
    Ok(())
}
