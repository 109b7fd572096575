//! Letting go what a channel held: it can send again, or was set up.

use kernel::{Id, id};
use platform::{Platform, Result, db::Db};
use tokio::sync::mpsc;

use super::{
    holds::Release,
    store::change::{make_held_due, release_some},
};
use crate::{Delivery, model::ChannelKind};

/// Rounds of one start; what is left is looked at when its own time comes.
const ROUNDS_AT_START_MAX: u32 = 40;
/// Deliveries of one transaction.
const RELEASED_MAX: u64 = 500;
/// Releases that wait; what is not let go at once is looked at within the hour.
const RELEASES_MAX: usize = 1_024;

/// Makes everything that this channel of a tenant holds due now; gives how many there were. To be called when settings
/// changed or the channel is ready again; not inside a transaction.
pub async fn release_held(delivery: &Delivery, tenant: Id<id::Tenant>, channel: ChannelKind) -> Result<u64> {
    let released = release(delivery.db(), Release { tenant, channel }).await?;
    if released > 0 {
        delivery.wake();
    }
    Ok(released)
}

async fn release(db: &Db, Release { tenant, channel }: Release) -> Result<u64> {
    let now = db.world().now();
    let mut released = 0;
    loop {
        let tx = db.begin().await?;
        let some = release_some(&tx, tenant, channel.as_str(), now, RELEASED_MAX).await?;
        tx.commit().await?;
        released += some;
        if some < RELEASED_MAX {
            return Ok(released);
        }
    }
}

/// Starts the task that lets go what a lane held once something got through it.
pub(crate) fn start(platform: Platform) -> mpsc::Sender<Release> {
    let (releases, mut waiting) = mpsc::channel(RELEASES_MAX);
    tokio::spawn(async move {
        while let Some(next) = waiting.recv().await {
            if let Err(fault) = release(platform.db(), next).await {
                tracing::error!(cause = fault.chain(), "what a channel held could not be let go");
            }
        }
    });
    releases
}

/// Looks at everything that is held, since the settings of a process that starts may be others than those of the one
/// before it.
pub(crate) async fn release_at_start(delivery: &Delivery) -> Result<()> {
    let db = delivery.platform().db();
    for _ in 0..ROUNDS_AT_START_MAX {
        let tx = db.begin().await?;
        let some = make_held_due(&tx, tx.now(), RELEASED_MAX).await?;
        tx.commit().await?;
        if some < RELEASED_MAX {
            break;
        }
    }
    Ok(())
}
