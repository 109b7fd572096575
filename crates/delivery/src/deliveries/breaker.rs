//! The circuit breaker of one lane. After several failures in a row the lane is left alone for a while, then one delivery is
//! sent to see whether the other side is back; each time it is not, the while doubles. A lane whose other side asks for a
//! pause (`Retry-After`) is left alone for it by everything that goes there. Pure; time is handed in.

use std::time::Duration;

use kernel::Timestamp;

/// Failures in a row after which a lane is left alone.
pub const FAILURES_TO_OPEN: u32 = 10;
/// For how long at first.
pub const OPEN_FOR: Duration = Duration::from_secs(30);
/// For how long at most.
pub const OPEN_FOR_MAX: Duration = Duration::from_secs(600);
/// Longest pause that the other side gets for everything that goes its way, however long it asks for; the one delivery that
/// it answered waits as long as [`super::RETRY_AFTER_MAX`] allows.
pub const ASKED_PAUSE_MAX: Duration = Duration::from_secs(3600);

/// How a lane did, as far as its breaker cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The other side answered; also when it refused this one delivery.
    Alive,
    /// It did not.
    Down,
    /// Nothing was tried.
    Nothing,
}

/// Closed while `open_until` is none.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
    openings: u32,
    is_probing: bool,
    /// Until when the other side asked to be left alone.
    paused_until: Option<Timestamp>,
}

/// Why a lane is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Too much failed.
    Failures,
    /// The other side asked for a pause.
    Asked,
}

/// Whether a delivery may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// As many as the lane takes.
    Open,
    /// This one, to see.
    Probe,
    /// Somebody is seeing: it may wait for the answer.
    Asked,
    /// Not before then.
    Shut(Timestamp, Rest),
}

impl Breaker {
    pub fn gate(&self, now: Timestamp) -> Gate {
        if let Some(until) = self.paused_until.filter(|until| now < *until) {
            return Gate::Shut(until, Rest::Asked);
        }
        match self.open_until {
            None => Gate::Open,
            Some(_) if self.is_probing => Gate::Asked,
            Some(until) if now < until => Gate::Shut(until, Rest::Failures),
            Some(_) => Gate::Probe,
        }
    }

    /// The other side asks to be left alone for so long. The longest pause counts: answers come in any order.
    pub fn rest(&mut self, wait: Duration, now: Timestamp) {
        let until = now.plus(wait.min(ASKED_PAUSE_MAX));
        self.paused_until = self.paused_until.max(Some(until)).filter(|until| *until > now);
    }

    /// One goes to see.
    pub fn probe(&mut self) {
        self.is_probing = true;
    }

    /// Notes how an attempt went; true when the lane is to be left alone from now on. `longest` bounds for how long: a
    /// schedule of seconds must not wait for minutes.
    pub fn note(&mut self, sign: Sign, now: Timestamp, longest: Duration) -> bool {
        let was_probing = std::mem::take(&mut self.is_probing);
        match sign {
            Sign::Alive => {
                // One that was under way takes no pause back that was asked for meanwhile.
                *self = Self { paused_until: self.paused_until.filter(|until| *until > now), ..Self::default() };
                false
            }
            Sign::Nothing => false,
            Sign::Down => {
                self.failures = self.failures.saturating_add(1);
                let opens = was_probing || (self.open_until.is_none() && self.failures >= FAILURES_TO_OPEN);
                if opens {
                    let doubled = OPEN_FOR.saturating_mul(1 << self.openings.min(8)).min(OPEN_FOR_MAX);
                    self.openings = self.openings.saturating_add(1);
                    self.open_until = Some(now.plus(doubled.min(longest)));
                }
                opens
            }
        }
    }

    /// Something was mended there, or a person wants it tried: the next one goes to see, now.
    pub fn look_again(&mut self, now: Timestamp) {
        self.paused_until = None;
        if let Some(until) = &mut self.open_until {
            *until = now.min(*until);
            self.openings = 0;
        }
    }

