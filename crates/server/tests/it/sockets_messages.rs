//! What is said over sockets: two dialects, acknowledgements, notices, typing, presence, and the end of a session.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    chat::keys,
    harness::{App, Socket, text},
};

const NONE: [Value; 0] = [];

/// Every name under which a message may come.
fn messages(socket: &Socket) -> Vec<(&'static str, Value)> {
    let names = ["message_received", "message_sent", "new_message", "new_message_notification"];
    names.into_iter().flat_map(|name| socket.take(name).into_iter().map(move |body| (name, body))).collect()
}

fn names(socket: &Socket) -> Vec<&'static str> {
    messages(socket).into_iter().map(|(name, _)| name).collect()
}

/// A socket in the room of a conversation.
async fn listener(app: &App, token: &str, payload: Value) -> Socket {
    let socket = app.socket(token).await;
    let ack = socket.emit_ack("join_conversation", payload).await;
    assert_eq!(ack["success"], json!(true), "{ack}");
    socket
}

both_databases! {
    async fn each_socket_hears_a_message_once_in_its_own_dialect(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let pair = listener(&app, &salon.token, json!(id)).await;
        let room = listener(&app, &salon.token, json!({"conversationId": id})).await;
        let outside = app.socket(&salon.token).await;
        let own_pair = listener(&app, &cara.token, json!(id)).await;
        let own_room = listener(&app, &cara.token, json!({"conversationId": id})).await;
        let own_outside = app.socket(&cara.token).await;
        let all = [&pair, &room, &outside, &own_pair, &own_room, &own_outside];
        let ack = own_pair.emit_ack("send_message", json!({"conversationId": id, "message": "hello"})).await;
        assert_eq!(keys(&ack), ["message", "success"]);
        app.settle(&all).await;
        let heard: Vec<_> = all.iter().map(|s| messages(s)).collect();
        let shown: Vec<Vec<&str>> = heard.iter().map(|h| h.iter().map(|(name, _)| *name).collect()).collect();
        assert_eq!(shown, [vec!["message_received"], vec!["new_message"], vec!["new_message_notification"],
            vec!["message_sent"], vec!["new_message"], vec!["message_sent"]]);
        for index in [0, 1, 3, 4, 5] {
            assert_eq!(heard[index][0].1, ack["message"], "every socket hears the same message");
        }
        let said = app.say(&salon.token, &id, "a REST send is announced exactly so").await;
        app.settle(&all).await;
        let heard: Vec<_> = all.iter().map(|s| messages(s)).collect();
        let shown: Vec<Vec<&str>> = heard.iter().map(|h| h.iter().map(|(name, _)| *name).collect()).collect();
        assert_eq!(shown, [vec!["message_sent"], vec!["new_message"], vec!["message_sent"],
            vec!["message_received"], vec!["new_message"], vec!["new_message_notification"]]);
        assert_eq!(heard[3][0].1, said);
    }

    async fn the_handshake_decides_the_dialect_before_the_first_join(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let room = app.socket_with(json!({"token": salon.token, "dialect": "room"})).await.unwrap();
        let pair = app.socket_with(json!({"token": salon.token, "dialect": "pair"})).await.unwrap();
        room.emit_ack("join_conversation", json!(id)).await;
        pair.emit_ack("join_conversation", json!({"conversationId": id})).await;
        app.say(&cara.token, &id, "hello").await;
        app.settle(&[&room, &pair]).await;
        assert_eq!((names(&room), names(&pair)), (vec!["new_message"], vec!["message_received"]));
        app.say(&salon.token, &id, "own words").await;
        app.settle(&[&room, &pair]).await;
        assert_eq!((names(&room), names(&pair)), (vec!["new_message"], vec!["message_sent"]));
        let undecided = app.socket(&salon.token).await;
        app.say(&salon.token, &id, "before any join").await;
        app.settle(&[&undecided]).await;
        assert_eq!(names(&undecided), ["message_sent"], "before its first join a socket speaks the pair dialect");
    }

    async fn a_notice_names_the_sender_and_the_first_fifty_characters(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let desk = app.socket(&salon.token).await;
        let words = "💇".repeat(60);
        app.say(&cara.token, &id, &words).await;
        let notice = desk.expect("new_message_notification").await;
        assert_eq!(notice, json!({"conversationId": id, "from": cara.name, "preview": "💇".repeat(50)}));
        desk.emit_ack("join_conversation", json!(id)).await;
        app.say(&cara.token, &id, "inside").await;
        desk.expect("message_received").await;
        desk.emit_ack("leave_conversation", json!(id)).await;
        app.say(&cara.token, &id, "outside").await;
        assert_eq!(desk.expect("new_message_notification").await["preview"], "outside");
        assert_eq!(names(&desk), Vec::<&str>::new());
    }

    async fn nothing_of_a_thread_reaches_anybody_else(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (cara, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let staff = app.member(&salon, kernel::Role::Staff).await;
        let id = app.direct(&cara).await;
        let strangers = [app.socket(&ben.token).await, app.socket(&other.token).await, app.socket(&staff.token).await];
        for stranger in &strangers {
            for (event, payload) in [("join_conversation", json!(id)), ("join_conversation", json!({"conversationId": id, "afterSeq": 0})),
                ("typing_start", json!({"conversationId": id})), ("send_message", json!({"conversationId": id, "message": "x"})),
                ("message_read", json!({"conversationId": id, "upToSeq": 1})), ("message_delivered", json!({"conversationId": id, "upToSeq": 1}))] {
                let ack = stranger.emit_ack(event, payload).await;
                assert_eq!((&ack["success"], &ack["code"]), (&json!(false), &json!("NOT_FOUND")), "{event}");
            }
        }
        let own = listener(&app, &cara.token, json!(id)).await;
        let message = own.emit_ack("send_message", json!({"conversationId": id, "message": "private"})).await["message"].take();
        let desk = listener(&app, &salon.token, json!(id)).await;
        desk.emit_ack("typing_start", json!({"conversationId": id})).await;
        desk.emit_ack("message_read", json!({"messageId": message["id"]})).await;
        app.patch(&format!("/api/messages/conversations/{id}")).bearer(&salon.token).json(json!({"tags": ["x"]})).send().await.expect(200);
        for stranger in &strangers {
            for payload in [json!({"messageId": message["id"]}), json!({"messageIds": [message["id"]]})] {
                assert_eq!(stranger.emit_ack("message_read", payload).await["code"], "NOT_FOUND");
            }
            let heard: Vec<String> = stranger.arrived().into_iter().filter(|name| name != "presence").collect();
            assert_eq!(heard, Vec::<String>::new());
        }
        assert_eq!(app.stored(&id).await, 1);
    }

    async fn a_foreign_id_among_several_reads_like_an_absent_one(app: App) {
        let salon = app.business("Salon").await;
        let (ann, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let (of_ann, of_ben) = (app.direct(&ann).await, app.direct(&ben).await);
        let own = app.say(&salon.token, &of_ann, "for Ann").await;
        let foreign = app.say(&salon.token, &of_ben, "for Ben").await;
        let socket = app.socket(&ann.token).await;
        for other in [foreign["id"].clone(), json!("msg_00000000000000000000000000")] {
            let ack = socket.emit_ack("message_read", json!({"messageIds": [own["id"], other]})).await;
            assert_eq!(ack["code"], "NOT_FOUND", "{ack}");
        }
        let desk = app.socket(&salon.token).await;
        let ack = desk.emit_ack("message_read", json!({"messageIds": [own["id"], foreign["id"]]})).await;
        assert_eq!(ack["errors"][0]["field"], "messageIds", "who may see both is told what is wrong");
    }

    async fn typing_is_shown_to_the_others_and_ends_by_itself(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let desk = listener(&app, &salon.token, json!(id)).await;
        let phone = listener(&app, &cara.token, json!(id)).await;
        let tablet = listener(&app, &cara.token, json!({"conversationId": id})).await;
        let who = json!({"conversationId": id, "userId": cara.id, "userName": cara.name});
        assert_eq!(phone.emit_ack("typing_start", json!({"conversationId": id})).await["success"], json!(true));
        assert_eq!(desk.expect("user_typing").await, who);
        assert_eq!(desk.expect_within("user_stopped_typing", Duration::from_secs(8)).await, who);
        phone.emit("typing_start", json!({"conversationId": id})).await;
        phone.emit("typing_stop", json!({"conversationId": id})).await;
        desk.expect("user_typing").await;
        desk.expect_within("user_stopped_typing", Duration::from_secs(2)).await;
        phone.emit("typing_start", json!({"conversationId": id})).await;
        desk.expect("user_typing").await;
        phone.emit_ack("send_message", json!({"conversationId": id, "message": "done"})).await;
        desk.expect_within("user_stopped_typing", Duration::from_secs(2)).await;
        phone.emit("typing_start", json!({"conversationId": id})).await;
        desk.expect("user_typing").await;
        drop(phone);
        desk.expect_within("user_stopped_typing", Duration::from_secs(2)).await;
        app.settle(&[&desk, &tablet]).await;
        assert_eq!((desk.take("user_typing"), tablet.take("user_typing")), (vec![], vec![]), "one's own devices are not told");
    }

    async fn presence_is_told_to_those_who_share_a_conversation(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let cara = app.customer(&salon).await;
        let stranger = app.customer(&other).await;
        let staff = app.member(&salon, kernel::Role::Staff).await;
        app.direct(&cara).await;
        let away = [app.socket(&other.token).await, app.socket(&stranger.token).await];
        let desk = app.socket(&salon.token).await;
        let phone = app.socket(&cara.token).await;
        let came = desk.expect("presence").await;
        assert_eq!((&came["customerId"], &came["isOnline"]), (&json!(cara.id), &json!(true)));
        assert!(came["lastSeen"].is_string());
        assert_eq!(app.conversations(&salon.token, "").await[0]["isOnline"], json!(true));
        let second = app.socket(&cara.token).await;
        drop(second);
        let idle_staff = app.socket(&staff.token).await;
        app.settle(&[&idle_staff, &desk]).await;
        assert_eq!(desk.take("presence"), NONE, "a second device is no news, nor is staff to colleagues");
        drop(phone);
        let left = desk.expect("presence").await;
        assert_eq!((&left["customerId"], &left["isOnline"]), (&json!(cara.id), &json!(false)));
        assert_eq!(app.conversations(&salon.token, "").await[0]["isOnline"], json!(false));
        let phone = app.socket(&cara.token).await;
        desk.expect("presence").await;
        assert_eq!(app.conversations(&cara.token, "").await[0]["isOnline"], json!(true));
        drop(desk);
        let left = phone.expect("presence").await;
        assert_eq!((&left["userId"], &left["isOnline"]), (&json!(salon.owner_id), &json!(false)));
        app.settle(&[&away[0], &away[1]]).await;
        assert_eq!((away[0].take("presence"), away[1].take("presence")), (vec![], vec![]), "no other business hears of it");
    }

    async fn a_refusal_without_a_callback_comes_as_message_error(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let socket = app.socket(&cara.token).await;
        for (event, payload, field) in [("join_conversation", json!({"conversationId": id, "afterSeq": -1}), "afterSeq"),
            ("message_read", json!({"conversationId": id, "upToSeq": -1}), "upToSeq"), ("join_conversation", json!({"conversationId": id, "afterSeq": "x"}), "afterSeq")] {
            let ack = socket.emit_ack(event, payload).await;
            assert_eq!((&ack["code"], &ack["errors"][0]["field"]), (&json!("VALIDATION_ERROR"), &json!(field)), "{ack}");
            assert!(!text(&ack["requestId"]).is_empty(), "what the log has is named: {ack}");
        }
        for (payload, code) in [(json!({"conversationId": id, "message": "   "}), "VALIDATION_ERROR"),
            (json!({"conversationId": "conv_00000000000000000000000000", "message": "x"}), "NOT_FOUND"), (json!(7), "VALIDATION_ERROR")] {
            socket.emit("send_message", payload.clone()).await;
            let error = socket.expect("message_error").await;
            assert_eq!((keys(&error), text(&error["code"])), (vec!["code", "error"], code), "{payload}");
            assert!(!text(&error["error"]).is_empty());
        }
        socket.emit_ack("send_message", json!({"conversationId": id, "message": " "})).await;
        assert_eq!(socket.take("message_error"), NONE, "whoever gave a callback is told there");
        socket.send("42[\"send_message\",{\"conversationId\":".to_owned()).await;
        // The house may have had enough after the first.
        socket.send_expecting_the_end("42[7]".to_owned()).await;
        socket.send_expecting_the_end("42[]".to_owned()).await;
        let fresh = app.socket(&cara.token).await;
        assert_eq!(fresh.emit_ack("send_message", json!({"conversationId": id, "message": "still here"})).await["message"]["seq"], json!(1));
    }

    async fn a_revoked_session_loses_its_sockets_and_its_rest_at_once(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let laptop_token = app.sign_in_again(&salon.email).await;
        let (desk, laptop) = (listener(&app, &salon.token, json!(id)).await, listener(&app, &laptop_token, json!(id)).await);
        let listed = app.get("/api/auth/sessions").bearer(&salon.token).send().await.data(200);
        let other = listed["sessions"].as_array().unwrap().iter().find(|s| s["isCurrent"] == json!(false)).unwrap();
        app.delete(&format!("/api/auth/sessions/{}", text(&other["id"]))).bearer(&salon.token).send().await.expect(200);
        assert_eq!(app.get(&format!("/api/messages/conversations/{id}")).bearer(&laptop_token).send().await.refused(401), "UNAUTHORIZED");
        let why = laptop.expect_within("session_ended", Duration::from_secs(1)).await;
        assert!(why["reason"].is_string());
        laptop.ended().await;
        assert!(app.socket_with(json!({"token": laptop_token})).await.err().unwrap().starts_with("Authentication error: "));
        app.say(&cara.token, &id, "hello").await;
        desk.expect("message_received").await;
        assert_eq!(laptop.take("message_received"), NONE);
    }

    async fn a_socket_outlives_its_access_token_and_a_new_one_does_not(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let socket = listener(&app, &cara.token, json!(id)).await;
        app.advance(Duration::from_secs(16 * 60));
        assert_eq!(socket.emit_ack("send_message", json!({"conversationId": id, "message": "still me"})).await["success"], json!(true));
        let refusal = app.socket_with(json!({"token": cara.token})).await.err().unwrap();
        assert!(refusal.starts_with("Authentication error: "), "{refusal}");
    }
}
