//! Deliveries in this process's hands, from the moment they are leased until their outcome is handed to the marker. There is
//! no task per waiting delivery: whoever finishes one takes the next.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::FutureExt;
use kernel::{Id, Timestamp, World, id};
use parking_lot::Mutex;
use platform::config::Schedules;
use tokio::{sync::mpsc, time::timeout};

use super::{
    breaker::{Rest, Sign},
    called_off::CalledOff,
    holds::{Holds, Release},
    lanes::{Lanes, Turn, TurnedAway, Why},
    marker::{Log, Mark},
    pace::Paces,
    schedule::{Change, decide},
    work::{Hold, Work},
};
use crate::{
    channels::{Attempted, Channel, Failure, Lane, Outcome, Task},
    model::ChannelKind,
};

/// Longest attempt of any channel; each has a shorter limit of its own.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a delivery stays with the process that took it.
pub const LEASE: Duration = Duration::from_secs(180);
/// What is left of a lease must cover an attempt and its marking, or the attempt is not begun.
const LEASE_LEFT_MIN: Duration = Duration::from_secs(75);
/// What returns to a lane that is left alone is spread over so long, so that not all of it returns at once.
const RETURN_SPREAD: Duration = Duration::from_secs(10);
/// A delivery that its channel has not been able to try for so long, because the other side was down, is given up.
pub const UNTRIED_FOR_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// One channel and what waits for it.
struct Way {
    channel: Arc<dyn Channel>,
    steps: Vec<Duration>,
    lanes: Mutex<Lanes>,
}

/// The process's deliveries.
pub(crate) struct Queue {
    world: World,
    /// Set once the floor stands, since channels are part of it.
    ways: OnceLock<Vec<Way>>,
    paces: Mutex<Paces>,
    marks: mpsc::Sender<Mark>,
    holds: Mutex<Holds>,
    releases: mpsc::Sender<Release>,
    /// Events that somebody called off while their deliveries were here.
    called_off: CalledOff,
    /// How much is in hand.
    pub hold: Arc<Hold>,
}

impl Queue {
    pub fn new(world: World, marks: mpsc::Sender<Mark>, releases: mpsc::Sender<Release>) -> Self {
        let (ways, paces, holds, hold) = (OnceLock::new(), Mutex::default(), Mutex::default(), Arc::default());
        Self { world, ways, paces, marks, holds, releases, called_off: CalledOff::default(), hold }
    }

    /// Puts the channels in.
    pub fn open(&self, channels: Vec<Arc<dyn Channel>>, schedules: &Schedules) {
        let way = |channel: Arc<dyn Channel>| {
            let steps = schedules.of(channel.kind().as_str()).to_vec();
            let longest = steps.iter().copied().max().unwrap_or_default();
            let lanes = Mutex::new(Lanes::new(channel.pace(), longest));
            Way { channel, steps, lanes }
        };
        if self.ways.set(channels.into_iter().map(way).collect()).is_err() {
            tracing::warn!("the channels were set twice; the first ones stay");
        }
    }

    fn ways(&self) -> &[Way] {
        self.ways.get().map_or(&[], Vec::as_slice)
    }

    fn way(&self, kind: ChannelKind) -> Option<&Way> {
        self.ways().iter().find(|way| way.channel.kind() == kind)
    }

    /// How long after its acceptance a delivery of this channel is first tried.
    pub fn first_wait(&self, kind: ChannelKind) -> Duration {
        self.way(kind).and_then(|way| way.steps.first().copied()).unwrap_or_default()
    }

    /// Whom a delivery of this channel goes through.
    pub async fn lane_of(&self, task: &Task) -> Option<Lane> {
        Some(self.way(task.channel)?.channel.lane(task).await)
    }

    /// A lane is tried again by the next delivery, however long it was to be left alone.
    pub fn look_again(&self, kind: ChannelKind, lane: &Lane) {
        if let Some(way) = self.way(kind) {
            way.lanes.lock().look_again(lane, self.world.now());
        }
    }

    /// An event was called off: what is here of it does not begin any more.
    pub fn forget_event(&self, event: Id<id::Event>) {
        self.called_off.note(event, self.world.now());
    }

