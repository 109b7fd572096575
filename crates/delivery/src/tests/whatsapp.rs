//! What a session remembers, and how its process runs it, with a session that does as it is told.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, Timestamp, id};
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use crate::{
    channels::Attempted,
    tests::{House, SOON},
    whatsapp::{
        KeyStore, Opener, Outgoing, Session, SessionError, SessionStatus, Signal,
        keeper::{self, Started},
        keys::Kept,
        store,
    },
};

/// Hands out sessions and keeps what they were asked.
#[derive(Default)]
struct Fake {
    opened: Mutex<Vec<mpsc::Sender<Signal>>>,
    ended: Arc<Mutex<Vec<&'static str>>>,
    refuses: bool,
}

struct FakeSession {
    ended: Arc<Mutex<Vec<&'static str>>>,
}

impl Opener for Fake {
    fn open(
        &self,
        _: Id<id::Tenant>,
        keys: KeyStore,
        signals: mpsc::Sender<Signal>,
    ) -> BoxFuture<'_, Result<Arc<dyn Session>, SessionError>> {
        async move {
            if self.refuses {
                return Err(SessionError::Failed("no".to_owned()));
            }
            keys.keep("device", "", b"keys").await.unwrap();
            self.opened.lock().push(signals);
            Ok(Arc::new(FakeSession { ended: self.ended.clone() }) as Arc<dyn Session>)
        }
        .boxed()
    }
}

impl Session for FakeSession {
    fn pairing_code<'a>(&'a self, phone: &'a str) -> BoxFuture<'a, Result<String, SessionError>> {
        std::future::ready(Ok(phone.to_owned())).boxed()
    }
    fn knows<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool, SessionError>> {
        std::future::ready(Ok(true)).boxed()
    }
    fn send(&self, message: Outgoing) -> BoxFuture<'_, Result<String, SessionError>> {
        std::future::ready(Ok(message.id)).boxed()
    }
    fn log_out(&self) -> BoxFuture<'_, ()> {
        self.ended.lock().push("logged out");
        std::future::ready(()).boxed()
    }
    fn stop(&self) -> BoxFuture<'_, ()> {
        self.ended.lock().push("stopped");
        std::future::ready(()).boxed()
    }
}

/// Starts a session by a fake.
async fn start(house: &House) -> (Arc<Fake>, watch::Receiver<()>) {
    let fake = Arc::new(Fake::default());
    house.delivery.whatsapp().open_by(fake.clone());
    assert_eq!(keeper::start(&house.delivery, house.tenant).await.unwrap(), Started::Here);
    let heard = house.delivery.whatsapp().find(house.tenant).unwrap().heard.subscribe();
    (fake, heard)
}

async fn tell(fake: &Fake, heard: &mut watch::Receiver<()>, signal: Signal) {
    let signals = fake.opened.lock().last().unwrap().clone();
    heard.mark_unchanged();
    signals.send(signal).await.unwrap();
    tokio::time::timeout(SOON, heard.changed()).await.unwrap().unwrap();
}

async fn row(house: &House) -> store::SessionRow {
    store::find(house.delivery.platform().db(), house.tenant).await.unwrap().unwrap()
}

async fn a_session_goes_its_way_and_its_row_with_it(house: House) {
    let (fake, mut heard) = start(&house).await;
    let first = row(&house).await;
    assert_eq!((first.status, first.wanted, first.paired), (SessionStatus::NotInitialized, true, false));
    assert_eq!(first.runs_at(house.now()), Some(house.delivery.whatsapp().me()));
    tell(&fake, &mut heard, Signal::Code("2@the-secret-of-the-pairing".to_owned())).await;
    let coded = row(&house).await;
    assert_eq!(coded.status, SessionStatus::QrReady);
    let sealed = coded.code.unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"secret"), "a code lies sealed");
    tell(&fake, &mut heard, Signal::Paired).await;
    tell(&fake, &mut heard, Signal::Connected).await;
    let ready = row(&house).await;
    assert_eq!((ready.status, ready.paired, ready.code), (SessionStatus::Ready, true, None));
    tell(&fake, &mut heard, Signal::Ended("over".to_owned())).await;
    tokio::time::timeout(SOON, async { while heard.changed().await.is_ok() {} }).await.unwrap();
    let ended = row(&house).await;
    assert_eq!((ended.status, ended.wanted, ended.owner), (SessionStatus::LoggedOut, false, None));
    assert_eq!(ended.reason.as_deref(), Some("over"));
    let keys = KeyStore::new(house.delivery.platform().clone(), house.tenant);
    assert_eq!(keys.find("device", "").await.unwrap(), None, "the keys are gone with the pairing");
    assert_eq!(*fake.ended.lock(), ["stopped"]);
    assert!(house.delivery.whatsapp().find(house.tenant).is_none());
}

