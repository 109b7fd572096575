//! What an event counts: one delivery per recipient, and an end that is true.

use kernel::{Id, id};
use serde_json::json;

use super::{House, counts, failed, sent};
use crate::{
    channels::Attempted,
    deliveries::report,
    events::{Hearers, NewEvent, Source, accept, accept_fact},
    model::{ChannelKind, DeliveryStatus},
};

async fn an_event_is_completed_when_not_all_of_it_was_given_up(house: House) {
    house
        .channel
        .answer(|task| if task.recipient.starts_with('a') { Attempted::dead("SMTP_REFUSED", "no") } else { sent() });
    let mixed = house.state(&["a@x.example", "b@x.example", "c@x.example"]).await;
    let all_dead = house.state(&["a@x.example", "a2@x.example"]).await;
    assert_eq!(house.event(mixed).await.0, "processing");
    house.run().await;
    assert_eq!(house.event(mixed).await, ("completed".to_owned(), 3, 3, 1));
    assert_eq!(house.statuses(mixed).await, counts([("dead", 1), ("sent", 2)]));
    assert_eq!(house.event(all_dead).await, ("failed".to_owned(), 2, 2, 2));
}

async fn an_event_without_recipients_is_completed_at_once(house: House) {
    let data = json!({"user_id": 7, "user_name": "Ann", "clock_in_time": "2026-11-18T08:00:00Z"});
    let event = NewEvent { spelling: "user:clockedIn".to_owned(), data, key: None, scheduled_for: None };
    let accepted = accept(&house.delivery, &house.sender(house.tenant), event, Source::Api).await.unwrap();
    assert_eq!(accepted.spelling, "user:clockedIn");
    assert_eq!(house.event(accepted.id).await, ("completed".to_owned(), 0, 0, 0));
}

async fn nobody_hears_of_it_twice(house: House) {
    let event = house.state(&["a@x.example", "A@x.example", " a@x.example"]).await;
    house.run().await;
    assert_eq!(house.channel.count(), 1);
    assert_eq!(house.event(event).await, ("completed".to_owned(), 1, 1, 0));
}

async fn a_fact_of_this_house_becomes_an_event_once(house: House) {
    let id: Id<id::Event> = house.delivery.platform().world().id();
    let visit = |email| {
        json!({"appointment": {"id": "appt_1", "status": "pending", "service": "Cut", "start": "2026-11-20T07:00:00Z",
            "end": "2026-11-20T08:00:00Z", "timezone": "Africa/Nairobi", "customer": {"name": "Cara", "email": email}}})
    };
    let state = async |id, data, hearers| {
        let at = house.now();
        accept_fact(&house.delivery, id, house.tenant, "appointment.created", data, at, hearers).await.unwrap();
    };
    state(id, visit(json!("cara@x.example")), Hearers::All).await;
    state(id, visit(json!("cara@x.example")), Hearers::All).await;
    let without = house.delivery.platform().world().id();
    state(without, visit(json!(null)), Hearers::All).await;
    let quiet = house.delivery.platform().world().id();
    state(quiet, visit(json!("cara@x.example")), Hearers::Systems).await;
    house.run().await;
    let tries: Vec<String> = house.channel.tries().into_iter().map(|t| t.recipient).collect();
    assert_eq!(tries, ["cara@x.example"]);
    assert_eq!(house.rows("SELECT id FROM events", vec![]).await.len(), 3);
}

async fn a_large_event_is_spread_by_the_workers(house: House) {
    let many: Vec<String> = (0..10_000).map(|n| format!("p{n}@x.example")).collect();
    let event = house.state_for(house.tenant, json!(many)).await;
    assert_eq!(house.event(event).await.0, "pending");
    house.run().await;
    let total = i32::try_from(many.len()).unwrap();
    assert_eq!(house.event(event).await, ("completed".to_owned(), total, total, 0));
    assert_eq!(house.channel.count(), many.len());
}

async fn what_a_provider_tells_later_is_noted_once(house: House) {
    house.channel.answer(|task| {
        Attempted::new(crate::channels::Outcome::Sent { message_id: Some(format!("SM-{}", task.recipient)) })
    });
    let event = house.state(&["a@x.example", "b@x.example"]).await;
    house.run().await;
    let tell = async |who: &str, status| {
        let id = format!("SM-{who}@x.example");
        report(&house.delivery, ChannelKind::Email, &id, status, None).await.unwrap();
    };
    tell("a", DeliveryStatus::Delivered).await;
    tell("a", DeliveryStatus::Dead).await;
    tell("nobody", DeliveryStatus::Dead).await;
    assert_eq!(house.statuses(event).await, counts([("delivered", 1), ("sent", 1)]));
    tell("b", DeliveryStatus::Failed).await;
    tell("b", DeliveryStatus::Dead).await;
    assert_eq!(house.statuses(event).await, counts([("delivered", 1), ("dead", 1)]));
    assert_eq!(house.event(event).await, ("completed".to_owned(), 2, 2, 1));
}

async fn an_event_whose_only_message_is_given_up_later_has_failed(house: House) {
    house.channel.answer(|_| Attempted::new(crate::channels::Outcome::Sent { message_id: Some("SM1".to_owned()) }));
    let event = house.state(&["a@x.example"]).await;
    house.run().await;
    report(&house.delivery, ChannelKind::Email, "SM1", DeliveryStatus::Dead, None).await.unwrap();
    assert_eq!(house.event(event).await, ("failed".to_owned(), 1, 1, 1));
}

async fn many_events_at_once_are_all_stored_and_carried_out(house: House) {
    house
        .channel
        .answer(|task| if task.attempt == 1 && task.recipient.ends_with("odd.example") { failed() } else { sent() });
    let state = async |n: usize| {
        let domain = if n % 2 == 1 { "odd" } else { "even" };
        house.state(&[&format!("p{n}@{domain}.example")]).await
    };
    let events = futures_util::future::join_all((0..200).map(state)).await;
    // The lane of half of them is left alone for a while, since its first tries failed one after the other.
    for _ in 0..12 {
        house.run().await;
        house.advance(std::time::Duration::from_secs(60));
    }
    for event in events {
        assert_eq!(house.event(event).await, ("completed".to_owned(), 1, 1, 0));
    }
}

on_both_databases!(
    an_event_is_completed_when_not_all_of_it_was_given_up,
    an_event_without_recipients_is_completed_at_once,
    nobody_hears_of_it_twice,
    a_fact_of_this_house_becomes_an_event_once,
    a_large_event_is_spread_by_the_workers,
    what_a_provider_tells_later_is_noted_once,
    an_event_whose_only_message_is_given_up_later_has_failed,
    many_events_at_once_are_all_stored_and_carried_out,
);