    /// Whether it has nothing to remember.
    pub fn is_clean(&self) -> bool {
        self.failures == 0 && self.open_until.is_none() && self.paused_until.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(0);
    const LONG: Duration = Duration::from_secs(36_000);

    fn broken() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_TO_OPEN {
            assert!(!breaker.note(Sign::Down, AT, LONG));
        }
        assert!(breaker.note(Sign::Down, AT, LONG));
        breaker
    }

    #[test]
    fn a_lane_is_left_alone_after_failures_in_a_row_only() {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_TO_OPEN {
            breaker.note(Sign::Down, AT, LONG);
        }
        breaker.note(Sign::Alive, AT, LONG);
        assert!(!breaker.note(Sign::Down, AT, LONG));
        assert_eq!(breaker.gate(AT), Gate::Open);
        assert_eq!(broken().gate(AT), Gate::Shut(AT.plus(OPEN_FOR), Rest::Failures));
    }

    #[test]
    fn one_goes_to_see_and_the_rest_follows_its_answer() {
        let mut breaker = broken();
        let later = AT.plus(OPEN_FOR);
        assert_eq!(breaker.gate(later), Gate::Probe);
        breaker.probe();
        assert_eq!(breaker.gate(later), Gate::Asked);
        assert!(breaker.note(Sign::Down, later, LONG));
        assert_eq!(breaker.gate(later), Gate::Shut(later.plus(OPEN_FOR * 2), Rest::Failures));
        let last = later.plus(OPEN_FOR * 2);
        breaker.probe();
        breaker.note(Sign::Alive, last, LONG);
        assert_eq!(breaker.gate(last), Gate::Open);
        assert!(breaker.is_clean());
    }

    #[test]
    fn a_pause_that_is_asked_for_is_kept_and_bounded() {
        let (mut breaker, wait) = (Breaker::default(), Duration::from_secs(60));
        breaker.rest(wait, AT);
        breaker.rest(Duration::from_secs(1), AT);
        breaker.note(Sign::Alive, AT, LONG);
        assert_eq!(breaker.gate(AT), Gate::Shut(AT.plus(wait), Rest::Asked));
        assert_eq!(breaker.gate(AT.plus(wait)), Gate::Open);
        breaker.note(Sign::Alive, AT.plus(wait), LONG);
        assert!(breaker.is_clean());
        breaker.rest(Duration::from_secs(1_000_000), AT);
        assert_eq!(breaker.gate(AT), Gate::Shut(AT.plus(ASKED_PAUSE_MAX), Rest::Asked));
        breaker.look_again(AT);
        assert_eq!(breaker.gate(AT), Gate::Open, "a person may go and see");
    }

    #[test]
    fn what_was_mended_is_seen_at_once() {
        let mut breaker = broken();
        breaker.look_again(AT);
        assert_eq!(breaker.gate(AT), Gate::Probe);
        breaker.probe();
        breaker.look_again(AT);
        assert_eq!(breaker.gate(AT), Gate::Asked, "one is there already");
        assert!(breaker.note(Sign::Down, AT, LONG));
        assert_eq!(
            breaker.gate(AT),
            Gate::Shut(AT.plus(OPEN_FOR), Rest::Failures),
            "and waits no longer than at first"
        );
    }

    #[test]
    fn it_is_never_left_alone_longer_than_the_schedule_or_the_bound() {
        let mut breaker = broken();
        let mut now = AT;
        for _ in 0..20 {
            now = now.plus(OPEN_FOR_MAX);
            breaker.probe();
            breaker.note(Sign::Down, now, LONG);
        }
        assert_eq!(breaker.gate(now), Gate::Shut(now.plus(OPEN_FOR_MAX), Rest::Failures));
        breaker.probe();
        breaker.note(Sign::Down, now, Duration::from_secs(2));
        assert_eq!(breaker.gate(now), Gate::Shut(now.plus(Duration::from_secs(2)), Rest::Failures));
    }
}
