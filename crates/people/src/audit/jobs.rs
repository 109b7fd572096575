//! Lines whose time has come are forgotten.

use std::time::Duration;

use platform::{Platform, Result};

use super::store;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Lines removed by one statement, so that no other writer waits long.
const FORGET_ROWS_MAX: u64 = 1_000;
/// Statements of one run; the rest waits for the next.
const FORGET_ROUNDS_MAX: u32 = 50;

/// Removes lines older than the setting says; run from a periodic job.
pub async fn forget_old(platform: &Platform) -> Result<u64> {
    let before = platform.world().now().minus(DAY.saturating_mul(platform.config().audit_kept_days));
    let mut all = 0;
    for _ in 0..FORGET_ROUNDS_MAX {
        let gone = store::forget_some(platform.db(), before, FORGET_ROWS_MAX).await?;
        all += gone;
        if gone < FORGET_ROWS_MAX {
            break;
        }
    }
    Ok(all)
}
