//! What no client of ours would send, over REST and over sockets: each gets the problem that names it, and nothing is stored.

use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, Socket, text};

const CHARS_MAX: usize = 5000;

/// How much there is of everything that messaging stores.
async fn rows(app: &App) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "conversations",
        "messages",
        "message_revisions",
        "read_marks",
        "read_receipts",
        "attachments",
        "audit_log",
        "outbox_events",
        "jobs",
    ] {
        counts.push(app.count(&format!("SELECT COUNT(*) FROM {table}"), vec![]).await);
    }
    counts
}

/// Files below a folder.
fn files(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|e| e.unwrap().path()).map(|p| if p.is_dir() { files(&p) } else { 1 }).sum()
}

struct Scene {
    salon: Business,
    cara: Customer,
    id: String,
    message: String,
    foreign: String,
    foreign_message: String,
    socket: Socket,
}

/// A thread of ours with one message, and one of another business.
async fn scene(app: &App) -> Scene {
    let (salon, other) = (app.business("Salon").await, app.business("Other").await);
    let (cara, stranger) = (app.customer(&salon).await, app.customer(&other).await);
    let (id, foreign) = (app.direct(&cara).await, app.direct(&stranger).await);
    let message = text(&app.say(&cara.token, &id, "hello").await["id"]).to_owned();
    let foreign_message = text(&app.say(&stranger.token, &foreign, "hello").await["id"]).to_owned();
    let socket = app.socket(&cara.token).await;
    Scene { salon, cara, id, message, foreign, foreign_message, socket }
}

