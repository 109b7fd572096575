//! Lines do not pile up for ever.

use std::time::Duration;

use platform::{Platform, Result};

use super::store;

/// How long a line is kept, read or not.
pub const KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 3600);
/// Lines removed by one statement, so that no other writer waits long.
const ROWS_MAX: u64 = 1_000;
/// Statements of one run; the rest waits for the next.
const ROUNDS_MAX: u32 = 50;

/// Removes old lines; returns how many.
pub async fn forget_old(platform: &Platform) -> Result<u64> {
    let mut gone = 0;
    for _ in 0..ROUNDS_MAX {
        let tx = platform.db().begin().await?;
        let removed = store::delete_older(&tx, tx.now().minus(KEPT_FOR), ROWS_MAX).await?;
        tx.commit().await?;
        gone += removed;
        if removed < ROWS_MAX {
            break;
        }
    }
    Ok(gone)
}
