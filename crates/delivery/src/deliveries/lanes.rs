//! Deliveries that wait for their turn in this process. A channel tries so many at once, a lane of it so many of these;
//! lanes take turns, and so do the tenants who share one. What does not fit is handed back and waits in the database.
//! Pure but for its own state; time is handed in.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use kernel::Timestamp;
use uuid::Uuid;

use super::{
    breaker::{Breaker, Gate, Sign},
    work::Work,
};
use crate::channels::{Lane, Pace};

/// Deliveries that wait in one lane; more wait in the database.
pub const LANE_WORKS_MAX: usize = 512;
/// Of a lane whose last attempt failed, or that is being probed.
pub const WEAK_LANE_WORKS_MAX: usize = 32;
/// Lanes remembered for their failures alone.
pub const REMEMBERED_LANES_MAX: usize = 10_000;
/// How long those that did not fit stay away, for each that was turned away before them.
const TURNED_AWAY_FOR: Duration = Duration::from_millis(2);
/// How long at least.
const TURNED_AWAY_FOR_MIN: Duration = Duration::from_millis(500);
/// How long at most.
const TURNED_AWAY_FOR_MAX: Duration = Duration::from_secs(300);

/// Why a delivery was not taken: it comes back then.
#[derive(Debug)]
pub(crate) struct TurnedAway {
    pub work: Work,
    pub until: Timestamp,
    /// Its lane is left alone after failures; else there was only no room.
    pub is_resting: bool,
}

/// The lanes of one channel.
#[derive(Debug)]
pub(crate) struct Lanes {
    at_once: usize,
    at_once_in_lane: usize,
    longest_wait: Duration,
    running: usize,
    lanes: HashMap<Lane, LaneState>,
    /// Lanes that have something to send and may.
    ready: VecDeque<Lane>,
}

#[derive(Debug, Default)]
struct LaneState {
    running: usize,
    waiting: Shares,
    breaker: Breaker,
    is_ready: bool,
    turned_away: u32,
}

/// What waits in a lane, by tenant; tenants take turns.
#[derive(Debug, Default)]
struct Shares {
    of_tenant: HashMap<Uuid, VecDeque<Work>>,
    turns: VecDeque<Uuid>,
    count: usize,
}

impl Shares {
    fn push(&mut self, work: Work) {
        let tenant = work.tenant().uuid();
        let own = self.of_tenant.entry(tenant).or_default();
        if own.is_empty() {
            self.turns.push_back(tenant);
        }
        own.push_back(work);
        self.count += 1;
    }

    fn pop(&mut self) -> Option<Work> {
        let tenant = self.turns.pop_front()?;
        let own = self.of_tenant.get_mut(&tenant)?;
        let work = own.pop_front();
        if own.is_empty() {
            self.of_tenant.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        self.count -= usize::from(work.is_some());
        work
    }

    fn take_all(&mut self) -> Vec<Work> {
        std::iter::from_fn(|| self.pop()).collect()
    }
}

impl Lanes {
    /// `longest_wait` is the longest step of the channel's schedule.
    pub fn new(pace: Pace, longest_wait: Duration) -> Self {
        Self {
            at_once: pace.at_once.max(1),
            at_once_in_lane: pace.at_once_in_lane.max(1),
            longest_wait,
            running: 0,
            lanes: HashMap::new(),
            ready: VecDeque::new(),
        }
    }

    /// Lets a delivery stand in line.
    pub fn admit(&mut self, lane: &Lane, work: Work, now: Timestamp) -> Result<(), Box<TurnedAway>> {
        self.forget_some();
        let state = self.lanes.entry(lane.clone()).or_default();
        if let Gate::Shut(until) = state.breaker.gate(now) {
            return Err(Box::new(TurnedAway { work, until, is_resting: true }));
        }
        let most = if state.breaker.is_clean() { LANE_WORKS_MAX } else { WEAK_LANE_WORKS_MAX };
        if state.waiting.count >= most {
            state.turned_away = state.turned_away.saturating_add(1);
            let away = TURNED_AWAY_FOR.saturating_mul(state.turned_away);
            let until = now.plus(away.clamp(TURNED_AWAY_FOR_MIN, TURNED_AWAY_FOR_MAX));
            return Err(Box::new(TurnedAway { work, until, is_resting: false }));
        }
        state.waiting.push(work);
        self.list(lane, now);
        Ok(())
    }

