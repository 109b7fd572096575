//! Mails invitations. The secret is made here and exists in the mail only; a mail that is sent again carries a new one.

use kernel::{Id, id};
use platform::{Fault, Result, jobs::JobContext};
use serde::Deserialize;
use serde_json::json;

use super::{find_user_names, invitations, rules::INVITATION_LIFETIME};
use crate::{
    People,
    letters::{self, Letter},
    tenants,
};

/// Mails an invitation.
pub(super) const INVITATION: &str = "team.mail_invitation";

const DAY_SECONDS: u64 = 24 * 3600;

#[derive(Deserialize)]
struct Wanted {
    invitation: Id<id::Invitation>,
}

pub(crate) fn register_jobs(people: &People) {
    let floor = people.clone();
    people.platform().jobs().on(INVITATION, move |context, payload| {
        let people = floor.clone();
        async move {
            let wanted: Wanted =
                serde_json::from_value(payload).map_err(|e| Fault::internal("reading an invitation job", e))?;
            mail_invitation(&people, context, wanted.invitation).await
        }
    });
}

async fn mail_invitation(people: &People, job: JobContext, invitation: Id<id::Invitation>) -> Result<()> {
    let db = people.db();
    let now = people.world().now();
    let row = invitations::find(db.read(), invitation).await?.filter(|row| now < row.expires_at);
    // Withdrawn meanwhile, or waited too long.
    let Some(row) = row else { return Ok(()) };
    let business = tenants::find_tenant(people, row.tenant_id).await?.filter(|tenant| tenant.suspended_at.is_none());
    let Some(business) = business else { return Ok(()) };
    let inviter = find_user_names(db.read(), &[row.invited_by]).await?.remove(&row.invited_by).unwrap_or_default();
    let secret = people.crypto().random_token();
    let tx = db.begin().await?;
    invitations::set_digest(&tx, row.id, &secret.digest).await?;
    tx.commit().await?;
    let url = format!("{}/invitation?token={}", people.platform().config().client_url, secret.plain);
    let days = INVITATION_LIFETIME.as_secs() / DAY_SECONDS;
    let values = json!({ "url": url, "inviter": inviter, "role": row.role()?.as_str(), "days": days });
    let letter = Letter {
        kind: &letters::INVITATION,
        business: Some((row.tenant_id, business.name.clone())),
        customer: None,
        name: row.name.clone().unwrap_or_default(),
        email: row.email.clone(),
        values,
    };
    let mail = letters::write(people, letter).await?;
    match people.platform().mailer().send(&mail.id(job.id.uuid())).await {
        Ok(_) => Ok(()),
        Err(err) if err.will_retry() => Err(Fault::internal("mailing an invitation", err)),
        Err(error) => {
            tracing::warn!(%error, "an invitation could not be mailed and will not be tried again");
            Ok(())
        }
    }
}
