//! Visitors and customers book on the public page.

use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{App, MONDAY_9, MONDAY_10, text};

const BOOK: &str = "/api/public/appointments";

async fn the_body_of_document_a_books_at_the_services_own_price(app: App) {
    let salon = app.salon().await;
    let body = json!({
        "inviteCode": salon.code(), "customerName": "John Doe", "customerEmail": "John@Example.com",
        "customerPhone": "+1234567890", "service": "Haircut", "time": MONDAY_10, "durationMinutes": 5,
        "notes": "First time customer", "price": 0.01, "status": "confirmed", "serviceId": "svc_none",
    });
    let booked = app.post(BOOK, body).await.expect(201);
    assert_eq!(booked["success"], true);
    let appointment = &booked["appointment"];
    assert_eq!(appointment["status"], "pending");
    assert_eq!(appointment["durationMinutes"], 60);
    assert_eq!(appointment["price"], json!({"amount": 150_000, "currency": "KES"}));
    assert_eq!((&appointment["time"], &appointment["start"]), (&json!(MONDAY_10), &json!(MONDAY_10)));
    assert_eq!(appointment["end"], "2026-11-23T08:00:00.000Z");
    assert_eq!(appointment["timezone"], "Africa/Nairobi");
    assert_eq!((&appointment["service"], &appointment["serviceId"]), (&json!("Haircut"), &salon.service["id"]));
    assert_eq!((&appointment["staffId"], &appointment["staffName"]), (&salon.owner["user"]["id"], &json!("Ann")));
    assert_eq!(appointment["customer"]["email"], "john@example.com");
    assert_eq!(appointment["customer"]["phone"], "+1234567890");
    assert_eq!((&appointment["source"], &appointment["conversationId"]), (&json!("storefront"), &json!(null)));
    assert_eq!(booked["session"]["customer"]["id"], appointment["customerId"]);
    assert_eq!(booked["session"]["business"]["hours"].as_array().unwrap().len(), 6);
    let token = text(&booked["session"]["accessToken"]);
    let own = app.get("/api/appointments", token).await.data(200);
    assert_eq!(own, json!([appointment]));
    assert_eq!(app.count("SELECT id FROM outbox_events WHERE type = 'appointment.created'").await, 1);
}

async fn a_second_booking_under_an_address_learns_nothing_about_its_owner(app: App) {
    let salon = app.salon().await;
    let cara = salon.customer("cara@example.com").await;
    let booked = salon.book(MONDAY_10, "cara@example.com").await.expect(201);
    assert_eq!(booked["appointment"]["customerId"], cara["customer"]["id"], "it is hers");
    assert_eq!(booked["appointment"]["customer"]["name"], "John Doe", "as typed, not as stored");
    assert_eq!(booked["appointment"]["customer"]["phone"], json!(null));
    assert!(booked.get("session").is_none(), "nobody signs in by knowing an address");
}

async fn an_address_makes_one_customer_and_a_number_identifies_nobody(app: App) {
    let salon = app.salon().await;
    let wish = |time: &str, name: &str, email: &str, phone: &str| {
        let mut body = salon.wish(time, email);
        (body["customerName"], body["customerPhone"]) = (json!(name), json!(phone));
        body
    };
    let monday = |hour: u8| format!("2026-11-23T{hour:02}:00:00Z");
    let number = "+254712345678";
    let ann = app.post(BOOK, wish(&monday(7), "Ann", "ann@example.com", number)).await.expect(201);
    // The same person a second time, in other letters and with another number.
    let again = app.post(BOOK, wish(&monday(8), "Ann B.", "Ann@Example.COM", "+254700000001")).await.expect(201);
    assert_eq!(again["appointment"]["customerId"], ann["appointment"]["customerId"]);
    assert!(again.get("session").is_none());
    assert_eq!(again["appointment"]["customer"]["phone"], "+254700000001", "what was given stays with the booking");
    // Whoever knows her number, in whatever spelling, is somebody else and sees nothing of hers.
    for (hour, spelling) in [(9, number), (10, "0712 345678"), (11, "+254 (0)712-345-678")] {
        let email = format!("other{hour}@example.com");
        let other = app.post(BOOK, wish(&monday(hour), "Ann", &email, spelling)).await.expect(201);
        assert_ne!(other["appointment"]["customerId"], ann["appointment"]["customerId"], "{spelling}");
        let token = text(&other["session"]["accessToken"]);
        assert_eq!(app.get("/api/appointments", token).await.data(200), json!([other["appointment"]]), "{spelling}");
    }
    let own = app.get("/api/appointments", text(&ann["session"]["accessToken"])).await.data(200);
    assert_eq!(own.as_array().unwrap().len(), 2);
    assert_eq!(app.count("SELECT id FROM customers").await, 4);
    assert_eq!(
        app.count(
            "SELECT id FROM customers WHERE name = 'Ann' AND email = 'ann@example.com' AND phone = '+254712345678'"
        )
        .await,
        1
    );
}

