//! The business books for its customers, and looks at its calendar.

use futures_util::future::join_all;
use kernel::Role;
use serde_json::json;

use super::{App, MONDAY_9, MONDAY_10, text};

const APPOINTMENTS: &str = "/api/appointments";

async fn the_desk_books_for_known_and_new_customers_confirmed_at_once(app: App) {
    let salon = app.salon().await;
    let cara = salon.customer("cara@example.com").await;
    let book = |body| app.ask("POST", APPOINTMENTS).bearer(&salon.token).json(body).send();
    let known = json!({"customerId": cara["customer"]["id"], "serviceId": salon.service["id"], "time": MONDAY_9});
    let known = book(known).await.data(201);
    assert_eq!((&known["status"], &known["source"]), (&json!("confirmed"), &json!("desk")));
    assert_eq!(known["customer"]["phone"], "+254712345678");
    let new =
        json!({"customerName": "Joe", "customerEmail": "joe@example.com", "service": "haircut", "time": MONDAY_10});
    assert_eq!(book(new.clone()).await.data(201)["customer"]["name"], "Joe");
    assert_eq!(book(new).await.refused(409), "SLOT_TAKEN");
    let nobody = json!({"customerId": "cust_00000000000000000000000000", "service": "haircut", "time": MONDAY_10});
    assert_eq!(book(nobody).await.refused(404), "NOT_FOUND");
    let missing = book(json!({"customerId": cara["customer"]["id"], "time": MONDAY_10})).await;
    assert_eq!(missing.fields(), ["serviceId/REQUIRED"]);
    assert_eq!(app.count("SELECT id FROM audit_log WHERE action = 'appointment.created'").await, 2);
    let customers = app.ask("POST", APPOINTMENTS).bearer(text(&cara["accessToken"])).json(json!({})).send().await;
    assert_eq!(customers.refused(401), "UNAUTHORIZED");
}

async fn whoever_calls_needs_a_number_and_no_address(app: App) {
    let salon = app.salon().await;
    let book = |body| app.ask("POST", APPOINTMENTS).bearer(&salon.token).json(body).send();
    let wish = |hour: u8, name: &str, phone: &str, email: serde_json::Value| {
        json!({"customerName": name, "customerPhone": phone, "customerEmail": email, "service": "haircut",
            "time": format!("2026-11-23T{hour:02}:00:00Z")})
    };
    let none = || json!(null);
    let first = book(wish(7, "Grace Wanjiku", "0712 345678", none())).await.data(201);
    assert_eq!((&first["customer"]["email"], &first["customer"]["phone"]), (&none(), &json!("+254712345678")));
    // She calls again, from the same phone; an empty address is none.
    let again = book(wish(8, "grace wanjiku", "+254712345678", json!(""))).await.data(201);
    assert_eq!(again["customerId"], first["customerId"]);
    // Her brother calls from it, and another Grace from her own.
    let brother = book(wish(9, "Peter", "0712 345678", none())).await.data(201);
    let other = book(wish(10, "Grace Wanjiku", "0712 000000", none())).await.data(201);
    assert_eq!(app.count("SELECT id FROM customers").await, 3);
    assert!(brother["customerId"] != first["customerId"] && other["customerId"] != first["customerId"]);
    for (email, phone, field) in [
        (none(), "", "customerEmail/REQUIRED"),
        (json!(" "), " ", "customerEmail/REQUIRED"),
        (none(), "12", "customerPhone/INVALID_PHONE"),
        (json!("nobody"), "0712 345678", "customerEmail/INVALID_EMAIL"),
    ] {
        assert_eq!(book(wish(11, "Ann", phone, email)).await.fields(), [field]);
    }
    // On the page that everybody reaches, the address stays required: the link to the booking goes there.
    let mut visitor = salon.wish(MONDAY_10, "x@example.com");
    (visitor["customerEmail"], visitor["customerPhone"]) = (none(), json!("0712 345678"));
    assert_eq!(app.post("/api/public/appointments", visitor).await.fields(), ["customerEmail/REQUIRED"]);
}

