//! Deliveries that wait for their turn in this process. A channel tries so many at once, a lane of it so many of these, and
//! no lane or tenant keeps the others out (`slots.rs`); lanes take turns, and so do the tenants who share one
//! (`shares.rs`). What does not fit is handed back and waits in the
//! database; in a full lane, that is the last of whoever has most waiting there.
//! Pure but for its own state; time is handed in.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use kernel::Timestamp;
use uuid::Uuid;

use super::{
    breaker::{Breaker, Gate, Rest, Sign},
    shares::{Share, Shares},
    slots::{SLOW_AFTER, Slots},
    work::Work,
};
use crate::channels::{Lane, Pace};

/// Deliveries that wait in one lane; more wait in the database.
pub const LANE_WORKS_MAX: usize = 512;
/// Of a lane whose last attempt failed, or that is being probed.
pub const WEAK_LANE_WORKS_MAX: usize = 32;
/// Lanes remembered for how they did.
pub const REMEMBERED_LANES_MAX: usize = 10_000;
/// A delivery that was not taken: it comes back then.
#[derive(Debug)]
pub(crate) struct TurnedAway {
    pub work: Work,
    pub until: Timestamp,
    pub why: Why,
}

/// Why it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// There was no room for it.
    Full,
    /// Its lane is left alone, for this reason.
    Resting(Rest),
}

/// An attempt that began.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    pub lane: Lane,
    tenant: Uuid,
    began: Timestamp,
    is_quick: bool,
}

/// The lanes of one channel.
#[derive(Debug)]
pub(crate) struct Lanes {
    at_once_in_lane: usize,
    longest_wait: Duration,
    slots: Slots,
    lanes: HashMap<Lane, LaneState>,
    /// Lanes that have something to send and may.
    ready: VecDeque<Lane>,
}

#[derive(Debug, Default)]
struct LaneState {
    /// When each attempt under way began.
    running: Vec<Timestamp>,
    waiting: Shares,
    breaker: Breaker,
    is_ready: bool,
    /// Its last attempt did not take long.
    was_quick: bool,
}

impl Lanes {
    /// `longest_wait` is the longest step of the channel's schedule.
    pub fn new(pace: Pace, longest_wait: Duration) -> Self {
        Self {
            at_once_in_lane: pace.at_once_in_lane.max(1),
            longest_wait,
            slots: Slots::new(&pace),
            lanes: HashMap::new(),
            ready: VecDeque::new(),
        }
    }

    /// Lets a delivery stand in line; gives back who has to go instead, if anybody: this one, or one of whoever has more.
    pub fn admit(&mut self, lane: &Lane, work: Work, now: Timestamp) -> Option<Box<TurnedAway>> {
        self.forget_some();
        let state = self.lanes.entry(lane.clone()).or_default();
        if let Gate::Shut(until, rest) = state.breaker.gate(now) {
            return Some(Box::new(TurnedAway { work, until, why: Why::Resting(rest) }));
        }
        let most = if state.breaker.is_clean() { LANE_WORKS_MAX } else { WEAK_LANE_WORKS_MAX };
        let away = state.waiting.push(work, most);
        self.list(lane, now);
        away.map(|Share { work, stays_away }| {
            Box::new(TurnedAway { work, until: now.plus(stays_away), why: Why::Full })
        })
    }

    /// The next delivery to try, if one may be tried now. A lane whose tenants have enough under way keeps its place.
    pub fn next(&mut self, now: Timestamp) -> Option<(Work, Turn)> {
        for _ in 0..self.ready.len() {
            if self.slots.is_full() {
                return None;
            }
            let lane = self.ready.pop_front()?;
            let Some(state) = self.lanes.get_mut(&lane) else { continue };
            state.is_ready = false;
            let gate = state.breaker.gate(now);
            if !state.may_run(gate, self.at_once_in_lane) {
                continue;
            }
            let is_quick = state.is_quick(now);
            let slots = &self.slots;
            let Some(work) = state.waiting.pop(LANE_WORKS_MAX, |tenant| slots.may_begin(tenant, is_quick)) else {
                self.list(&lane, now);
                continue;
            };
            if gate == Gate::Probe {
                state.breaker.probe();
            }
            let turn = Turn { lane, tenant: work.tenant().uuid(), began: now, is_quick };
            state.running.push(now);
            self.slots.begin(turn.tenant, is_quick);
            self.list(&turn.lane, now);
            return Some((work, turn));
        }
        None
    }

