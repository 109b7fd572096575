//! Whoever holds a booking's link moves it as the business could: to a free time, until it begins.

use futures_util::future::join_all;
use kernel::Role;
use serde_json::{Value, json};

use super::{App, MONDAY_9, MONDAY_10, Reply, text};

const MANAGE: &str = "/api/public/appointments/manage";
/// Monday, 11:00 in Nairobi.
const MONDAY_11: &str = "2026-11-23T08:00:00.000Z";
const RIVALS: usize = 50;

fn link_of(booked: &Value) -> String {
    text(&booked["manageUrl"]).split_once("?token=").unwrap().1.to_owned()
}

async fn move_to(app: &App, token: &str, time: &str) -> Reply {
    app.post(&format!("{MANAGE}/reschedule"), json!({"token": token, "time": time})).await
}

async fn a_link_moves_its_booking_and_frees_the_old_time(app: App) {
    let salon = app.salon().await;
    let booked = salon.book(MONDAY_10, "john@example.com").await.expect(201);
    let (token, id) = (link_of(&booked), text(&booked["appointment"]["id"]));
    salon.step(id, "confirm").await.expect(200);
    let moved = move_to(&app, &token, MONDAY_9).await.expect(200)["appointment"].take();
    assert_eq!((&moved["start"], &moved["status"]), (&json!(MONDAY_9), &json!("confirmed")), "the status stays");
    assert_eq!((&moved["end"], &moved["price"]), (&json!(MONDAY_10), &booked["appointment"]["price"]));
    assert_eq!(app.get(&format!("{MANAGE}?token={token}"), "").await.expect(200)["appointment"], moved);
    let offered = salon.offered("2026-11-23").await;
    assert!(offered.contains(&MONDAY_10.to_owned()) && !offered.contains(&MONDAY_9.to_owned()));
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 12);
    assert_eq!(app.count("SELECT id FROM outbox_events WHERE type = 'appointment.updated'").await, 1);
    let trail = "SELECT id FROM audit_log WHERE action = 'appointment.rescheduled_by_link' AND details LIKE '%before%'";
    assert_eq!(app.count(trail).await, 1);
}

async fn a_move_that_is_refused_changes_nothing(app: App) {
    let salon = app.salon().await;
    let booked = salon.book(MONDAY_9, "john@example.com").await.expect(201);
    let token = link_of(&booked);
    salon.booked(MONDAY_11, "jane@example.com").await;
    let taken = move_to(&app, &token, "2026-11-23T07:30:00Z").await.expect(409);
    assert_eq!((&taken["code"], taken["alternatives"].as_array().unwrap().len()), (&json!("SLOT_TAKEN"), 3));
    for (time, code) in [
        ("2026-11-23T06:10:00Z", "MISALIGNED"),
        ("2026-11-22T06:00:00Z", "CLOSED"),
        ("2026-11-18T06:00:00Z", "IN_THE_PAST"),
        ("2028-11-20T06:00:00Z", "TOO_FAR_AHEAD"),
    ] {
        assert_eq!(move_to(&app, &token, time).await.fields(), [format!("time/{code}")]);
    }
    assert_eq!(move_to(&app, &format!("{token}x"), MONDAY_10).await.refused(401), "INVALID_LINK");
    let more = json!({"token": token, "time": MONDAY_10, "staffId": "user_1"});
    assert_eq!(app.post(&format!("{MANAGE}/reschedule"), more).await.status, 422);
    let shown = app.get(&format!("{MANAGE}?token={token}"), "").await.expect(200);
    assert_eq!(shown["appointment"], booked["appointment"]);
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 24);
    // Beside all that, it may overlap its own old time.
    move_to(&app, &token, "2026-11-23T06:30:00Z").await.expect(200);
}

async fn a_link_moves_nothing_that_has_begun_or_was_called_off(app: App) {
    let salon = app.salon().await;
    let (one, two) = (salon.book(MONDAY_9, "a@example.com").await, salon.book(MONDAY_11, "b@example.com").await);
    let (one, two) = (one.expect(201), two.expect(201));
    salon.step(text(&two["appointment"]["id"]), "cancel").await.expect(200);
    app.wait_until(MONDAY_9);
    for token in [link_of(&one), link_of(&two)] {
        assert_eq!(move_to(&app, &token, "2026-11-23T12:00:00Z").await.refused(409), "INVALID_TRANSITION");
        for ask in ["availability?date=2026-11-23", "availability/days?month=2026-11"] {
            let refused = app.get(&format!("{MANAGE}/{ask}&token={token}"), "").await;
            assert_eq!(refused.refused(409), "INVALID_TRANSITION", "{ask}");
        }
    }
}