async fn notes_are_corrected_without_anybody_being_written_to(app: App) {
    let salon = app.salon().await;
    let id = salon.booked(MONDAY_10, "john@example.com").await;
    let path = format!("{APPOINTMENTS}/{id}");
    let note = |token: &str, body| app.ask("PATCH", &path).bearer(token).json(body).send();
    let noted = note(&salon.token, json!({"notes": " Allergic to nuts "})).await.data(200);
    assert_eq!((&noted["notes"], &noted["status"]), (&json!("Allergic to nuts"), &json!("pending")));
    assert_eq!(app.get(&path, &salon.token).await.data(200)["notes"], "Allergic to nuts");
    let corrected = || app.count("SELECT id FROM audit_log WHERE action = 'appointment.notes_corrected'");
    assert_eq!(corrected().await, 1);
    note(&salon.token, json!({"notes": "Allergic to nuts"})).await.expect(200);
    assert_eq!(corrected().await, 1, "nothing changed");
    assert_eq!(app.count("SELECT id FROM outbox_events WHERE type = 'appointment.updated'").await, 1);
    assert_eq!(note(&salon.token, json!({"notes": ""})).await.data(200)["notes"], json!(null));
    for (body, field) in [
        (json!({}), "notes/REQUIRED"),
        (json!({"notes": 7}), "notes/INVALID_VALUE"),
        (json!({"notes": "x".repeat(2001)}), "notes/INVALID_VALUE"),
        (json!({"notes": "x", "price": 1}), "price/UNKNOWN_FIELD"),
    ] {
        assert_eq!(note(&salon.token, body).await.fields(), [field]);
    }
    // Whose appointment it is not, and who is no member, cannot.
    let (sam, _) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    assert_eq!(note(&sam, json!({"notes": "x"})).await.refused(404), "NOT_FOUND");
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    assert_eq!(note(&other.token, json!({"notes": "x"})).await.refused(404), "NOT_FOUND");
    let cara = salon.customer("cara@example.com").await;
    assert_eq!(note(text(&cara["accessToken"]), json!({"notes": "x"})).await.refused(401), "UNAUTHORIZED");
}

async fn a_repeated_key_books_once_at_the_desk_too(app: App) {
    let salon = app.salon().await;
    let body = |time: &str| json!({"customerName": "Joe", "customerEmail": "joe@example.com", "service": "haircut", "time": time});
    let once =
        |body| app.ask("POST", APPOINTMENTS).bearer(&salon.token).header("idempotency-key", "k").json(body).send();
    let replies = join_all((0..8).map(|_| once(body(MONDAY_9)))).await;
    for reply in replies {
        if reply.status != 201 {
            assert_eq!(reply.refused(409), "IDEMPOTENCY_IN_PROGRESS");
        }
    }
    once(body(MONDAY_9)).await.expect(201);
    assert_eq!(app.count("SELECT id FROM appointments").await, 1);
    assert_eq!(once(body(MONDAY_10)).await.refused(422), "IDEMPOTENCY_MISMATCH");
    // The key is the owner's own: nobody else's request with it is taken for a repetition.
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    let theirs =
        app.ask("POST", APPOINTMENTS).bearer(&other.token).header("idempotency-key", "k").json(body(MONDAY_10));
    theirs.send().await.expect(201);
}

async fn staff_book_their_own_time_only(app: App) {
    let salon = app.salon().await;
    let (sam, sam_id) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    let body = |staff: serde_json::Value| {
        json!({"customerName": "Joe", "customerEmail": "joe@example.com", "service": "haircut", "time": MONDAY_10,
            "staffId": staff})
    };
    let book = |body| app.ask("POST", APPOINTMENTS).bearer(&sam).json(body).send();
    assert_eq!(book(body(salon.owner["user"]["id"].clone())).await.refused(403), "FORBIDDEN");
    assert_eq!(book(body(json!(null))).await.data(201)["staffId"], json!(sam_id));
}

