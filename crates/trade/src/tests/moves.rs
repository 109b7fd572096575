//! What becomes of a booking, and who may decide it.

use kernel::Role;
use serde_json::json;

use super::{App, MONDAY_9, MONDAY_10, Salon, text};

/// Monday, 11:00 in Nairobi.
const MONDAY_11: &str = "2026-11-23T08:00:00.000Z";

async fn an_appointment_runs_its_course(app: App) {
    let salon = app.salon().await;
    let id = salon.booked(MONDAY_10, "john@example.com").await;
    assert_eq!(salon.step(&id, "confirm").await.data(200)["status"], "confirmed");
    let salon = salon.at(MONDAY_10).await;
    for (verb, status) in [("start", "in_progress"), ("complete", "completed")] {
        assert_eq!(salon.step(&id, verb).await.data(200)["status"], status);
    }
    for verb in ["confirm", "reject", "start", "complete", "cancel", "no-show"] {
        assert_eq!(salon.step(&id, verb).await.refused(409), "INVALID_TRANSITION", "{verb}");
    }
    let path = format!("/api/appointments/{id}/reschedule");
    let moved = app.put(&path, &salon.token, json!({"time": MONDAY_9})).await;
    assert_eq!(moved.refused(409), "INVALID_TRANSITION");
    // The booking itself and its three moves.
    assert_eq!(app.count("SELECT id FROM audit_log WHERE action LIKE 'appointment.%'").await, 4);
    assert_eq!(app.count("SELECT id FROM outbox_events WHERE type = 'appointment.confirmed'").await, 1);
    assert_eq!(app.count("SELECT id FROM outbox_events WHERE type = 'appointment.completed'").await, 1);
}

async fn nothing_is_over_before_its_time(app: App) {
    let salon = app.salon().await;
    let (one, two) = (salon.booked(MONDAY_10, "a@example.com").await, salon.booked(MONDAY_11, "b@example.com").await);
    for id in [&one, &two] {
        salon.step(id, "confirm").await.expect(200);
    }
    let refused = async |salon: &Salon<'_>, id: &str, verbs: &[&str]| {
        for verb in verbs {
            assert_eq!(salon.step(id, verb).await.refused(409), "TOO_EARLY", "{verb}");
        }
    };
    refused(&salon, &one, &["start", "complete", "no-show"]).await;
    let salon = salon.at("2026-11-23T05:59:59.999Z").await;
    refused(&salon, &one, &["start"]).await;
    // Who comes early is served early, and done when they are done.
    let salon = salon.at("2026-11-23T06:00:00Z").await;
    refused(&salon, &one, &["complete", "no-show"]).await;
    salon.step(&one, "start").await.expect(200);
    assert_eq!(salon.step(&one, "complete").await.data(200)["status"], "completed");
    let salon = salon.at("2026-11-23T07:59:59.999Z").await;
    refused(&salon, &two, &["complete", "no-show"]).await;
    assert_eq!(app.count("SELECT id FROM outbox_events WHERE type = 'appointment.updated'").await, 1);
    let salon = salon.at(MONDAY_11).await;
    assert_eq!(salon.step(&two, "no-show").await.data(200)["status"], "no_show");
    assert_eq!(salon.step(&one, "complete").await.refused(409), "INVALID_TRANSITION");
}

async fn a_rejected_or_cancelled_booking_frees_its_time(app: App) {
    let salon = app.salon().await;
    for verb in ["reject", "cancel"] {
        let id = salon.booked(MONDAY_10, "john@example.com").await;
        assert!(!salon.offered("2026-11-23").await.contains(&MONDAY_10.to_owned()));
        let path = format!("/api/appointments/{id}/{verb}");
        let done = app.put(&path, &salon.token, json!({"reason": " We are ill "})).await.data(200);
        assert_eq!(done["reason"], "We are ill");
        assert!(salon.offered("2026-11-23").await.contains(&MONDAY_10.to_owned()));
    }
    let id = salon.booked(MONDAY_10, "john@example.com").await;
    salon.step(&id, "confirm").await.expect(200);
    let salon = salon.at(MONDAY_10).await;
    assert_eq!(salon.step(&id, "no-show").await.data(200)["status"], "no_show");
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 12, "the time was kept for them");
}

async fn a_move_to_another_time_keeps_the_status_and_frees_the_old_time(app: App) {
    let salon = app.salon().await;
    let id = salon.booked(MONDAY_9, "john@example.com").await;
    salon.booked("2026-11-23T09:00:00Z", "jane@example.com").await;
    salon.step(&id, "confirm").await.expect(200);
    let to = |time: &str| {
        let path = format!("/api/appointments/{id}/reschedule");
        let (token, body) = (salon.token.clone(), json!({"time": time}));
        let app = &app;
        async move { app.put(&path, &token, body).await }
    };
    let taken = to("2026-11-23T08:30:00Z").await.expect(409);
    assert_eq!(taken["code"], "SLOT_TAKEN");
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 24, "a refusal leaves everything as it was");
    // It may overlap its own old time.
    let moved = to("2026-11-23T06:30:00Z").await.data(200);
    assert_eq!((&moved["status"], &moved["end"]), (&json!("confirmed"), &json!("2026-11-23T07:30:00.000Z")));
    assert_eq!(to("2026-11-23T06:45:00Z").await.fields(), ["time/MISALIGNED"]);
    assert_eq!(to("2026-11-22T07:00:00Z").await.fields(), ["time/CLOSED"]);
    assert_eq!(app.count("SELECT cell FROM appointment_slots").await, 24);
}

