//! Work of this slice that follows a commit.

use kernel::{Id, id};
use platform::Fault;
use serde::Deserialize;

use super::actions::mail_link;
use crate::People;

/// Mails a sign-in link to an address, if it is a customer's.
pub(super) const SIGN_IN_LINK: &str = "customers.mail_sign_in_link";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignInLink {
    tenant_id: Id<id::Tenant>,
    email: String,
}

pub(crate) fn register_jobs(people: &People) {
    let floor = people.clone();
    people.platform().jobs().on(SIGN_IN_LINK, move |context, payload| {
        let people = floor.clone();
        async move {
            let wanted: SignInLink =
                serde_json::from_value(payload).map_err(|e| Fault::internal("reading a sign-in link job", e))?;
            mail_link(&people, context, wanted.tenant_id, &wanted.email).await
        }
    });
}
