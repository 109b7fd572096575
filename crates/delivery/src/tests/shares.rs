//! Tenants and lanes do not wait for each other.

use std::time::Duration;

use kernel::{Id, id};
use platform::Tx;
use sea_orm::Value;
use serde_json::json;

use super::{House, PACE, counts, failed, sent};
use crate::{deliveries::LEASE, sql};

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

on_both_databases!(
    a_tenant_with_many_waiting_does_not_delay_one_with_a_single_delivery,
    a_lane_that_is_down_is_left_alone_and_loses_nothing,
    one_lane_that_hangs_does_not_hold_up_the_others,
);
