//! What is offered on the public page, in the business's own zone.

use kernel::Role;
use serde_json::json;

use super::{App, text};

async fn set_hours(app: &App, token: &str, user: &str, weekly: serde_json::Value) -> super::Reply {
    app.put(&format!("/api/providers/{user}/hours"), token, json!({ "weekly": weekly })).await
}

async fn a_new_business_can_be_booked_at_its_usual_hours(app: App) {
    let salon = app.salon().await;
    let monday = salon.offered("2026-11-23").await;
    assert_eq!(monday.len(), 17, "an hour, from 9:00 to 17:00 every 30 minutes");
    assert_eq!((monday[0].as_str(), monday[16].as_str()), ("2026-11-23T06:00:00.000Z", "2026-11-23T14:00:00.000Z"));
    assert!(salon.offered("2026-11-22").await.is_empty(), "closed on Sundays");
    assert_eq!(salon.offered("2026-11-18").await[0], "2026-11-18T11:30:00.000Z", "today, what is left of it");
    assert!(salon.offered("2026-11-17").await.is_empty(), "not in the past");
    let owner = app.get(&format!("/api/public/store-owner/{}", salon.code()), "").await.data(200);
    assert_eq!(owner["hours"][0], json!({"day": 1, "start": "09:00", "end": "18:00"}));
    assert_eq!((owner["hours"].as_array().unwrap().len(), &owner["timezone"]), (6, &json!("Africa/Nairobi")));
    assert_eq!(app.get("/api/public/store-owner/nobody", "").await.refused(404), "NOT_FOUND");
}

async fn the_next_free_time_and_the_free_days_are_told(app: App) {
    let salon = app.salon().await;
    let ask = |path: &str| {
        let path = format!("/api/public/{path}&inviteCode={}&service=Haircut", salon.code());
        let app = &app;
        async move { app.get(&path, "").await }
    };
    let sunday = ask("availability?date=2026-11-22").await.expect(200);
    assert_eq!((&sunday["slots"], &sunday["nextFree"]), (&json!([]), &json!("2026-11-23T06:00:00.000Z")));
    let far = ask("availability?date=2027-12-01").await.expect(200);
    assert_eq!(far["nextFree"], json!(null), "beyond the horizon");
    let slot = ask("availability?date=2026-11-23").await.expect(200)["slots"][0].take();
    assert_eq!((&slot["staffId"], &slot["staffName"]), (&salon.owner["user"]["id"], &json!("Ann")));
    let days = ask("availability/days?month=2026-11").await.expect(200);
    let days: Vec<&str> = days["days"].as_array().unwrap().iter().map(text).collect();
    assert_eq!(days.len(), 11);
    assert_eq!((days[0], days[10]), ("2026-11-18", "2026-11-30"));
    for bad in ["availability?date=soon", "availability?date=2026-02-30", "availability?x=1"] {
        assert_eq!(ask(bad).await.refused(422), "VALIDATION_ERROR", "{bad}");
    }
    assert_eq!(ask("availability/days?month=2026-13").await.fields(), ["month/INVALID_VALUE"]);
}

async fn hours_follow_the_wall_clock_across_a_change_of_clocks(app: App) {
    let zone = json!({"timezone": "Europe/Berlin", "country": "DE", "currency": "EUR"});
    let salon = app.business("ann@example.com", zone).await;
    let saturday = salon.offered("2027-03-27").await;
    let monday = salon.offered("2027-03-29").await;
    assert_eq!((saturday[0].as_str(), monday[0].as_str()), ("2027-03-27T08:00:00.000Z", "2027-03-29T07:00:00.000Z"));
    let user = text(&salon.owner["user"]["id"]);
    let night = json!([{"day": 7, "start": "00:00", "end": "06:00"}]);
    set_hours(&app, &salon.token, user, night).await.expect(200);
    // 2027-03-28: 02:00 becomes 03:00, so the night has five hours; an hour fits nine times.
    let sunday = salon.offered("2027-03-28").await;
    assert_eq!(sunday.len(), 9);
    assert!(sunday.contains(&"2027-03-28T00:30:00.000Z".to_owned()), "1:30 runs over the gap to 3:30");
    salon.book("2027-03-28T00:30:00Z", "night@example.com").await.expect(201);
    assert_eq!(salon.book("2027-03-28T01:00:00Z", "owl@example.com").await.refused(409), "SLOT_TAKEN");
}

async fn a_business_in_new_york_sells_its_repeated_hour_twice(app: App) {
    let zone = json!({"timezone": "America/New_York", "country": "US", "currency": "USD"});
    let salon = app.business("ann@example.com", zone).await;
    let user = text(&salon.owner["user"]["id"]);
    set_hours(&app, &salon.token, user, json!([{"day": 7, "start": "01:00", "end": "02:00"}])).await.expect(200);
    let sunday = salon.offered("2027-11-07").await;
    assert_eq!(sunday, ["2027-11-07T05:00:00.000Z", "2027-11-07T05:30:00.000Z", "2027-11-07T06:00:00.000Z"]);
    salon.book("2027-11-07T05:00:00Z", "a@example.com").await.expect(201);
    salon.book("2027-11-07T06:00:00Z", "b@example.com").await.expect(201);
}

async fn bookings_go_round_and_stay_with_those_who_give_the_service(app: App) {
    let salon = app.salon().await;
    let (_, sam) = salon.member("sam@example.com", "Sam", Role::Staff).await;
    let mut served = std::collections::HashMap::new();
    for (n, hour) in (6..14).enumerate() {
        let booked =
            salon.book(&format!("2026-11-23T{hour:02}:00:00Z"), &format!("c{n}@example.com")).await.expect(201);
        *served.entry(text(&booked["appointment"]["staffName"]).to_owned()).or_insert(0) += 1;
    }
    assert_eq!(served, [("Ann".to_owned(), 4), ("Sam".to_owned(), 4)].into());
    let path = format!("/api/services/{}", text(&salon.service["id"]));
    let only_sam = app.ask("PATCH", &path).bearer(&salon.token).json(json!({"providerIds": [sam]})).send().await;
    assert_eq!(only_sam.data(200)["providerIds"], json!([sam]));
    let mut wish = salon.wish("2026-11-24T06:00:00Z", "d@example.com");
    wish["staff"] = salon.owner["user"]["id"].clone();
    assert_eq!(app.post("/api/public/appointments", wish).await.refused(404), "NOT_FOUND");
    let off = app.ask("PATCH", &format!("/api/providers/{sam}")).bearer(&salon.token).json(json!({"bookable": false}));
    assert_eq!(off.send().await.data(200)["bookable"], false);
    assert!(salon.offered("2026-11-24").await.is_empty());
    assert_eq!(salon.book("2026-11-24T06:00:00Z", "e@example.com").await.fields(), ["time/CLOSED"]);
}

on_both_databases![
    a_new_business_can_be_booked_at_its_usual_hours,
    the_next_free_time_and_the_free_days_are_told,
    hours_follow_the_wall_clock_across_a_change_of_clocks,
    a_business_in_new_york_sells_its_repeated_hour_twice,
    bookings_go_round_and_stay_with_those_who_give_the_service,
];
