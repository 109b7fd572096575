//! What is called off does not begin to leave any more, wherever it waits.

use std::{net::Ipv4Addr, time::Duration};

use kernel::{Id, id};
use platform::http::ClientInfo;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{House, PACE, counts, failed};
use crate::{
    channels::{Attempted, Pace},
    deliveries::store::claim,
    events::{cancel::cancel_event, spread::SPREAD_DELIVERIES_MAX},
};

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

/// How many deliveries of an event count as called off.
async fn counted(house: &House, event: Id<id::Event>) -> i32 {
    let rows = house.rows("SELECT cancelled FROM events WHERE id = ?", vec![event.into()]).await;
    rows[0].try_get_by_index(0).unwrap()
}

/// More than two pieces of those that are ended together, each waiting for a channel that holds it.
async fn a_large_event_ends_wholly_and_its_counts_say_so(house: House) {
    let many = 2 * SPREAD_DELIVERIES_MAX + 7;
    house.channel.answer(|_| Attempted::held("NO_MAIL_SERVER", "nobody set one up"));
    let to: Vec<String> = (0..many).map(|n| format!("p{n}@list.example")).collect();
    let event = house.state_for(house.tenant, json!(to)).await;
    house.run().await;
    assert_eq!(house.statuses(event).await, counts([("held", many)]));

    cancel_event(&house.delivery, &house.sender(house.tenant), &client(), event).await.unwrap();
    assert_eq!(house.statuses(event).await, counts([("cancelled", many)]), "when the answer is there");
    let total = i32::try_from(many).unwrap();
    assert_eq!(house.event(event).await, ("cancelled".to_owned(), total, total, 0));
    assert_eq!(counted(&house, event).await, total);
    let tries = house.channel.count();
    house.advance(Duration::from_secs(3600));
    house.run().await;
    assert_eq!(house.channel.count(), tries);
}

/// A process that died between the two steps, or an outcome that came in between, leaves a delivery behind.
async fn what_was_left_behind_is_ended_a_little_later(house: House) {
    house.channel.answer(|_| Attempted::held("NO_MAIL_SERVER", "nobody set one up"));
    let event = house.state(&["a@list.example", "b@list.example"]).await;
    house.run().await;
    cancel_event(&house.delivery, &house.sender(house.tenant), &client(), event).await.unwrap();
    let tx = house.delivery.db().begin().await.unwrap();
    let late = "UPDATE deliveries SET status = 'failed', due_at = ?, finished_at = NULL WHERE event_id = ? AND recipient = 'a@list.example'";
    tx.execute(late, vec![house.now().plus(Duration::from_secs(36_000)).into(), event.into()]).await.unwrap();
    let uncounted = "UPDATE events SET finished = finished - 1, cancelled = cancelled - 1 WHERE id = ?";
    tx.execute(uncounted, vec![event.into()]).await.unwrap();
    tx.commit().await.unwrap();

    house.advance(Duration::from_secs(31));
    house.delivery.platform().jobs().run_due(house.now()).await.unwrap();
    assert_eq!(house.statuses(event).await, counts([("cancelled", 2)]));
    assert_eq!((house.event(event).await, counted(&house, event).await), (("cancelled".to_owned(), 2, 2, 0), 2));
}

/// An event that is called off while its deliveries are being written has those that were written by then.
async fn what_was_never_written_does_not_count(house: House) {
    let to: Vec<String> = (0..2 * SPREAD_DELIVERIES_MAX).map(|n| format!("p{n}@list.example")).collect();
    let event = house.state_for(house.tenant, json!(to)).await;
    let tx = house.delivery.db().begin().await.unwrap();
    tx.execute("UPDATE events SET total = 1000 WHERE id = ?", vec![event.into()]).await.unwrap();
    tx.commit().await.unwrap();
    cancel_event(&house.delivery, &house.sender(house.tenant), &client(), event).await.unwrap();
    assert_eq!(house.event(event).await, ("cancelled".to_owned(), 0, 0, 0));
    house.advance(Duration::from_secs(600));
    house.run().await;
    assert_eq!((house.statuses(event).await, house.channel.count()), (counts([]), 0));
}

/// Somebody who calls an event off looks at a row that a worker has just taken and found no room for: it is put back all the
/// same, or nobody would have it until its lease ends.
async fn what_is_put_back_is_put_back_whoever_looks_at_it(house: House) {
    let event = house.state(&["a@list.example"]).await;
    let db = house.delivery.db().clone();
    let lease = house.now().plus(Duration::from_secs(180));
    let tx = db.begin().await.unwrap();
    let taken = claim::claim_oldest(&tx, lease, 10).await.unwrap();
    tx.commit().await.unwrap();
    let ids: Vec<_> = taken.iter().map(|row| row.id.uuid()).collect();
    assert_eq!(ids.len(), 1);

    let looking = db.begin().await.unwrap();
    looking.execute("UPDATE deliveries SET updated_at = 0 WHERE event_id = ?", vec![event.into()]).await.unwrap();
    let others = db.clone();
    let back = tokio::spawn(async move {
        let tx = others.begin().await.unwrap();
        claim::give_back(&tx, lease, &ids).await.unwrap();
        tx.commit().await.unwrap();
    });
    if db.postgres().is_some() {
        let waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while !back.is_finished() && house.rows(waits, vec![]).await.is_empty() {}
    }
    looking.commit().await.unwrap();
    back.await.unwrap();
    assert_eq!(house.statuses(event).await, counts([("pending", 1)]));
}

/// Two transactions that wait for each other: PostgreSQL breaks one off, and what it did is done again.
async fn what_the_database_breaks_off_is_tried_again(house: House) {
    if house.delivery.db().postgres().is_none() {
        // One writer: nobody is in anybody's way.
        return;
    }
    let tx = house.delivery.db().begin().await.unwrap();
    for sql in [
        "CREATE SEQUENCE in_the_way",
        "CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('in_the_way') IN (1, 2, 4, 5) \
         THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER break_off BEFORE UPDATE OF finished ON events FOR EACH ROW EXECUTE FUNCTION break_off()",
    ] {
        tx.execute(sql, vec![]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let event = house.state(&["a@list.example"]).await;
    house.run().await;
    house.until(event, "sent", 1).await;
    assert_eq!((house.event(event).await.0.as_str(), house.channel.count()), ("completed", 1));

    house.channel.answer(|_| Attempted::held("NO_MAIL_SERVER", "nobody set one up"));
    let event = house.state(&["a@list.example"]).await;
    house.run().await;
    cancel_event(&house.delivery, &house.sender(house.tenant), &client(), event).await.unwrap();
    assert_eq!((house.statuses(event).await, counted(&house, event).await), (counts([("cancelled", 1)]), 1));
}

on_both_databases!(
    a_large_event_ends_wholly_and_its_counts_say_so,
    what_was_left_behind_is_ended_a_little_later,
    what_was_never_written_does_not_count,
    what_is_put_back_is_put_back_whoever_looks_at_it,
    what_the_database_breaks_off_is_tried_again,
    after_the_answer_to_a_cancel_nothing_more_begins_to_leave,
    what_fails_while_its_event_is_called_off_ends_there,
);
