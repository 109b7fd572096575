//! How fast one tenant may send, and to one recipient. A recipient is counted for each tenant apart, so that nobody waits
//! because of what others send to the same person; what a provider takes from all of them together is a matter of its lane
//! (`lanes.rs`) and of its own answers. What comes too fast gets a time of its own to come back at, in line behind those that
//! were told to wait before it. Pure; time is handed in.

use std::{collections::HashMap, hash::Hash, sync::Arc, time::Duration};

use kernel::Timestamp;
use uuid::Uuid;

use crate::{channels::Pace, model::ChannelKind};

/// Tenants and recipients that are counted at once; those who sent nothing lately are forgotten first.
const COUNTED_MAX: usize = 50_000;
/// Longest wait that a pace hands out; whoever is beyond asks again then.
const WAIT_MAX: Duration = Duration::from_secs(3600);

/// One counted sender or recipient (a leaky bucket, as in the generic cell rate algorithm of ITU-T I.371).
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    /// When the bucket is empty again, in microseconds.
    empty_at: i64,
    /// The last time handed out to one who has to wait, in microseconds.
    last_wait: i64,
}

/// `burst` at once, and one more each `interval`.
#[derive(Debug, Clone, Copy)]
struct Limit {
    interval: i64,
    burst: i64,
}

impl Limit {
    fn new(count: u32, within: Duration) -> Self {
        let burst = i64::from(count.max(1));
        let interval = i64::try_from(within.as_micros()).unwrap_or(i64::MAX) / burst;
        Self { interval, burst }
    }
}

impl Bucket {
    /// When this one may go, if not now.
    fn ask(&self, limit: Limit, now: i64, has_waited: bool) -> Option<i64> {
        let free_at = self.empty_at.max(now).saturating_sub(limit.interval.saturating_mul(limit.burst - 1));
        let is_in_line = !has_waited && self.last_wait > now;
        (free_at > now || is_in_line).then(|| free_at.max(self.last_wait).max(now).saturating_add(limit.interval))
    }
    fn take(&mut self, limit: Limit, now: i64) {
        self.empty_at = self.empty_at.max(now).saturating_add(limit.interval);
    }
}

/// All that is counted.
#[derive(Debug, Default)]
pub(crate) struct Paces {
    tenants: HashMap<(ChannelKind, Uuid), Bucket>,
    /// By tenant, since a pace of one is no affair of another.
    recipients: HashMap<(ChannelKind, Uuid, Arc<str>), Bucket>,
}

impl Paces {
    /// Counts one send, or says when to come back. `has_waited` is one that was told to wait before.
    pub fn ask(
        &mut self,
        channel: ChannelKind,
        pace: &Pace,
        tenant: Uuid,
        recipient: &Arc<str>,
        now: Timestamp,
        has_waited: bool,
    ) -> Result<(), Timestamp> {
        let now_micros = now.millis().saturating_mul(1000);
        let by_tenant = pace.per_second_of_tenant.map(|count| Limit::new(count, Duration::from_secs(1)));
        let by_recipient = pace.per_minute_of_recipient.map(|count| Limit::new(count, Duration::from_secs(60)));
        let of_recipient = (channel, tenant, recipient.clone());
        let mut tenant = by_tenant.map(|limit| (limit, entry(&mut self.tenants, (channel, tenant), now_micros)));
        let mut recipient = by_recipient.map(|limit| (limit, entry(&mut self.recipients, of_recipient, now_micros)));
        for (limit, bucket) in tenant.iter_mut().chain(recipient.iter_mut()) {
            if let Some(at) = bucket.ask(*limit, now_micros, has_waited) {
                bucket.last_wait = at;
                return Err(Timestamp::from_millis(at.saturating_add(999) / 1000).min(now.plus(WAIT_MAX)));
            }
        }
        for (limit, bucket) in tenant.iter_mut().chain(recipient.iter_mut()) {
            bucket.take(*limit, now_micros);
        }
        Ok(())
    }
}

fn entry<K: Hash + Eq>(counted: &mut HashMap<K, Bucket>, key: K, now: i64) -> &mut Bucket {
    if counted.len() >= COUNTED_MAX && !counted.contains_key(&key) {
        counted.retain(|_, bucket| bucket.empty_at.max(bucket.last_wait) > now);
        if counted.len() >= COUNTED_MAX {
            // Everybody counted is being slowed down: to forget them all lets each send one burst too many.
            counted.clear();
        }
    }
    counted.entry(key).or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace =
        Pace { at_once: 1, at_once_in_lane: 1, per_second_of_tenant: Some(2), per_minute_of_recipient: Some(3) };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn ask(paces: &mut Paces, tenant: u128, recipient: &str, now: i64, has_waited: bool) -> Result<(), Timestamp> {
        paces.ask(ChannelKind::Sms, &PACE, Uuid::from_u128(tenant), &recipient.into(), at(now), has_waited)
    }

    #[test]
    fn a_tenant_sends_its_share_each_second_and_the_rest_is_spread_behind_it() {
        let mut paces = Paces::default();
        assert_eq!(ask(&mut paces, 1, "a", 0, false), Ok(()));
        assert_eq!(ask(&mut paces, 1, "b", 0, false), Ok(()));
        let waits: Vec<_> = (0..3).map(|n| ask(&mut paces, 1, &format!("c{n}"), 0, false)).collect();
        assert_eq!(waits, [Err(at(1000)), Err(at(1500)), Err(at(2000))]);
        assert_eq!(ask(&mut paces, 2, "a", 0, false), Ok(()), "another tenant is not slowed down");
        // Each comes back at its time and goes; a newcomer stands behind those who wait.
        assert_eq!(ask(&mut paces, 1, "c0", 1000, true), Ok(()));
        assert_eq!(ask(&mut paces, 1, "new", 1000, false), Err(at(2500)));
        assert_eq!(ask(&mut paces, 1, "c1", 1500, true), Ok(()));
    }

    #[test]
    fn one_recipient_gets_few_messages_a_minute() {
        let mut paces = Paces::default();
        for second in 0..3 {
            assert_eq!(ask(&mut paces, 1, "a", second * 1000, false), Ok(()));
        }
        let wait = ask(&mut paces, 1, "a", 3000, false).unwrap_err();
        assert!(wait > at(3000), "{wait}");
        assert_eq!(ask(&mut paces, 1, "b", 4000, false), Ok(()));
        assert_eq!(ask(&mut paces, 1, "a", 63_000, true), Ok(()));
    }

    #[test]
    fn what_one_tenant_sends_to_somebody_does_not_slow_down_another() {
        let mut paces = Paces::default();
        let first: Vec<_> = (0..4).map(|second| ask(&mut paces, 1, "a", second * 1000, false).is_ok()).collect();
        assert_eq!(first, [true, true, true, false]);
        let second: Vec<_> = (3..7).map(|second| ask(&mut paces, 2, "a", second * 1000, false).is_ok()).collect();
        assert_eq!(second, [true, true, true, false], "the same person, another business");
    }

    #[test]
    fn nobody_is_told_to_wait_for_ever() {
        let mut paces = Paces::default();
        let asked: Vec<_> = (0..20_000).map(|_| ask(&mut paces, 1, "a", 0, false)).collect();
        assert_eq!(asked.last(), Some(&Err(at(3_600_000))));
    }
}
