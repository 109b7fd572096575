//! How a webhook fares over days. Only changes are written: the first failure after a success, the first success after a
//! failure, and the end. What comes of a call must not hang on this, so a fault here is logged and the next call tries again.

use kernel::{Id, Role, events, id};
use people::team::find_members;
use platform::{AuditEntry, JobDraft, Result};
use serde_json::json;

use super::{access::forget_after, call::GONE, jobs::MAIL_SWITCHED_OFF, model::Endpoint, rules::is_given_up, store};
use crate::{Delivery, channels::Outcome};

/// Kept beside a webhook that failed for five days.
const FAILING: &str = "FAILING";

/// Takes note of how a call ended.
pub(crate) async fn note(delivery: &Delivery, endpoint: &Endpoint, outcome: &Outcome) {
    let noted = match outcome {
        Outcome::Sent { .. } | Outcome::Delivered { .. } => succeeded(delivery, endpoint).await,
        Outcome::Dead { failure } if failure.code == GONE => switch_off(delivery, endpoint, GONE).await,
        Outcome::Retry { .. } | Outcome::Dead { .. } => failed(delivery, endpoint).await,
        Outcome::Held { .. } | Outcome::Unwanted { .. } | Outcome::Later { .. } => Ok(()),
    };
    if let Err(fault) = noted {
        tracing::error!(webhook = %endpoint.id, cause = fault.chain(), "a webhook's health was not noted");
    }
}

async fn succeeded(delivery: &Delivery, endpoint: &Endpoint) -> Result<()> {
    if endpoint.failing_since.is_none() {
        return Ok(());
    }
    let mut tx = delivery.platform().db().begin().await?;
    store::end_failing(&tx, endpoint.id).await?;
    forget_after(&mut tx, delivery, endpoint.tenant);
    tx.commit().await
}

async fn failed(delivery: &Delivery, endpoint: &Endpoint) -> Result<()> {
    let now = delivery.platform().world().now();
    match endpoint.failing_since {
        Some(since) if is_given_up(since, now) => switch_off(delivery, endpoint, FAILING).await,
        Some(_) => Ok(()),
        None => {
            let mut tx = delivery.platform().db().begin().await?;
            store::begin_failing(&tx, endpoint.id, now).await?;
            forget_after(&mut tx, delivery, endpoint.tenant);
            tx.commit().await
        }
    }
}

/// Switches a webhook off and tells the owners, once.
async fn switch_off(delivery: &Delivery, endpoint: &Endpoint, code: &'static str) -> Result<()> {
    let (tenant, webhook) = (endpoint.tenant, endpoint.id);
    let mut tx = delivery.platform().db().begin().await?;
    let Some(mut row) = store::find_locked(&tx, tenant, webhook).await?.filter(|row| row.enabled) else {
        return Ok(());
    };
    forget_after(&mut tx, delivery, tenant);
    if code == FAILING {
        // Another process may have reached it meanwhile, and what is remembered here may be older than that.
        let Some(since) = row.failing_since.filter(|since| is_given_up(*since, tx.now())) else { return Ok(()) };
        if store::went_well_since(&tx, tenant, webhook, since).await? {
            store::end_failing(&tx, webhook).await?;
            return tx.commit().await;
        }
    }
    row.enabled = false;
    (row.disabled_at, row.disabled_code) = (Some(tx.now()), Some(code.to_owned()));
    store::update(&tx, &mut row).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: "system".to_owned(),
        action: "webhook.disabled",
        object: webhook.to_string(),
        details: json!({ "code": code }),
        ip: None,
    })
    .await?;
    let fact = json!({ "webhookId": webhook, "url": row.url, "code": code });
    tx.emit(tenant, events::WEBHOOK_DISABLED, fact).await?;
    let owners = find_members(tx.conn(), tenant).await?.into_iter().filter(|member| member.role == Role::Owner);
    for owner in owners {
        tx.enqueue(mail_to(tenant, webhook, owner.id)).await?;
    }
    tx.commit().await
}

fn mail_to(tenant: Id<id::Tenant>, webhook: Id<id::Webhook>, user: Id<id::User>) -> JobDraft {
    let payload = json!({ "tenantId": tenant, "webhookId": webhook, "userId": user });
    JobDraft::new(MAIL_SWITCHED_OFF, payload).key(format!("{MAIL_SWITCHED_OFF}/{webhook}/{user}"))
}