async fn a_customers_token_books_for_that_customer(app: App) {
    let salon = app.salon().await;
    let cara = salon.customer("cara@example.com").await;
    let token = text(&cara["accessToken"]);
    let body = json!({"service": salon.service["id"], "time": MONDAY_10, "customerName": "Mallory",
        "customerEmail": "mallory@example.com"});
    let booked = app.ask("POST", BOOK).bearer(token).json(body).send().await.expect(201);
    assert_eq!(booked["appointment"]["customer"]["name"], "Cara");
    assert_eq!(booked["appointment"]["customer"]["email"], "cara@example.com");
    assert!(booked.get("session").is_none());
    assert_eq!(app.get("/api/appointments", token).await.data(200).as_array().unwrap().len(), 1);
    // Bad and wrong-kind credentials do not pass for a guest.
    let wish = salon.wish(MONDAY_9, "x@example.com");
    for bad in ["garbage", salon.token.as_str()] {
        assert_eq!(app.ask("POST", BOOK).bearer(bad).json(wish.clone()).send().await.refused(401), "UNAUTHORIZED");
    }
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    let wish = other.wish(MONDAY_9, "x@example.com");
    assert_eq!(app.ask("POST", BOOK).bearer(token).json(wish).send().await.refused(401), "UNAUTHORIZED");
    assert_eq!(app.count("SELECT id FROM appointments").await, 1);
}

