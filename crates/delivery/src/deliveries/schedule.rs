//! What follows an attempt: when the next one is, or that there is none. Pure; time and chance are handed in.

use std::time::Duration;

use kernel::Timestamp;

use crate::{
    channels::{Failure, Outcome},
    model::DeliveryStatus,
};

/// A wait is made longer or shorter by at most so many hundredths, so that what failed together does not return together.
pub const JITTER_PERCENT: u64 = 10;
/// Longest wait that the other side may ask for.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 3600);
/// A delivery whose channel cannot send is looked at again after this long, should nobody say that it can.
pub const HELD_RECHECK: Duration = Duration::from_secs(3600);
/// Characters of an error that are kept.
pub const ERROR_CHARS_MAX: usize = 1_000;

/// What becomes of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub status: DeliveryStatus,
    /// Attempts made until now.
    pub attempts: u32,
    /// When somebody looks at it again; never, for one that is final.
    pub due: Option<Timestamp>,
    pub message_id: Option<String>,
    pub failure: Option<Failure>,
    /// Nothing was tried: what is known of the last attempt stays, and `failure` counts only where nothing is.
    pub is_untried: bool,
}

impl Change {
    /// Put back untried: its attempts are what they were.
    pub fn back(attempts: u32, due: Timestamp) -> Self {
        let status = if attempts == 0 { DeliveryStatus::Pending } else { DeliveryStatus::Failed };
        Self { status, attempts, due: Some(due), message_id: None, failure: None, is_untried: true }
    }
}

impl Change {
    /// The same for a delivery whose event was called off meanwhile: what would go on ends here.
    pub fn called_off(self) -> Self {
        if self.status.is_final() {
            return self;
        }
        Self { status: DeliveryStatus::Cancelled, due: None, ..self }
    }
}

/// A wait, moved by chance; `roll` is any number.
pub(crate) fn jittered(wait: Duration, roll: u16) -> Duration {
    let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let span = millis.saturating_mul(JITTER_PERCENT) / 100;
    let moved = span.saturating_mul(2).saturating_mul(u64::from(roll)) / u64::from(u16::MAX);
    Duration::from_millis(millis.saturating_sub(span).saturating_add(moved))
}

/// What follows attempt number `attempt`, which ended at `ended`. `steps[n]` is the wait after the n-th attempt since the
/// schedule began, which was after `earlier` attempts.
pub(crate) fn decide(
    outcome: Outcome,
    attempt: u32,
    earlier: u32,
    steps: &[Duration],
    ended: Timestamp,
    roll: u16,
) -> Change {
    let end = |status, message_id, failure| Change {
        status,
        attempts: attempt,
        due: None,
        message_id,
        failure,
        is_untried: false,
    };
    match outcome {
        Outcome::Sent { message_id } => end(DeliveryStatus::Sent, message_id, None),
        Outcome::Delivered { message_id } => end(DeliveryStatus::Delivered, message_id, None),
        Outcome::Dead { failure } => end(DeliveryStatus::Dead, None, Some(shortened(failure))),
        Outcome::Held { reason } => Change {
            status: DeliveryStatus::Held,
            attempts: attempt.saturating_sub(1),
            due: Some(ended.plus(jittered(HELD_RECHECK, roll))),
            message_id: None,
            failure: Some(shortened(reason)),
            is_untried: false,
        },
        Outcome::Unwanted { reason } => Change {
            attempts: attempt.saturating_sub(1),
            ..end(DeliveryStatus::Cancelled, None, Some(shortened(reason)))
        },
        Outcome::Later { after } => Change::back(attempt.saturating_sub(1), ended.plus(after)),
        Outcome::Retry { failure, after } => {
            let failure = Some(shortened(failure));
            let Some(step) = steps.get(usize::try_from(attempt.saturating_sub(earlier)).unwrap_or(usize::MAX)) else {
                return end(DeliveryStatus::Dead, None, failure);
            };
            let wait = jittered(*step, roll).max(after.unwrap_or_default().min(RETRY_AFTER_MAX));
            Change { due: Some(ended.plus(wait)), ..end(DeliveryStatus::Failed, None, failure) }
        }
    }
}

