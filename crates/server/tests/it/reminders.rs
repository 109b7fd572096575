//! Customers are reminded of what is agreed, once, at the time that the business chose; what moves or is called off takes
//! its reminder along.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, text};

/// Three days after a test begins.
const MONDAY: &str = "2026-11-23T07:00:00Z";
const TUESDAY: &str = "2026-11-24T07:00:00Z";
const HOUR: Duration = Duration::from_secs(3600);

async fn agreed(app: &App, salon: &Business, cara: &Customer) -> Value {
    let service = app.service(salon).await;
    let visit = app.booking(salon, cara, &service, MONDAY).await;
    // Two facts of one moment of the test's clock have no order.
    app.advance(Duration::from_secs(1));
    put(app, salon, &visit, "confirm", json!({})).await;
    visit
}

async fn put(app: &App, salon: &Business, visit: &Value, verb: &str, body: Value) {
    let path = format!("/api/appointments/{}/{verb}", text(&visit["id"]));
    app.put(&path).bearer(&salon.token).json(body).send().await.expect(200);
    app.run_due_jobs().await;
}

fn reminders(app: &App, cara: &Customer) -> usize {
    app.mailbox().list_for(&cara.email).iter().filter(|mail| mail.subject.starts_with("Reminder")).count()
}

both_databases! {
    async fn a_customer_is_reminded_the_day_before_once(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let visit = agreed(&app, &salon, &cara).await;
        app.advance(47 * HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        app.advance(2 * HOUR);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(reminders(&app, &cara), 1);
        let sql = "SELECT COUNT(*) FROM notifications WHERE type = 'appointment.reminder' AND data LIKE ?";
        assert_eq!(app.count(sql, vec![format!("%{}%", text(&visit["id"])).into()]).await, 1);
    }

    async fn what_moves_is_reminded_of_at_its_new_time_and_what_is_cancelled_never(app: App) {
        let salon = app.business("Salon").await;
        let (cara, other) = (app.customer(&salon).await, app.customer(&salon).await);
        let moved = agreed(&app, &salon, &cara).await;
        put(&app, &salon, &moved, "reschedule", json!({"time": TUESDAY})).await;
        let cancelled = agreed(&app, &salon, &other).await;
        put(&app, &salon, &cancelled, "cancel", json!({})).await;
        app.advance(50 * HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        app.advance(24 * HOUR);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!((reminders(&app, &cara), reminders(&app, &other)), (1, 0));
    }

    async fn a_business_chooses_how_early_also_for_what_is_booked_already(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        agreed(&app, &salon, &cara).await;
        let later = json!({"appointmentReminder": {"enabled": true, "hoursBefore": 2}});
        app.put("/api/settings/notifications").bearer(&salon.token).json(later).send().await.data(200);
        app.advance(60 * HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        app.advance(11 * HOUR);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(reminders(&app, &cara), 1);
    }

    async fn what_was_agreed_too_late_or_while_reminders_were_off_is_reminded_of_once_there_is_time_for_it(app: App) {
        // Four hours before it begins.
        app.advance(69 * HOUR);
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        agreed(&app, &salon, &cara).await;
        let change = async |enabled: bool, hours: u32| {
            // Tokens live for a quarter of an hour.
            let login = json!({"email": salon.email, "password": crate::harness::PASSWORD});
            let again = app.post("/api/auth/login").json(login).send().await.data(200);
            let body = json!({"appointmentReminder": {"enabled": enabled, "hoursBefore": hours}});
            app.put("/api/settings/notifications").bearer(text(&again["accessToken"])).json(body).send().await.data(200);
        };
        assert_eq!(app.look_after_notices().await, 0, "booked within the day before");
        change(false, 24).await;
        change(true, 1).await;
        app.advance(3 * HOUR);
        assert_eq!(app.look_after_notices().await, 1);
        change(true, 1).await;
        assert_eq!(app.look_after_notices().await, 0, "once");
        assert_eq!(reminders(&app, &cara), 1);
    }
}
