//! A visit that its customer moves by the link of the mail: everybody concerned hears of it, once and at the same moment.

use serde_json::json;

use crate::harness::text;

const MONDAY: &str = "2026-11-23T07:00:00Z";
const LATER: &str = "2026-11-23T08:00:00.000Z";

both_databases! {
    async fn a_visit_that_was_moved_by_its_link_is_told_to_both_sides(app: App) {
        let salon = app.business("Salon").await;
        let service = app.service(&salon).await;
        let wish = json!({"inviteCode": salon.invite_code, "customerName": "Wanjiru", "customerEmail": "w@example.com",
            "service": service["id"], "time": MONDAY});
        let booked = app.post("/api/public/appointments").json(wish).send().await.expect(201);
        let visit = booked["appointment"]["id"].clone();
        app.run_due_jobs().await;
        let letters = app.mailbox().list_for("w@example.com");
        assert!(letters.iter().any(|mail| mail.text.contains("See, move or cancel it")), "{letters:#?}");
        let (_, token) = text(&booked["manageUrl"]).split_once("?token=").unwrap();
        let guest = text(&booked["session"]["accessToken"]);
        let said = json!({"appointmentId": visit, "content": "I may be late"});
        let thread = app.send_message(guest, said).await.expect(201)["conversationId"].clone();
        let (desk, own) = (app.socket(&salon.token).await, app.socket(guest).await);

        let wish = json!({"token": token, "time": LATER});
        let moved = app.post("/api/public/appointments/manage/reschedule").json(wish).send().await.expect(200);
        assert_eq!((&moved["appointment"]["start"], &moved["appointment"]["conversationId"]), (&json!(LATER), &thread));
        for screen in [desk, own] {
            let told = screen.expect("appointment_updated").await;
            assert_eq!((&told["appointment"]["id"], &told["appointment"]["start"]), (&visit, &json!(LATER)));
        }
        app.run_due_jobs().await;
        let letters = app.mailbox().list_for("w@example.com");
        let about = letters.iter().filter(|mail| mail.text.contains("has changed")).collect::<Vec<_>>();
        assert_eq!(about.len(), 1);
        assert!(about[0].text.contains("11:00"), "the new time on the salon's clock: {}", about[0].text);
        let notices = app.get("/api/notifications").bearer(&salon.token).send().await.data(200);
        assert!(notices.as_array().unwrap().iter().any(|line| line["type"] == "appointment.updated"), "{notices:#}");
        let trail = app.get("/api/audit?action=appointment.rescheduled_by_link").bearer(&salon.token).send().await.data(200);
        let [entry] = trail["entries"].as_array().unwrap().as_slice() else { panic!("{trail:#}") };
        assert_eq!((&entry["before"]["start"], &entry["after"]["start"]), (&json!("2026-11-23T07:00:00.000Z"), &json!(LATER)));
    }
}
