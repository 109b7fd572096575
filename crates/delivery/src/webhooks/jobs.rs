//! Work of this slice that follows a commit.

use kernel::{Id, id};
use people::{team::find_members, tenants::find_tenant};
use platform::{Fault, Result, jobs::JobContext};
use serde::Deserialize;

use super::{emails::switched_off_mail, store};
use crate::{Delivery, mailbox};

/// Tells an owner by mail that a webhook was switched off.
pub(super) const MAIL_SWITCHED_OFF: &str = "webhooks.mail_switched_off";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MailSwitchedOff {
    tenant_id: Id<id::Tenant>,
    webhook_id: Id<id::Webhook>,
    user_id: Id<id::User>,
}

/// Registers what this slice carries out.
pub(crate) fn register_jobs(delivery: &Delivery) {
    let floor = delivery.clone();
    delivery.platform().jobs().on(MAIL_SWITCHED_OFF, move |context, payload| {
        let delivery = floor.clone();
        async move {
            let wanted: MailSwitchedOff =
                serde_json::from_value(payload).map_err(|e| Fault::internal("reading a webhook mail job", e))?;
            mail_switched_off(&delivery, context, &wanted).await
        }
    });
}

/// Nothing to tell when it was switched on again, or is gone, before the mail left.
async fn mail_switched_off(delivery: &Delivery, job: JobContext, wanted: &MailSwitchedOff) -> Result<()> {
    let platform = delivery.platform();
    let read = platform.db().read();
    let row = store::find(read, wanted.tenant_id, wanted.webhook_id).await?.filter(|row| !row.enabled);
    let business = find_tenant(delivery.people(), wanted.tenant_id).await?;
    let owner = find_members(read, wanted.tenant_id).await?.into_iter().find(|m| m.id == wanted.user_id);
    let (Some(row), Some(business), Some(owner)) = (row, business, owner) else { return Ok(()) };
    let link = format!("{}/dashboard/webhooks", platform.config().client_url);
    let mail = switched_off_mail(&business.name, &owner, &row, &link)?.id(job.id.uuid());
    let mail = mail.stamp(mailbox::stamp(delivery, wanted.tenant_id, None));
    match platform.mailer().send(&mail).await {
        Ok(_) => Ok(()),
        Err(err) if err.will_retry() => Err(Fault::internal("mailing about a webhook", err)),
        Err(err) => {
            tracing::warn!(error = %err, "a mail about a webhook could not be sent and will not be tried again");
            Ok(())
        }
    }
}