/// A message that waits for the phone.
async fn hold_one(house: &House) {
    house.channel.answer(|_| Attempted::held(keeper::NOT_READY, "the phone is off"));
    let event = house.state(&["a@example.com"]).await;
    house.run().await;
    let tx = house.delivery.platform().db().begin().await.unwrap();
    let text = "UPDATE deliveries SET channel = 'whatsapp' WHERE event_id = ? AND status = 'held'";
    assert_eq!(tx.execute(text, vec![event.into()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn held(house: &House) -> usize {
    house.rows("SELECT id FROM deliveries WHERE channel = 'whatsapp' AND status = 'held'", vec![]).await.len()
}

async fn what_waits_for_a_phone_is_looked_at_anew_when_the_phone_is_gone(house: House) {
    hold_one(&house).await;
    let (fake, mut heard) = start(&house).await;
    tell(&fake, &mut heard, Signal::Paired).await;
    assert!(held(&house).await > 0, "it waits for the phone");
    tell(&fake, &mut heard, Signal::Refused("unlinked".to_owned())).await;
    assert_eq!(held(&house).await, 0, "unlinked on the phone");

    hold_one(&house).await;
    let (fake, mut heard) = start(&house).await;
    tell(&fake, &mut heard, Signal::Code("2@x".to_owned())).await;
    tell(&fake, &mut heard, Signal::Paired).await;
    keeper::log_out(&house.delivery, house.tenant, "Logged out here.").await.unwrap();
    assert_eq!(held(&house).await, 0, "logged out here");
}

async fn a_session_is_opened_once_and_by_one_process(house: House) {
    let (fake, mut heard) = start(&house).await;
    let again =
        tokio::join!(keeper::start(&house.delivery, house.tenant), keeper::start(&house.delivery, house.tenant));
    assert_eq!((again.0.unwrap(), again.1.unwrap()), (Started::Here, Started::Here));
    assert_eq!(fake.opened.lock().len(), 1);
    tell(&fake, &mut heard, Signal::Paired).await;
    let beside = house.beside().await;
    let other = Arc::new(Fake::default());
    beside.delivery.whatsapp().open_by(other.clone());
    assert_eq!(keeper::start(&beside.delivery, house.tenant).await.unwrap(), Started::Elsewhere);
    house.delivery.stop_whatsapp().await;
    assert_eq!(*fake.ended.lock(), ["stopped"]);
    keeper::tick(&beside.delivery).await.unwrap();
    assert_eq!(other.opened.lock().len(), 1, "what is paired and free is taken up");
    assert_eq!(row(&house).await.status, SessionStatus::Disconnected, "until it has connected");
}

async fn a_session_that_cannot_be_opened_is_free_for_the_next_try(house: House) {
    house.delivery.whatsapp().open_by(Arc::new(Fake { refuses: true, ..Fake::default() }));
    assert!(keeper::start(&house.delivery, house.tenant).await.is_err());
    assert_eq!(row(&house).await.owner, None);
    let beside = house.beside().await;
    beside.delivery.whatsapp().open_by(Arc::new(Fake::default()));
    assert_eq!(keeper::start(&beside.delivery, house.tenant).await.unwrap(), Started::Here);
}

async fn what_a_session_remembers_is_sealed_and_its_own(house: House) {
    let platform = house.delivery.platform();
    let keys = KeyStore::new(platform.clone(), house.tenant);
    let others = KeyStore::new(platform.clone(), house.another_tenant());
    keys.keep("session", "a@x", b"the first secret").await.unwrap();
    keys.keep("session", "a@x", b"the second secret").await.unwrap();
    assert_eq!(keys.find("session", "a@x").await.unwrap().as_deref(), Some(&b"the second secret"[..]));
    assert_eq!(keys.find("identity", "a@x").await.unwrap(), None);
    assert_eq!(others.find("session", "a@x").await.unwrap(), None);
    let rows = house.rows("SELECT value FROM whatsapp_keys", vec![]).await;
    let sealed: Vec<u8> = rows[0].try_get_by_index(0).unwrap();
    assert!(rows.len() == 1 && !sealed.windows(6).any(|part| part == b"secret"));
    // A row that was moved does not open.
    let tx = platform.db().begin().await.unwrap();
    tx.execute("UPDATE whatsapp_keys SET name = 'b@x'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(keys.find("session", "b@x").await.is_err());
}

async fn values_are_found_and_forgotten_by_name_prefix_and_age(house: House) {
    let keys = KeyStore::new(house.delivery.platform().clone(), house.tenant);
    let at = |seconds: i64| Some(Timestamp::from_millis(seconds * 1000));
    let all = [("g%|1", at(10)), ("g%|2", at(20)), ("gx|3", None), ("h|4", None)];
    let kept =
        all.iter().map(|(name, expires_at)| Kept { expires_at: *expires_at, ..Kept::new(*name, name.as_bytes()) });
    keys.keep_all("k", kept.collect()).await.unwrap();
    let names = |found: Vec<(String, Vec<u8>)>| found.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(keys.find_all("k", "g%|").await.unwrap()), ["g%|1", "g%|2"], "no sign of a name is a pattern");
    assert_eq!(keys.find_all("k", "").await.unwrap().len(), 4);
    let some = keys.find_some("k", &["h|4".to_owned(), "none".to_owned()]).await.unwrap();
    assert_eq!(names(some), ["h|4"]);
    assert_eq!(keys.forget_expired("k", Timestamp::from_millis(10_000)).await.unwrap(), 1);
    assert_eq!(keys.take("k", "gx|3").await.unwrap().as_deref(), Some(&b"gx|3"[..]));
    assert_eq!(keys.take("k", "gx|3").await.unwrap(), None);
    keys.change("k", "h|4", |present| Some(Kept::new("h|4", [present.unwrap(), b"!".to_vec()].concat())))
        .await
        .unwrap();
    assert_eq!(keys.find("k", "h|4").await.unwrap().as_deref(), Some(&b"h|4!"[..]));
    keys.remove_all("k", "g").await.unwrap();
    assert_eq!(names(keys.find_all("k", "").await.unwrap()), ["h|4"]);
    keys.clear().await.unwrap();
    assert!(keys.find_all("k", "").await.unwrap().is_empty());
}

on_both_databases!(
    a_session_goes_its_way_and_its_row_with_it,
    what_waits_for_a_phone_is_looked_at_anew_when_the_phone_is_gone,
    a_session_is_opened_once_and_by_one_process,
    a_session_that_cannot_be_opened_is_free_for_the_next_try,
    what_a_session_remembers_is_sealed_and_its_own,
    values_are_found_and_forgotten_by_name_prefix_and_age,
);
