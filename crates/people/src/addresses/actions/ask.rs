//! Somebody who proves who they are asks for another address. Whether it is somebody's already is not told: the answer is the
//! same, and the job finds out.

use kernel::{Caller, Problem, problem::Fields, text};
use platform::Result;
use serde_json::json;

use crate::{
    People,
    addresses::{
        body::{OwnAddress, PendingAddress},
        entity::Model,
        error,
        jobs::enqueue_link,
        rules::{CHANGES_PER_WINDOW_MAX, CHANGES_WINDOW, CONFIRM_LIFETIME},
        store,
    },
    sessions::Device,
    signin::{
        Person,
        actions::{Again, access_own, access_own_locked, audit, check_form},
    },
};

/// The wish as it was sent.
pub(in crate::addresses) struct NewAddress<'a> {
    pub email: &'a str,
    pub again: Again<'a>,
    /// What could not be read.
    pub unread: Fields,
}

pub(in crate::addresses) async fn show_own(people: &People, caller: &Caller) -> Result<OwnAddress> {
    let person = access_own(people, caller).await?;
    let pending = store::find_pending(people.db().read(), &person, people.world().now()).await?;
    Ok(shown(person, pending))
}

pub(in crate::addresses) async fn ask_for(
    people: &People,
    caller: &Caller,
    wish: NewAddress<'_>,
    device: &Device,
) -> Result<OwnAddress> {
    let mut fields = wish.unread;
    let email = fields.take("email", "INVALID_EMAIL", text::parse_email(wish.email));
    if email.is_some() && access_own(people, caller).await?.email == email {
        fields.refuse("email", "UNCHANGED", "is the address that you have");
    }
    check_form(people, caller, wish.again, fields).await?;
    let email = email.ok_or_else(Problem::internal)?;
    let mut tx = people.db().begin().await?;
    let person = access_own_locked(&tx, caller).await?;
    if store::count_since(tx.conn(), &person, tx.now().minus(CHANGES_WINDOW)).await? >= CHANGES_PER_WINDOW_MAX {
        return Err(error::too_many().into());
    }
    store::end_pending(&tx, &person).await?;
    let change = Model {
        id: people.world().uuid(),
        kind: person.kind().as_str().to_owned(),
        person_id: person.id,
        tenant_id: person.realm.tenant(),
        old_email: person.email.clone(),
        new_email: email,
        digest: None,
        created_at: tx.now(),
        confirmed_at: None,
        undo_digest: None,
        device: device.name(),
        ip: device.ip.clone(),
        expires_at: tx.now().plus(CONFIRM_LIFETIME),
    };
    store::insert(&tx, change.clone()).await?;
    enqueue_link(&mut tx, change.id).await?;
    let details = json!({ "email": change.new_email });
    audit(&mut tx, Some(caller), &person, "account.email_change_asked", details, device).await?;
    tx.commit().await?;
    Ok(shown(person, Some(change)))
}

/// Nothing is waited for any more; the link that was mailed is void.
pub(in crate::addresses) async fn forget_asked(people: &People, caller: &Caller) -> Result<OwnAddress> {
    let tx = people.db().begin().await?;
    let person = access_own_locked(&tx, caller).await?;
    store::end_pending(&tx, &person).await?;
    tx.commit().await?;
    Ok(shown(person, None))
}

fn shown(person: Person, pending: Option<Model>) -> OwnAddress {
    OwnAddress {
        email: person.email,
        email_verified: person.email_verified_at.is_some(),
        pending: pending.map(|change| PendingAddress { email: change.new_email, expires_at: change.expires_at }),
    }
}
