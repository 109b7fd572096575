//! What is over is forgotten when it is old, and nothing else.

use std::time::Duration;

use super::{House, counts, failed, sent};
use crate::{deliveries::retry_dead, events::forget_old};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn count(house: &House, table: &str) -> i64 {
    house.rows(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await[0].try_get_by_index(0).unwrap()
}

async fn what_is_over_is_forgotten_after_ninety_days_with_all_that_belongs_to_it(house: House) {
    let many: Vec<String> = (0..70).map(|n| format!("a{n}@x.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for _ in 0..10 {
        house.state(&many).await;
    }
    house.run().await;
    assert_eq!((count(&house, "events").await, count(&house, "deliveries").await), (10, 700));
    house.advance(DAY * 90);
    assert_eq!(forget_old(house.delivery.platform()).await.unwrap(), 0);
    let young = house.state(&["b@x.example"]).await;
    house.run().await;
    house.advance(Duration::from_secs(1));
    assert_eq!(forget_old(house.delivery.platform()).await.unwrap(), 10);
    for table in ["events", "deliveries", "delivery_attempts"] {
        assert_eq!(count(&house, table).await, 1, "{table}");
    }
    assert_eq!(house.event(young).await.0, "completed");
}

async fn what_is_not_over_is_kept_however_old_it_is(house: House) {
    house.channel.answer(|_| crate::channels::Attempted::dead("SMTP_REFUSED", "nobody lives here"));
    let retried = house.state(&["a@x.example"]).await;
    let given_up = house.state(&["b@x.example"]).await;
    house.run().await;
    house.channel.answer(|_| failed());
    let tried = house.state(&["c@x.example"]).await;
    house.run().await;
    assert_eq!(house.event(tried).await.0, "processing");
    house.advance(DAY * 91);
    let window = crate::deliveries::Window { recipient: Some("a@x.example".to_owned()), ..Default::default() };
    assert_eq!(retry_dead(&house.delivery, house.tenant, &window).await.unwrap().0, 1);
    assert_eq!(forget_old(house.delivery.platform()).await.unwrap(), 1);
    assert!(house.rows("SELECT id FROM events WHERE id = ?", vec![given_up.into()]).await.is_empty());
    house.channel.answer(|_| sent());
    house.run().await;
    for event in [retried, tried] {
        assert_eq!(house.statuses(event).await, counts([("sent", 1)]));
    }
}

on_both_databases!(
    what_is_over_is_forgotten_after_ninety_days_with_all_that_belongs_to_it,
    what_is_not_over_is_kept_however_old_it_is,
);
