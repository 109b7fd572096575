//! Dead letters come back: by a window of time, with the whole schedule before them.

use std::time::Duration;

use super::{House, counts, failed, sent};
use crate::{
    channels::Attempted,
    deliveries::{Window, retry_dead},
    model::ChannelKind,
};

async fn the_dead_letters_of_a_time_are_sent_again(house: House) {
    house.channel.answer(|_| Attempted::dead("SMTP_REFUSED", "no"));
    let early = house.state(&["a@x.example"]).await;
    house.run().await;
    house.advance(Duration::from_secs(60));
    let from = house.now();
    let (late, also) = (house.state(&["b@x.example", "c@x.example"]).await, house.state(&["d@x.example"]).await);
    let other = house.another_tenant();
    let theirs = house.state_for(other, serde_json::json!("e@x.example")).await;
    house.run().await;
    house.advance(Duration::from_secs(60));
    house.channel.answer(|_| sent());

    let by_sms = Window { channel: Some(ChannelKind::Sms), ..Window::default() };
    assert_eq!(retry_dead(&house.delivery, house.tenant, &by_sms).await.unwrap(), (0, false));
    let window = Window { from: Some(from), to: Some(house.now()), ..Window::default() };
    assert_eq!(retry_dead(&house.delivery, house.tenant, &window).await.unwrap(), (3, false));
    assert_eq!(house.event(late).await, ("processing".to_owned(), 2, 0, 0));
    house.run().await;
    assert_eq!(house.event(late).await, ("completed".to_owned(), 2, 2, 0));
    assert_eq!(house.event(also).await, ("completed".to_owned(), 1, 1, 0));
    assert_eq!(house.event(early).await.0, "failed");
    assert_eq!(house.event(theirs).await.0, "failed");
    let only_a = Window { recipient: Some("a@x.example".to_owned()), ..Window::default() };
    assert_eq!(retry_dead(&house.delivery, house.tenant, &only_a).await.unwrap(), (1, false));
    house.run().await;
    assert_eq!(house.statuses(early).await, counts([("sent", 1)]));
}

async fn a_dead_letter_that_comes_back_has_the_whole_schedule_before_it(house: House) {
    let house = house.beside_with(super::PACE, "0s,1s,1s").await;
    house.channel.answer(|_| failed());
    let event = house.state(&["a@x.example"]).await;
    let run_out = async || {
        for _ in 0..6 {
            house.run().await;
            house.advance(Duration::from_secs(2));
        }
    };
    run_out().await;
    assert_eq!((house.channel.count(), house.event(event).await.0.as_str()), (3, "failed"));
    retry_dead(&house.delivery, house.tenant, &Window::default()).await.unwrap();
    run_out().await;
    assert_eq!((house.channel.count(), house.event(event).await.0.as_str()), (6, "failed"));
    let numbers = house.rows("SELECT number FROM delivery_attempts ORDER BY number", vec![]).await;
    let numbers: Vec<i32> = numbers.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

on_both_databases!(
    the_dead_letters_of_a_time_are_sent_again,
    a_dead_letter_that_comes_back_has_the_whole_schedule_before_it,
);
