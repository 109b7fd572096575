//! The schedule, run by a clock in the test's hand.

use std::time::Duration;

use kernel::Timestamp;

use super::{House, counts, failed, sent, told_to_wait};
use crate::{channels::Attempted, deliveries::JITTER_PERCENT};

/// As promised: at once, and then so long after the try before.
const SCHEDULE: [u64; 8] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/// When the next delivery is due.
async fn next_due(house: &House) -> Option<Timestamp> {
    let rows = house.rows("SELECT MIN(due_at) FROM deliveries WHERE due_at IS NOT NULL", vec![]).await;
    rows[0].try_get_by_index::<Option<Timestamp>>(0).unwrap()
}

/// Moves time to when something is due and carries it out, until nothing is.
async fn run_to_the_end(house: &House) {
    while let Some(due) = next_due(house).await {
        house.advance(due.since(house.now()));
        house.run().await;
    }
}

async fn a_delivery_is_tried_on_schedule_and_then_given_up(house: House) {
    house.channel.answer(|_| failed());
    let event = house.state(&["a@x.example"]).await;
    run_to_the_end(&house).await;
    let tries = house.channel.tries();
    assert_eq!(tries.len(), SCHEDULE.len());
    assert!(tries.iter().all(|t| t.delivery == tries[0].delivery));
    let numbers: Vec<u32> = tries.iter().map(|t| t.attempt).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    for (pair, seconds) in tries.windows(2).zip(&SCHEDULE[1..]) {
        let waited = u64::try_from(pair[1].at.since(pair[0].at).as_millis()).unwrap();
        let (expected, slack) = (seconds * 1000, seconds * 10 * JITTER_PERCENT);
        assert!(waited.abs_diff(expected) <= slack, "waited {waited} ms instead of {expected}");
    }
    assert_eq!(house.statuses(event).await, counts([("dead", 1)]));
    assert_eq!(house.event(event).await, ("failed".to_owned(), 1, 1, 1));
    let attempts = house.rows("SELECT outcome, code FROM delivery_attempts ORDER BY number", vec![]).await;
    let outcomes: Vec<String> = attempts.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(outcomes, ["failed", "failed", "failed", "failed", "failed", "failed", "failed", "dead"]);
}

async fn a_try_that_works_ends_it(house: House) {
    house.channel.answer(|task| if task.attempt < 4 { failed() } else { sent() });
    let event = house.state(&["a@x.example"]).await;
    run_to_the_end(&house).await;
    assert_eq!(house.channel.count(), 4);
    assert_eq!(house.event(event).await, ("completed".to_owned(), 1, 1, 0));
}

async fn a_failure_for_good_is_not_tried_again(house: House) {
    house.channel.answer(|_| Attempted::dead("SMTP_REFUSED", "no such mailbox"));
    let event = house.state(&["a@x.example"]).await;
    run_to_the_end(&house).await;
    assert_eq!(house.channel.count(), 1);
    assert_eq!(house.statuses(event).await, counts([("dead", 1)]));
}

async fn the_other_side_may_say_when(house: House) {
    house.channel.answer(|task| if task.attempt == 1 { told_to_wait(Duration::from_secs(90)) } else { sent() });
    house.state(&["a@x.example"]).await;
    run_to_the_end(&house).await;
    let tries = house.channel.tries();
    assert_eq!(tries[1].at.since(tries[0].at), Duration::from_secs(90));
}

async fn the_schedule_is_a_setting_and_may_differ_by_channel(house: House) {
    let house = house.beside_with(super::PACE, "0s; email=1s,2s,3s").await;
    house.channel.answer(|_| failed());
    let event = house.state(&["a@x.example"]).await;
    assert_eq!(house.run().await, 0, "the first try waits too");
    let mut before = house.now();
    run_to_the_end(&house).await;
    let tries = house.channel.tries();
    assert_eq!(tries.len(), 3);
    for (tried, seconds) in tries.iter().zip([1, 2, 3]) {
        let waited = u64::try_from(tried.at.since(before).as_millis()).unwrap();
        assert!(waited.abs_diff(seconds * 1000) <= seconds * 10 * JITTER_PERCENT, "{waited} ms instead of {seconds} s");
        before = tried.at;
    }
    assert_eq!(house.event(event).await.0, "failed");
}

async fn a_clock_that_jumps_back_loses_nothing(house: House) {
    house.channel.answer(|task| if task.attempt == 1 { failed() } else { sent() });
    let event = house.state(&["a@x.example"]).await;
    house.run().await;
    house.clock.0.fetch_sub(3_600_000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(house.run().await, 0);
    house.advance(Duration::from_secs(3_610));
    assert_eq!(house.run().await, 1);
    assert_eq!(house.statuses(event).await, counts([("sent", 1)]));
}

on_both_databases!(
    a_delivery_is_tried_on_schedule_and_then_given_up,
    a_try_that_works_ends_it,
    a_failure_for_good_is_not_tried_again,
    the_other_side_may_say_when,
    the_schedule_is_a_setting_and_may_differ_by_channel,
    a_clock_that_jumps_back_loses_nothing,
);
