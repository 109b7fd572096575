//! The sessions that run in this process. Each has a row that says where it stands and a lease that says whose it is; one
//! task follows what it tells. A session of a process that died is taken up by another when its lease is over.

use std::{collections::HashMap, sync::Arc, time::Duration};

use kernel::{Id, Problem, id};
use parking_lot::{Mutex, RwLock};
use platform::Result;
use tokio::{
    sync::{mpsc, watch},
    task::AbortHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    follow,
    keys::KeyStore,
    pace::Pacer,
    session::{Opener, Session},
    state::{SessionStatus, Signal},
    store::{self, LEASE, SessionRow},
    tell,
};
use crate::{Delivery, deliveries, model::ChannelKind};

/// Sessions that one process runs.
pub const SESSIONS_MAX: usize = 500;
/// Things told by one session and not yet written down.
const SIGNALS_MAX: usize = 64;
/// How often leases are renewed and orphans looked for.
pub const TICK: Duration = Duration::from_secs(10);
/// How long opening may take; connecting comes after.
const OPEN_TIMEOUT: Duration = Duration::from_secs(20);
/// How long WhatsApp may take to let a phone go, or a session to end.
const END_TIMEOUT: Duration = Duration::from_secs(10);
/// Why deliveries wait for a phone; both go on when it can send.
pub(crate) const WAITING_CODES: [&str; 2] = [NOT_READY, ELSEWHERE];
/// The phone cannot send now.
pub(crate) const NOT_READY: &str = "WHATSAPP_NOT_READY";
/// Another process runs the session.
pub(crate) const ELSEWHERE: &str = "WHATSAPP_ELSEWHERE";

/// A session that runs here.
#[derive(Clone)]
pub(crate) struct Live {
    pub session: Arc<dyn Session>,
    pub status: Arc<Mutex<SessionStatus>>,
    pub pacer: Arc<Mutex<Pacer>>,
    /// Told of each change of the row.
    pub heard: watch::Sender<()>,
    follower: Option<AbortHandle>,
}

/// What became of the wish that a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Started {
    /// It runs here.
    Here,
    /// Another process runs it.
    Elsewhere,
}

/// All of them.
pub(crate) struct Keeper {
    me: Uuid,
    opener: RwLock<Option<Arc<dyn Opener>>>,
    live: Mutex<HashMap<Id<id::Tenant>, Live>>,
    /// One is opened at a time, so that nobody opens one twice.
    opening: tokio::sync::Mutex<()>,
}

impl Keeper {
    /// Without an opener no phone can be paired.
    pub fn new(me: Uuid, opener: Option<Arc<dyn Opener>>) -> Self {
        Self { me, opener: RwLock::new(opener), live: Mutex::default(), opening: tokio::sync::Mutex::new(()) }
    }

    pub fn can_open(&self) -> bool {
        self.opener.read().is_some()
    }

    pub fn me(&self) -> Uuid {
        self.me
    }

    /// The session of a business, when it runs here.
    pub fn find(&self, tenant: Id<id::Tenant>) -> Option<Live> {
        self.live.lock().get(&tenant).cloned()
    }

    /// Lets go of one that has ended.
    pub fn forget(&self, tenant: Id<id::Tenant>) {
        self.live.lock().remove(&tenant);
    }

    fn take(&self, tenant: Id<id::Tenant>) -> Option<Live> {
        let live = self.live.lock().remove(&tenant)?;
        if let Some(follower) = &live.follower {
            follower.abort();
        }
        Some(live)
    }

    fn all(&self) -> Vec<(Id<id::Tenant>, Live)> {
        self.live.lock().iter().map(|(tenant, live)| (*tenant, live.clone())).collect()
    }
}

