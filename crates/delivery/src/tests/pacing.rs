//! How fast, and not at all: paces, and what a channel holds.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{House, PACE, SOON, counts, sent};
use crate::{
    channels::{Attempted, Pace},
    deliveries::{HELD_RECHECK, SCOUT_AFTER, release_held},
    model::ChannelKind,
};

async fn a_tenant_sends_no_faster_than_its_channel_allows(house: House) {
    let slow = Pace { per_second_of_tenant: Some(2), ..PACE };
    let house = house.beside_with(slow, "").await;
    let event = house.state(&["a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example"]).await;
    assert_eq!(house.run().await, 2);
    assert_eq!(house.statuses(event).await, counts([("sent", 2), ("pending", 3)]));
    house.advance(Duration::from_millis(500));
    assert!(house.run().await <= 1);
    for _ in 0..6 {
        house.advance(Duration::from_millis(500));
        house.run().await;
    }
    assert_eq!(house.statuses(event).await, counts([("sent", 5)]));
    let attempts = house.rows("SELECT id FROM deliveries WHERE attempts <> 1 AND channel = 'email'", vec![]).await;
    assert!(attempts.is_empty(), "waiting is no attempt");
}

async fn one_recipient_is_not_flooded(house: House) {
    let gentle = Pace { per_minute_of_recipient: Some(2), ..PACE };
    let house = house.beside_with(gentle, "").await;
    for _ in 0..4 {
        house.state(&["a@x.example"]).await;
    }
    house.state(&["b@x.example"]).await;
    assert_eq!(house.run().await, 3);
    house.advance(Duration::from_secs(120));
    house.run().await;
    house.advance(Duration::from_secs(120));
    house.run().await;
    assert_eq!(house.channel.count(), 5);
}

async fn one_business_does_not_use_up_the_pace_of_another_to_the_same_person(house: House) {
    let gentle = Pace { per_minute_of_recipient: Some(2), ..PACE };
    let house = house.beside_with(gentle, "").await;
    let other = house.another_tenant();
    for _ in 0..4 {
        house.state(&["a@x.example"]).await;
    }
    assert_eq!(house.run().await, 2);
    let event = house.state_for(other, json!("a@x.example")).await;
    assert_eq!(house.run().await, 1);
    assert_eq!(house.event(event).await.0, "completed");
    house.state_for(other, json!("a@x.example")).await;
    house.state_for(other, json!("a@x.example")).await;
    assert_eq!(house.run().await, 1, "its own pace holds for it as well");
}

async fn what_a_channel_holds_waits_until_it_is_let_go(house: House) {
    let ready = Arc::new(AtomicBool::new(false));
    let is_ready = ready.clone();
    house.channel.answer(move |_| {
        if is_ready.load(Ordering::Acquire) { sent() } else { Attempted::held("NOT_CONNECTED", "pair the phone first") }
    });
    let event = house.state(&["a@x.example", "b@x.example"]).await;
    house.run().await;
    assert_eq!(house.statuses(event).await, counts([("held", 2)]));
    let rows = house.rows("SELECT attempts, error_code FROM deliveries WHERE status = 'held'", vec![]).await;
    assert_eq!(rows[0].try_get_by_index::<i32>(0).unwrap(), 0);
    assert_eq!(rows[0].try_get_by_index::<String>(1).unwrap(), "NOT_CONNECTED");
    assert_eq!(house.event(event).await.0, "processing");
    house.advance(SCOUT_AFTER - Duration::from_secs(1));
    assert_eq!(house.run().await, 0);

    ready.store(true, Ordering::Release);
    assert_eq!(release_held(&house.delivery, house.another_tenant(), ChannelKind::Email).await.unwrap(), 0);
    assert_eq!(release_held(&house.delivery, house.tenant, ChannelKind::Sms).await.unwrap(), 0);
    assert_eq!(release_held(&house.delivery, house.tenant, ChannelKind::Email).await.unwrap(), 2);
    house.run().await;
    assert_eq!(house.statuses(event).await, counts([("sent", 2)]));
    assert_eq!(house.event(event).await.0, "completed");
}

async fn what_is_held_is_looked_at_again_when_nobody_lets_it_go(house: House) {
    house.channel.answer(|_| Attempted::held("NOT_CONNECTED", "pair the phone first"));
    let event = house.state(&["a@x.example"]).await;
    house.run().await;
    house.channel.answer(|_| sent());
    house.advance(HELD_RECHECK * 2);
    house.run().await;
    assert_eq!(house.event(event).await.0, "completed");
}

async fn what_a_lane_held_goes_soon_after_the_other_side_is_back(house: House) {
    house.channel.answer(|_| Attempted::held("SMTP_LOGIN_REFUSED", "the account is closed"));
    let event = house.state(&["a@x.example", "b@x.example", "c@x.example", "d@x.example"]).await;
    house.run().await;
    assert_eq!(house.statuses(event).await, counts([("held", 4)]));
    house.advance(SCOUT_AFTER);
    assert_eq!(house.run().await, 1, "one goes to see");
    assert_eq!(house.statuses(event).await, counts([("held", 4)]));

    house.channel.answer(|_| sent());
    house.advance(SCOUT_AFTER);
    let all_gone = async {
        while house.event(event).await.0 != "completed" {
            house.run().await;
        }
    };
    assert!(tokio::time::timeout(SOON, all_gone).await.is_ok(), "{:?}", house.statuses(event).await);
    assert_eq!(house.statuses(event).await, counts([("sent", 4)]));
}

async fn what_is_held_is_looked_at_when_a_process_starts(house: House) {
    house.channel.answer(|_| Attempted::held("NO_MAIL_SERVER", "none is set up"));
    let event = house.state(&["a@x.example"]).await;
    house.run().await;
    let restarted = house.beside().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let (delivery, told) = (restarted.delivery.clone(), stop.clone());
    let running = tokio::spawn(async move { delivery.run(told).await });
    restarted.channel.reached(1).await;
    stop.cancel();
    running.await.unwrap();
    assert_eq!(restarted.event(event).await.0, "completed");
}

on_both_databases!(
    a_tenant_sends_no_faster_than_its_channel_allows,
    one_recipient_is_not_flooded,
    one_business_does_not_use_up_the_pace_of_another_to_the_same_person,
    what_a_channel_holds_waits_until_it_is_let_go,
    what_is_held_is_looked_at_again_when_nobody_lets_it_go,
    what_a_lane_held_goes_soon_after_the_other_side_is_back,
    what_is_held_is_looked_at_when_a_process_starts,
);
