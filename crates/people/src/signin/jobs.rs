//! The mails of this room, as jobs: whoever asks for one is answered before anybody looks whether there is somebody to
//! send it to. Secrets are made by the job and exist in the mail only, so a queue row or a backup opens nothing.

use std::time::Duration;

use kernel::{Id, id};
use platform::{
    Fault, JobDraft, Result, Tx,
    jobs::JobContext,
    mail::{Mail, MailError},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    emails::{self, Letter},
    person::{Person, Realm, find_person, find_person_by_email},
    rules::{RESET_LINK_LIFETIME, VERIFICATION_LIFETIME, device_name},
    secrets::{self, Purpose},
    ways::{Ways, find_ways},
};
use crate::{
    People,
    sessions::{Device, PersonKind},
    tenants,
};

const MAIL_RESET: &str = "people.mail_reset";
const MAIL_VERIFICATION: &str = "people.mail_verification";
const MAIL_PASSWORD_CHANGED: &str = "people.mail_password_changed";
const MAIL_PASSKEY_ADDED: &str = "people.mail_passkey_added";
const MAIL_NEW_DEVICE: &str = "people.mail_new_device";

/// An address that a reset was asked for, whether it is anybody's or not.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    tenant_id: Option<Id<id::Tenant>>,
    email: String,
}

/// Somebody to write to.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Concerned {
    kind: String,
    person_id: Uuid,
    #[serde(default)]
    device: Option<String>,
    #[serde(default)]
    ip: Option<String>,
    /// The ways in that a reset took away.
    #[serde(default)]
    removed: Ways,
}

/// Queues the mail of a reset; while one waits, another request adds nothing.
pub(super) async fn enqueue_reset(tx: &mut Tx, realm: Realm, email: &str) -> Result<()> {
    let payload = json!({ "tenantId": realm.tenant(), "email": email });
    tx.enqueue(JobDraft::new(MAIL_RESET, payload).key(format!("{MAIL_RESET}/{}/{email}", realm.word()))).await?;
    Ok(())
}

/// Queues the mail that proves an address; while one waits, another request adds nothing.
pub(crate) async fn enqueue_verification(tx: &mut Tx, kind: PersonKind, person: Uuid) -> Result<()> {
    let draft = JobDraft::new(MAIL_VERIFICATION, json!({ "kind": kind.as_str(), "personId": person }));
    tx.enqueue(draft.key(format!("{MAIL_VERIFICATION}/{person}"))).await?;
    Ok(())
}

/// Queues the news that the password is another one now.
pub(super) async fn enqueue_password_changed(tx: &mut Tx, person: &Person, device: &Device) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_PASSWORD_CHANGED, concerned(person.kind(), person.id, device))).await?;
    Ok(())
}

/// The same after a reset, which took other ways in away.
pub(super) async fn enqueue_password_reset(tx: &mut Tx, person: &Person, device: &Device, removed: Ways) -> Result<()> {
    let mut payload = concerned(person.kind(), person.id, device);
    payload["removed"] = json!(removed);
    tx.enqueue(JobDraft::new(MAIL_PASSWORD_CHANGED, payload)).await?;
    Ok(())
}

/// Queues the news that somebody signed in on a device that was not seen before.
pub(super) async fn enqueue_new_device(tx: &mut Tx, person: &Person, device: &Device) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_NEW_DEVICE, concerned(person.kind(), person.id, device))).await?;
    Ok(())
}

/// Queues the news that there is one more passkey.
pub(crate) async fn enqueue_passkey_added(tx: &mut Tx, kind: PersonKind, person: Uuid, device: &Device) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_PASSKEY_ADDED, concerned(kind, person, device))).await?;
    Ok(())
}

fn concerned(kind: PersonKind, person: Uuid, device: &Device) -> Value {
    let name = device_name(device.user_agent.as_deref().unwrap_or_default());
    json!({ "kind": kind.as_str(), "personId": person, "device": name, "ip": device.ip })
}

/// Registers the handlers.
pub(crate) fn register_jobs(people: &People) {
    on(people, MAIL_RESET, |people, job, asked: Asked| async move { mail_reset(&people, job, &asked).await });
    on(people, MAIL_VERIFICATION, |people, job, whom: Concerned| async move {
        mail_verification(&people, job, &whom).await
    });
    on(people, MAIL_PASSWORD_CHANGED, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, emails::password_changed).await
    });
    on(people, MAIL_PASSKEY_ADDED, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, emails::passkey_added).await
    });
    on(people, MAIL_NEW_DEVICE, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, emails::new_device).await
    });
}

fn on<P, F>(
    people: &People,
    kind: &'static str,
    run: impl Fn(People, JobContext, P) -> F + Clone + Send + Sync + 'static,
) where
    P: DeserializeOwned + Send,
    F: Future<Output = Result<()>> + Send,
{
    let floor = people.clone();
    people.platform().jobs().on(kind, move |context, payload| {
        let (people, run) = (floor.clone(), run.clone());
        async move {
            let wanted = serde_json::from_value(payload).map_err(|e| Fault::internal("reading a mail job", e))?;
            run(people, context, wanted).await
        }
    });
}

/// In whose name a mail is written, and where its links lead.
pub(super) struct Sender {
    /// The business of a customer, or ourselves.
    pub name: String,
    /// `https://…/client/reset-password?business=salon&token=`, up to the secret.
    base: String,
    business: Option<String>,
}