/// Lets the session of a business run, here unless another process has it.
pub(crate) async fn start(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Started> {
    let keeper = delivery.whatsapp();
    let Some(opener) = keeper.opener.read().clone() else { return Err(is_off().into()) };
    let _one = keeper.opening.lock().await;
    if keeper.find(tenant).is_some() {
        return Ok(Started::Here);
    }
    if keeper.live.lock().len() >= SESSIONS_MAX {
        return Err(Problem::unavailable("This server runs as many WhatsApp sessions as it can.").into());
    }
    let Some(row) = claim(delivery, tenant).await? else { return Ok(Started::Elsewhere) };
    let (signals, heard) = mpsc::channel(SIGNALS_MAX);
    let keys = KeyStore::new(delivery.platform().clone(), tenant);
    let session = match timeout(OPEN_TIMEOUT, opener.open(tenant, keys, signals)).await {
        Ok(Ok(session)) => session,
        Ok(Err(error)) => return Err(not_opened(delivery, row, &error.to_string()).await),
        Err(_) => return Err(not_opened(delivery, row, "it took too long").await),
    };
    let live = Live {
        session,
        status: Arc::new(Mutex::new(row.status)),
        pacer: Arc::default(),
        heard: watch::Sender::new(()),
        follower: None,
    };
    // The follower waits for its place in the list: whatever it does to the list comes after.
    let mut list = keeper.live.lock();
    let follower = tokio::spawn(follow::follow(delivery.clone(), tenant, live.clone(), heard, row.paired));
    list.insert(tenant, Live { follower: Some(follower.abort_handle()), ..live });
    Ok(Started::Here)
}

/// Takes the session's row for this process; nothing when another one has it, which is told that the session is wanted.
async fn claim(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Option<SessionRow>> {
    let me = delivery.whatsapp().me;
    let tx = delivery.db().begin().await?;
    let mut row = store::lock(&tx, tenant).await?;
    let elsewhere = row.runs_at(tx.now()).is_some_and(|owner| owner != me);
    if !elsewhere {
        // It has not connected yet, whatever it was before.
        row.status = if row.paired { SessionStatus::Disconnected } else { SessionStatus::NotInitialized };
        (row.code, row.reason) = (None, None);
        (row.owner, row.leased_until, row.updated_at) = (Some(me), tx.now().plus(LEASE), tx.now());
    }
    row.wanted = true;
    store::save(&tx, &row).await?;
    tx.commit().await?;
    Ok((!elsewhere).then_some(row))
}

async fn not_opened(delivery: &Delivery, row: SessionRow, why: &str) -> platform::Fault {
    tracing::warn!(tenant = %row.tenant, why, "a WhatsApp session could not be opened");
    if let Err(fault) = release(delivery, row.tenant).await {
        tracing::warn!(cause = fault.chain(), "the lease of a WhatsApp session stays until it is over");
    }
    Problem::new(503, "WHATSAPP_UNAVAILABLE", format!("The WhatsApp session could not be opened: {why}")).into()
}

/// Gives the row of a session back; another process may take it up.
async fn release(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<()> {
    let tx = delivery.db().begin().await?;
    let mut row = store::lock(&tx, tenant).await?;
    if row.owner == Some(delivery.whatsapp().me) {
        (row.owner, row.leased_until) = (None, tx.now());
        store::save(&tx, &row).await?;
    }
    tx.commit().await
}

/// Ends a pairing: at WhatsApp when the session runs here, else by the word left in its row.
pub(crate) async fn log_out(delivery: &Delivery, tenant: Id<id::Tenant>, why: &str) -> Result<()> {
    let live = delivery.whatsapp().take(tenant);
    let is_here = live.is_some();
    if let Some(live) = live {
        end(&live.session, true).await;
    }
    let signal = Signal::Ended(why.to_owned());
    let noted = follow::note(delivery, tenant, &signal).await?;
    if is_here || store::find(delivery.db(), tenant).await?.is_none_or(|row| row.owner.is_none()) {
        KeyStore::new(delivery.platform().clone(), tenant).clear().await?;
    }
    if let Some((_, row)) = noted {
        follow::release(delivery, tenant).await;
        tell::tell(delivery.platform(), &row, &signal).await;
    }
    Ok(())
}

pub(super) async fn end(session: &Arc<dyn Session>, logs_out: bool) {
    let ending = if logs_out { session.log_out() } else { session.stop() };
    if timeout(END_TIMEOUT, ending).await.is_err() {
        tracing::warn!("a WhatsApp session did not end in time");
    }
}

/// Renews leases, does what other processes left word of, lets waiting deliveries go, and takes up orphans.
pub(crate) async fn tick(delivery: &Delivery) -> Result<()> {
    let keeper = delivery.whatsapp();
    for (tenant, live) in keeper.all() {
        let tx = delivery.db().begin().await?;
        let held = store::renew(&tx, tenant, keeper.me).await?;
        tx.commit().await?;
        match held {
            Some(true) if *live.status.lock() == SessionStatus::Ready => {
                if store::has_waiting(delivery.db(), tenant, WAITING_CODES).await? {
                    deliveries::release_held(delivery, tenant, ChannelKind::Whatsapp).await?;
                }
            }
            Some(true) => {}
            Some(false) => {
                if let Some(live) = keeper.take(tenant) {
                    end(&live.session, true).await;
                }
                KeyStore::new(delivery.platform().clone(), tenant).clear().await?;
                release(delivery, tenant).await?;
            }
            None => {
                tracing::warn!(%tenant, "another process has taken a WhatsApp session over");
                if let Some(live) = keeper.take(tenant) {
                    end(&live.session, false).await;
                }
            }
        }
    }
    restore(delivery).await
}

/// Takes up the paired sessions that nobody runs.
async fn restore(delivery: &Delivery) -> Result<()> {
    if !delivery.whatsapp().can_open() {
        return Ok(());
    }
    for tenant in store::find_orphans(delivery.db(), delivery.platform().world().now()).await? {
        if let Err(fault) = start(delivery, tenant).await {
            tracing::warn!(%tenant, cause = fault.chain(), "a WhatsApp session could not be taken up; another try follows");
        }
    }
    Ok(())
}

impl Delivery {
    /// Keeps the sessions of paired phones until cancelled, then ends them in order; the pairings stay.
    pub async fn keep_whatsapp(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(fault) = tick(self).await {
                tracing::warn!(cause = fault.chain(), "WhatsApp sessions could not be looked after");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
        self.stop_whatsapp().await;
    }

    /// Ends every session that runs here; the pairings stay.
    pub async fn stop_whatsapp(&self) {
        let all = self.whatsapp().all();
        let ending = all.iter().map(|(tenant, _)| async move {
            if let Some(live) = self.whatsapp().take(*tenant) {
                end(&live.session, false).await;
            }
            if let Err(fault) = release(self, *tenant).await {
                tracing::warn!(cause = fault.chain(), "the lease of a WhatsApp session stays until it is over");
            }
        });
        futures_util::future::join_all(ending).await;
    }

    /// One look after the sessions, for tools and tests.
    pub async fn tend_whatsapp(&self) -> Result<()> {
        tick(self).await
    }
}

/// No phone can be paired here.
pub(super) fn is_off() -> Problem {
    Problem::new(503, "WHATSAPP_OFF", "Pairing phones is switched off on this server.")
}

#[cfg(test)]
impl Keeper {
    /// Opens sessions by this from now on; a test's door.
    pub fn open_by(&self, opener: Arc<dyn Opener>) {
        *self.opener.write() = Some(opener);
    }
}
