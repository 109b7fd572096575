//! Planning asks what people chose in as many questions for a hundred addresses as for one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sea_orm::Value;
use serde_json::{Value as Json, json};

use super::House;
use crate::{
    model::ChannelKind,
    preferences::{Category, Choices, optouts::Address, read_chosen},
};

/// As many as are asked for while an event is planned.
const ADDRESSES: usize = 100;
/// Of these, the first so many turned mails of payments off.
const TURNED_OFF: usize = 40;
/// Customers, users, members, choices.
const QUESTIONS: usize = 4;

fn email(n: usize) -> String {
    format!("c{n}@list.example")
}

fn phone(n: usize) -> String {
    format!("+2547120{n:05}")
}

/// A customer for each address, and one member; some of them chose.
async fn furnish(house: &House) {
    let mut choices = Choices::default();
    for channel in [ChannelKind::Email, ChannelKind::Sms] {
        choices.cells.insert(Choices::cell(Category::Payments, channel), false);
    }
    let choices = serde_json::to_string(&choices).unwrap();
    let tx = house.delivery.platform().db().begin().await.unwrap();
    let now = tx.now();
    let choose = "INSERT INTO notification_preferences (tenant_id, person_id, choices, version, updated_at) \
                  VALUES (?, ?, ?, 1, ?)";
    for n in 0..ADDRESSES {
        let id = house.world.uuid();
        let sql = "INSERT INTO customers (id, tenant_id, email, phone, name, created_at) VALUES (?, ?, ?, ?, 'C', ?)";
        let row: Vec<Value> = vec![id.into(), house.tenant.into(), email(n).into(), phone(n).into(), now.into()];
        tx.execute(sql, row).await.unwrap();
        if n < TURNED_OFF {
            let row = vec![house.tenant.into(), id.into(), choices.as_str().into(), now.into()];
            tx.execute(choose, row).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn a_hundred_addresses_are_asked_for_together(house: House) {
    furnish(&house).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let mut db = house.delivery.platform().db().read().clone();
    let counter = asked.clone();
    db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    for (channel, address_of) in [(ChannelKind::Email, email as fn(usize) -> String), (ChannelKind::Sms, phone)] {
        let addresses: Vec<String> = (0..ADDRESSES).map(address_of).collect();
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        asked.store(0, Ordering::SeqCst);
        let chosen = read_chosen(&db, house.tenant, channel, &addresses).await.unwrap();
        let questions = asked.load(Ordering::SeqCst);
        assert!(questions <= QUESTIONS, "{questions} questions");
        let admits = |address| chosen.admits(Address { channel, address }, Category::Payments);
        let admitted: Vec<&str> = addresses.iter().copied().filter(|address| admits(address)).collect();
        assert_eq!(admitted, addresses[TURNED_OFF..]);
        let other = chosen.admits(Address { channel, address: addresses[0] }, Category::Orders);
        assert!(other, "only what was turned off");
        let elsewhere = read_chosen(&db, house.another_tenant(), channel, &addresses).await.unwrap();
        let admits = |address: &&str| elsewhere.admits(Address { channel, address }, Category::Payments);
        assert!(addresses.iter().all(admits), "what was chosen at one business says nothing of another");
    }
}

async fn an_event_goes_to_those_who_did_not_turn_it_off(house: House) {
    furnish(&house).await;
    let named: Vec<Json> = (0..ADDRESSES).map(|n| json!(email(n))).collect();
    let event = house.state_for(house.tenant, json!(named)).await;
    house.run().await;
    let reached: Vec<String> = house.channel.tries().into_iter().map(|tried| tried.recipient).collect();
    assert_eq!(reached.len(), ADDRESSES - TURNED_OFF);
    assert!((0..TURNED_OFF).all(|n| !reached.contains(&email(n))));
    assert_eq!(house.statuses(event).await.get("sent"), Some(&(ADDRESSES - TURNED_OFF)));
}

on_both_databases!(a_hundred_addresses_are_asked_for_together, an_event_goes_to_those_who_did_not_turn_it_off,);
