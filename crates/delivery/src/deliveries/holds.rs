//! What is held because the other side does not take anything: an account that is closed, a login that is refused, a phone
//! that is off. One of a lane's deliveries goes to see, soon; when anything gets through the lane again, all that the lane
//! held is let go. Pure but for its own state; time is handed in.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use kernel::{Id, Timestamp, id};

use crate::{channels::Lane, model::ChannelKind};

/// How soon one goes to see whether a lane takes something again.
pub const SCOUT_AFTER: Duration = Duration::from_secs(60);
/// What a tenant's channel holds is let go at most so often: something else may hold it.
pub const RELEASE_PAUSE: Duration = Duration::from_secs(300);
/// Lanes that are remembered; what further ones hold is looked at each hour.
pub const HOLDING_LANES_MAX: usize = 10_000;
/// Tenants remembered for each.
pub const HOLDING_TENANTS_MAX: usize = 10_000;

/// What a tenant's channel holds may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Release {
    pub tenant: Id<id::Tenant>,
    pub channel: ChannelKind,
}

#[derive(Debug, Default)]
pub(crate) struct Holds {
    lanes: HashMap<Lane, Holding>,
}

#[derive(Debug, Default)]
struct Holding {
    tenants: HashSet<Id<id::Tenant>>,
    /// When the one that goes to see is due.
    scout: Option<Timestamp>,
    released_at: Option<Timestamp>,
}

impl Holds {
    /// A delivery was held: when it shall look again, if it is the one that goes to see.
    pub fn hold(&mut self, lane: &Lane, tenant: Id<id::Tenant>, now: Timestamp) -> Option<Timestamp> {
        if self.lanes.len() >= HOLDING_LANES_MAX && !self.lanes.contains_key(lane) {
            return None;
        }
        let holding = self.lanes.entry(lane.clone()).or_default();
        if holding.tenants.len() < HOLDING_TENANTS_MAX {
            holding.tenants.insert(tenant);
        }
        if holding.scout.is_some_and(|due| due > now) {
            return None;
        }
        holding.scout = Some(now.plus(SCOUT_AFTER));
        holding.scout
    }

    /// Something got through: what the lane held may go.
    pub fn got_through(&mut self, lane: &Lane, channel: ChannelKind, now: Timestamp) -> Vec<Release> {
        let Some(holding) = self.lanes.get_mut(lane) else { return Vec::new() };
        if holding.released_at.is_some_and(|at| now < at.plus(RELEASE_PAUSE)) {
            return Vec::new();
        }
        if holding.tenants.is_empty() {
            self.lanes.remove(lane);
            return Vec::new();
        }
        holding.released_at = Some(now);
        holding.scout = None;
        holding.tenants.drain().map(|tenant| Release { tenant, channel }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn tenant(n: u128) -> Id<id::Tenant> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn lane() -> Lane {
        Lane("twilio".into())
    }

    #[test]
    fn one_goes_to_see_and_the_others_wait_for_what_it_finds() {
        let mut holds = Holds::default();
        assert_eq!(holds.hold(&lane(), tenant(1), NOW), Some(NOW.plus(SCOUT_AFTER)));
        assert_eq!(holds.hold(&lane(), tenant(1), NOW), None);
        assert_eq!(holds.hold(&lane(), tenant(2), NOW), None);
        // It found nothing better, and goes again.
        let later = NOW.plus(SCOUT_AFTER);
        assert_eq!(holds.hold(&lane(), tenant(1), later), Some(later.plus(SCOUT_AFTER)));
        let mut released = holds.got_through(&lane(), ChannelKind::Sms, later);
        released.sort_by_key(|release| release.tenant);
        assert_eq!(released.iter().map(|r| r.tenant).collect::<Vec<_>>(), [tenant(1), tenant(2)]);
        assert_eq!(holds.got_through(&lane(), ChannelKind::Sms, later), []);
    }

    #[test]
    fn what_something_else_holds_is_not_let_go_again_and_again() {
        let mut holds = Holds::default();
        holds.hold(&lane(), tenant(1), NOW);
        assert_eq!(holds.got_through(&lane(), ChannelKind::Sms, NOW).len(), 1);
        holds.hold(&lane(), tenant(1), NOW);
        assert_eq!(holds.got_through(&lane(), ChannelKind::Sms, NOW), []);
        assert_eq!(holds.got_through(&lane(), ChannelKind::Sms, NOW.plus(RELEASE_PAUSE)).len(), 1);
    }

    #[test]
    fn a_lane_that_holds_nothing_is_not_remembered() {
        let mut holds = Holds::default();
        assert_eq!(holds.got_through(&lane(), ChannelKind::Sms, NOW), []);
        holds.hold(&lane(), tenant(1), NOW);
        holds.got_through(&lane(), ChannelKind::Sms, NOW);
        holds.got_through(&lane(), ChannelKind::Sms, NOW.plus(RELEASE_PAUSE));
        assert!(holds.lanes.is_empty());
    }
}
