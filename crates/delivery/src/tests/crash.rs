//! A process that dies loses nothing but time, and every try of a delivery carries the same id.

use std::{collections::HashSet, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{House, SOON, counts, sent};
use crate::deliveries::LEASE;

/// A worker of this house, until it is told to end.
fn worker(house: &House) -> (CancellationToken, tokio::task::JoinHandle<()>) {
    let (stop, delivery) = (CancellationToken::new(), house.delivery.clone());
    let told = stop.clone();
    (stop, tokio::spawn(async move { delivery.run(told).await }))
}

async fn what_a_dead_process_had_in_hand_is_tried_by_another_under_the_same_id(house: House) {
    house.channel.hang_for("");
    let (_, running) = worker(&house);
    let event = house.state(&["a@x.example"]).await;
    // It was sent, for all that anybody knows, and never marked.
    house.channel.reached(1).await;
    running.abort();
    let heir = house.beside().await;
    assert_eq!(heir.run().await, 0, "the lease is respected");
    heir.advance(LEASE + Duration::from_secs(1));
    assert_eq!(heir.run().await, 1);
    let (first, second) = (&house.channel.tries()[0], &heir.channel.tries()[0]);
    assert_eq!(first.delivery, second.delivery);
    assert_eq!(heir.statuses(event).await, counts([("sent", 1)]));
    assert_eq!(heir.event(event).await, ("completed".to_owned(), 1, 1, 0));
}

async fn a_delivery_that_was_claimed_and_never_begun_is_taken_up(house: House) {
    let event = house.state(&["a@x.example"]).await;
    let lease = house.now().plus(LEASE);
    let tx = house.delivery.platform().db().begin().await.unwrap();
    let claimed = crate::deliveries::store::claim::claim_oldest(&tx, lease, 10).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(house.run().await, 0);
    house.advance(LEASE);
    assert_eq!(house.run().await, 1);
    assert_eq!(house.event(event).await.0, "completed");
}

async fn a_mark_that_comes_too_late_changes_nothing_but_the_news_that_it_was_sent(house: House) {
    use crate::deliveries::store::claim;
    let event = house.state(&["a@x.example"]).await;
    let heir = house.beside().await;
    let slow = async |outcome: fn() -> crate::channels::Attempted| {
        house.channel.answer(move |_| outcome());
        let db = house.delivery.platform().db();
        let tx = db.begin().await.unwrap();
        let lease = house.now().plus(LEASE);
        let row = claim::claim_oldest(&tx, lease, 1).await.unwrap().remove(0);
        tx.commit().await.unwrap();
        (row, lease)
    };
    // Another process takes it over and fails; then the first one comes with its own failure.
    let (row, lease) = slow(super::failed).await;
    house.advance(LEASE);
    heir.channel.answer(|_| super::failed());
    assert_eq!(heir.run().await, 1);
    house.delivery.begin_for_test(vec![row], lease).await;
    assert_eq!(heir.statuses(event).await, counts([("failed", 1)]));
    let attempts = heir.rows("SELECT attempts FROM deliveries", vec![]).await;
    assert_eq!(attempts[0].try_get_by_index::<i32>(0).unwrap(), 1);
}

async fn two_processes_share_the_work_and_do_nothing_twice(house: House) {
    let other = house.beside().await;
    let mut events = Vec::new();
    for n in 0..120 {
        let many: Vec<String> = (0..5).map(|m| format!("p{n}-{m}@x{m}.example")).collect();
        events.push(house.state(&many.iter().map(String::as_str).collect::<Vec<_>>()).await);
    }
    let workers = [worker(&house), worker(&other)];
    let all_done = async {
        while house.channel.count() + other.channel.count() < 600 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, all_done).await.unwrap();
    for (stop, running) in workers {
        stop.cancel();
        running.await.unwrap();
    }
    let tries = house.channel.tries().into_iter().chain(other.channel.tries());
    let ids: HashSet<_> = tries.map(|t| t.delivery).collect();
    assert_eq!((ids.len(), house.channel.count() + other.channel.count()), (600, 600));
    for event in events {
        assert_eq!(house.event(event).await, ("completed".to_owned(), 5, 5, 0));
    }
}

async fn a_worker_that_ends_in_order_puts_back_what_it_has_not_begun(house: House) {
    house.channel.hang_for("");
    let (stop, running) = worker(&house);
    let many: Vec<String> = (0..40).map(|n| format!("p{n}@x.example")).collect();
    let event = house.state(&many.iter().map(String::as_str).collect::<Vec<_>>()).await;
    house.channel.reached(super::PACE.at_once_in_lane).await;
    stop.cancel();
    let heir = house.beside().await;
    let put_back = async {
        while heir.run().await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, put_back).await.unwrap();
    running.abort();
    heir.advance(LEASE + Duration::from_secs(1));
    heir.run().await;
    assert_eq!(heir.statuses(event).await, counts([("sent", 40)]));
}

async fn a_panic_in_a_channel_is_a_failure_like_another(house: House) {
    house.channel.answer(|task| if task.attempt == 1 { panic!("a defect of the channel") } else { sent() });
    let event = house.state(&["a@x.example"]).await;
    house.run().await;
    assert_eq!(house.statuses(event).await, counts([("failed", 1)]));
    house.advance(Duration::from_secs(6));
    house.run().await;
    assert_eq!(house.statuses(event).await, counts([("sent", 1)]));
}

async fn what_one_process_has_in_hand_twice_is_counted_once(house: House) {
    use crate::deliveries::store::claim;
    let to: Vec<String> = (0..60).map(|n| format!("p{n}@x{}.example", n % 8)).collect();
    let event = house.state_for(house.tenant, serde_json::json!(to)).await;
    let mut twice = Vec::new();
    let mut lease = house.now();
    for _ in 0..2 {
        // The lease of the first time ends while nothing was marked.
        house.advance(lease.since(house.now()));
        lease = house.now().plus(LEASE);
        let tx = house.delivery.platform().db().begin().await.unwrap();
        twice.extend(claim::claim_oldest(&tx, lease, 100).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(twice.len(), 120);
    house.delivery.begin_for_test(twice, lease).await;
    assert_eq!(house.statuses(event).await, counts([("sent", 60)]));
    assert_eq!(house.event(event).await, ("completed".to_owned(), 60, 60, 0));
}

on_both_databases!(
    what_one_process_has_in_hand_twice_is_counted_once,
    what_a_dead_process_had_in_hand_is_tried_by_another_under_the_same_id,
    a_delivery_that_was_claimed_and_never_begun_is_taken_up,
    a_mark_that_comes_too_late_changes_nothing_but_the_news_that_it_was_sent,
    two_processes_share_the_work_and_do_nothing_twice,
    a_worker_that_ends_in_order_puts_back_what_it_has_not_begun,
    a_panic_in_a_channel_is_a_failure_like_another,
);
