//! The two mails about a change: the link to the new address, and the notice to the one before. Secrets are made by the job and
//! exist in the mail only.

use platform::{JobDraft, Result, Tx, jobs::JobContext, mail::Mail};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    entity::Model,
    rules::{CONFIRM_LIFETIME, UNDO_LIFETIME},
    store,
};
use crate::{
    People,
    letters::{self, ADDRESS_CHANGED, ADDRESS_CONFIRM, written_time},
    sessions::PersonKind,
    signin::{Person, Realm, find_person, find_person_by_email, find_sender, find_zone, hours, letter_to, on, settle},
};

const MAIL_LINK: &str = "people.mail_address_link";
const MAIL_NOTICE: &str = "people.mail_address_notice";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    change_id: Uuid,
}

pub(super) async fn enqueue_link(tx: &mut Tx, change: Uuid) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_LINK, json!({ "changeId": change }))).await?;
    Ok(())
}

pub(super) async fn enqueue_notice(tx: &mut Tx, change: Uuid) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_NOTICE, json!({ "changeId": change }))).await?;
    Ok(())
}

/// Registers the handlers.
pub(crate) fn register_jobs(people: &People) {
    on(people, MAIL_LINK, |people, job, about: About| async move { mail_link(&people, job, about.change_id).await });
    on(
        people,
        MAIL_NOTICE,
        |people, job, about: About| async move { mail_notice(&people, job, about.change_id).await },
    );
}

async fn find_concerned(people: &People, change: Uuid) -> Result<Option<(Model, Person)>> {
    let db = people.db().read();
    let Some(change) = store::find(db, change).await? else { return Ok(None) };
    let Some(kind) = PersonKind::parse(&change.kind) else { return Ok(None) };
    let person = find_person(db, kind, change.person_id).await?;
    Ok(person.map(|person| (change, person)))
}

async fn mail_link(people: &People, job: JobContext, change: Uuid) -> Result<()> {
    let Some((change, person)) = find_concerned(people, change).await? else { return Ok(()) };
    let (db, now) = (people.db().read(), people.world().now());
    // Somebody's own address is not mailed about by others: whoever asked learns nothing, and its owner is left alone.
    let is_known = find_person_by_email(db, person.realm, &change.new_email).await?.is_some()
        || (person.realm == Realm::Users
            && store::is_kept_for_another(db, &change.new_email, Some(person.id), now).await?);
    if is_known {
        tracing::info!(person = %person.shown_id(), "no link to a new address: it belongs to another account");
        return Ok(());
    }
    let Some(sender) = find_sender(people, person.realm).await? else { return Ok(()) };
    let secret = people.crypto().random_token();
    let tx = people.db().begin().await?;
    if !store::set_digest(&tx, change.id, Some(&secret.digest)).await? {
        return Ok(());
    }
    tx.commit().await?;
    let url = sender.link("confirm-email", &secret.plain);
    let values = json!({ "url": url, "hours": hours(CONFIRM_LIFETIME), "device": change.device, "ip": change.ip });
    // Nobody proved yet whose address it is, so nobody is greeted by name.
    let unproven = Person { email_verified_at: None, ..person };
    let letter = letter_to(&unproven, &change.new_email, sender, &ADDRESS_CONFIRM, values);
    let sent = send(people, job, letters::write(people, letter).await?).await;
    if sent.is_err() {
        let tx = people.db().begin().await?;
        store::set_digest(&tx, change.id, None).await?;
        tx.commit().await?;
    }
    sent
}

async fn mail_notice(people: &People, job: JobContext, change: Uuid) -> Result<()> {
    let Some((change, person)) = find_concerned(people, change).await? else { return Ok(()) };
    let (Some(old), Some(at)) = (change.old_email.clone(), change.confirmed_at) else { return Ok(()) };
    let Some(sender) = find_sender(people, person.realm).await? else { return Ok(()) };
    let secret = people.crypto().random_token();
    let tx = people.db().begin().await?;
    if !store::set_undo(&tx, change.id, Some(&secret.digest)).await? {
        return Ok(());
    }
    tx.commit().await?;
    let values = json!({
        "url": sender.link("restore-email", &secret.plain),
        "days": UNDO_LIFETIME.as_secs() / (24 * 3600),
        "email": change.new_email,
        "device": change.device,
        "ip": change.ip,
        "at": written_time(at, find_zone(people, &person).await?),
    });
    // A try that fails is made again, with a secret of its own.
    send(people, job, letters::write(people, letter_to(&person, &old, sender, &ADDRESS_CHANGED, values)).await?).await
}

async fn send(people: &People, job: JobContext, mail: Mail) -> Result<()> {
    settle(people.platform().mailer().send(&mail.id(job.id.uuid())).await.map(|_| ()))
}