    /// Takes a leased delivery on.
    pub async fn start(self: &Arc<Self>, work: Work) {
        let kind = work.task.channel;
        let Some(way) = self.way(kind) else {
            let attempted = Attempted::held("CHANNEL_MISSING", "This installation cannot send by this channel.");
            let now = self.world.now();
            return self.mark(work, None, attempted, &[], now).await;
        };
        let now = self.world.now();
        let asked = {
            let (tenant, pace) = (work.tenant().uuid(), way.channel.pace());
            self.paces.lock().ask(kind, &pace, tenant, &work.task.recipient, now, work.is_claimed)
        };
        if let Err(until) = asked {
            return self.turn_away(TurnedAway { work, until, why: Why::Full }, false).await;
        }
        let lane = way.channel.lane(&work.task).await;
        let away = way.lanes.lock().admit(&lane, work, now);
        self.pump(way, now);
        if let Some(away) = away {
            self.turn_away(*away, true).await;
        }
    }

    /// Begins as many attempts as there is room for.
    fn pump(self: &Arc<Self>, way: &Way, now: Timestamp) {
        loop {
            let next = way.lanes.lock().next(now);
            let Some((work, turn)) = next else { return };
            tokio::spawn(self.clone().carry_out(work, turn));
        }
    }

    /// Tries one delivery after the other until none waits.
    async fn carry_out(self: Arc<Self>, work: Work, turn: Turn) {
        let (mut work, mut turn) = (work, turn);
        let Some(way) = self.way(work.task.channel) else { return };
        loop {
            let (sign, asked) = self.try_once(way, work, &turn.lane).await;
            let now = self.world.now();
            let (away, next) = {
                let mut lanes = way.lanes.lock();
                let away = lanes.finish(&turn, sign, asked, now);
                (away, lanes.next(now))
            };
            for turned in away {
                self.turn_away(turned, true).await;
            }
            match next {
                Some((next_work, next_turn)) => (work, turn) = (next_work, next_turn),
                None => return,
            }
            // A lane that answers again may take more than the one that went to see.
            self.pump(way, now);
        }
    }

    /// Tries one delivery; gives what that says of its lane, and for how long the other side asks to be left alone.
    async fn try_once(&self, way: &Way, work: Work, lane: &Lane) -> (Sign, Option<Duration>) {
        let started = self.world.now();
        if self.called_off.has(&work) {
            self.call_off(work).await;
            return (Sign::Nothing, None);
        }
        if started.plus(LEASE_LEFT_MIN) > work.lease {
            self.turn_away(TurnedAway { work, until: started, why: Why::Full }, false).await;
            return (Sign::Nothing, None);
        }
        let attempt = AssertUnwindSafe(way.channel.attempt(&work.task)).catch_unwind();
        let attempted = match timeout(ATTEMPT_TIMEOUT, attempt).await {
            Ok(Ok(attempted)) => attempted,
            Ok(Err(_)) => {
                tracing::error!(delivery = %work.task.delivery, channel = way.channel.kind().as_str(), "an attempt panicked");
                Attempted::retry("INTERNAL", "Something went wrong on our side.")
            }
            Err(_) => Attempted::retry("TIMEOUT", "There was no answer in time."),
        };
        let heard = (sign_of(&*way.channel, &attempted), pause_asked_in(&attempted));
        self.mark(work, Some(lane), attempted, &way.steps, started).await;
        heard
    }

    async fn mark(
        &self,
        work: Work,
        lane: Option<&Lane>,
        attempted: Attempted,
        steps: &[Duration],
        started: Timestamp,
    ) {
        let ended = self.world.now();
        let Attempted { outcome, request, response, response_headers, http_status } = attempted;
        let is_tried = !matches!(outcome, Outcome::Held { .. } | Outcome::Unwanted { .. } | Outcome::Later { .. });
        let looks_again = lane.and_then(|lane| self.note_holds(lane, &work, &outcome, ended));
        let change = decide(outcome, work.task.attempt, work.earlier, steps, ended, self.roll());
        let change = Change { due: looks_again.or(change.due), ..change };
        let change = if self.called_off.has(&work) { change.called_off() } else { change };
        count(work.task.channel, change.status.as_str());
        let log = is_tried.then_some(Log { started, ended, request, response, response_headers, http_status });
        self.hand_over(Mark { work, change, log }).await;
    }

    /// Lets go what a lane held when something got through it. One that is held may be the one that goes to see, then.
    fn note_holds(&self, lane: &Lane, work: &Work, outcome: &Outcome, now: Timestamp) -> Option<Timestamp> {
        match outcome {
            Outcome::Held { .. } => self.holds.lock().hold(lane, work.tenant(), now),
            Outcome::Sent { .. } | Outcome::Delivered { .. } => {
                let releases = self.holds.lock().got_through(lane, work.task.channel, now);
                for release in releases {
                    if self.releases.try_send(release).is_err() {
                        tracing::warn!(tenant = %release.tenant, "too much is let go at once; this waits for its own time");
                    }
                }
                None
            }
            _ => None,
        }
    }