    /// The next delivery to try, if one may be tried now.
    pub fn next(&mut self, now: Timestamp) -> Option<(Work, Lane)> {
        while self.running < self.at_once {
            let lane = self.ready.pop_front()?;
            let Some(state) = self.lanes.get_mut(&lane) else { continue };
            state.is_ready = false;
            let gate = state.breaker.gate(now);
            if !state.may_run(gate, self.at_once_in_lane) {
                continue;
            }
            let Some(work) = state.waiting.pop() else { continue };
            if gate == Gate::Probe {
                state.breaker.probe();
            }
            if state.waiting.count * 2 < LANE_WORKS_MAX {
                state.turned_away = 0;
            }
            state.running += 1;
            self.running += 1;
            self.list(&lane, now);
            return Some((work, lane));
        }
        None
    }

    /// An attempt has ended. What waits in a lane that is left alone from now on is handed back with the time to return.
    pub fn finish(&mut self, lane: &Lane, sign: Sign, now: Timestamp) -> Vec<TurnedAway> {
        self.running -= 1;
        let Some(state) = self.lanes.get_mut(lane) else { return Vec::new() };
        state.running -= 1;
        let mut away = Vec::new();
        if state.breaker.note(sign, now, self.longest_wait) {
            metrics::counter!("frontdesk_lanes_opened_total").increment(1);
            if let Gate::Shut(until) = state.breaker.gate(now) {
                let waiting = state.waiting.take_all().into_iter();
                away.extend(waiting.map(|work| TurnedAway { work, until, is_resting: true }));
            }
        }
        if state.is_idle() && state.breaker.is_clean() {
            self.lanes.remove(lane);
        } else {
            self.list(lane, now);
        }
        away
    }

    /// The next delivery of this lane goes to see, however long it was to be left alone.
    pub fn look_again(&mut self, lane: &Lane, now: Timestamp) {
        if let Some(state) = self.lanes.get_mut(lane) {
            state.breaker.look_again(now);
        }
    }

    /// Everything that waits, handed back: the process ends.
    pub fn take_all(&mut self) -> Vec<Work> {
        self.ready.clear();
        let lanes = self.lanes.values_mut();
        lanes
            .flat_map(|state| {
                state.is_ready = false;
                state.waiting.take_all()
            })
            .collect()
    }

    fn list(&mut self, lane: &Lane, now: Timestamp) {
        let at_once_in_lane = self.at_once_in_lane;
        let Some(state) = self.lanes.get_mut(lane) else { return };
        let gate = state.breaker.gate(now);
        if !state.is_ready && state.waiting.count > 0 && state.may_run(gate, at_once_in_lane) {
            state.is_ready = true;
            self.ready.push_back(lane.clone());
        }
    }