async fn the_times_of_a_link_are_those_of_its_provider_and_its_own_counts_as_free(app: App) {
    let salon = app.salon().await;
    let (_, sam) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    let mut wish = salon.wish(MONDAY_10, "john@example.com");
    wish["staff"] = json!(sam);
    let token = link_of(&app.post("/api/public/appointments", wish.clone()).await.expect(201));
    wish["time"] = json!(MONDAY_11);
    wish["customerEmail"] = json!("jane@example.com");
    app.post("/api/public/appointments", wish).await.expect(201);
    let times = async |token: &str, date: &str| {
        app.get(&format!("{MANAGE}/availability?token={token}&date={date}"), "").await.expect(200)
    };
    let monday = times(&token, "2026-11-23").await;
    let slots = monday["slots"].as_array().unwrap();
    assert!(slots.iter().all(|slot| slot["staffId"] == json!(sam)), "the visit stays with Sam");
    let starts: Vec<&str> = slots.iter().map(|slot| text(&slot["start"])).collect();
    assert!(starts.contains(&"2026-11-23T06:30:00.000Z") && starts.contains(&MONDAY_10));
    assert!(!starts.contains(&"2026-11-23T07:30:00.000Z"), "Jane's time is hers");
    let sunday = times(&token, "2026-11-22").await;
    assert_eq!((&sunday["slots"], &sunday["nextFree"]), (&json!([]), &json!(MONDAY_9)));
    let days = app.get(&format!("{MANAGE}/availability/days?token={token}&month=2026-11"), "").await.expect(200);
    let days = days["days"].as_array().unwrap();
    assert!(days.contains(&json!("2026-11-23")) && !days.contains(&json!("2026-11-22")));
    for ask in ["availability?date=2026-11-23", "availability/days?month=2026-11"] {
        assert_eq!(app.get(&format!("{MANAGE}/{ask}&token=forged"), "").await.refused(401), "INVALID_LINK");
    }
    let wrong = app.get(&format!("{MANAGE}/availability?token={token}&date=monday"), "").await;
    assert_eq!(wrong.fields(), ["date/INVALID_VALUE"]);
}

async fn alone_of_fifty_who_move_and_fifty_who_book_one_gets_the_time(app: App) {
    let salon = app.salon().await;
    let mut links = Vec::new();
    for n in 0..RIVALS {
        let time = format!("2026-12-{:02}T{:02}:00:00Z", 1 + n / 5, 6 + n % 5);
        let booked = salon.book(&time, &format!("mover{n}@example.com")).await;
        if booked.status == 201 {
            links.push(link_of(&booked.body));
        }
    }
    assert!(links.len() > RIVALS / 2, "Sundays are closed");
    let before = app.count("SELECT cell FROM appointment_slots").await;
    let moves = join_all(links.iter().map(|token| move_to(&app, token, MONDAY_10)));
    let emails: Vec<String> = (0..RIVALS).map(|n| format!("booker{n}@example.com")).collect();
    let bookings = join_all(emails.iter().map(|email| salon.book(MONDAY_10, email)));
    let (moved, booked) = tokio::join!(moves, bookings);
    let won = moved.iter().filter(|reply| reply.status == 200).count()
        + booked.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(won, 1);
    for reply in moved.into_iter().chain(booked).filter(|reply| !reply.status.is_success()) {
        assert_eq!(reply.refused(409), "SLOT_TAKEN");
    }
    let after = app.count("SELECT cell FROM appointment_slots").await;
    assert!(after == before || after == before + 12, "whoever lost still has their old time: {before} {after}");
    let sold = "SELECT id FROM appointments WHERE start_at = 1795417200000";
    assert_eq!(app.count(sold).await, 1);
}

on_both_databases![
    a_link_moves_its_booking_and_frees_the_old_time,
    a_move_that_is_refused_changes_nothing,
    a_link_moves_nothing_that_has_begun_or_was_called_off,
    the_times_of_a_link_are_those_of_its_provider_and_its_own_counts_as_free,
    alone_of_fifty_who_move_and_fifty_who_book_one_gets_the_time,
];
