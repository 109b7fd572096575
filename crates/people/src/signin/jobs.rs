//! The mails of this room, as jobs: whoever asks for one is answered before anybody looks whether there is somebody to
//! send it to. Secrets are made by the job and exist in the mail only, so a queue row or a backup opens nothing.

use std::time::Duration;

use jiff::tz::TimeZone;
use kernel::{Id, Timestamp, events, id};
use platform::{
    Fault, JobDraft, Result, Tx,
    jobs::JobContext,
    mail::{Mail, MailError},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    person::{Person, Realm, find_person, find_person_by_email},
    rules::{RESET_CODE_LIFETIME, RESET_LINK_LIFETIME, VERIFICATION_LIFETIME},
    secrets::{self, Purpose},
    ways::{Ways, find_ways},
};
use crate::{
    People,
    letters::{
        self, Letter, LetterKind, NEW_DEVICE, PASSKEY_ADDED, PASSWORD_CHANGED, PASSWORD_RESET, SECOND_FACTOR,
        VERIFICATION, written_time,
    },
    sessions::{Device, PersonKind},
    team, tenants,
};

const MAIL_RESET: &str = "people.mail_reset";
const MAIL_VERIFICATION: &str = "people.mail_verification";
const MAIL_PASSWORD_CHANGED: &str = "people.mail_password_changed";
const MAIL_PASSKEY_ADDED: &str = "people.mail_passkey_added";
const MAIL_SECOND_FACTOR: &str = "people.mail_second_factor";
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
    /// When they did what they are told of; absent of what was queued before it was kept.
    #[serde(default)]
    at: Option<Timestamp>,
    #[serde(default)]
    second_factor: Option<SecondFactorNews>,
}

/// What became of a second factor.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum SecondFactorNews {
    On,
    Off,
    FreshCodes,
}

impl SecondFactorNews {
    /// As it is told: "… on 3 May".
    const fn words(self) -> &'static str {
        match self {
            Self::On => "two-step sign-in was turned on",
            Self::Off => "two-step sign-in was turned off",
            Self::FreshCodes => "new backup codes were made, and the old ones are void,",
        }
    }
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
    tx.enqueue(JobDraft::new(MAIL_PASSWORD_CHANGED, concerned(tx, person.kind(), person.id, device))).await?;
    state_news(tx, person.kind(), person.id, "password_changed", device).await
}

/// The same after a reset, which took other ways in away.
pub(super) async fn enqueue_password_reset(tx: &mut Tx, person: &Person, device: &Device, removed: Ways) -> Result<()> {
    let mut payload = concerned(tx, person.kind(), person.id, device);
    payload["removed"] = json!(removed);
    tx.enqueue(JobDraft::new(MAIL_PASSWORD_CHANGED, payload)).await?;
    state_news(tx, person.kind(), person.id, "password_changed", device).await
}

/// Queues the news that somebody signed in on a device that was not seen before.
pub(super) async fn enqueue_new_device(tx: &mut Tx, person: &Person, device: &Device) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_NEW_DEVICE, concerned(tx, person.kind(), person.id, device))).await?;
    state_news(tx, person.kind(), person.id, "new_device", device).await
}

/// Queues the news that the second factor is on or off, or has fresh backup codes.
pub(super) async fn enqueue_second_factor(
    tx: &mut Tx,
    person: &Person,
    device: &Device,
    news: SecondFactorNews,
) -> Result<()> {
    let mut payload = concerned(tx, person.kind(), person.id, device);
    payload["secondFactor"] = json!(news);
    tx.enqueue(JobDraft::new(MAIL_SECOND_FACTOR, payload)).await?;
    state_news(tx, person.kind(), person.id, "second_factor", device).await
}

/// Queues the news that there is one more passkey.
pub(crate) async fn enqueue_passkey_added(tx: &mut Tx, kind: PersonKind, person: Uuid, device: &Device) -> Result<()> {
    tx.enqueue(JobDraft::new(MAIL_PASSKEY_ADDED, concerned(tx, kind, person, device))).await?;
    state_news(tx, kind, person, "passkey_added", device).await
}

/// The same for the notice centre of the business that the person is of; of several, the one they used last.
pub(crate) async fn state_news(tx: &mut Tx, kind: PersonKind, id: Uuid, news: &str, device: &Device) -> Result<()> {
    let Some(person) = find_person(tx.conn(), kind, id).await? else { return Ok(()) };
    let Some(tenant) = find_business(tx.conn(), &person).await? else { return Ok(()) };
    let field = if person.realm.tenant().is_some() { "customerId" } else { "userId" };
    let mut data = json!({ "news": news, "device": device.name(), field: person.shown_id() });
    if let Some(ip) = &device.ip {
        data["ip"] = json!(ip);
    }
    tx.emit(tenant, events::ACCOUNT_SECURITY, data).await?;
    Ok(())
}

async fn find_business(db: &impl ConnectionTrait, person: &Person) -> Result<Option<Id<id::Tenant>>> {
    if let Some(tenant) = person.realm.tenant() {
        return Ok(Some(tenant));
    }
    let own = team::store::find_of_user(db, Id::from_uuid(person.id)).await?;
    Ok(own.first().map(|membership| membership.tenant_id))
}

fn concerned(tx: &Tx, kind: PersonKind, person: Uuid, device: &Device) -> Value {
    json!({ "kind": kind.as_str(), "personId": person, "device": device.name(), "ip": device.ip, "at": tx.now() })
}