async fn lists_are_narrowed_paged_and_counted(app: App) {
    let salon = app.salon().await;
    for (n, hour) in (6..11).enumerate() {
        let id = salon.booked(&format!("2026-11-23T{hour:02}:00:00Z"), &format!("c{n}@example.com")).await;
        if n % 2 == 0 {
            salon.step(&id, "confirm").await.expect(200);
        }
    }
    let list = |query: &str| {
        let (path, token) = (format!("{APPOINTMENTS}{query}"), salon.token.clone());
        let app = &app;
        async move { app.get(&path, &token).await }
    };
    let count = |reply: super::Reply| reply.data(200).as_array().unwrap().len();
    assert_eq!(count(list("?status=confirmed").await), 3);
    assert_eq!(count(list("?status=confirmed,pending").await), 5);
    assert_eq!(count(list("?from=2026-11-23T07:00:00Z&to=2026-11-23T09:00:00Z").await), 2);
    assert_eq!(count(list("?from=2026-11-23&to=2026-11-24").await), 5);
    assert_eq!(count(list("?from=2026-11-24").await), 0);
    let page = list("?page=2&limit=2").await;
    let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("x-total-count"), header("x-page"), header("x-limit")), ("5".into(), "2".into(), "2".into()));
    assert_eq!(page.data(200)[0]["start"], "2026-11-23T08:00:00.000Z");
    assert_eq!(list("?status=gone").await.fields(), ["status/INVALID_VALUE"]);
    assert_eq!(list("?from=soon").await.fields(), ["from/INVALID_VALUE"]);
    assert_eq!(list("?limit=201").await.fields(), ["limit/OUT_OF_RANGE"]);
    assert_eq!(list("?staffId=svc_1").await.fields(), ["staffId/INVALID_VALUE"]);
}

async fn an_appointment_is_a_calendar_file(app: App) {
    let salon = app.salon().await;
    let mut wish = salon.wish(MONDAY_10, "john@example.com");
    wish["notes"] =
        json!("Short, please; no gel\nBEGIN:VALARM and a long line that has to be folded somewhere in here");
    let booked = app.post("/api/public/appointments", wish).await.expect(201);
    let path = format!("{APPOINTMENTS}/{}/calendar.ics", text(&booked["appointment"]["id"]));
    let file = app.get(&path, &salon.token).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
    let lines: Vec<&str> = file.text.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains('\n')));
    let whole = file.text.replace("\r\n ", "");
    for line in ["BEGIN:VEVENT", "DTSTART:20261123T070000Z", "DTEND:20261123T080000Z", "STATUS:TENTATIVE"] {
        assert!(whole.lines().any(|l| l == line), "{line} is missing in {whole}");
    }
    assert!(whole.contains("Short\\, please\\; no gel\\nBEGIN:VALARM"));

    let link = text(&booked["manageUrl"]);
    let token = link.split_once("token=").unwrap().1;
    let by_link = |token: &str| format!("/api/public/appointments/manage/calendar.ics?token={token}");
    let again = app.get(&by_link(token), "").await;
    assert_eq!(
        (again.status, &again.headers["content-type"]),
        (file.status, &file.headers["content-type"]),
        "{}",
        again.text
    );
    assert_eq!(again.text, file.text);
    assert_eq!(app.get(&by_link("forged"), "").await.refused(401), "INVALID_LINK");
}

on_both_databases![
    the_desk_books_for_known_and_new_customers_confirmed_at_once,
    whoever_calls_needs_a_number_and_no_address,
    notes_are_corrected_without_anybody_being_written_to,
    a_repeated_key_books_once_at_the_desk_too,
    staff_book_their_own_time_only,
    lists_are_narrowed_paged_and_counted,
    an_appointment_is_a_calendar_file,
];
