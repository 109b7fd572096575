//! Writing down what a session tells, and telling others: one task per session, and the same step for what people do.

use kernel::{Id, id};
use platform::{Fault, Result};
use tokio::{sync::mpsc, time::sleep};

use super::{
    keeper::{self, Live},
    keys::KeyStore,
    state::{SessionStatus, Signal, Step, decide},
    store::{self, SessionRow},
    tell,
};
use crate::{
    Delivery, deliveries,
    model::{ChannelKind, DeliveryStatus},
};

/// Follows one session until it ends.
pub(super) async fn follow(
    delivery: Delivery,
    tenant: Id<id::Tenant>,
    live: Live,
    mut signals: mpsc::Receiver<Signal>,
    mut is_paired: bool,
) {
    let expiry = sleep(delivery.platform().config().whatsapp.session_timeout);
    tokio::pin!(expiry);
    let mut has_expired = false;
    loop {
        let signal = tokio::select! {
            signal = signals.recv() => signal,
            () = &mut expiry, if !is_paired && !has_expired => {
                has_expired = true;
                Some(Signal::Expired)
            }
        };
        // It ended without a word: whoever asks opens it anew.
        let Some(signal) = signal else { return delivery.whatsapp().forget(tenant) };
        if let Signal::Arrived(messages) = &signal {
            report(&delivery, messages).await;
            continue;
        }
        match note(&delivery, tenant, &signal).await {
            Ok(Some((step, row))) => {
                is_paired = step.paired;
                *live.status.lock() = step.status;
                if !step.goes_on {
                    delivery.whatsapp().forget(tenant);
                    keeper::end(&live.session, false).await;
                    forget_keys(&delivery, tenant).await;
                }
                if step.status == SessionStatus::Ready || !step.goes_on {
                    release(&delivery, tenant).await;
                }
                // Last: whoever hears of it finds everything done.
                live.heard.send_replace(());
                tell::tell(delivery.platform(), &row, &signal).await;
                if !step.goes_on {
                    break;
                }
            }
            Ok(None) => {}
            Err(fault) => {
                tracing::warn!(%tenant, cause = fault.chain(), "what a WhatsApp session told could not be written down");
            }
        }
    }
}

/// Takes the step that follows a signal, in the session's row; nothing when it changes nothing.
pub(super) async fn note(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    signal: &Signal,
) -> Result<Option<(Step, SessionRow)>> {
    let tx = delivery.db().begin().await?;
    let mut row = store::lock(&tx, tenant).await?;
    let me = delivery.whatsapp().me();
    let is_foreign = row.runs_at(tx.now()).is_some_and(|owner| owner != me);
    // Only the end may be told by somebody else, as a person's wish; once it was told, nothing else counts.
    if (is_foreign || !row.wanted) && !matches!(signal, Signal::Ended(_)) {
        return Ok(None);
    }
    let Some(step) = decide(row.status, signal) else { return Ok(None) };
    row.status = step.status;
    row.reason.clone_from(&step.reason);
    (row.wanted, row.paired, row.updated_at) = (step.goes_on, step.paired, tx.now());
    row.code = match signal {
        Signal::Code(text) => Some(seal(delivery, tenant, text)?),
        _ => None,
    };
    if !step.goes_on && !is_foreign {
        (row.owner, row.leased_until) = (None, tx.now());
    }
    store::save(&tx, &row).await?;
    tx.commit().await?;
    Ok(Some((step, row)))
}

/// Where a sealed pairing code belongs.
pub(crate) fn place(tenant: Id<id::Tenant>) -> String {
    format!("tenant/{tenant}/whatsapp/code")
}

fn seal(delivery: &Delivery, tenant: Id<id::Tenant>, text: &str) -> Result<Vec<u8>> {
    let sealed = delivery.platform().crypto().sealer().seal(text.as_bytes(), place(tenant).as_bytes());
    sealed.map_err(|e| Fault::internal("sealing a pairing code", e))
}

/// The text of the code that waits to be scanned.
pub(super) fn open_code(delivery: &Delivery, tenant: Id<id::Tenant>, sealed: &[u8]) -> Result<String> {
    let opened = delivery.platform().crypto().sealer().open(sealed, place(tenant).as_bytes());
    let opened = opened.map_err(|e| Fault::internal("opening a pairing code", e))?;
    String::from_utf8(opened).map_err(|e| Fault::internal("opening a pairing code", e))
}

/// What waits for the phone is looked at anew: it can send, or it is gone and another way may be there.
pub(super) async fn release(delivery: &Delivery, tenant: Id<id::Tenant>) {
    if let Err(fault) = deliveries::release_held(delivery, tenant, ChannelKind::Whatsapp).await {
        tracing::warn!(%tenant, cause = fault.chain(), "deliveries go on waiting for a phone until the next look");
    }
}

async fn forget_keys(delivery: &Delivery, tenant: Id<id::Tenant>) {
    if let Err(fault) = KeyStore::new(delivery.platform().clone(), tenant).clear().await {
        tracing::warn!(%tenant, cause = fault.chain(), "the keys of an ended WhatsApp session are still stored");
    }
}

async fn report(delivery: &Delivery, messages: &[String]) {
    for message in messages {
        let told = deliveries::report(delivery, ChannelKind::Whatsapp, message, DeliveryStatus::Delivered, None).await;
        if let Err(fault) = told {
            tracing::warn!(cause = fault.chain(), "the arrival of a WhatsApp message was not written down");
        }
    }
}
