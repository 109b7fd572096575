//! Mails to those who work here: about what concerns the team alone they say what the business wrote, and of a missed call
//! hears whoever was called.

use serde_json::{Value, json};

use crate::harness::{App, Business, text};

/// The owner wants mails of this category.
async fn wants(app: &App, salon: &Business, category: &str) {
    let mut categories = json!({});
    categories[category] = json!({"email": true});
    let body = json!({"categories": categories});
    app.put("/api/notifications/preferences").bearer(&salon.token).json(body).send().await.data(200);
}

async fn state(app: &App, salon: &Business, kind: &str, data: Value) {
    let body = json!({"event_type": kind, "event_data": data});
    app.post("/api/events").bearer(&salon.token).json(body).send().await.expect(202);
    app.run_due_jobs().await;
}

both_databases! {
    async fn a_missed_call_is_told_to_who_was_called_and_not_to_the_caller(app: App) {
        let salon = app.settled_business("Salon").await;
        let cara = app.customer(&salon).await;
        app.run_due_jobs().await;
        app.mailbox().clear();
        wants(&app, &salon, "calls").await;
        let call = json!({"call_id": "c1", "from_number": "+254712345678", "customer_name": "Wanjiru Kamau",
            "customer_email": cara.email, "callee_user_id": salon.owner_id, "called_at": "2026-11-20T05:30:00Z"});
        state(&app, &salon, "call.missed", call).await;
        assert!(app.mailbox().list_for(&cara.email).is_empty(), "the caller knows");
        let mails = app.mailbox().list_for(&salon.email);
        assert_eq!(mails.len(), 1, "{mails:#?}");
        assert_eq!(mails[0].subject, "Missed call from Wanjiru Kamau");
        assert!(mails[0].text.contains("Wanjiru Kamau called on Friday, 20 November 2026, 08:30"), "{}", mails[0].text);
        assert!(mails[0].text.starts_with("Hello Olive Owner,"), "the reader is greeted: {}", mails[0].text);
        let way_out = mails[0].text.split("No more mails of this kind: ").nth(1).unwrap().trim();
        let html = mails[0].html.as_deref().unwrap_or_default();
        assert!(html.contains(&format!("<a href=\"{way_out}\"")), "who reads it as a page finds the way out too: {html}");
    }

    async fn a_mail_to_the_team_says_what_the_business_wrote(app: App) {
        let salon = app.settled_business("Salon").await;
        wants(&app, &salon, "campaigns").await;
        wants(&app, &salon, "calls").await;
        let campaign = json!({"campaign_id": "12", "campaign_name": "Rainy season"});
        state(&app, &salon, "campaign.started", campaign.clone()).await;
        let mails = app.mailbox().list_for(&salon.email);
        assert_eq!(mails.last().unwrap().subject, "Campaign Rainy season has begun");
        let own = |words: &str| json!({"subject": format!("{words} {{{{ business.name }}}}"), "text": format!("{words}.")});
        for kind in ["campaign.started", "call.missed"] {
            let path = format!("/api/templates/{kind}/email");
            app.put(&path).bearer(&salon.token).json(own(&format!("Our own {kind} at"))).send().await.data(200);
        }
        app.mailbox().clear();
        state(&app, &salon, "campaign.started", campaign).await;
        state(&app, &salon, "call.missed", json!({"call_id": "c1"})).await;
        let mails = app.mailbox().list_for(&salon.email);
        let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
        assert_eq!(subjects, ["Our own campaign.started at Salon", "Our own call.missed at Salon"]);
    }

    async fn a_mail_of_a_moved_appointment_says_what_it_was_and_the_zone(app: App) {
        let salon = app.settled_business("Salon").await;
        let cara = app.customer(&salon).await;
        wants(&app, &salon, "appointments").await;
        let service = app.service(&salon).await;
        let visit = app.booking(&salon, &cara, &service, "2026-11-23T07:00:00Z").await;
        app.run_due_jobs().await;
        let mails = app.mailbox().list_for(&salon.email);
        let booked = mails.iter().find(|mail| mail.subject == "Appointment booked").unwrap();
        assert!(booked.text.starts_with("Hello Olive Owner,"), "{}", booked.text);
        assert!(booked.text.contains("https://desk.example.com/dashboard/appointments"), "{}", booked.text);
        let path = format!("/api/appointments/{}/reschedule", text(&visit["id"]));
        app.put(&path).bearer(&salon.token).json(json!({"time": "2026-11-24T08:00:00Z"})).send().await.data(200);
        app.run_due_jobs().await;
        let mail = app.mailbox().list_for(&cara.email).pop().unwrap();
        assert_eq!(mail.subject, "Your appointment has changed");
        for line in ["When: Tuesday, 24 November 2026, 11:00", "Before: Monday, 23 November 2026, 10:00", "Time zone: Africa/Nairobi"] {
            assert!(mail.text.contains(line), "{line}: {}", mail.text);
        }
    }

    async fn what_is_written_to_customers_is_not_what_the_team_reads(app: App) {
        let salon = app.settled_business("Salon").await;
        wants(&app, &salon, "orders").await;
        state(&app, &salon, "order.created", json!({"order_id": "7", "customer_email": "w@example.com"})).await;
        let (theirs, ours) = (app.mailbox().list_for("w@example.com"), app.mailbox().list_for(&salon.email));
        assert_eq!((theirs.len(), ours.len()), (1, 1));
        assert_ne!(theirs[0].subject, ours[0].subject);
        assert!(ours[0].text.starts_with("Hello Olive Owner,"), "{}", ours[0].text);
        assert!(ours[0].text.contains("https://desk.example.com/dashboard/notices"), "{}", ours[0].text);
    }
}