/// Texts of JSON that are wrong, with what the answer says: status, code, and the field of a 422.
fn bodies(scene: &Scene, rest: bool) -> Vec<(String, u16, &'static str, &'static str)> {
    let id = &scene.id;
    let long = "é".repeat(CHARS_MAX + 1);
    let wide = "💇".repeat(CHARS_MAX + 1);
    let field = |body: String, field| (body, 422, "VALIDATION_ERROR", field);
    let invalid = |body: String| (body, 400, "INVALID_BODY", "");
    let mut bodies = vec![
        field("7".into(), "body"),
        field("[]".into(), "body"),
        field("[{\"content\":\"x\"}]".into(), "body"),
        field("  [1,\"x\"]".into(), "body"),
        field("[null,null,\"x\",null,null,null,null,null,null,null,null]".into(), "body"),
        field("\"text\"".into(), "body"),
        field("null".into(), "body"),
        field("{}".into(), "content"),
        field("true".into(), "body"),
        field(json!({"conversationId": id}).to_string(), "content"),
        field(json!({"content": "no thread"}).to_string(), "conversationId"),
        field(json!({"conversationId": id, "content": 7}).to_string(), "content"),
        field(json!({"conversationId": id, "content": ["x"]}).to_string(), "content"),
        field(json!({"conversationId": 7, "content": "x"}).to_string(), "conversationId"),
        field(json!({"conversationId": id, "content": "x", "attachments": "att"}).to_string(), "attachments"),
        field(json!({"conversationId": id, "content": "x", "attachments": ["att_x"]}).to_string(), "attachments[0]"),
        field(json!({"conversationId": id, "content": "x", "clientMessageId": 7}).to_string(), "clientMessageId"),
        field(json!({"conversationId": id, "content": "x", "clientMessageId": ""}).to_string(), "clientMessageId"),
        field(
            json!({"conversationId": id, "content": "x", "clientMessageId": "c".repeat(101)}).to_string(),
            "clientMessageId",
        ),
        field(json!({"conversationId": id, "content": "x", "clientMessageId": "a\0b"}).to_string(), "clientMessageId"),
        field(json!({"conversationId": id, "content": ""}).to_string(), "content"),
        field(json!({"conversationId": id, "content": " \n\t\u{3000}\u{2003}"}).to_string(), "content"),
        field(json!({"conversationId": id, "content": "a\0b"}).to_string(), "content"),
        field(json!({"conversationId": id, "content": "x".repeat(CHARS_MAX + 1)}).to_string(), "content"),
        field(json!({"conversationId": id, "content": long}).to_string(), "content"),
        field(json!({"conversationId": id, "content": wide}).to_string(), "content"),
        invalid(format!(r#"{{"conversationId":"{id}","content":"\ud800"}}"#)),
        invalid(format!(r#"{{"conversationId":"{id}","content":"\udc00\ud800"}}"#)),
        invalid(format!(r#"{{"conversationId":"{id}","content":"\ud83d!"}}"#)),
        invalid(format!(r#"{{"conversationId":"{id}","content":"x","clientMessageId":"\ud800"}}"#)),
        field(
            json!({"conversationId": id, "content": "x", "attachments": vec!["att_00000000000000000000000000"; 11]})
                .to_string(),
            "attachments",
        ),
        field(
            json!({"conversationId": id, "content": "x", "attachments": ["att_00000000000000000000000000"]})
                .to_string(),
            "attachments",
        ),
        field(json!({"conversationId": id, "content": "x", "replyTo": scene.foreign_message}).to_string(), "replyTo"),
        (json!({"conversationId": scene.foreign, "content": "x"}).to_string(), 404, "NOT_FOUND", ""),
        (
            json!({"conversationId": "conv_00000000000000000000000000", "content": "x"}).to_string(),
            404,
            "NOT_FOUND",
            "",
        ),
        (json!({"appointmentId": "appt_00000000000000000000000000", "content": "x"}).to_string(), 404, "NOT_FOUND", ""),
    ];
    for malformed in [
        "conv_",
        "conv_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "../../etc/passwd",
        "",
        "msg_00000000000000000000000000",
        "' OR 1=1 --",
    ] {
        bodies.push(field(json!({"conversationId": malformed, "content": "x"}).to_string(), "conversationId"));
    }
    if rest {
        for broken in ["{", "{\"content\":", "{\"content\":\"x\"", "nonsense", "{'a':1}", "{\"a\":1,}", "\u{feff}{}"] {
            bodies.push(invalid(broken.into()));
        }
        bodies.push(field(json!({"conversationId": id, "content": "x", "seq": 1}).to_string(), "seq"));
        bodies.push(field(json!({"conversationId": id, "content": "x", "tenantId": "biz_1"}).to_string(), "tenantId"));
    }
    bodies
}

#[track_caller]
fn check(answer: &Value, body: &str, status: u16, code: &str, field: &str) {
    let shown: String = body.chars().take(160).collect();
    assert_eq!(
        (&answer["status"], &answer["code"], &answer["success"]),
        (&json!(status), &json!(code), &json!(false)),
        "{shown}\n{answer:#}"
    );
    if !field.is_empty() {
        assert_eq!(answer["errors"][0]["field"], json!(field), "{shown}\n{answer:#}");
    }
}

both_databases! {
    async fn a_message_over_rest_that_is_wrong_stores_nothing(app: App) {
        let scene = scene(&app).await;
        let before = rows(&app).await;
        for (body, status, code, field) in bodies(&scene, true) {
            let reply = app.post("/api/messages/send").bearer(&scene.cara.token).raw_json(body.clone()).send().await;
            check(&reply.body, &body, status, code, field);
        }
        let bytes: [&[u8]; 3] = [b"{\"content\":\"\xff\xfe\"}", b"\x00\x01\x02", b"{\"content\":\"\xed\xa0\x80\"}"];
        for body in bytes {
            let reply = app.post("/api/messages/send").bearer(&scene.cara.token).raw_json(body.to_vec()).send().await;
            assert_eq!(reply.refused(400), "INVALID_BODY");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let reply = app.post("/api/messages/send").bearer(&scene.cara.token).raw_json(format!("{{\"content\":{deep}}}")).send().await;
        assert!([400, 422].contains(&reply.status.as_u16()), "{reply:?}");
        let large = json!({"conversationId": scene.id, "content": "x".repeat(2 * 1024 * 1024)}).to_string();
        let reply = app.post("/api/messages/send").bearer(&scene.cara.token).raw_json(large).send().await;
        assert_eq!(reply.refused(413), "PAYLOAD_TOO_LARGE");
        let form = app.post("/api/messages/send").bearer(&scene.cara.token).raw("text/plain", "content=x").send().await;
        assert_eq!(form.refused(415), "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(rows(&app).await, before);
    }

    async fn a_message_over_a_socket_that_is_wrong_stores_nothing(app: App) {
        let scene = scene(&app).await;
        let before = rows(&app).await;
        for (number, (body, status, code, field)) in bodies(&scene, false).into_iter().enumerate() {
            // Sent as it is, because no JSON library would write half of these.
            let ack = scene.socket.ack_of_raw("send_message", &body).await;
            check(&ack, &body, status, code, field);
            if number % 8 == 0 {
                scene.socket.send(format!("42[\"send_message\",{body}]")).await;
                assert_eq!(scene.socket.expect("message_error").await["code"], json!(code));
            }
        }
        let extra = scene.socket.ack_of_raw("send_message", &json!({"conversationId": scene.id, "content": " ", "role": "owner"}).to_string()).await;
        assert_eq!(extra["errors"][0]["field"], "content", "socket payloads ignore what they do not know");
        for event in ["join_conversation", "leave_conversation", "typing_start", "typing_stop", "message_read", "message_delivered", "mark_as_read"] {
            for body in ["7", "[]", "null", "{}", "{\"conversationId\":7}", "{\"conversationId\":\"\\ud800\"}", "\"\\ud800\"", "true"] {
                let ack = scene.socket.ack_of_raw(event, body).await;
                assert_eq!(ack["success"], json!(false), "{event} {body} {ack}");
                assert!(["VALIDATION_ERROR", "INVALID_BODY", "NOT_FOUND"].contains(&text(&ack["code"])), "{event} {body} {ack}");
            }
            let foreign = if event.starts_with("m") { json!({"messageId": scene.foreign_message}) } else { json!({"conversationId": scene.foreign}) };
            if event != "leave_conversation" {
                assert_eq!(scene.socket.emit_ack(event, foreign).await["code"], "NOT_FOUND", "{event}");
            }
        }
        assert_eq!(rows(&app).await, before);
        assert_eq!(scene.socket.emit_ack("send_message", json!({"conversationId": scene.id, "message": "alive"})).await["message"]["seq"], json!(2));
    }

    async fn five_thousand_scalars_are_taken_whatever_their_width(app: App) {
        let scene = scene(&app).await;
        for unit in ["x", "é", "漢", "💇", "\u{1}"] {
            let words = format!("{}x", unit.repeat(CHARS_MAX - 1));
            let said = app.say(&scene.cara.token, &scene.id, &words).await;
            assert_eq!(text(&said["content"]), words);
            let ack = scene.socket.emit_ack("send_message", json!({"conversationId": scene.id, "message": words})).await;
            assert_eq!(ack["message"]["content"], json!(words));
        }
        let escaped = format!(r#"{{"conversationId":"{}","message":"{}"}}"#, scene.id, r"\ud83d\udc87".repeat(CHARS_MAX));
        let ack = scene.socket.ack_of_raw("send_message", &escaped).await;
        assert_eq!(ack["message"]["content"], json!("💇".repeat(CHARS_MAX)), "a pair of escapes is one scalar");
        assert_eq!(app.stored(&scene.id).await, 12);
    }

    async fn forged_identities_change_nothing(app: App) {
        let scene = scene(&app).await;
        for (n, forged) in [json!({"senderId": scene.salon.owner_id, "senderName": "Boss", "senderType": "provider", "userId": scene.salon.owner_id, "userName": "Boss", "role": "owner"}), json!({"senderId": 7, "senderName": null, "senderType": []})].iter().enumerate() {
            let mut body = json!({"conversationId": scene.id, "message": "forged"});
            body.as_object_mut().unwrap().extend(forged.as_object().unwrap().clone());
            let sent = app.send_message(&scene.cara.token, body.clone()).await.expect(201)["message"].take();
            body["userId"] = json!(scene.salon.owner_id);
            let ack = scene.socket.emit_ack("send_message", body).await["message"].take();
            for message in [sent, ack] {
                assert_eq!((&message["senderId"], &message["senderName"], &message["senderType"], &message["senderRole"]),
                    (&json!(scene.cara.id), &json!(scene.cara.name), &json!("customer"), &json!("customer")), "{n}");
            }
        }
    }

    async fn other_writes_of_messaging_that_are_wrong_store_nothing(app: App) {
        let scene = scene(&app).await;
        let before = rows(&app).await;
        let (owner, cara) = (&scene.salon.token, &scene.cara.token);
        let conversation = format!("/api/messages/conversations/{}", scene.id);
        let message = format!("/api/messages/{}", scene.message);
        let patch = |path: &str, body: &str| app.patch(path).bearer(owner).raw_json(body.to_owned()).send();
        for (body, field) in [("{\"status\":\"gone\"}", "status"), ("{\"priority\":7}", "priority"), ("{\"tags\":\"x\"}", "tags"), ("{\"tags\":[7]}", "tags[0]"),
            ("{\"tags\":[\"\"]}", "tags[0]"), ("{\"tags\":[\"a\\u0000b\"]}", "tags[0]"), ("{\"assignedTo\":7}", "assignedTo"), ("{\"name\":\"x\"}", "name")] {
            let reply = patch(&conversation, body).await;
            check(&reply.body, body, 422, "VALIDATION_ERROR", field);
        }
        let many = json!({"tags": (0..21).map(|n| format!("t{n}")).collect::<Vec<_>>()}).to_string();
        check(&patch(&conversation, &many).await.body, &many, 422, "VALIDATION_ERROR", "tags");
        assert_eq!(patch(&conversation, "{").await.refused(400), "INVALID_BODY");
        assert_eq!(patch(&format!("/api/messages/conversations/{}", scene.foreign), "{\"status\":\"archived\"}").await.refused(404), "NOT_FOUND");
        for (body, field) in [("{}", "content"), ("{\"content\":\"\"}", "content"), ("{\"content\":\"  \"}", "content"), ("{\"content\":\"a\\u0000b\"}", "content"), ("{\"content\":\"x\",\"seq\":1}", "seq")] {
            let reply = app.patch(&message).bearer(cara).raw_json(body).send().await;
            check(&reply.body, body, 422, "VALIDATION_ERROR", field);
        }
        let long = json!({"content": "é".repeat(CHARS_MAX + 1)}).to_string();
        let reply = app.patch(&message).bearer(cara).raw_json(long.clone()).send().await;
        check(&reply.body, &long, 422, "VALIDATION_ERROR", "content");
        assert_eq!(reply.body["errors"][0]["code"], "TOO_LONG");
        assert_eq!(app.patch(&message).bearer(cara).raw_json("{\"content\":\"\\udc00\"}").send().await.refused(400), "INVALID_BODY");
        for id in [scene.foreign_message.as_str(), "msg_00000000000000000000000000", "msg_x", "%00", "..%2f..", "conv_00000000000000000000000000"] {
            let path = format!("/api/messages/{id}");
            assert_eq!(app.patch(&path).bearer(cara).json(json!({"content": "x"})).send().await.refused(404), "NOT_FOUND", "{id}");
            assert_eq!(app.delete(&path).bearer(cara).send().await.refused(404), "NOT_FOUND", "{id}");
            assert_eq!(app.post(&format!("{path}/read")).bearer(cara).send().await.refused(404), "NOT_FOUND", "{id}");
        }
        for body in [json!({"customerId": "cust_00000000000000000000000000"})] {
            assert_eq!(app.post("/api/messages/conversations").bearer(owner).json(body).send().await.refused(404), "NOT_FOUND");
        }
        let stranger = app.business("Third").await;
        let foreign_customer = app.post("/api/messages/conversations").bearer(&stranger.token).json(json!({"customerId": scene.cara.id})).send().await;
        assert_eq!(foreign_customer.refused(404), "NOT_FOUND");
        let unknown = app.post("/api/messages/conversations").bearer(owner).json(json!({"customerId": scene.cara.id, "seq": 1})).send().await;
        assert_eq!(unknown.fields(), ["seq/UNKNOWN_FIELD"]);
        let after = rows(&app).await;
        assert_eq!(after[..6], before[..6]);
    }

    async fn files_that_may_not_be_sent_leave_nothing(app: App) {
        let scene = scene(&app).await;
        let before = rows(&app).await;
        let upload = |conversation: &str, name: &str, bytes: Vec<u8>| app.post("/api/messages/upload").bearer(&scene.cara.token).file(conversation, name, bytes).send();
        for (name, bytes) in [("picture.png", &b"<!doctype html><html><script>alert(1)</script></html>"[..]), ("picture.png", b"<html><body onload=alert(1)>"), ("a.txt", b"<script>alert(1)</script>"),
            ("logo.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"), ("logo.png", b"<?xml version=\"1.0\"?><svg/>"), ("run.pdf", b"MZ\x90\x00\x03\x00\x00\x00"), ("a.png", b"\x7fELF\x02\x01\x01")] {
            assert_eq!(upload(&scene.id, name, bytes.to_vec()).await.refused(415), "UNSUPPORTED_MEDIA_TYPE", "{name}");
        }
        assert_eq!(upload(&scene.id, "big.txt", vec![b'a'; 11 * 1024 * 1024]).await.refused(413), "PAYLOAD_TOO_LARGE");
        assert_eq!(upload(&scene.id, "empty.txt", Vec::new()).await.fields(), ["file/EMPTY"]);
        for conversation in [scene.foreign.as_str(), "conv_00000000000000000000000000", "nonsense"] {
            assert_eq!(upload(conversation, "a.txt", b"hello".to_vec()).await.refused(404), "NOT_FOUND");
        }
        assert_eq!(rows(&app).await, before);
        assert_eq!(files(&app.data_dir().join("files")) + files(&app.data_dir().join("spool")), 0);
    }
}