    /// Lanes that are remembered for their failures only are forgotten when there are too many.
    fn forget_some(&mut self) {
        if self.lanes.len() >= REMEMBERED_LANES_MAX {
            self.lanes.retain(|_, state| !state.is_idle());
        }
    }
}

impl LaneState {
    fn is_idle(&self) -> bool {
        self.running == 0 && self.waiting.count == 0
    }
    fn may_run(&self, gate: Gate, at_once_in_lane: usize) -> bool {
        match gate {
            Gate::Open => self.running < at_once_in_lane,
            Gate::Probe => true,
            Gate::Asked | Gate::Shut(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{Id, id};

    use super::*;
    use crate::{
        channels::Task,
        deliveries::{
            breaker::FAILURES_TO_OPEN,
            work::{Card, Hold},
        },
        model::{ChannelKind, EventFacts},
    };

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);
    const LONG: Duration = Duration::from_secs(36_000);

    fn lane(name: &str) -> Lane {
        Lane(name.into())
    }

    fn work(hold: &Arc<Hold>, tenant: u128) -> Work {
        let tenant: Id<id::Tenant> = Id::from_uuid(Uuid::from_u128(tenant));
        let facts = Arc::new(EventFacts {
            id: Id::from_uuid(Uuid::nil()),
            tenant,
            kind: "invoice.sent".into(),
            data: Arc::default(),
            at: NOW,
        });
        let card = Arc::new(Card { facts: facts.clone(), spelling: "invoice:sent".into(), token: None, bytes: 0 });
        let task = Task {
            delivery: Id::from_uuid(Uuid::nil()),
            event: facts,
            channel: ChannelKind::Webhook,
            recipient: "r".into(),
            attempt: 1,
        };
        let place = hold.take(tenant, 0).unwrap();
        Work { task, card, lease: NOW, earlier: 0, is_claimed: false, created_at: NOW, _place: place }
    }

    fn lanes(at_once: usize, at_once_in_lane: usize) -> (Lanes, Arc<Hold>) {
        let pace = Pace { at_once, at_once_in_lane, per_second_of_tenant: None, per_minute_of_recipient: None };
        (Lanes::new(pace, LONG), Arc::default())
    }

    #[test]
    fn tenants_in_one_lane_take_turns() {
        let (mut lanes, hold) = lanes(1, 1);
        for _ in 0..50 {
            lanes.admit(&lane("smtp"), work(&hold, 1), NOW).unwrap();
        }
        lanes.admit(&lane("smtp"), work(&hold, 2), NOW).unwrap();
        let mut order = Vec::new();
        while let Some((work, lane)) = lanes.next(NOW) {
            order.push(work.tenant().uuid().as_u128());
            lanes.finish(&lane, Sign::Alive, NOW);
        }
        assert_eq!(order.len(), 51);
        assert_eq!(order.iter().position(|tenant| *tenant == 2), Some(1));
    }

    #[test]
    fn lanes_take_turns_and_none_takes_all() {
        let (mut lanes, hold) = lanes(6, 4);
        for _ in 0..20 {
            lanes.admit(&lane("a"), work(&hold, 1), NOW).unwrap();
        }
        lanes.admit(&lane("b"), work(&hold, 1), NOW).unwrap();
        let running: Vec<Lane> = std::iter::from_fn(|| lanes.next(NOW)).map(|(_, lane)| lane).collect();
        assert_eq!(running.iter().filter(|l| **l == lane("a")).count(), 4);
        assert_eq!(running.iter().filter(|l| **l == lane("b")).count(), 1);
        assert!(lanes.next(NOW).is_none());
        lanes.finish(&lane("a"), Sign::Alive, NOW);
        assert!(lanes.next(NOW).is_some());
    }

    #[test]
    fn a_full_lane_turns_away_for_longer_and_longer() {
        let (mut lanes, hold) = lanes(1, 1);
        for _ in 0..LANE_WORKS_MAX {
            lanes.admit(&lane("a"), work(&hold, 1), NOW).unwrap();
        }
        let away: Vec<Timestamp> =
            (0..600).map(|_| lanes.admit(&lane("a"), work(&hold, 1), NOW).unwrap_err().until).collect();
        assert_eq!(away[0], NOW.plus(TURNED_AWAY_FOR_MIN));
        assert!(away.is_sorted() && away[599] > away[0]);
        assert!(lanes.admit(&lane("b"), work(&hold, 1), NOW).is_ok(), "another lane has room");
    }

    #[test]
    fn a_lane_that_is_left_alone_hands_everything_back_and_is_tried_by_one() {
        let (mut lanes, hold) = lanes(100, 100);
        let a = lane("a");
        for _ in 0..FAILURES_TO_OPEN + 5 {
            lanes.admit(&a, work(&hold, 1), NOW).unwrap();
        }
        let mut away = Vec::new();
        for _ in 0..FAILURES_TO_OPEN {
            assert!(lanes.next(NOW).is_some());
            away.extend(lanes.finish(&a, Sign::Down, NOW));
        }
        assert_eq!(away.len(), 5);
        let until = lanes.admit(&a, work(&hold, 1), NOW).unwrap_err().until;
        for _ in 0..3 {
            lanes.admit(&a, work(&hold, 1), until).unwrap();
        }
        assert!(lanes.next(until).is_some() && lanes.next(until).is_none(), "one goes to see");
        lanes.finish(&a, Sign::Alive, until);
        assert!(lanes.next(until).is_some() && lanes.next(until).is_some(), "the others follow");
    }

    #[test]
    fn what_waits_is_handed_back_when_the_process_ends() {
        let (mut lanes, hold) = lanes(1, 1);
        for name in ["a", "b", "b"] {
            lanes.admit(&lane(name), work(&hold, 1), NOW).unwrap();
        }
        assert!(lanes.next(NOW).is_some());
        assert_eq!(lanes.take_all().len(), 2);
        assert!(lanes.next(NOW).is_none());
    }
}