/// Registers the handlers.
pub(crate) fn register_jobs(people: &People) {
    on(people, MAIL_RESET, |people, job, asked: Asked| async move { mail_reset(&people, job, &asked).await });
    on(people, MAIL_VERIFICATION, |people, job, whom: Concerned| async move {
        mail_verification(&people, job, &whom).await
    });
    on(people, MAIL_PASSWORD_CHANGED, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, &PASSWORD_CHANGED).await
    });
    on(people, MAIL_PASSKEY_ADDED, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, &PASSKEY_ADDED).await
    });
    on(people, MAIL_SECOND_FACTOR, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, &SECOND_FACTOR).await
    });
    on(people, MAIL_NEW_DEVICE, |people, job, whom: Concerned| async move {
        mail_news(&people, job, &whom, &NEW_DEVICE).await
    });
}

pub(crate) fn on<P, F>(
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

/// In whose name a letter is written, and where its links lead.
pub(crate) struct Sender {
    /// Of a customer: the business, and what it is called.
    business: Option<(Id<id::Tenant>, String)>,
    /// What visitors call it.
    slug: Option<String>,
    /// `https://…`.
    base: String,
}

impl Sender {
    pub fn link(&self, page: &str, secret: &str) -> String {
        match &self.slug {
            Some(slug) => format!("{}/client/{page}?business={slug}&token={secret}", self.base),
            None => format!("{}/{page}?token={secret}", self.base),
        }
    }
    fn security(&self) -> String {
        self.page(if self.slug.is_some() { "security" } else { "dashboard/security" })
    }
    fn page(&self, page: &str) -> String {
        match &self.slug {
            Some(slug) => format!("{}/client/{page}?business={slug}", self.base),
            None => format!("{}/{page}", self.base),
        }
    }
}

/// The sender of a person's mails; none when their business is closed.
pub(crate) async fn find_sender(people: &People, realm: Realm) -> Result<Option<Sender>> {
    let base = people.platform().config().client_url.clone();
    let Some(tenant) = realm.tenant() else { return Ok(Some(Sender { business: None, slug: None, base })) };
    let tenant = tenants::find_tenant(people, tenant).await?.filter(|tenant| tenant.suspended_at.is_none());
    Ok(tenant.map(|tenant| Sender {
        business: Some((tenant.id, tenant.name.clone())),
        slug: Some(tenant.slug.clone()),
        base,
    }))
}

/// A letter to this person. They are greeted by no name as long as nobody proved that the address is theirs: whoever typed
/// it first may have given any.
pub(crate) fn letter_to(
    person: &Person,
    email: &str,
    sender: Sender,
    kind: &'static LetterKind,
    values: Value,
) -> Letter {
    Letter {
        kind,
        business: sender.business,
        customer: person.realm.tenant().map(|_| Id::from_uuid(person.id)),
        name: person.email_verified_at.map(|_| person.name.clone()).unwrap_or_default(),
        email: email.to_owned(),
        values,
    }
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
    let minutes = RESET_CODE_LIFETIME.as_secs() / 60;
    let url = sender.link("reset-password", &secret);
    let values = json!({ "url": url, "code": code, "hours": hours(RESET_LINK_LIFETIME), "minutes": minutes });
    let letter = letter_to(&person, &asked.email, sender, &PASSWORD_RESET, values);
    send_secret(people, job, &letters::write(people, letter).await?, &secret).await
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
    let values = json!({ "url": sender.link("verify-email", &secret), "hours": hours(VERIFICATION_LIFETIME) });
    let letter = letter_to(&person, &email, sender, &VERIFICATION, values);
    send_secret(people, job, &letters::write(people, letter).await?, &secret).await
}

async fn mail_news(people: &People, job: JobContext, whom: &Concerned, kind: &'static LetterKind) -> Result<()> {
    let Some((person, email, sender)) = find_concerned(people, whom).await? else { return Ok(()) };
    let at = whom.at.unwrap_or_else(|| people.world().now());
    let zone = find_zone(people, &person).await?;
    let values = json!({
        "url": sender.page("forgot-password"),
        "device": whom.device.as_deref().unwrap_or_default(),
        "ip": whom.ip,
        "at": written_time(at, zone),
        "news": whom.second_factor.map(SecondFactorNews::words),
        "security": sender.security(),
        "removed": whom.removed.lines(),
        "remaining": find_ways(people, people.db().read(), &person).await?.lines(),
    });
    let mail = letters::write(people, letter_to(&person, &email, sender, kind, values)).await?;
    settle(people.platform().mailer().send(&mail.id(job.id.uuid())).await.map(|_| ()))
}

/// By which clock a person lives: their own choice, else their business's. A user's business is the one they used last.
pub(crate) async fn find_zone(people: &People, person: &Person) -> Result<TimeZone> {
    let Some(tenant) = find_business(people.db().read(), person).await? else { return Ok(TimeZone::UTC) };
    if let Some(own) = people.ports().zones.zone_of(tenant, person.id).await? {
        return Ok(own);
    }
    let business = tenants::find_tenant(people, tenant).await?;
    Ok(business.map_or(TimeZone::UTC, |business| business.zone()))
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
pub(crate) fn settle(sent: std::result::Result<(), MailError>) -> Result<()> {
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
pub(crate) const fn hours(lifetime: Duration) -> u64 {
    lifetime.as_secs() / 3600
}