    /// An attempt has ended, and the other side may have `asked` to be left alone for so long. What waits in a lane that is
    /// left alone from now on is handed back with the time to return.
    pub fn finish(&mut self, turn: &Turn, sign: Sign, asked: Option<Duration>, now: Timestamp) -> Vec<TurnedAway> {
        let Turn { lane, tenant, began, is_quick } = turn;
        self.slots.end(*tenant, *is_quick);
        let Some(state) = self.lanes.get_mut(lane) else { return Vec::new() };
        if let Some(at) = state.running.iter().position(|at| at == began) {
            state.running.swap_remove(at);
        }
        if sign != Sign::Nothing {
            state.was_quick = now.since(*began) < SLOW_AFTER;
        }
        let mut away = Vec::new();
        if state.breaker.note(sign, now, self.longest_wait) {
            metrics::counter!("frontdesk_lanes_opened_total").increment(1);
        }
        if let Some(wait) = asked {
            state.breaker.rest(wait, now);
        }
        if let Gate::Shut(until, rest) = state.breaker.gate(now) {
            let waiting = state.waiting.take_all().into_iter();
            away.extend(waiting.map(|work| TurnedAway { work, until, why: Why::Resting(rest) }));
        }
        self.list(lane, now);
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
        if !state.is_ready && !state.waiting.is_empty() && state.may_run(gate, at_once_in_lane) {
            state.is_ready = true;
            self.ready.push_back(lane.clone());
        }
    }

    /// Lanes without anything to do are forgotten when there are too many, those that failed last.
    fn forget_some(&mut self) {
        if self.lanes.len() >= REMEMBERED_LANES_MAX {
            self.lanes.retain(|_, state| !(state.is_idle() && state.breaker.is_clean()));
        }
        if self.lanes.len() >= REMEMBERED_LANES_MAX {
            self.lanes.retain(|_, state| !state.is_idle());
        }
    }
}