async fn a_bad_body_is_refused_by_field_and_stores_nothing(app: App) {
    let salon = app.salon().await;
    let with = |change: serde_json::Value| {
        let mut body = salon.wish(MONDAY_10, "john@example.com");
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    for (change, field) in [
        (json!({"customerName": " "}), "customerName/INVALID_NAME"),
        (json!({"customerName": null}), "customerName/REQUIRED"),
        (json!({"customerEmail": "nobody"}), "customerEmail/INVALID_EMAIL"),
        (json!({"customerEmail": 7}), "customerEmail/INVALID_VALUE"),
        (json!({"customerPhone": "12"}), "customerPhone/INVALID_PHONE"),
        (json!({"time": "tomorrow"}), "time/INVALID_VALUE"),
        (json!({"time": "2026-11-18T11:00:00Z"}), "time/IN_THE_PAST"),
        (json!({"time": "2027-11-22T07:00:00Z"}), "time/TOO_FAR_AHEAD"),
        (json!({"time": "2026-11-23T07:10:00Z"}), "time/MISALIGNED"),
        (json!({"time": "2026-11-23T14:30:00Z"}), "time/CLOSED"),
        (json!({"time": "2026-11-22T07:00:00Z"}), "time/CLOSED"),
        (json!({"notes": "x".repeat(2001)}), "notes/INVALID_VALUE"),
        (json!({"notes": "a\u{0}b"}), "notes/INVALID_VALUE"),
        (json!({"color": "red"}), "color/UNKNOWN_FIELD"),
    ] {
        assert_eq!(app.post(BOOK, with(change.clone())).await.fields(), [field], "{change}");
    }
    for change in [
        json!({"inviteCode": "NOSUCH77"}),
        json!({"service": "Massage"}),
        json!({"service": "svc_00000000000000000000000000"}),
        json!({"staff": "user_00000000000000000000000000"}),
        json!({"staff": "somebody"}),
    ] {
        assert_eq!(app.post(BOOK, with(change.clone())).await.refused(404), "NOT_FOUND", "{change}");
    }
    for minutes in [30, 60] {
        let twin = json!({"name": "Twin", "duration": minutes, "price": 10});
        app.ask("POST", "/api/services").bearer(&salon.token).json(twin).send().await.expect(201);
    }
    assert_eq!(app.post(BOOK, with(json!({"service": "twin"}))).await.fields(), ["service/AMBIGUOUS"]);
    for table in ["appointments", "appointment_slots", "customers"] {
        assert_eq!(app.count(&format!("SELECT * FROM {table}")).await, 0, "{table}");
    }
}

async fn a_taken_time_is_refused_with_the_nearest_free_ones(app: App) {
    let salon = app.salon().await;
    salon.booked(MONDAY_10, "john@example.com").await;
    let lost = salon.book("2026-11-23T07:30:00Z", "late@example.com").await;
    let body = lost.expect(409);
    assert_eq!(body["code"], "SLOT_TAKEN");
    let starts: Vec<&str> = body["alternatives"].as_array().unwrap().iter().map(|a| text(&a["start"])).collect();
    assert_eq!(starts, ["2026-11-23T06:00:00.000Z", "2026-11-23T08:00:00.000Z", "2026-11-23T08:30:00.000Z"]);
    assert_eq!(body["alternatives"][0]["staffId"], salon.owner["user"]["id"]);
    assert_eq!(app.count("SELECT id FROM customers").await, 1, "a loser leaves nothing");
}

async fn a_first_booking_keeps_its_customer_signed_in(app: App) {
    let salon = app.salon().await;
    let first = salon.book(MONDAY_10, "john@example.com").await;
    let set = first.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["fd_customer_refresh=", "Path=/api/customers/auth", "HttpOnly", "SameSite=Lax"] {
        assert!(set.contains(part), "{part} is missing in {set}");
    }
    let session = first.expect(201)["session"].take();
    let refresh = app.ask("POST", "/api/customers/auth/refresh").header("cookie", set.split(';').next().unwrap());
    let renewed = refresh
        .header("origin", "https://desk.example.com")
        .json(json!({"inviteCode": salon.code()}))
        .send()
        .await
        .data(200);
    assert_eq!(renewed["customer"]["id"], session["customer"]["id"]);
    assert_eq!(app.count("SELECT id FROM jobs WHERE kind = 'customers.mail_sign_in_link'").await, 0);
    // Whoever books under the same address again gets no cookie; its owner gets a link.
    let second = salon.book(MONDAY_9, "john@example.com").await;
    assert!(!second.headers.contains_key("set-cookie"));
    assert!(second.expect(201).get("session").is_none());
    assert_eq!(app.count("SELECT id FROM jobs WHERE kind = 'customers.mail_sign_in_link'").await, 1);
}

async fn of_many_first_bookings_under_one_address_one_signs_in(app: App) {
    let salon = app.salon().await;
    let times: Vec<String> = (6..14).map(|hour| format!("2026-11-23T{hour:02}:00:00Z")).collect();
    let replies = join_all(times.iter().map(|time| salon.book(time, "john@example.com"))).await;
    let bodies: Vec<_> = replies.into_iter().map(|reply| reply.expect(201)).collect();
    assert_eq!(bodies.iter().filter(|body| body.get("session").is_some()).count(), 1);
    let customer = &bodies[0]["appointment"]["customerId"];
    assert!(bodies.iter().all(|body| body["appointment"]["customerId"] == *customer));
    assert_eq!(app.count("SELECT id FROM sessions WHERE kind = 'customer'").await, 1);
}

async fn no_token_stands_in_clear_where_answers_are_kept(app: App) {
    let salon = app.salon().await;
    let once = || {
        let ask = app.ask("POST", BOOK).header("idempotency-key", "k1");
        ask.json(salon.wish(MONDAY_10, "john@example.com")).send()
    };
    let first = once().await.expect(201);
    let again = once().await;
    assert!(!again.headers.contains_key("set-cookie"), "a repeated answer sets no cookie");
    assert_eq!(again.expect(201), first, "and is otherwise the same");
    let db = app.trade.db();
    let kept = platform::db::statement(db.dialect(), "SELECT scope, answer FROM idempotency_keys", vec![]);
    let kept = db.read().query_all_raw(kept).await.unwrap();
    assert_eq!(kept.len(), 1);
    let mut bytes: Vec<u8> = kept[0].try_get("", "answer").unwrap();
    bytes.extend(kept[0].try_get::<String>("", "scope").unwrap().into_bytes());
    let (_, link) = text(&first["manageUrl"]).split_once("?token=").unwrap();
    let secrets = [text(&first["session"]["accessToken"]), text(&first["session"]["refreshToken"]), link];
    for part in secrets.into_iter().chain(["accessToken", "john@example.com"]) {
        assert!(!bytes.windows(part.len()).any(|window| window == part.as_bytes()), "{part} stands in clear");
    }
}

async fn the_same_key_and_body_book_once(app: App) {
    let salon = app.salon().await;
    let once = |body| app.ask("POST", BOOK).header("idempotency-key", "k1").json(body).send();
    let first = once(salon.wish(MONDAY_10, "john@example.com")).await.expect(201);
    let again = once(salon.wish(MONDAY_10, "john@example.com")).await.expect(201);
    assert_eq!(first["appointment"], again["appointment"]);
    assert_eq!(app.count("SELECT id FROM appointments").await, 1);
}

async fn a_link_shows_its_booking_and_calls_it_off(app: App) {
    let salon = app.salon().await;
    let booked = salon.book(MONDAY_10, "john@example.com").await.expect(201);
    let url = text(&booked["manageUrl"]);
    let (page, token) = url.split_once("?token=").unwrap();
    assert_eq!(page, "https://desk.example.com/s/demo-salon/manage");
    let manage = "/api/public/appointments/manage";
    let shown = app.get(&format!("{manage}?token={token}"), "").await.expect(200);
    assert_eq!(shown["appointment"], booked["appointment"]);
    assert_eq!(shown["business"]["slug"], "demo-salon");
    assert_eq!(app.get(&format!("{manage}?token={}x", token), "").await.refused(401), "INVALID_LINK");
    let cancel =
        |token: &str| app.post("/api/public/appointments/manage/cancel", json!({"token": token, "reason": "ill"}));
    let done = cancel(token).await.expect(200);
    assert_eq!((&done["appointment"]["status"], &done["appointment"]["reason"]), (&json!("cancelled"), &json!("ill")));
    assert_eq!(cancel(token).await.refused(409), "INVALID_TRANSITION");
    salon.book(MONDAY_10, "next@example.com").await.expect(201);
}

async fn a_link_does_not_call_off_what_has_begun(app: App) {
    let salon = app.salon().await;
    let booked = salon.book(MONDAY_10, "john@example.com").await.expect(201);
    let token = text(&booked["manageUrl"]).split_once("?token=").unwrap().1.to_owned();
    app.advance(Duration::from_secs(5 * 24 * 3600));
    let late = app.post("/api/public/appointments/manage/cancel", json!({ "token": token })).await;
    assert_eq!(late.refused(409), "INVALID_TRANSITION");
}

on_both_databases![
    the_body_of_document_a_books_at_the_services_own_price,
    a_second_booking_under_an_address_learns_nothing_about_its_owner,
    an_address_makes_one_customer_and_a_number_identifies_nobody,
    a_customers_token_books_for_that_customer,
    a_bad_body_is_refused_by_field_and_stores_nothing,
    a_taken_time_is_refused_with_the_nearest_free_ones,
    a_first_booking_keeps_its_customer_signed_in,
    of_many_first_bookings_under_one_address_one_signs_in,
    no_token_stands_in_clear_where_answers_are_kept,
    the_same_key_and_body_book_once,
    a_link_shows_its_booking_and_calls_it_off,
    a_link_does_not_call_off_what_has_begun,
];
