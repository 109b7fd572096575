//! The pace of one socket, kept in the socket itself: eight bytes, no lock, no lookup.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use kernel::Timestamp;

use crate::config::Quota;

/// Low bits count the requests of the window, the others say when it began, in milliseconds.
const COUNT_BITS: u32 = 20;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;

/// How fast one socket speaks.
#[derive(Debug, Default)]
pub struct Pace(AtomicU64);

/// It spoke too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFast {
    /// When it may speak again.
    pub ends_in: Duration,
    /// Whether this is the first refusal of its window.
    pub is_first: bool,
}

impl Pace {
    /// Counts one event, or says why not.
    pub fn take(&self, quota: Quota, now: Timestamp) -> Result<(), TooFast> {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let window = u64::try_from(quota.window.as_millis()).unwrap_or(u64::MAX);
        let allowed = u64::from(quota.requests).min(COUNT_MAX - 1);
        let mut known = self.0.load(Ordering::Relaxed);
        loop {
            let (began, count) = (known >> COUNT_BITS, known & COUNT_MAX);
            let is_over = millis < began || millis - began >= window;
            let (began, count) = if is_over { (millis, 0) } else { (began, count) };
            // One more than allowed is counted, which tells the first refusal from the others.
            let next = (began << COUNT_BITS) | (count + 1).min(allowed + 1);
            match self.0.compare_exchange_weak(known, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) if count < allowed => return Ok(()),
                Ok(_) => {
                    let ends_in = Duration::from_millis((began + window).saturating_sub(millis));
                    return Err(TooFast { ends_in, is_first: count == allowed });
                }
                Err(changed) => known = changed,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_second_and_one_first_refusal() {
        let (pace, quota) = (Pace::default(), Quota { requests: 2, window: Duration::from_secs(1) });
        let at = |millis: i64| Timestamp::from_millis(1_795_000_000_000 + millis);
        assert_eq!(pace.take(quota, at(0)), Ok(()));
        assert_eq!(pace.take(quota, at(400)), Ok(()));
        let refused = pace.take(quota, at(400)).unwrap_err();
        assert_eq!(refused, TooFast { ends_in: Duration::from_millis(600), is_first: true });
        assert!(!pace.take(quota, at(999)).unwrap_err().is_first);
        assert_eq!(pace.take(quota, at(1_000)), Ok(()));
    }
}
