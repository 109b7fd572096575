//! How fast one paired phone sends: so many a minute, never evenly. What comes too fast is told when to come back, and its
//! turn is kept until then. Pure; time and chance are handed in.

use std::{collections::HashMap, time::Duration};

use kernel::{Id, Timestamp, id};

/// Deliveries of one phone whose turn is kept; whoever comes beyond them asks again later.
pub const TURNS_MAX: usize = 2_000;
/// The pause between two messages is longer or shorter by at most so many hundredths.
pub const JITTER_PERCENT: u64 = 40;
/// When those come back for whom no turn could be kept.
const CROWD_WAIT: Duration = Duration::from_secs(300);
/// A turn that was not taken for so long after its time is free again.
const TURN_KEPT_FOR: Duration = Duration::from_secs(600);

/// The pace of one phone.
#[derive(Debug, Default)]
pub struct Pacer {
    /// When the next one may go that has no turn yet.
    free_at: Option<Timestamp>,
    turns: HashMap<Id<id::Delivery>, Timestamp>,
}

impl Pacer {
    /// Lets a delivery go now, or says how long it shall stay away. `roll` is any number.
    pub fn ask(
        &mut self,
        delivery: Id<id::Delivery>,
        per_minute: u32,
        now: Timestamp,
        roll: u16,
    ) -> Result<(), Duration> {
        match self.turns.get(&delivery) {
            Some(turn) if *turn <= now => {
                self.turns.remove(&delivery);
                return Ok(());
            }
            Some(turn) => return Err(turn.since(now)),
            None => {}
        }
        let pause = jittered(Duration::from_secs(60) / per_minute.max(1), roll);
        let turn = self.free_at.map_or(now, |free| free.max(now));
        if turn > now && self.is_full(now) {
            return Err(CROWD_WAIT);
        }
        self.free_at = Some(turn.plus(pause));
        if turn <= now {
            return Ok(());
        }
        self.turns.insert(delivery, turn);
        Err(turn.since(now))
    }

    fn is_full(&mut self, now: Timestamp) -> bool {
        if self.turns.len() >= TURNS_MAX {
            self.turns.retain(|_, turn| turn.plus(TURN_KEPT_FOR) > now);
        }
        self.turns.len() >= TURNS_MAX
    }
}

fn jittered(pause: Duration, roll: u16) -> Duration {
    let millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    let span = millis * JITTER_PERCENT / 100;
    Duration::from_millis(millis - span + 2 * span * u64::from(roll) / u64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);
    const MIDDLE: u16 = u16::MAX / 2;

    fn delivery(number: u128) -> Id<id::Delivery> {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn the_first_goes_at_once_and_the_others_get_turns_that_are_kept() {
        let mut pacer = Pacer::default();
        assert_eq!(pacer.ask(delivery(1), 20, START, 0), Ok(()));
        let second = pacer.ask(delivery(2), 20, START, MIDDLE).unwrap_err();
        let third = pacer.ask(delivery(3), 20, START, MIDDLE).unwrap_err();
        assert!(second >= Duration::from_millis(1_800) && third > second, "{second:?} {third:?}");
        assert_eq!(pacer.ask(delivery(2), 20, START, MIDDLE), Err(second), "its turn is the same when it asks again");
        assert_eq!(pacer.ask(delivery(2), 20, START.plus(second), MIDDLE), Ok(()));
        // A newcomer stands behind those who wait.
        assert!(pacer.ask(delivery(4), 20, START.plus(second), MIDDLE).unwrap_err() > third.saturating_sub(second));
    }

    #[test]
    fn after_a_quiet_while_nobody_waits() {
        let mut pacer = Pacer::default();
        assert_eq!(pacer.ask(delivery(1), 1, START, MIDDLE), Ok(()));
        assert_eq!(pacer.ask(delivery(2), 1, START.plus(Duration::from_secs(90)), MIDDLE), Ok(()));
    }

    #[test]
    fn turns_are_bounded_and_those_that_nobody_took_are_free_again() {
        let mut pacer = Pacer::default();
        for number in 0..=TURNS_MAX as u128 {
            pacer.ask(delivery(number), 600, START, 0).unwrap_or_default();
        }
        assert_eq!(pacer.ask(delivery(1 << 90), 600, START, 0), Err(CROWD_WAIT));
        let much_later = START.plus(Duration::from_secs(24 * 3600));
        assert_eq!(pacer.ask(delivery(1 << 91), 600, much_later, 0), Ok(()));
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_its_share_and_the_chance_around_it(rolls in prop::collection::vec(any::<u16>(), 60)) {
            let mut pacer = Pacer::default();
            let mut turns: Vec<Duration> = Vec::new();
            for (number, roll) in rolls.into_iter().enumerate() {
                turns.push(pacer.ask(delivery(number as u128), 20, START, roll).err().unwrap_or_default());
            }
            for (at, turn) in turns.iter().enumerate() {
                let within = turns[at..].iter().filter(|other| **other < *turn + Duration::from_secs(60)).count();
                prop_assert!(within <= 34, "{within} in one minute");
            }
        }
    }
}
