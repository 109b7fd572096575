//! Order and completeness over sockets: what one sends keeps its order, what one missed comes once, and what was pushed
//! adds up to what a fresh look shows.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    chat::{contents, each, take_all},
    harness::{App, Socket, text},
};

fn seqs(messages: &[Value]) -> Vec<i64> {
    messages.iter().map(|m| m["seq"].as_i64().unwrap()).collect()
}

/// Sends that many messages and waits until the last one is stored.
async fn fill(app: &App, token: &str, id: &str, count: usize) {
    let socket = app.socket(token).await;
    for n in 1..count {
        socket.emit("send_message", json!({"conversationId": id, "message": format!("m{n}")})).await;
    }
    socket.emit_ack("send_message", json!({"conversationId": id, "message": format!("m{count}")})).await;
}

both_databases! {
    async fn two_hundred_unacknowledged_sends_keep_their_order(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        // A fresh node knows nothing of the conversation, so the first of them must be looked up while the others wait.
        let node = app.node(&[]).await;
        let socket = node.socket(&cara.token).await;
        let expected: Vec<String> = (0..200).map(|n| format!("word {n}")).collect();
        let last = expected.len() - 1;
        for (n, words) in expected.iter().enumerate() {
            let mut body = json!({"conversationId": id, "message": words});
            if n > 0 && n % 17 == 0 {
                // These need a look into the database of their own.
                body["replyTo"] = app.thread(&cara.token, &id, "?limit=1").await["messages"][0]["id"].clone();
            }
            if n == last {
                socket.emit_ack("send_message", body).await;
            } else {
                socket.emit("send_message", body).await;
            }
        }
        let page = app.thread(&cara.token, &id, "?after_seq=0").await;
        assert_eq!(socket.take("message_error"), Vec::<Value>::new());
        assert_eq!(contents(&page["messages"]), expected);
    }

    async fn a_file_does_not_change_the_order_of_what_is_said_around_it(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let mut files = Vec::new();
        for n in 0..10 {
            let uploaded = app.post("/api/messages/upload").bearer(&cara.token).file(&id, "note.txt", format!("note {n}")).send().await.expect(201);
            files.push(uploaded["attachment"]["id"].clone());
        }
        app.thread(&cara.token, &id, "").await;
        let socket = app.socket(&cara.token).await;
        let mut expected = Vec::new();
        for (n, file) in files.iter().enumerate() {
            for (words, attachments) in [(format!("before {n}"), json!([])), (format!("file {n}"), json!([file])), (format!("after {n}"), json!([]))] {
                socket.emit("send_message", json!({"conversationId": id, "message": words, "attachments": attachments})).await;
                expected.push(words);
            }
        }
        socket.emit_ack("send_message", json!({"conversationId": id, "message": "end"})).await;
        expected.push("end".to_owned());
        let page = app.thread(&cara.token, &id, "?after_seq=0").await;
        assert_eq!(contents(&page["messages"]), expected);
    }

    async fn what_was_missed_is_replayed_in_order_in_the_sockets_dialect(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        for n in 1..=3 {
            app.say(&cara.token, &id, &format!("c{n}")).await;
            app.say(&salon.token, &id, &format!("s{n}")).await;
        }
        let room = app.socket(&cara.token).await;
        let ack = room.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": 2})).await;
        assert_eq!((&ack["success"], &ack["replayed"]), (&json!(true), &json!(4)));
        assert_eq!(seqs(&room.take("new_message")), [3, 4, 5, 6], "own messages are among them");
        let pair = app.socket_with(json!({"token": cara.token, "dialect": "pair"})).await.unwrap();
        pair.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": 0})).await;
        assert_eq!(pair.arrived(), ["message_sent", "message_received", "message_sent", "message_received", "message_sent", "message_received"]);
        assert_eq!((seqs(&pair.take("message_sent")), seqs(&pair.take("message_received"))), (vec![1, 3, 5], vec![2, 4, 6]));
        let fresh = app.thread(&cara.token, &id, "?after_seq=5").await["messages"][0].take();
        room.emit_ack("leave_conversation", json!({"conversationId": id})).await;
        room.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": 5})).await;
        assert_eq!(room.take("new_message"), [fresh], "what is replayed is what a fresh look shows");
        let ack = pair.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": 6})).await;
        assert_eq!(ack["replayed"], json!(0));
        assert_eq!(pair.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": "x"})).await["errors"][0]["field"], "afterSeq");
    }

    async fn who_missed_more_than_two_hundred_is_told_to_fetch(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        fill(&app, &cara.token, &id, 205).await;
        let desk = app.socket(&salon.token).await;
        let ack = desk.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": 5})).await;
        assert_eq!((&ack["replayed"], desk.take("new_message").len()), (&json!(200), 200), "two hundred are replayed");
        let late = app.socket(&salon.token).await;
        let ack = late.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": 4})).await;
        assert_eq!((&ack["success"], &ack["replayed"]), (&json!(true), &json!(0)));
        assert_eq!(late.take("resync_required"), [json!({"conversationId": id, "lastSeq": 205})]);
        assert_eq!(late.take("new_message"), Vec::<Value>::new());
        app.say(&cara.token, &id, "live").await;
        assert_eq!(late.expect("new_message").await["seq"], json!(206), "it is in the room all the same");
    }

    async fn whoever_joins_while_others_write_hears_each_message_once_and_in_order(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        fill(&app, &cara.token, &id, 100).await;
        let writer = app.socket(&cara.token).await;
        let writing = async {
            for n in 0..300 {
                writer.emit("send_message", json!({"conversationId": id, "message": format!("live {n}")})).await;
                if n % 10 == 0 {
                    tokio::task::yield_now().await;
                }
            }
            writer.emit_ack("send_message", json!({"conversationId": id, "message": "end"})).await;
        };
        let reading = async {
            let mut readers: Vec<(Socket, i64)> = Vec::new();
            for n in 0..12 {
                let dialect = if n % 2 == 0 { "room" } else { "pair" };
                let token = if n % 4 == 0 { &cara.token } else { &salon.token };
                let socket = app.socket_with(json!({"token": token, "dialect": dialect})).await.unwrap();
                let last = app.thread(&salon.token, &id, "?limit=1").await["messages"][0]["seq"].as_i64().unwrap();
                let ack = socket.emit_ack("join_conversation", json!({"conversationId": id, "afterSeq": last - 50})).await;
                assert_eq!(ack["success"], json!(true), "{ack}");
                readers.push((socket, last - 50));
            }
            readers
        };
        let ((), readers) = tokio::join!(writing, reading);
        app.settle(&readers.iter().map(|(reader, _)| reader).collect::<Vec<_>>()).await;
        for (n, (reader, after)) in readers.iter().enumerate() {
            let heard = take_all(reader).await;
            // Who joined so late that more was missed than is replayed was told so, and hears what comes from then on.
            let told_to_fetch = heard.iter().any(|(name, _)| name == "resync_required");
            let is_message = |name: &str| ["new_message", "message_received", "message_sent"].contains(&name);
            let heard: Vec<i64> = heard.iter().filter(|(name, _)| is_message(name)).map(|(_, m)| m["seq"].as_i64().unwrap()).collect();
            let first = heard.first().copied().unwrap_or(402);
            assert!(told_to_fetch || first == after + 1, "reader {n} heard from {first} on, after {after}");
            assert_eq!(heard, (first..=401).collect::<Vec<i64>>(), "reader {n}");
        }
    }

    async fn join_and_leave_in_one_breath_end_as_the_last_word_says(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let (stays, goes) = (app.socket(&salon.token).await, app.socket(&salon.token).await);
        for _ in 0..20 {
            stays.emit("join_conversation", json!(id)).await;
            stays.emit("leave_conversation", json!(id)).await;
            goes.emit("leave_conversation", json!(id)).await;
            goes.emit("join_conversation", json!(id)).await;
        }
        stays.emit_ack("join_conversation", json!(id)).await;
        goes.emit_ack("leave_conversation", json!(id)).await;
        app.say(&cara.token, &id, "hello").await;
        stays.expect("message_received").await;
        app.settle(&[&goes]).await;
        goes.expect("new_message_notification").await;
        assert_eq!(goes.take("message_received"), Vec::<Value>::new());
    }

    async fn a_flood_from_one_socket_is_answered_and_bounded(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let (flooding, calm) = (app.socket(&cara.token).await, app.socket(&salon.token).await);
        let ask = || flooding.emit_ack("message_read", json!({"conversationId": id, "upToSeq": 0}));
        let flood = join_all((0..900).map(|_| ask()));
        let (acks, sent) = tokio::join!(flood, calm.emit_ack("send_message", json!({"conversationId": id, "message": "meanwhile"})));
        assert_eq!(sent["success"], json!(true), "{sent}");
        let refused = acks.iter().filter(|ack| ack["code"] == "UNAVAILABLE").count();
        let done = acks.iter().filter(|ack| ack["success"] == json!(true)).count();
        assert_eq!(done + refused, 900, "each is carried out or refused");
        assert!(done > 0);
        assert_eq!(ask().await["success"], json!(true), "and then it is as before");
    }

    async fn applying_what_was_pushed_to_an_old_look_equals_a_fresh_one(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, kernel::Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        for n in 0..5 {
            app.say(if n % 2 == 0 { &cara.token } else { &salon.token }, &id, &format!("old {n}")).await;
        }
        for (reader, dialect) in [(&cara.token, "pair"), (&salon.token, "room"), (&manager.token, "pair")] {
            let socket = app.socket_with(json!({"token": reader, "dialect": dialect})).await.unwrap();
            socket.emit_ack("join_conversation", json!({"conversationId": id})).await;
            let mut seen = snapshot(&app.thread(reader, &id, "?limit=500").await);
            let desk = app.socket(&salon.token).await;
            let phone = app.socket(&cara.token).await;
            let first = phone.emit_ack("send_message", json!({"conversationId": id, "message": "new words"})).await["message"].take();
            let answer = desk.emit_ack("send_message", json!({"conversationId": id, "message": "answer", "replyTo": first["id"]})).await["message"].take();
            desk.emit_ack("message_delivered", json!({"messageId": first["id"]})).await;
            app.advance(std::time::Duration::from_millis(10));
            app.post(&format!("/api/messages/{}/read", text(&first["id"]))).bearer(&manager.token).send().await.expect(200);
            app.advance(std::time::Duration::from_millis(10));
            desk.emit_ack("message_read", json!({"messageId": first["id"]})).await;
            phone.emit_ack("message_read", json!({"conversationId": id, "upToSeq": answer["seq"]})).await;
            app.patch(&format!("/api/messages/{}", text(&first["id"]))).bearer(&cara.token).json(json!({"content": "better words"})).send().await.expect(200);
            let doomed = app.say(&salon.token, &id, "wrong window").await;
            app.delete(&format!("/api/messages/{}", text(&doomed["id"]))).bearer(&salon.token).send().await.expect(200);
            app.say(&cara.token, &id, "unread").await;
            app.settle(&[&socket]).await;
            for (event, body) in take_all(&socket).await {
                apply(&mut seen, &event, &body);
            }
            assert_eq!(seen, snapshot(&app.thread(reader, &id, "?limit=500").await), "{dialect}");
        }
    }
}

type Seen = BTreeMap<i64, Value>;

fn snapshot(thread: &Value) -> Seen {
    each(&json!([thread]), "messages")[0]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["seq"].as_i64().unwrap(), m.clone()))
        .collect()
}

/// What a client does with an event.
fn apply(seen: &mut Seen, event: &str, body: &Value) {
    match event {
        "new_message" | "message_received" | "message_sent" | "message_updated" => {
            seen.insert(body["seq"].as_i64().unwrap(), body.clone());
        }
        "message_status_update" => {
            let by_customer = text(&body["by"]).starts_with("cust_");
            for message in seen.range_mut(..=body["upToSeq"].as_i64().unwrap()).map(|(_, m)| m) {
                apply_mark(message, body, by_customer);
            }
        }
        _ => {}
    }
}

fn apply_mark(message: &mut Value, mark: &Value, by_customer: bool) {
    let rank = |status: &Value| ["sent", "delivered", "read"].iter().position(|s| status == s).unwrap();
    let of_other_side = (message["senderType"] == "customer") != by_customer;
    if of_other_side && rank(&mark["status"]) > rank(&message["status"]) {
        message["status"] = mark["status"].clone();
    }
    let known = message["senderId"] == mark["by"] || each(&message["readBy"], "userId").contains(&&mark["by"]);
    if mark["status"] == "read" && !known {
        message["readBy"].as_array_mut().unwrap().push(json!({"userId": mark["by"], "readAt": mark["at"]}));
    }
}
