//! Who may not write any more: a blocked customer, anywhere at the business, and both sides of a visit that was called off,
//! from the moment in which that was answered.

use kernel::Role;
use serde_json::{Value, json};

use crate::{
    chat::each,
    harness::{App, Business, Customer, text},
};

/// A visit with a thread of one message by the customer: the visit's path, the thread, the message's path.
async fn visit(app: &App, salon: &Business, cara: &Customer, service: &Value, time: &str) -> [String; 3] {
    let visit = app.booking(salon, cara, service, time).await;
    let body = json!({"appointmentId": visit["id"], "content": "on my way"});
    let sent = app.send_message(&cara.token, body).await.expect(201);
    let path = |of: &str, id: &Value| format!("/api/{of}/{}", text(id));
    [
        path("appointments", &visit["id"]),
        text(&sent["conversationId"]).to_owned(),
        path("messages", &sent["message"]["id"]),
    ]
}

async fn set_status(app: &App, token: &str, thread: &str, status: &str) -> Value {
    let path = format!("/api/messages/conversations/{thread}");
    app.patch(&path).bearer(token).json(json!({"status": status})).send().await.expect(200)["conversation"].take()
}

both_databases! {
    async fn a_new_name_is_in_the_list_at_once_and_stays_out_of_others_lists(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let cara = app.customer(&salon).await;
        app.direct(&cara).await;
        let list = async |business: &Business| {
            let data = app.get("/api/messages/conversations").bearer(&business.token).send().await.expect(200);
            data["conversations"].as_array().unwrap().iter().map(|c| text(&c["name"]).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(list(&salon).await, [cara.name.as_str()]);
        app.patch("/api/customers/auth/me").bearer(&cara.token).json(json!({"name": "Cara Anew"})).send().await.data(200);
        assert_eq!(list(&salon).await, ["Cara Anew"]);
        assert!(list(&other).await.is_empty());
    }

    async fn a_block_is_the_persons_in_every_thread_old_and_new(app: App) {
        let salon = app.business("Salon").await;
        let (cara, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let service = app.service(&salon).await;
        let direct = app.direct(&cara).await;
        app.say(&cara.token, &direct, "hello").await;
        let [_, thread, message] = visit(&app, &salon, &cara, &service, "2026-11-23T07:00:00Z").await;
        let (phone, desk) = (app.socket(&cara.token).await, app.socket(&salon.token).await);
        assert_eq!(phone.emit_ack("send_message", json!({"conversationId": thread, "message": "remembered now"})).await["success"], json!(true));

        assert_eq!(set_status(&app, &salon.token, &direct, "blocked").await["status"], "blocked");
        let told = [desk.expect("conversation_updated").await, desk.expect("conversation_updated").await];
        let mut told: Vec<&str> = told.iter().filter(|t| t["conversation"]["status"] == "blocked").map(|t| text(&t["conversation"]["id"])).collect();
        let mut both = [direct.as_str(), thread.as_str()];
        told.sort_unstable();
        both.sort_unstable();
        assert_eq!(told, both, "the business hears of both threads");

        let unwritten = app.booking(&salon, &cara, &service, "2026-11-23T09:00:00Z").await;
        for body in [json!({"conversationId": direct}), json!({"conversationId": thread}), json!({"appointmentId": unwritten["id"]})] {
            let mut body = body;
            body["content"] = json!("more");
            assert_eq!(app.send_message(&cara.token, body.clone()).await.refused(403), "CONVERSATION_BLOCKED", "{body}");
            assert_eq!(phone.emit_ack("send_message", body.clone()).await["code"], "CONVERSATION_BLOCKED", "{body}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM conversations", vec![]).await, 2, "a refused message makes no thread");
        let edit = || app.patch(&message).bearer(&cara.token).json(json!({"content": "other words"})).send();
        assert_eq!(edit().await.refused(403), "CONVERSATION_BLOCKED");
        assert_eq!(app.delete(&message).bearer(&cara.token).send().await.refused(403), "CONVERSATION_BLOCKED");
        for id in [&direct, &thread] {
            let upload = app.post("/api/messages/upload").bearer(&cara.token).file(id, "a.txt", "hello").send().await;
            assert_eq!(upload.refused(403), "CONVERSATION_BLOCKED");
            assert_eq!(phone.emit_ack("typing_start", json!({"conversationId": id})).await["code"], "CONVERSATION_BLOCKED");
        }
        let theirs = app.send_message(&salon.token, json!({"appointmentId": unwritten["id"], "content": "please call us"})).await.expect(201);
        let answer = app.send_message(&cara.token, json!({"conversationId": theirs["conversationId"], "content": "no"})).await;
        assert_eq!(answer.refused(403), "CONVERSATION_BLOCKED", "a thread that the business opens is blocked from the start");
        app.thread(&cara.token, &thread, "").await;
        let other = app.direct(&ben).await;
        app.say(&ben.token, &other, "others may write").await;
        assert_eq!(each(&app.conversations(&salon.token, "?status=blocked").await, "type").len(), 3);

        set_status(&app, &salon.token, &thread, "active").await;
        app.say(&cara.token, &direct, "thank you").await;
        app.say(&cara.token, &thread, "thank you").await;
        edit().await.expect(200);
        assert_eq!(app.conversations(&salon.token, "?status=blocked").await, json!([]));
    }

    async fn only_who_sees_every_conversation_blocks_and_lifts_a_block(app: App) {
        let salon = app.business("Salon").await;
        let mia = app.member(&salon, Role::Staff).await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let body = json!({"inviteCode": salon.invite_code, "customerName": cara.name, "customerEmail": cara.email,
            "service": service["id"], "time": "2026-11-23T07:00:00Z", "staff": mia.id});
        let visit = app.post("/api/public/appointments").bearer(&cara.token).json(body).send().await.expect(201)["appointment"].take();
        let sent = app.send_message(&cara.token, json!({"appointmentId": visit["id"], "content": "hi"})).await.expect(201);
        let thread = text(&sent["conversationId"]).to_owned();
        let path = format!("/api/messages/conversations/{thread}");
        let ask = |status: &str| app.patch(&path).bearer(&mia.token).json(json!({"status": status})).send();
        assert_eq!(ask("blocked").await.refused(403), "FORBIDDEN");
        let direct = app.direct(&cara).await;
        set_status(&app, &salon.token, &direct, "blocked").await;
        for status in ["active", "archived", "blocked"] {
            assert_eq!(ask(status).await.refused(403), "FORBIDDEN", "the block stands in her thread too");
        }
        let refused = app.send_message(&cara.token, json!({"conversationId": thread, "content": "more"})).await;
        assert_eq!(refused.refused(403), "CONVERSATION_BLOCKED");
    }

    async fn no_word_gets_into_a_thread_once_its_visit_is_called_off(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let (phone, desk) = (app.socket(&cara.token).await, app.socket(&salon.token).await);
        for (step, by_customer, time) in [("cancel", false, "2026-11-23T07:00:00Z"), ("cancel", true, "2026-11-23T08:00:00Z"), ("reject", false, "2026-11-23T09:00:00Z")] {
            let [path, thread, message] = visit(&app, &salon, &cara, &service, time).await;
            let say = json!({"conversationId": thread, "message": "remembered"});
            for socket in [&phone, &desk] {
                assert_eq!(socket.emit_ack("send_message", say.clone()).await["success"], json!(true), "{step}");
            }
            let by = if by_customer { &cara.token } else { &salon.token };
            app.put(&format!("{path}/{step}")).bearer(by).json(json!({})).send().await.data(200);
            // What follows events has not run: the refusal does not wait for it.
            for socket in [&phone, &desk] {
                assert_eq!(socket.emit_ack("send_message", say.clone()).await["code"], "CONVERSATION_CLOSED", "{step}");
            }
            for token in [&cara.token, &salon.token] {
                assert_eq!(app.send_message(token, json!({"conversationId": thread, "content": "late"})).await.refused(409), "CONVERSATION_CLOSED");
            }
            let edit = app.patch(&message).bearer(&cara.token).json(json!({"content": "late"})).send().await;
            assert_eq!(edit.refused(409), "CONVERSATION_CLOSED");
            assert_eq!(app.delete(&message).bearer(&cara.token).send().await.refused(409), "CONVERSATION_CLOSED");
            let upload = app.post("/api/messages/upload").bearer(&cara.token).file(&thread, "a.txt", "hello").send().await;
            assert_eq!(upload.refused(409), "CONVERSATION_CLOSED");
            assert_eq!(app.stored(&thread).await, 3, "{step}");
            app.run_due_jobs().await;
            assert_eq!(app.thread(&cara.token, &thread, "").await["conversation"]["closed"], json!(true));
        }
    }

    async fn what_another_node_remembers_lets_no_word_through(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let [_, thread, message] = visit(&app, &salon, &cara, &service, "2026-11-23T07:00:00Z").await;
        let send = || app.send_message(&cara.token, json!({"conversationId": thread, "content": "late"}));
        let edit = || app.patch(&message).bearer(&cara.token).json(json!({"content": "late"})).send();
        // The rows change behind the memory's back, as when another node changes them.
        for (sql, status, code) in [("UPDATE conversations SET ended = 1", 409, "CONVERSATION_CLOSED"), ("UPDATE conversations SET ended = 0, status = 'blocked'", 403, "CONVERSATION_BLOCKED")] {
            app.execute(sql, vec![]).await;
            assert_eq!(edit().await.refused(status), code);
            assert_eq!(send().await.refused(status), code);
            app.execute("UPDATE conversations SET ended = 0, status = 'active'", vec![]).await;
            send().await.expect(201);
        }
    }

    async fn a_visit_that_goes_on_keeps_its_thread_open(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let service = app.service(&salon).await;
        let [path, thread, _] = visit(&app, &salon, &cara, &service, "2026-11-20T07:00:00Z").await;
        for (step, body) in [("confirm", json!({})), ("reschedule", json!({"time": "2026-11-20T08:00:00Z"})), ("start", json!({})), ("complete", json!({}))] {
            if step == "start" {
                app.advance(std::time::Duration::from_secs(2 * 3600));
            }
            let owner = app.sign_in_again(&salon.email).await;
            app.put(&format!("{path}/{step}")).bearer(&owner).json(body).send().await.data(200);
            let token = app.customer_again(&salon, &cara).await;
            app.say(&token, &thread, step).await;
        }
    }
}