impl LaneState {
    fn is_idle(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty()
    }
    fn is_quick(&self, now: Timestamp) -> bool {
        self.was_quick && self.running.iter().all(|began| now.since(*began) < SLOW_AFTER)
    }
    fn may_run(&self, gate: Gate, at_once_in_lane: usize) -> bool {
        match gate {
            Gate::Open => self.running.len() < at_once_in_lane,
            Gate::Probe => true,
            Gate::Asked | Gate::Shut(..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{Id, id};
    use uuid::Uuid;

    use super::*;
    use crate::{
        channels::Task,
        deliveries::{
            breaker::FAILURES_TO_OPEN,
            shares::TURNED_AWAY_FOR_MIN,
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
            assert!(lanes.admit(&lane("smtp"), work(&hold, 1), NOW).is_none());
        }
        assert!(lanes.admit(&lane("smtp"), work(&hold, 2), NOW).is_none());
        let mut order = Vec::new();
        while let Some((work, turn)) = lanes.next(NOW) {
            order.push(work.tenant().uuid().as_u128());
            lanes.finish(&turn, Sign::Alive, None, NOW);
        }
        assert_eq!(order.len(), 51);
        assert_eq!(order.iter().position(|tenant| *tenant == 2), Some(1));
    }

    #[test]
    fn whoever_fills_a_lane_makes_room_for_others() {
        let (mut lanes, hold) = lanes(1, 1);
        let smtp = lane("smtp");
        let greedy: Vec<_> = (0..LANE_WORKS_MAX * 3).map(|_| lanes.admit(&smtp, work(&hold, 1), NOW)).collect();
        assert_eq!(greedy.iter().flatten().count(), LANE_WORKS_MAX * 2);
        for tenant in 2..=4 {
            for _ in 0..LANE_WORKS_MAX / 8 {
                let away = lanes.admit(&smtp, work(&hold, tenant), NOW).unwrap();
                assert_eq!((away.work.tenant().uuid().as_u128(), away.why), (1, Why::Full));
            }
        }
        let turns: Vec<u128> = std::iter::from_fn(|| {
            let (work, turn) = lanes.next(NOW)?;
            lanes.finish(&turn, Sign::Alive, None, NOW);
            Some(work.tenant().uuid().as_u128())
        })
        .collect();
        assert_eq!(turns.len(), LANE_WORKS_MAX);
        assert_eq!(turns[..8], [1, 2, 3, 4, 1, 2, 3, 4]);
    }

    #[test]
    fn a_lane_that_asked_for_a_pause_gets_it_from_everybody() {
        let (mut lanes, hold) = lanes(2, 2);
        let (a, wait) = (lane("a"), Duration::from_secs(90));
        for _ in 0..5 {
            assert!(lanes.admit(&a, work(&hold, 1), NOW).is_none());
        }
        let (_, turn) = lanes.next(NOW).unwrap();
        let away = lanes.finish(&turn, Sign::Down, Some(wait), NOW);
        assert_eq!(away.len(), 4);
        assert!(away.iter().all(|a| (a.until, a.why) == (NOW.plus(wait), Why::Resting(Rest::Asked))));
        assert_eq!(lanes.admit(&a, work(&hold, 2), NOW).unwrap().until, NOW.plus(wait), "another business's as well");
        assert!(lanes.admit(&lane("b"), work(&hold, 1), NOW).is_none(), "another lane goes on");
        assert!(lanes.admit(&a, work(&hold, 1), NOW.plus(wait)).is_none());
    }

    #[test]
    fn lanes_take_turns_and_none_takes_all() {
        let (mut lanes, hold) = lanes(6, 4);
        for _ in 0..20 {
            assert!(lanes.admit(&lane("a"), work(&hold, 1), NOW).is_none());
        }
        assert!(lanes.admit(&lane("b"), work(&hold, 1), NOW).is_none());
        let running: Vec<Turn> = std::iter::from_fn(|| lanes.next(NOW)).map(|(_, turn)| turn).collect();
        assert_eq!(running.iter().filter(|turn| turn.lane == lane("a")).count(), 4);
        assert_eq!(running.iter().filter(|turn| turn.lane == lane("b")).count(), 1);
        assert!(lanes.next(NOW).is_none());
        let of_a = running.iter().find(|turn| turn.lane == lane("a")).unwrap();
        lanes.finish(of_a, Sign::Alive, None, NOW);
        assert!(lanes.next(NOW).is_some());
    }

    #[test]
    fn lanes_that_hang_leave_room_for_those_that_answer() {
        let (mut lanes, hold) = lanes(64, 8);
        let all = |lanes: &mut Lanes, now| -> Vec<Turn> {
            std::iter::from_fn(|| lanes.next(now)).map(|(_, turn)| turn).collect()
        };
        for n in 0..60 {
            assert!(lanes.admit(&lane(&format!("own{}", n % 6)), work(&hold, 1), NOW).is_none());
        }
        assert_eq!(all(&mut lanes, NOW).len(), 8, "nobody knows these lanes yet");
        assert!(lanes.admit(&lane("new"), work(&hold, 2), NOW).is_none());
        let first = all(&mut lanes, NOW);
        assert_eq!(first.len(), 1);
        lanes.finish(&first[0], Sign::Alive, None, NOW.plus(Duration::from_millis(100)));
        for _ in 0..20 {
            assert!(lanes.admit(&lane("new"), work(&hold, 2), NOW).is_none());
        }
        assert_eq!(all(&mut lanes, NOW).len(), 8, "this one answers");

        // Now it hangs as well: what its tenant has elsewhere is tried by few.
        let later = NOW.plus(SLOW_AFTER);
        assert!(lanes.lanes[&lane("new")].was_quick && !lanes.lanes[&lane("new")].is_quick(later));
        assert!(lanes.admit(&lane("another"), work(&hold, 3), later).is_none());
        assert_eq!(all(&mut lanes, later).len(), 1);
    }

    #[test]
    fn a_full_lane_turns_away_for_longer_and_longer() {
        let (mut lanes, hold) = lanes(1, 1);
        for _ in 0..LANE_WORKS_MAX {
            assert!(lanes.admit(&lane("a"), work(&hold, 1), NOW).is_none());
        }
        let away: Vec<Timestamp> =
            (0..600).map(|_| lanes.admit(&lane("a"), work(&hold, 1), NOW).unwrap().until).collect();
        assert_eq!(away[0], NOW.plus(TURNED_AWAY_FOR_MIN));
        assert!(away.is_sorted() && away[599] > away[0]);
        assert!(lanes.admit(&lane("b"), work(&hold, 1), NOW).is_none(), "another lane has room");
    }

    #[test]
    fn a_lane_that_is_left_alone_hands_everything_back_and_is_tried_by_one() {
        let (mut lanes, hold) = lanes(100, 100);
        let a = lane("a");
        for _ in 0..FAILURES_TO_OPEN + 5 {
            assert!(lanes.admit(&a, work(&hold, 1), NOW).is_none());
        }
        let mut away = Vec::new();
        for _ in 0..FAILURES_TO_OPEN {
            let (_, turn) = lanes.next(NOW).unwrap();
            away.extend(lanes.finish(&turn, Sign::Down, None, NOW));
        }
        assert_eq!(away.len(), 5);
        let until = lanes.admit(&a, work(&hold, 1), NOW).unwrap().until;
        for _ in 0..3 {
            assert!(lanes.admit(&a, work(&hold, 1), until).is_none());
        }
        let (_, scout) = lanes.next(until).unwrap();
        assert!(lanes.next(until).is_none(), "one goes to see");
        lanes.finish(&scout, Sign::Alive, None, until);
        assert!(lanes.next(until).is_some() && lanes.next(until).is_some(), "the others follow");
    }

    #[test]
    fn what_waits_is_handed_back_when_the_process_ends() {
        let (mut lanes, hold) = lanes(1, 1);
        for name in ["a", "b", "b"] {
            assert!(lanes.admit(&lane(name), work(&hold, 1), NOW).is_none());
        }
        assert!(lanes.next(NOW).is_some());
        assert_eq!(lanes.take_all().len(), 2);
        assert!(lanes.next(NOW).is_none());
    }
}