impl Sender {
    fn link(&self, page: &str, secret: &str) -> String {
        match &self.business {
            Some(slug) => format!("{}/client/{page}?business={slug}&token={secret}", self.base),
            None => format!("{}/{page}?token={secret}", self.base),
        }
    }
    fn security(&self) -> String {
        self.page(if self.business.is_some() { "security" } else { "dashboard/security" })
    }
    fn page(&self, page: &str) -> String {
        match &self.business {
            Some(slug) => format!("{}/client/{page}?business={slug}", self.base),
            None => format!("{}/{page}", self.base),
        }
    }
}

/// The sender of a person's mails; none when their business is closed.
async fn find_sender(people: &People, realm: Realm) -> Result<Option<Sender>> {
    let base = people.platform().config().client_url.clone();
    let Some(tenant) = realm.tenant() else {
        return Ok(Some(Sender { name: emails::HOUSE.to_owned(), base, business: None }));
    };
    let tenant = tenants::find_tenant(people, tenant).await?.filter(|tenant| tenant.suspended_at.is_none());
    Ok(tenant.map(|tenant| Sender { name: tenant.name.clone(), base, business: Some(tenant.slug.clone()) }))
}

async fn mail_reset(people: &People, job: JobContext, asked: &Asked) -> Result<()> {
    let realm = asked.tenant_id.map_or(Realm::Users, Realm::Customers);
    let person = find_person_by_email(people.db().read(), realm, &asked.email).await?;
    let Some(person) = person.filter(|person| person.suspended_at.is_none()) else { return Ok(()) };
    let Some(sender) = find_sender(people, realm).await? else { return Ok(()) };
    let tx = people.db().begin().await?;
    if secrets::is_enough_mailed(&tx, &person, Purpose::Reset).await? {
        tracing::info!(person = %person.shown_id(), "no further reset mail: enough were sent a moment ago");
        return Ok(());
    }
    let secret = secrets::make_link(people, &tx, &person, Purpose::Reset, RESET_LINK_LIFETIME).await?;
    let code = secrets::make_reset_code(people, &tx, &person).await?;
    tx.commit().await?;
    let letter = Letter { url: sender.link("reset-password", &secret), code, ..Letter::to(&person, &sender) };
    send_secret(people, job, &emails::reset(letter, &asked.email)?, &secret).await
}

async fn mail_verification(people: &People, job: JobContext, whom: &Concerned) -> Result<()> {
    let Some((person, email, sender)) = find_concerned(people, whom).await? else { return Ok(()) };
    if person.email_verified_at.is_some() {
        return Ok(());
    }
    let tx = people.db().begin().await?;
    if secrets::is_enough_mailed(&tx, &person, Purpose::VerifyEmail).await? {
        tracing::info!(person = %person.shown_id(), "no further verification mail: enough were sent a moment ago");
        return Ok(());
    }
    let secret = secrets::make_link(people, &tx, &person, Purpose::VerifyEmail, VERIFICATION_LIFETIME).await?;
    tx.commit().await?;
    let letter = Letter { url: sender.link("verify-email", &secret), ..Letter::to(&person, &sender) };
    send_secret(people, job, &emails::verification(letter, &email)?, &secret).await
}

async fn mail_news(
    people: &People,
    job: JobContext,
    whom: &Concerned,
    write: fn(Letter, &str) -> Result<Mail>,
) -> Result<()> {
    let Some((person, email, sender)) = find_concerned(people, whom).await? else { return Ok(()) };
    let now = people.world().now();
    let letter = Letter {
        url: sender.page("forgot-password"),
        device: whom.device.clone().unwrap_or_default(),
        ip: whom.ip.clone().unwrap_or_default(),
        at: emails::written_time(now),
        security: sender.security(),
        removed: whom.removed.lines(),
        remaining: find_ways(people, people.db().read(), &person).await?.lines(),
        ..Letter::to(&person, &sender)
    };
    settle(people.platform().mailer().send(&write(letter, &email)?.id(job.id.uuid())).await.map(|_| ()))
}

async fn find_concerned(people: &People, whom: &Concerned) -> Result<Option<(Person, String, Sender)>> {
    let Some(kind) = PersonKind::parse(&whom.kind) else { return Ok(None) };
    let Some(person) = find_person(people.db().read(), kind, whom.person_id).await? else { return Ok(None) };
    let Some(email) = person.email.clone() else { return Ok(None) };
    let sender = find_sender(people, person.realm).await?;
    Ok(sender.map(|sender| (person, email, sender)))
}

/// A link whose mail never left does not count.
async fn send_secret(people: &People, job: JobContext, mail: &Mail, secret: &str) -> Result<()> {
    let sent = people.platform().mailer().send(&mail.clone().id(job.id.uuid())).await;
    if sent.is_err() {
        let tx = people.db().begin().await?;
        secrets::withdraw_link(&tx, secret).await?;
        tx.commit().await?;
    }
    settle(sent.map(|_| ()))
}

/// The queue tries again where that makes sense.
fn settle(sent: std::result::Result<(), MailError>) -> Result<()> {
    match sent {
        Ok(()) => Ok(()),
        Err(err) if err.will_retry() => Err(Fault::internal("mailing about an account", err)),
        Err(err) => {
            tracing::warn!(error = %err, "a mail about an account could not be sent and will not be tried again");
            Ok(())
        }
    }
}

/// How long a link works, as people say it.
pub(super) const fn hours(lifetime: Duration) -> u64 {
    lifetime.as_secs() / 3600
}