    /// Puts a delivery back untried.
    async fn turn_away(&self, away: TurnedAway, is_spread: bool) {
        let TurnedAway { work, until, why } = away;
        if self.called_off.has(&work) {
            return self.call_off(work).await;
        }
        let now = self.world.now();
        let attempts = work.task.attempt.saturating_sub(1);
        let given_up = if is_spread { self.give_up(&work, why, now.since(work.created_at)).await } else { None };
        let change = if let Some(failure) = given_up {
            decide(Outcome::Dead { failure }, attempts, 0, &[], now, 0)
        } else {
            let roll = u64::from(self.roll());
            let spread = if is_spread { RETURN_SPREAD.min(until.since(now)) } else { Duration::ZERO };
            let millis = u64::try_from(spread.as_millis()).unwrap_or(0);
            let due = until.plus(Duration::from_millis(millis * roll / u64::from(u16::MAX)));
            Change { failure: words_of(why), ..Change::back(attempts, due) }
        };
        count(work.task.channel, "waiting");
        self.hand_over(Mark { work, change, log: None }).await;
    }

    /// Why a delivery that is put back once more is not waited for any longer, if so.
    async fn give_up(&self, work: &Work, why: Why, waited: Duration) -> Option<Failure> {
        if waited > UNTRIED_FOR_MAX {
            return Some(Failure {
                code: "UNREACHABLE",
                error: "The other side was not reachable for days.".to_owned(),
            });
        }
        match why {
            Why::Full => None,
            Why::Resting(_) => self.way(work.task.channel)?.channel.give_way(&work.task, waited).await,
        }
    }

    /// Ends a delivery that nobody wants any more.
    pub async fn call_off(&self, work: Work) {
        let attempts = work.task.attempt.saturating_sub(1);
        let change = Change::back(attempts, work.lease).called_off();
        self.hand_over(Mark { work, change, log: None }).await;
    }

    async fn hand_over(&self, mark: Mark) {
        if self.marks.send(mark).await.is_err() {
            // Only when the runtime ends: the lease runs out and somebody else takes the delivery up.
            tracing::debug!("the marking task is gone");
        }
    }

    /// Puts everything that waits back, for another process to take up; attempts under way go on.
    pub async fn give_back(&self) {
        let now = self.world.now();
        for way in self.ways() {
            let waiting = way.lanes.lock().take_all();
            for work in waiting {
                self.turn_away(TurnedAway { work, until: now, why: Why::Full }, false).await;
            }
        }
    }

    fn roll(&self) -> u16 {
        u16::from_le_bytes(self.world.random())
    }
}

/// Why a delivery waits that was never tried.
fn words_of(why: Why) -> Option<Failure> {
    let (code, error) = match why {
        Why::Full => return None,
        Why::Resting(Rest::Failures) => (
            "WAITS_AFTER_FAILURES",
            "The last ones that went this way all failed, so this waits until one is tried again.",
        ),
        Why::Resting(Rest::Asked) => {
            ("WAITS_AS_ASKED", "The other side asked for a pause, so everything that goes there waits.")
        }
    };
    Some(Failure { code, error: error.to_owned() })
}

/// The pause that an answer asks for on behalf of everything that goes the same way: it was too much, or the other side
/// takes nothing for a while (RFC 9110, 10.2.3).
fn pause_asked_in(attempted: &Attempted) -> Option<Duration> {
    match (&attempted.outcome, attempted.http_status) {
        (Outcome::Retry { after, .. }, Some(429 | 503)) => *after,
        _ => None,
    }
}

fn sign_of(channel: &dyn Channel, attempted: &Attempted) -> Sign {
    match &attempted.outcome {
        Outcome::Sent { .. } | Outcome::Delivered { .. } | Outcome::Dead { .. } => Sign::Alive,
        Outcome::Retry { failure, .. } if channel.blames_lane(failure) => Sign::Down,
        Outcome::Retry { .. } => Sign::Alive,
        Outcome::Held { .. } | Outcome::Unwanted { .. } | Outcome::Later { .. } => Sign::Nothing,
    }
}

fn count(channel: ChannelKind, outcome: &'static str) {
    metrics::counter!("frontdesk_deliveries_total", "channel" => channel.as_str(), "outcome" => outcome).increment(1);
}
