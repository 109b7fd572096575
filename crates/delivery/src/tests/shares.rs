//! Tenants and lanes do not wait for each other.

use std::time::Duration;

use kernel::{Id, id};
use platform::Tx;
use sea_orm::Value;
use serde_json::json;

use super::{House, PACE, counts, failed, sent, told_to_wait};
use crate::{
    channels::Pace,
    deliveries::{ASKED_PAUSE_MAX, LEASE},
    sql,
};

/// Many deliveries of one event that wait already, as after a long outage.
async fn backlog(house: &House, tenant: Id<id::Tenant>, count: usize) {
    let event = house.state_for(tenant, json!("first@busy.example")).await;
    let tx = house.delivery.platform().db().begin().await.unwrap();
    let world = house.delivery.platform().world().clone();
    for range in sql::chunks(count) {
        insert(&tx, tenant, event, range.map(|n| (world.id(), n)).collect()).await;
    }
    let total = i32::try_from(count + 1).unwrap();
    tx.execute("UPDATE events SET total = ? WHERE id = ?", vec![total.into(), event.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn insert(tx: &Tx, tenant: Id<id::Tenant>, event: Id<id::Event>, rows: Vec<(Id<id::Delivery>, usize)>) {
    let text = format!(
        "INSERT INTO deliveries (id, tenant_id, event_id, channel, recipient, status, due_at, created_at, updated_at) VALUES {}",
        sql::rows(rows.len(), 9)
    );
    let (mut values, now): (Vec<Value>, _) = (Vec::new(), tx.now());
    for (id, n) in rows {
        values.extend([id.into(), tenant.into(), event.into(), "email".into()]);
        values.extend([format!("p{n}@busy.example").into(), "pending".into(), now.into(), now.into(), now.into()]);
    }
    tx.execute(&text, values).await.unwrap();
}

async fn a_tenant_with_many_waiting_does_not_delay_one_with_a_single_delivery(house: House) {
    let many = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    let (busy, quiet) = (house.tenant, house.another_tenant());
    backlog(&house, busy, many).await;
    house.advance(Duration::from_secs(1));
    house.state_for(quiet, json!("only@quiet.example")).await;
    house.run().await;
    let tries = house.channel.tries();
    assert_eq!(tries.len(), many + 2);
    let place = tries.iter().position(|t| t.tenant == quiet).unwrap();
    assert!(place < 1_000, "it came as number {place}");
}

/// So many of the busy business may leave while what the quiet one stated comes into line.
const BEFORE_IT_MAX: usize = 100;

/// Both businesses mail through the operator's server, which takes two at a time, slowly.
async fn a_backlog_at_a_shared_provider_does_not_hold_up_the_mail_of_another(house: House) {
    let (busy, many) = (house.tenant, 5_000);
    let house = house.beside_with(Pace { at_once: 2, at_once_in_lane: 2, ..PACE }, "").await;
    backlog(&house, busy, many).await;
    let gate = house.channel.gate();
    let stop = tokio_util::sync::CancellationToken::new();
    let (delivery, told) = (house.delivery.clone(), stop.clone());
    let running = tokio::spawn(async move { delivery.run(told).await });
    let mut sends = 2;
    let mut send = async |count: usize| {
        for _ in 0..count {
            house.advance(Duration::from_millis(100));
            gate.add_permits(1);
            sends += 1;
            house.channel.reached(sends).await;
        }
    };
    send(600).await;

    // One is taken over as it is stated; the other waits in the database, as if another process had stored it.
    let (born, due) = (house.another_tenant(), house.another_tenant());
    let elsewhere = house.beside().await;
    let event = elsewhere.state_for(due, json!("due@busy.example")).await;
    house.delivery.wake();
    house.until(event, "sending", 1).await;
    let event = house.state_for(born, json!("born@busy.example")).await;
    house.until(event, "sending", 1).await;
    let before = house.channel.count();
    let has_gone = |tenant| house.channel.tries().iter().any(|t| t.tenant == tenant);
    while !(has_gone(born) && has_gone(due)) {
        let gone = house.channel.count() - before;
        assert!(gone < BEFORE_IT_MAX, "{gone} of the other business went first, {} are left", many - before);
        send(1).await;
    }
    assert!(house.channel.count() < many / 2, "the backlog is still there");
    running.abort();
}

/// An answer that asks for a pause speaks for the endpoint, not for the one delivery that got it.
async fn a_pause_that_one_answer_asks_for_holds_for_all_that_goes_the_same_way(house: House) {
    let pause = Duration::from_secs(60);
    house
        .channel
        .answer(move |task| if task.recipient.ends_with("full.example") { told_to_wait(pause) } else { sent() });
    house.state(&["first@full.example"]).await;
    assert_eq!(house.run().await, 1);
    let (second, elsewhere) = (house.state(&["second@full.example"]).await, house.state(&["a@free.example"]).await);
    assert_eq!(house.run().await, 1);
    assert_eq!(house.event(elsewhere).await.0, "completed");
    let row = "SELECT attempts, error_code FROM deliveries WHERE event_id = ? AND channel = 'email'";
    let row = &house.rows(row, vec![second.into()]).await[0];
    assert_eq!(row.try_get_by_index::<i32>(0).unwrap(), 0, "it was not tried");
    assert_eq!(row.try_get_by_index::<String>(1).unwrap(), "WAITS_AS_ASKED");

    house.channel.answer(|_| sent());
    house.advance(pause - Duration::from_secs(1));
    assert_eq!(house.run().await, 0);
    house.advance(Duration::from_secs(12));
    assert_eq!(house.run().await, 2);
    assert_eq!(house.event(second).await.0, "completed");
}

async fn nobody_is_kept_away_for_longer_than_a_bound(house: House) {
    house.channel.answer(|_| told_to_wait(Duration::from_secs(1_000_000)));
    house.state(&["first@full.example"]).await;
    house.run().await;
    let second = house.state(&["second@full.example"]).await;
    house.run().await;
    house.channel.answer(|_| sent());
    house.advance(ASKED_PAUSE_MAX + Duration::from_secs(10));
    assert_eq!(house.run().await, 1, "the one that was told to wait waits for longer");
    assert_eq!(house.event(second).await.0, "completed");
}

async fn a_lane_that_is_down_is_left_alone_and_loses_nothing(house: House) {
    house.channel.answer(|task| if task.recipient.ends_with("down.example") { failed() } else { sent() });
    let many: Vec<String> = (0..60).map(|n| format!("p{n}@down.example")).collect();
    let down = house.state_for(house.tenant, json!(many)).await;
    let up = house.state(&["a@up.example"]).await;
    house.run().await;
    assert_eq!(house.event(up).await.0, "completed");
    let tried = house.channel.count() - 1;
    assert!(tried < 30, "{tried} tries at a lane that is down");
    let untouched = "SELECT id FROM deliveries WHERE attempts = 0 AND status = 'pending'";
    assert!(house.rows(untouched, vec![]).await.len() >= 30, "those that were not tried have lost no attempt");

    // While it is left alone nothing goes there; then one goes to see.
    house.advance(Duration::from_secs(10));
    assert_eq!(house.run().await, 0);
    house.advance(Duration::from_secs(25));
    assert_eq!(house.run().await, 1);
    assert_eq!(house.statuses(down).await.get("dead"), None);

    house.channel.answer(|_| sent());
    for _ in 0..20 {
        house.advance(Duration::from_secs(120));
        house.run().await;
    }
    assert_eq!(house.statuses(down).await, counts([("sent", 60)]));
}

async fn one_lane_that_hangs_does_not_hold_up_the_others(house: House) {
    let stuck: Vec<String> = (0..90).map(|n| format!("p{n}@stuck.example")).collect();
    house.channel.hang_for("stuck.example");
    let stop = tokio_util::sync::CancellationToken::new();
    let (delivery, told) = (house.delivery.clone(), stop.clone());
    let running = tokio::spawn(async move { delivery.run(told).await });
    house.state_for(house.tenant, json!(stuck)).await;
    house.channel.reached(PACE.at_once_in_lane).await;
    house.state(&["a@free.example"]).await;
    house.channel.reached(PACE.at_once_in_lane + 1).await;
    assert_eq!(house.channel.tries().last().unwrap().recipient, "a@free.example");
    running.abort();
    house.advance(LEASE);
}

/// Whole servers that hang: one business with many, then many businesses with one each.
async fn servers_that_hang_do_not_hold_up_what_others_send_elsewhere(house: House) {
    let owner = house.tenant;
    let house = house.beside_with(Pace { at_once: 64, at_once_in_lane: 8, ..PACE }, "").await;
    house.channel.hang_for("stuck.example");
    let stop = tokio_util::sync::CancellationToken::new();
    let (delivery, told) = (house.delivery.clone(), stop.clone());
    let running = tokio::spawn(async move { delivery.run(told).await });
    let many: Vec<String> = (0..150).map(|n| format!("p{n}@h{}.stuck.example", n % 30)).collect();
    house.state_for(owner, json!(many)).await;
    house.channel.reached(8).await;
    house.state_for(house.another_tenant(), json!("a@free.example")).await;
    house.channel.reached(9).await;

    house.advance(Duration::from_secs(3));
    for n in 0..12 {
        let hanging: Vec<String> = (0..20).map(|p| format!("p{p}@own{n}.stuck.example")).collect();
        house.state_for(house.another_tenant(), json!(hanging)).await;
    }
    // Half of the channel hangs; who has nothing under way may still begin one.
    house.channel.reached(9 + 24).await;
    let known = house.state_for(house.another_tenant(), json!(["b@free.example", "c@free.example"])).await;
    let new = house.state_for(house.another_tenant(), json!("d@new.example")).await;
    house.until(known, "sent", 2).await;
    house.until(new, "sent", 1).await;
    running.abort();
}

on_both_databases!(
    a_backlog_at_a_shared_provider_does_not_hold_up_the_mail_of_another,
    a_pause_that_one_answer_asks_for_holds_for_all_that_goes_the_same_way,
    nobody_is_kept_away_for_longer_than_a_bound,
    a_tenant_with_many_waiting_does_not_delay_one_with_a_single_delivery,
    a_lane_that_is_down_is_left_alone_and_loses_nothing,
    one_lane_that_hangs_does_not_hold_up_the_others,
    servers_that_hang_do_not_hold_up_what_others_send_elsewhere,
);
