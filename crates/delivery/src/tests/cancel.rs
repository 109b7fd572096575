//! What is called off does not begin to leave any more, wherever it waits.

use std::net::Ipv4Addr;

use platform::http::ClientInfo;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{House, PACE, failed};
use crate::{channels::Pace, events::recover::cancel_event};

const AT_ONCE: usize = 2;
/// More than are stored together with their event, and less than a claim takes: all of them are in hand.
const MAILS: usize = 200;

fn client() -> ClientInfo {
    let ip = Ipv4Addr::LOCALHOST.into();
    ClientInfo { ip, user_agent: String::new(), request_id: "test".to_owned(), origin: None, host: None }
}

async fn after_the_answer_to_a_cancel_nothing_more_begins_to_leave(house: House) {
    let house = house.beside_with(Pace { at_once: AT_ONCE, ..PACE }, "").await;
    let gate = house.channel.gate();
    let stop = CancellationToken::new();
    let (delivery, told) = (house.delivery.clone(), stop.clone());
    let running = tokio::spawn(async move { delivery.run(told).await });
    let to: Vec<String> = (0..MAILS).map(|n| format!("p{n}@list.example")).collect();
    let event = house.state_for(house.tenant, json!(to)).await;
    house.channel.reached(AT_ONCE).await;
    house.until(event, "sending", MAILS).await;

    cancel_event(&house.delivery, &house.sender(house.tenant), &client(), event).await.unwrap();
    gate.add_permits(MAILS);
    house.until(event, "cancelled", MAILS - AT_ONCE).await;
    assert_eq!(house.channel.count(), AT_ONCE, "those that were leaving already");
    house.until(event, "sent", AT_ONCE).await;
    let total = i32::try_from(MAILS).unwrap();
    assert_eq!(house.event(event).await, ("cancelled".to_owned(), total, total, 0));
    stop.cancel();
    running.await.unwrap();
}

/// One that was leaving and failed is not tried again, nor shown as if it were.
async fn what_fails_while_its_event_is_called_off_ends_there(house: House) {
    let gate = house.channel.gate();
    house.channel.answer(|_| failed());
    let stop = CancellationToken::new();
    let (delivery, told) = (house.delivery.clone(), stop.clone());
    let running = tokio::spawn(async move { delivery.run(told).await });
    let event = house.state(&["a@list.example"]).await;
    house.channel.reached(1).await;

    cancel_event(&house.delivery, &house.sender(house.tenant), &client(), event).await.unwrap();
    gate.add_permits(1);
    house.until(event, "cancelled", 1).await;
    let (status, total, finished, dead) = house.event(event).await;
    assert_eq!((status.as_str(), total - finished, dead), ("cancelled", 0, 0));
    let sql = "SELECT error_code FROM deliveries WHERE event_id = ? AND channel = 'email' AND due_at IS NULL";
    let row = &house.rows(sql, vec![event.into()]).await[0];
    assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "SMTP_UNREACHABLE", "why it did not leave is still known");
    stop.cancel();
    running.await.unwrap();
}

on_both_databases!(
    after_the_answer_to_a_cancel_nothing_more_begins_to_leave,
    what_fails_while_its_event_is_called_off_ends_there,
);
