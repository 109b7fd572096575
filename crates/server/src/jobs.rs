//! Work that comes round by itself. Each entry of [`PERIODIC`] is a job in the same queue as all others, so it runs on one
//! node only, is retried, and survives a restart: a run first books the next one under a key that names its time.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::Timestamp;
use platform::{JobDraft, Platform, Result, Tx, http::idempotency};
use serde_json::json;

/// Something done again and again.
pub struct Periodic {
    /// Kind of job.
    pub kind: &'static str,
    /// Time between two runs.
    pub every: Duration,
    run: fn(Platform) -> BoxFuture<'static, Result<()>>,
}

/// All of it.
pub const PERIODIC: &[Periodic] = &[
    Periodic {
        kind: "house.forget_idempotency_keys",
        every: Duration::from_secs(3600),
        run: |platform| forget_idempotency_keys(platform).boxed(),
    },
    Periodic {
        kind: "house.forget_finished_work",
        every: Duration::from_secs(3600),
        run: |platform| forget_finished_work(platform).boxed(),
    },
    Periodic {
        kind: "house.forget_notifications",
        every: Duration::from_secs(3600),
        run: |platform| forget_notifications(platform).boxed(),
    },
    Periodic {
        kind: "people.forget_old_sign_ins",
        every: Duration::from_secs(3600),
        run: |platform| forget_old_sign_ins(platform).boxed(),
    },
    Periodic {
        kind: "house.forget_audit",
        every: Duration::from_secs(3600),
        run: |platform| forget_audit(platform).boxed(),
    },
];

/// How long carried-out jobs are kept for a look back; dead ones stay.
const FINISHED_KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// Rows removed by one statement, so that no other writer waits long.
const FORGET_ROWS_MAX: u64 = 1_000;
/// Statements of one run; the rest waits for the next.
const FORGET_ROUNDS_MAX: u32 = 50;

/// Registers the handlers.
pub fn register(platform: &Platform) {
    for periodic in PERIODIC {
        let handle = platform.clone();
        platform.jobs().on(periodic.kind, move |_, _| {
            let platform = handle.clone();
            async move {
                let mut tx = platform.db().begin().await?;
                book_next(&mut tx, periodic).await?;
                tx.commit().await?;
                (periodic.run)(platform).await
            }
        });
    }
}

/// Books the next run of everything; what is booked already stays as it is.
pub async fn book_all(platform: &Platform) -> Result<()> {
    let mut tx = platform.db().begin().await?;
    for periodic in PERIODIC {
        book_next(&mut tx, periodic).await?;
    }
    tx.commit().await
}

async fn book_next(tx: &mut Tx, periodic: &Periodic) -> Result<()> {
    let at = decide_next(tx.now(), periodic.every);
    let key = format!("{}@{}", periodic.kind, at.millis());
    tx.enqueue(JobDraft::new(periodic.kind, json!({})).at(at).key(key)).await?;
    Ok(())
}

/// The next whole multiple of the period: the same on every node.
fn decide_next(now: Timestamp, every: Duration) -> Timestamp {
    let period = i64::try_from(every.as_millis()).unwrap_or(i64::MAX).max(1);
    Timestamp::from_millis(now.millis().div_euclid(period).saturating_add(1).saturating_mul(period))
}

async fn forget_notifications(platform: Platform) -> Result<()> {
    let gone = delivery::notifications::forget_old(&platform).await?;
    tracing::debug!(gone, "old notifications forgotten");
    Ok(())
}

async fn forget_old_sign_ins(platform: Platform) -> Result<()> {
    let gone = people::signin::forget_old(&platform).await?;
    tracing::debug!(gone, "what signing in left behind is forgotten");
    Ok(())
}

async fn forget_audit(platform: Platform) -> Result<()> {
    let gone = people::audit::forget_old(&platform).await?;
    tracing::debug!(gone, "old lines of the audit log are forgotten");
    Ok(())
}

async fn forget_idempotency_keys(platform: Platform) -> Result<()> {
    let gone = idempotency::forget_old(platform.db()).await?;
    tracing::debug!(gone, "old idempotency keys are forgotten");
    Ok(())
}

async fn forget_finished_work(platform: Platform) -> Result<()> {
    let before = platform.world().now().minus(FINISHED_KEPT_FOR);
    let sql = format!(
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE done_at < ? AND dead = 0 LIMIT {FORGET_ROWS_MAX})"
    );
    for _ in 0..FORGET_ROUNDS_MAX {
        let tx = platform.db().begin().await?;
        let gone = tx.execute(&sql, vec![before.into()]).await?;
        tx.commit().await?;
        if gone < FORGET_ROWS_MAX {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_run_lies_ahead_and_is_the_same_for_every_node() {
        let hour = Duration::from_secs(3600);
        let at = |millis| Timestamp::from_millis(millis);
        assert_eq!(decide_next(at(0), hour), at(3_600_000));
        assert_eq!(decide_next(at(3_599_999), hour), at(3_600_000));
        assert_eq!(decide_next(at(3_600_000), hour), at(7_200_000));
    }
}
