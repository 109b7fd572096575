//! The demo salon is complete, hangs together when it is fetched like any other business, and is made once.

use std::collections::{HashMap, HashSet};

use frontdesk::demo::{self, CUSTOMERS, Filled, Outcome, PASSWORD, SLUG};
use kernel::Timestamp;
use platform::crypto::PasswordParams;
use serde_json::{Value, json};

use crate::harness::{App, text};

const TABLES: [&str; 14] = [
    "tenants",
    "users",
    "memberships",
    "customers",
    "services",
    "providers",
    "appointments",
    "appointment_slots",
    "conversations",
    "messages",
    "read_marks",
    "read_receipts",
    "attachments",
    "outbox_events",
];

async fn fill(app: &App, only_if_empty: bool) -> Outcome {
    let config = app.house().platform.config().clone();
    demo::fill(config, app.world(), PasswordParams::CHEAP_FOR_TESTS, only_if_empty).await.unwrap()
}

async fn filled(app: &App) -> Filled {
    match fill(app, true).await {
        Outcome::Filled(filled) => filled,
        other => panic!("an empty house is filled, not {other:?}"),
    }
}

async fn sizes(app: &App) -> Vec<i64> {
    let mut sizes = Vec::new();
    for table in TABLES {
        sizes.push(app.count(&format!("SELECT COUNT(*) FROM {table}"), Vec::new()).await);
    }
    sizes
}

/// An access token for one of the published logins.
async fn sign_in(app: &App, email: &str) -> (String, String) {
    let login = demo::logins().into_iter().find(|login| login.email == email).unwrap();
    let mut body = json!({"email": email, "password": PASSWORD});
    let data = if login.role == "customer" {
        body["inviteCode"] = json!(SLUG);
        app.post("/api/customers/auth/login").json(body).send().await.data(200)
    } else {
        app.post("/api/auth/login").json(body).send().await.data(200)
    };
    let person = if login.role == "customer" { &data["customer"] } else { &data["user"] };
    assert_eq!(text(&person["name"]), login.name);
    assert_eq!(person["emailVerified"], json!(true), "nobody mailed them a link to follow");
    (text(&data["accessToken"]).to_owned(), text(&person["id"]).to_owned())
}

async fn conversations(app: &App, token: &str) -> Vec<Value> {
    let body = app.get("/api/messages/conversations?limit=200").bearer(token).send().await.expect(200);
    body["conversations"].as_array().unwrap().clone()
}

async fn messages(app: &App, token: &str, conversation: &str) -> Vec<Value> {
    let path = format!("/api/messages/conversations/{conversation}?after_seq=0&limit=500");
    let body = app.get(&path).bearer(token).send().await.expect(200);
    assert_eq!(body["hasMore"], json!(false));
    body["messages"].as_array().unwrap().clone()
}

/// What the other side wrote and this reader is not named as a reader of.
fn unread(messages: &[Value], reader: &str, by: &str) -> usize {
    let has_read = |m: &&Value| m["readBy"].as_array().unwrap().iter().any(|read| read["userId"] == reader);
    messages.iter().filter(|m| m["senderType"] == by && !has_read(m)).count()
}

async fn visits(app: &App, owner: &str, status: &str) -> u32 {
    let page = app.get(&format!("/api/appointments?status={status}&limit=1")).bearer(owner).send().await;
    let count = page.header("x-total-count").parse().unwrap();
    page.expect(200);
    count
}