async fn staff_see_and_move_their_own_and_managers_all(app: App) {
    let salon = app.salon().await;
    let (sam, sam_id) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    let (mia, _) = salon.member("mia@example.com", "Mia", Role::Manager).await;
    let mut wish = salon.wish(MONDAY_10, "john@example.com");
    wish["staff"] = json!(sam_id);
    let sams = app.post("/api/public/appointments", wish.clone()).await.expect(201)["appointment"].take();
    wish["staff"] = salon.owner["user"]["id"].clone();
    let anns = app.post("/api/public/appointments", wish).await.expect(201)["appointment"].take();
    assert_eq!((&sams["staffName"], &anns["staffName"]), (&json!("Sam"), &json!("Ann")));
    let list = |token: &str, query: &str| {
        let (path, token) = (format!("/api/appointments{query}"), token.to_owned());
        let app = &app;
        async move { app.get(&path, &token).await.data(200).as_array().unwrap().len() }
    };
    assert_eq!((list(&sam, "").await, list(&mia, "").await), (1, 2));
    let query = format!("?staffId={}", text(&anns["staffId"]));
    assert_eq!((list(&sam, &query).await, list(&mia, &query).await), (0, 1));
    let path = |row: &serde_json::Value, verb: &str| format!("/api/appointments/{}{verb}", text(&row["id"]));
    assert_eq!(app.get(&path(&anns, ""), &sam).await.refused(404), "NOT_FOUND");
    assert_eq!(app.put(&path(&anns, "/confirm"), &sam, json!({})).await.refused(404), "NOT_FOUND");
    app.put(&path(&sams, "/confirm"), &sam, json!({})).await.expect(200);
    app.put(&path(&anns, "/confirm"), &mia, json!({})).await.expect(200);
    // Staff do not give their work to others.
    let away = json!({"time": MONDAY_9, "staffId": anns["staffId"]});
    assert_eq!(app.put(&path(&sams, "/reschedule"), &sam, away.clone()).await.refused(403), "FORBIDDEN");
    let moved = app.put(&path(&sams, "/reschedule"), &mia, away).await.data(200);
    assert_eq!(moved["staffName"], "Ann");
    assert_eq!(app.get(&path(&sams, ""), &sam).await.refused(404), "NOT_FOUND");
}

async fn customers_see_their_own_and_may_call_it_off_before_it_begins(app: App) {
    let salon = app.salon().await;
    let (cara, dora) = (salon.customer("cara@example.com").await, salon.customer("dora@example.com").await);
    let (cara, dora) = (text(&cara["accessToken"]), text(&dora["accessToken"]));
    let body = json!({"service": "haircut", "time": MONDAY_10});
    let booked = app.ask("POST", "/api/public/appointments").bearer(cara).json(body).send().await.expect(201);
    let path = format!("/api/appointments/{}", text(&booked["appointment"]["id"]));
    assert_eq!(app.get(&path, cara).await.data(200), booked["appointment"]);
    for verb in ["", "/calendar.ics"] {
        assert_eq!(app.get(&format!("{path}{verb}"), dora).await.refused(404), "NOT_FOUND");
    }
    assert_eq!(app.put(&format!("{path}/cancel"), dora, json!({})).await.refused(404), "NOT_FOUND");
    for verb in ["confirm", "reject", "start", "complete", "no-show", "reschedule"] {
        let refused = app.put(&format!("{path}/{verb}"), cara, json!({"time": MONDAY_9})).await;
        assert_eq!(refused.refused(401), "UNAUTHORIZED", "{verb} is for the business");
    }
    assert_eq!(app.get("/api/appointments", dora).await.data(200), json!([]));
    salon.step(text(&booked["appointment"]["id"]), "confirm").await.expect(200);
    app.advance(std::time::Duration::from_secs(6 * 24 * 3600));
    let login = json!({"inviteCode": salon.code(), "email": "cara@example.com", "password": "correct horse"});
    let later = app.post("/api/customers/auth/login", login).await.data(200);
    let late = app.put(&format!("{path}/cancel"), text(&later["accessToken"]), json!({})).await;
    assert_eq!(late.refused(409), "INVALID_TRANSITION");
}

async fn another_business_finds_nothing(app: App) {
    let salon = app.salon().await;
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    let id = salon.booked(MONDAY_10, "john@example.com").await;
    let absent = "appt_00000000000000000000000000";
    for verb in ["confirm", "reject", "start", "complete", "cancel", "no-show", "reschedule"] {
        let ask = |id: &str| {
            let path = format!("/api/appointments/{id}/{verb}");
            let (token, body) = (other.token.clone(), json!({"time": MONDAY_9}));
            let body = if verb == "reschedule" { body } else { json!({}) };
            let app = &app;
            async move { app.put(&path, &token, body).await.expect(404) }
        };
        let (mut theirs, mut none) = (ask(&id).await, ask(absent).await);
        for body in [&mut theirs, &mut none] {
            body["instance"].take();
            body["requestId"].take();
        }
        assert_eq!(theirs, none, "{verb}");
    }
    for path in [format!("/api/appointments/{id}"), format!("/api/appointments/{id}/calendar.ics")] {
        assert_eq!(app.get(&path, &other.token).await.refused(404), "NOT_FOUND");
        assert_eq!(app.get(&path, "").await.refused(401), "UNAUTHORIZED");
    }
    assert_eq!(app.get("/api/appointments", &other.token).await.data(200), json!([]));
}

on_both_databases![
    an_appointment_runs_its_course,
    nothing_is_over_before_its_time,
    a_rejected_or_cancelled_booking_frees_its_time,
    a_move_to_another_time_keeps_the_status_and_frees_the_old_time,
    staff_see_and_move_their_own_and_managers_all,
    customers_see_their_own_and_may_call_it_off_before_it_begins,
    another_business_finds_nothing,
];