fn shortened(failure: Failure) -> Failure {
    let error = match failure.error.char_indices().nth(ERROR_CHARS_MAX) {
        Some((end, _)) => failure.error[..end].to_owned(),
        None => failure.error,
    };
    Failure { code: failure.code, error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEPS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(5), Duration::from_secs(300)];
    const AT: Timestamp = Timestamp::from_millis(1_000_000);
    const MIDDLE: u16 = u16::MAX / 2;

    fn failed(after: Option<Duration>) -> Outcome {
        Outcome::Retry { failure: Failure { code: "TIMEOUT", error: "no answer".to_owned() }, after }
    }

    #[test]
    fn a_failure_waits_for_its_step_and_the_last_one_is_given_up() {
        let first = decide(failed(None), 1, 0, &STEPS, AT, MIDDLE);
        assert_eq!((first.status, first.attempts), (DeliveryStatus::Failed, 1));
        assert!(first.due.unwrap().since(AT).abs_diff(STEPS[1]) <= Duration::from_millis(1));
        let second = decide(failed(None), 2, 0, &STEPS, AT, MIDDLE);
        assert!(second.due.unwrap().since(AT).abs_diff(STEPS[2]) <= Duration::from_millis(5));
        let last = decide(failed(None), 3, 0, &STEPS, AT, MIDDLE);
        assert_eq!((last.status, last.due), (DeliveryStatus::Dead, None));
    }

    #[test]
    fn a_delivery_sent_again_by_a_person_has_the_whole_schedule_before_it() {
        let again = decide(failed(None), 4, 3, &STEPS, AT, MIDDLE);
        assert_eq!((again.status, again.attempts), (DeliveryStatus::Failed, 4));
        assert_eq!(decide(failed(None), 6, 3, &STEPS, AT, MIDDLE).status, DeliveryStatus::Dead);
    }

    #[test]
    fn the_other_side_may_ask_for_a_longer_wait_but_not_for_ever() {
        let asked = decide(failed(Some(Duration::from_secs(60))), 1, 0, &STEPS, AT, 0);
        assert_eq!(asked.due.unwrap().since(AT), Duration::from_secs(60));
        let shorter = decide(failed(Some(Duration::from_secs(1))), 2, 0, &STEPS, AT, u16::MAX);
        assert_eq!(shorter.due.unwrap().since(AT), Duration::from_secs(330));
        let forever = decide(failed(Some(Duration::MAX)), 1, 0, &STEPS, AT, 0);
        assert_eq!(forever.due.unwrap().since(AT), RETRY_AFTER_MAX);
    }

    #[test]
    fn what_was_called_off_is_not_tried_again_and_what_had_left_has_left() {
        let failed = decide(failed(None), 1, 0, &STEPS, AT, 0).called_off();
        assert_eq!((failed.status, failed.due, failed.attempts), (DeliveryStatus::Cancelled, None, 1));
        assert!(failed.failure.is_some(), "why its last try failed is still known");
        let sent = decide(Outcome::Sent { message_id: None }, 1, 0, &STEPS, AT, 0);
        assert_eq!(sent.clone().called_off(), sent);
    }

    #[test]
    fn a_held_delivery_has_lost_no_attempt() {
        let reason = Failure { code: "NOT_CONNECTED", error: "pair first".to_owned() };
        let held = decide(Outcome::Held { reason }, 1, 0, &STEPS, AT, 0);
        assert_eq!((held.status, held.attempts), (DeliveryStatus::Held, 0));
        assert!(held.due.is_some());
    }

    proptest! {
        #[test]
        fn jitter_stays_within_its_bounds(millis in 0_u64..1_000_000_000, roll: u16) {
            let wait = u64::try_from(jittered(Duration::from_millis(millis), roll).as_millis()).unwrap();
            let span = millis * JITTER_PERCENT / 100;
            prop_assert!(wait >= millis - span && wait <= millis + span);
        }

        #[test]
        fn a_long_error_is_cut_between_characters(error in "\\PC{0,1200}") {
            let kept = shortened(Failure { code: "X", error: error.clone() }).error;
            prop_assert!(error.starts_with(&kept) && kept.chars().count() <= ERROR_CHARS_MAX);
        }
    }
}