/// A demo that is filled at this moment: who is served, who waits for the desk, and when the last words were written.
async fn for_an_hour(app: &App, now: &str, somebody_is_served: bool) {
    app.clock().set(Timestamp::parse(now).unwrap());
    filled(app).await;
    let (owner, owner_id) = sign_in(app, "owner@demo.test").await;
    assert_eq!(visits(app, &owner, "in_progress").await > 0, somebody_is_served);
    for status in ["pending", "confirmed", "completed", "cancelled", "rejected", "no_show"] {
        assert_ne!(visits(app, &owner, status).await, 0, "{status}");
    }
    let threads = conversations(app, &owner).await;
    let waiting = threads.iter().filter(|thread| thread["unreadCount"] != json!(0)).count();
    assert!((5..15).contains(&waiting), "{waiting} wait for an answer");
    for thread in &threads {
        let said = messages(app, &owner, text(&thread["id"])).await;
        assert_eq!(thread["unreadCount"], json!(unread(&said, &owner_id, "customer")), "{}", thread["name"]);
        // Nairobi is three hours ahead of UTC, in summer and in winter.
        let hours = said.iter().map(|message| text(&message["timestamp"])[11..13].parse::<u32>().unwrap() + 3);
        assert!(hours.into_iter().all(|hour| (8..=20).contains(&hour)), "{}", thread["name"]);
    }
}

