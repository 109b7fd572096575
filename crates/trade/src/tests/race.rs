//! A time is sold once, however many want it at the same moment, and on either database.

use std::collections::HashSet;

use futures_util::future::join_all;
use kernel::Role;
use serde_json::json;

use super::{App, MONDAY_9, MONDAY_10, text};

const RIVALS: usize = 100;

async fn alone_of_a_hundred_who_want_the_same_time_one_gets_it(app: App) {
    let salon = app.salon().await;
    let emails: Vec<String> = (0..RIVALS).map(|n| format!("rival{n}@example.com")).collect();
    let replies = join_all(emails.iter().map(|email| salon.book(MONDAY_10, email))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(won.len(), 1);
    for reply in lost {
        let body = reply.expect(409);
        assert_eq!(body["code"], "SLOT_TAKEN");
        assert_eq!(body["alternatives"].as_array().unwrap().len(), 3);
    }
    assert_eq!(app.count("SELECT id FROM appointments").await, 1);
    assert_eq!(app.count("SELECT id FROM customers").await, 1);
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 12);
}

async fn alone_of_a_hundred_who_want_anybody_each_provider_serves_one(app: App) {
    let salon = app.salon().await;
    salon.member("sam@example.com", "Sam", Role::Staff).await;
    salon.member("kim@example.com", "Kim", Role::Staff).await;
    let emails: Vec<String> = (0..RIVALS).map(|n| format!("rival{n}@example.com")).collect();
    let replies = join_all(emails.iter().map(|email| salon.book(MONDAY_10, email))).await;
    let won: Vec<_> = replies.into_iter().filter(|reply| reply.status == 201).collect();
    let staff: HashSet<&str> = won.iter().map(|reply| text(&reply.body["appointment"]["staffId"])).collect();
    assert_eq!((won.len(), staff.len()), (3, 3));
}

async fn alone_overlapping_wishes_never_both_succeed(app: App) {
    let salon = app.salon().await;
    let starts: Vec<String> = (0..17).map(|n| format!("2026-11-23T{:02}:{:02}:00Z", 6 + n / 2, 30 * (n % 2))).collect();
    let wishes = (0..RIVALS).map(|n| {
        let (start, email) = (starts[n * 7 % starts.len()].clone(), format!("rival{n}@example.com"));
        let salon = &salon;
        async move { salon.book(&start, &email).await }
    });
    let replies = join_all(wishes).await;
    assert!(replies.iter().all(|reply| reply.status == 201 || reply.status == 409));
    let mut sold: Vec<_> = replies.iter().filter(|r| r.status == 201).map(|r| r.body["appointment"].clone()).collect();
    sold.sort_by(|a, b| text(&a["start"]).cmp(text(&b["start"])));
    assert!(sold.windows(2).all(|pair| text(&pair[0]["end"]) <= text(&pair[1]["start"])));
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, sold.len() * 12);
}

async fn alone_moves_in_opposite_directions_do_not_block_each_other(app: App) {
    let salon = app.salon().await;
    let (one, two) =
        (salon.booked(MONDAY_9, "a@example.com").await, salon.booked("2026-11-23T10:00:00Z", "b@example.com").await);
    for round in 0..10 {
        let hour = |n: usize| json!({"time": format!("2026-11-23T{:02}:00:00Z", 6 + n % 9)});
        let to = |id: &str, n: usize| {
            let path = format!("/api/appointments/{id}/reschedule");
            let (token, body) = (salon.token.clone(), hour(n));
            let app = &app;
            async move { app.put(&path, &token, body).await.status.as_u16() }
        };
        let (a, b) = tokio::join!(to(&one, round * 4), to(&two, round * 4 + 1));
        assert!([200, 409].contains(&a) && [200, 409].contains(&b), "{a} {b}");
    }
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 24);
}

async fn alone_of_two_decisions_at_once_one_counts(app: App) {
    let salon = app.salon().await;
    for round in 0..10 {
        let id = salon.booked(MONDAY_10, &format!("c{round}@example.com")).await;
        let (yes, no) = tokio::join!(salon.step(&id, "confirm"), salon.step(&id, "reject"));
        let mut statuses = [yes.status.as_u16(), no.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        if yes.status == 200 {
            salon.step(&id, "cancel").await.expect(200);
        }
    }
}

on_both_databases![
    alone_of_a_hundred_who_want_the_same_time_one_gets_it,
    alone_of_a_hundred_who_want_anybody_each_provider_serves_one,
    alone_overlapping_wishes_never_both_succeed,
    alone_moves_in_opposite_directions_do_not_block_each_other,
    alone_of_two_decisions_at_once_one_counts,
];