both_databases! {
    async fn the_demo_is_a_whole_business(app: App) {
        let made = filled(&app).await;
        assert_eq!((made.customers, made.conversations), (CUSTOMERS, 40));
        assert!(made.messages > 2_000 && made.appointments > 150, "{made:?}");
        let mails = app.count("SELECT COUNT(*) FROM jobs WHERE kind = 'people.mail_verification'", vec![]).await;
        assert_eq!(mails, 0, "nobody of the demo is asked for their address");
        for login in demo::logins() {
            sign_in(&app, login.email).await;
        }
        let (owner, _) = sign_in(&app, "owner@demo.test").await;
        let business = app.get(&format!("/api/public/store-owner/{SLUG}")).send().await.data(200);
        assert_eq!((&business["name"], &business["timezone"]), (&json!("Demo Salon"), &json!("Africa/Nairobi")));
        assert!(business["hours"].as_array().unwrap().len() >= 6 && !business["about"].is_null());
        let services = app.get(&format!("/api/public/services?inviteCode={SLUG}")).send().await.data(200);
        let categories: HashSet<&str> = services.as_array().unwrap().iter().map(|s| text(&s["category"])).collect();
        assert!(categories.len() >= 4 && services.as_array().unwrap().iter().all(|s| s["price"]["currency"] == "KES"));
        let staff = app.get("/api/providers").bearer(&owner).send().await.data(200);
        assert_eq!(staff.as_array().unwrap().iter().filter(|p| p["bookable"] == true).count(), 4);
        let page = app.get("/api/messages/customers?limit=1").bearer(&owner).send().await;
        assert_eq!(page.header("x-total-count"), CUSTOMERS.to_string());
        for status in ["pending", "confirmed", "completed", "cancelled", "rejected", "no_show"] {
            assert_ne!(visits(&app, &owner, status).await, 0, "{status}");
        }
    }

    async fn by_day_somebody_is_in_the_chair_of_the_demo(app: App) {
        for_an_hour(&app, "2026-11-23T06:30:00Z", true).await;
    }

    async fn in_the_afternoon_somebody_is_in_the_chair_of_the_demo(app: App) {
        for_an_hour(&app, "2026-11-23T11:00:00Z", true).await;
    }

    async fn late_in_the_evening_the_demo_salon_is_closed(app: App) {
        for_an_hour(&app, "2026-11-23T20:30:00Z", false).await;
    }

    async fn at_night_the_demo_salon_is_closed(app: App) {
        for_an_hour(&app, "2026-11-24T00:00:00Z", false).await;
    }

    async fn on_a_sunday_the_demo_salon_is_closed(app: App) {
        for_an_hour(&app, "2026-11-22T09:00:00Z", false).await;
    }

    async fn what_is_unread_in_the_demo_is_what_nobody_has_read(app: App) {
        let made = filled(&app).await;
        let (owner, owner_id) = sign_in(&app, "owner@demo.test").await;
        let threads = conversations(&app, &owner).await;
        assert_eq!(threads.len(), made.conversations);
        let (mut total, mut waiting, mut pictures) = (0, 0, 0);
        for thread in &threads {
            let said = messages(&app, &owner, text(&thread["id"])).await;
            let numbers: Vec<i64> = said.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
            assert_eq!(numbers, (1..=thread["lastSeq"].as_i64().unwrap()).collect::<Vec<_>>());
            assert_eq!(thread["lastMessageTime"], said.last().unwrap()["timestamp"]);
            let unread = unread(&said, &owner_id, "customer");
            assert_eq!(thread["unreadCount"], json!(unread), "{}", thread["name"]);
            waiting += usize::from(unread > 0);
            total += said.len();
            for file in said.iter().flat_map(|m| m["attachments"].as_array().unwrap()) {
                let shown = app.get(text(&file["thumbnailUrl"])).send().await;
                assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/jpeg"));
                pictures += 1;
            }
        }
        assert_eq!((total, pictures), (made.messages, 2));
        assert!((5..15).contains(&waiting), "{waiting} wait for an answer");
        let mut kinds: HashMap<&str, usize> = HashMap::new();
        for thread in &threads {
            *kinds.entry(text(&thread["type"])).or_default() += 1;
            *kinds.entry(text(&thread["status"])).or_default() += 1;
        }
        assert_eq!((kinds["appointment"], kinds["blocked"], kinds["archived"]), (3, 1, 5));
    }

    async fn staff_and_customers_of_the_demo_find_their_own(app: App) {
        filled(&app).await;
        let (staff, staff_id) = sign_in(&app, "faith@demo.test").await;
        let own = conversations(&app, &staff).await;
        assert!((3..12).contains(&own.len()), "{}", own.len());
        let is_hers = |thread: &&Value| thread["assignedTo"] == staff_id.as_str() || thread["type"] == "appointment";
        assert_eq!(own.iter().filter(is_hers).count(), own.len());
        let (customer, customer_id) = sign_in(&app, "wanjiku@demo.test").await;
        let own = conversations(&app, &customer).await;
        assert_eq!(own.iter().map(|t| text(&t["type"])).collect::<HashSet<_>>(), ["direct", "appointment"].into());
        for thread in &own {
            let said = messages(&app, &customer, text(&thread["id"])).await;
            assert_eq!(thread["unreadCount"], json!(unread(&said, &customer_id, "provider")));
            assert_ne!(thread["unreadCount"], json!(0), "something is new for her");
        }
        let visits = app.get("/api/appointments").bearer(&customer).send().await.data(200);
        let mut statuses: Vec<&str> = visits.as_array().unwrap().iter().map(|v| text(&v["status"])).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, ["completed", "confirmed"]);
        let said = json!({"conversationId": own[0]["id"], "content": "Asante!"});
        let sent = app.post("/api/messages/send").bearer(&customer).json(said).send().await.expect(201);
        assert_eq!(sent["message"]["seq"].as_i64(), own[0]["lastSeq"].as_i64().map(|seq| seq + 1), "{sent:#}");
    }

    async fn the_demo_is_made_once(app: App) {
        filled(&app).await;
        let before = sizes(&app).await;
        assert_eq!(fill(&app, true).await, Outcome::AlreadyThere);
        assert_eq!(fill(&app, false).await, Outcome::AlreadyThere);
        assert_eq!(sizes(&app).await, before);
    }

    async fn a_house_with_a_business_gets_a_demo_only_when_asked(app: App) {
        let own = app.business("Own Salon").await;
        let before = sizes(&app).await;
        assert_eq!(fill(&app, true).await, Outcome::NotEmpty);
        assert_eq!(sizes(&app).await, before);
        assert!(matches!(fill(&app, false).await, Outcome::Filled(_)));
        let threads = conversations(&app, &own.token).await;
        assert!(threads.is_empty(), "the demo is another business");
    }
}
