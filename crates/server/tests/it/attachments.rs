//! Files in conversations: from the upload over the message to its readers, and away again.

use std::{io::Cursor, path::Path, time::Duration};

use serde_json::{Value, json};

use crate::harness::{App, Reply, text};

/// Files below a folder.
fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|e| e.unwrap().path()).map(|p| if p.is_dir() { files(&p) } else { 1 }).sum()
}

/// What is on the disk and what is in the table.
async fn kept(app: &App) -> (usize, i64) {
    (files(&app.data_dir().join("files")), app.count("SELECT COUNT(*) FROM attachments", vec![]).await)
}

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixel = |x: u32, y: u32| image::Rgb([(x % 256) as u8, (y % 256) as u8, 9]);
    image::RgbImage::from_fn(width, height, pixel).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn upload(app: &App, token: &str, conversation: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    app.post("/api/messages/upload").bearer(token).file(conversation, name, bytes).send().await
}

async fn uploaded(app: &App, token: &str, conversation: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Value {
    upload(app, token, conversation, name, bytes).await.expect(201)["attachment"].take()
}

fn path_of(url: &Value) -> &str {
    text(url).split('?').next().unwrap()
}

both_databases! {
    async fn an_upload_sent_twice_with_one_key_is_one_file(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let send = async |bytes: Vec<u8>| {
            app.post("/api/messages/upload").bearer(&cara.token).key("up-1").file(&id, "a.png", bytes).send().await
        };
        // Each form is drawn up anew, with a boundary of its own.
        let first = send(picture(20, 20)).await.expect(201);
        let second = send(picture(20, 20)).await.expect(201);
        assert_eq!(first["attachment"]["id"], second["attachment"]["id"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM attachments", vec![]).await, 1);
        assert_eq!(send(picture(21, 20)).await.refused(422), "IDEMPOTENCY_MISMATCH");
    }

    async fn a_picture_goes_across_with_links_for_each_reader(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (cara, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let id = app.direct(&cara).await;
        let bytes = picture(1000, 500);
        let file = uploaded(&app, &cara.token, &id, "../Fötö.exe", bytes.clone()).await;
        assert_eq!((&file["type"], &file["name"], &file["size"]), (&json!("image/png"), &json!("Fötö.exe.png"), &json!(bytes.len())));
        assert_eq!((&file["width"], &file["height"]), (&json!(1000), &json!(500)));
        for stranger in [&ben.token, &other.token, &salon.token] {
            assert_eq!(app.get(path_of(&file["url"])).bearer(stranger).send().await.refused(404), "NOT_FOUND", "before it is sent");
        }
        let (desk, phone) = (app.socket(&salon.token).await, app.socket_with(json!({"token": cara.token, "dialect": "room"})).await.unwrap());
        desk.emit_ack("join_conversation", json!(id)).await;
        phone.emit_ack("join_conversation", json!(id)).await;
        let sent = app.send_message(&cara.token, json!({"conversationId": id, "content": "", "attachments": [file["id"]]})).await.expect(201);
        let received = desk.expect("message_received").await;
        let own = phone.expect("new_message").await;
        assert_eq!((&received["id"], &own["id"]), (&sent["message"]["id"], &sent["message"]["id"]));
        let theirs = &received["attachments"][0];
        assert_eq!(theirs["id"], file["id"]);
        assert_ne!(theirs["url"], own["attachments"][0]["url"], "links are bound to their reader");
        for url in [&theirs["url"], &own["attachments"][0]["url"], &sent["message"]["attachments"][0]["url"], &file["url"]] {
            let got = app.get(text(url)).send().await;
            assert_eq!((got.status.as_u16(), got.header("content-type"), got.header("x-content-type-options")), (200, "image/png", "nosniff"));
            assert!(got.header("content-disposition").starts_with("inline;") && got.header("cache-control").starts_with("private"));
            assert_eq!(got.bytes, bytes);
        }
        let small = app.get(text(&theirs["thumbnailUrl"])).send().await;
        let shown = image::load_from_memory(&small.bytes).unwrap();
        assert_eq!((small.header("content-type"), shown.width(), shown.height()), ("image/jpeg", 480, 240));
        let path = path_of(&file["url"]);
        for reader in [&salon.token, &cara.token] {
            assert_eq!(app.get(path).bearer(reader).send().await.bytes, bytes);
        }
        for stranger in [&ben.token, &other.token] {
            assert_eq!(app.get(path).bearer(stranger).send().await.refused(404), "NOT_FOUND");
        }
        assert_eq!(app.get(path).send().await.refused(401), "UNAUTHORIZED");
        assert_eq!(app.get(&format!("{path}?token=xx")).send().await.refused(401), "UNAUTHORIZED");
        assert_eq!(app.conversations(&salon.token, "").await[0]["lastMessage"], "1 file");
        app.advance(Duration::from_secs(10 * 60));
        assert_eq!(app.get(text(&theirs["url"])).send().await.refused(401), "UNAUTHORIZED", "a link dies after ten minutes");
        let again = app.thread(&salon.token, &id, "").await["messages"][0]["attachments"][0]["url"].take();
        assert_eq!(app.get(text(&again)).send().await.bytes, bytes, "and the next page brings a new one");
    }

    async fn a_link_ends_with_the_session_it_was_made_for(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let file = uploaded(&app, &cara.token, &id, "a.png", picture(10, 10)).await;
        app.send_message(&cara.token, json!({"conversationId": id, "attachments": [file["id"]]})).await.expect(201);
        let laptop = app.sign_in_again(&salon.email).await;
        let link = async |path: String, token: &str| {
            let page = app.get(&path).bearer(token).send().await.expect(200);
            text(&page["messages"][0]["attachments"][0]["url"]).to_owned()
        };
        let (own, watched) = (format!("/api/messages/conversations/{id}"), format!("/api/admin/conversations/{id}"));
        let (first, second) = (link(own.clone(), &salon.token).await, link(own, &laptop).await);
        assert_ne!(first, second);
        app.execute("UPDATE users SET operator = ? WHERE email = ?", vec![true.into(), other.email.clone().into()]).await;
        let operator = app.sign_in_again(&other.email).await;
        let along = link(watched, &operator).await;
        for url in [&first, &second, &along] {
            assert_eq!(app.get(url).send().await.status, 200);
        }
        for token in [&laptop, &operator] {
            app.post("/api/auth/logout").bearer(token).send().await.expect(200);
        }
        assert_eq!(app.get(&first).send().await.status, 200, "the other session goes on");
        for url in [&second, &along] {
            assert_eq!(app.get(url).send().await.refused(401), "UNAUTHORIZED");
        }
    }

    async fn a_file_is_served_in_parts_and_once(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let bytes = picture(40, 40);
        let file = uploaded(&app, &cara.token, &id, "p.png", bytes.clone()).await;
        let ask = || app.get(text(&file["url"]));
        let part = ask().header("range", "bytes=10-19").send().await;
        assert_eq!((part.status.as_u16(), part.header("content-range"), part.header("content-length")), (206, format!("bytes 10-19/{}", bytes.len()).as_str(), "10"));
        assert_eq!(part.bytes, bytes[10..20]);
        assert_eq!(ask().header("range", "bytes=-5").send().await.bytes, bytes[bytes.len() - 5..]);
        let beyond = ask().header("range", "bytes=99999999-").send().await;
        assert_eq!(beyond.header("content-range"), format!("bytes */{}", bytes.len()));
        assert_eq!(beyond.refused(416), "RANGE_NOT_SATISFIABLE");
        let whole = ask().send().await;
        let etag = whole.header("etag").to_owned();
        let known = ask().header("if-none-match", &etag).send().await;
        assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
        let changed = ask().header("range", "bytes=0-0").header("if-range", "\"other\"").send().await;
        assert_eq!(changed.status.as_u16(), 200);
        let note = uploaded(&app, &cara.token, &id, "n.txt", "hello").await;
        let got = app.get(text(&note["url"])).send().await;
        assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
        assert!(got.header("content-disposition").starts_with("attachment"), "only what is harmless is shown in place");
        assert_eq!(app.get(&format!("{}&thumb=1", text(&note["url"]))).send().await.refused(404), "NOT_FOUND");
    }

    async fn only_its_uploader_sends_a_file_once_and_in_its_thread(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let ben = app.customer(&salon).await;
        let (id, elsewhere) = (app.direct(&cara).await, app.direct(&ben).await);
        let file = uploaded(&app, &cara.token, &id, "n.txt", "hello").await;
        let of_owner = uploaded(&app, &salon.token, &elsewhere, "n.txt", "hello").await;
        let send = async |token: &str, conversation: &str, files: Value| {
            app.send_message(token, json!({"conversationId": conversation, "content": "see", "attachments": files})).await
        };
        for (token, conversation, files) in [(&salon.token, &id, json!([file["id"]])), (&ben.token, &elsewhere, json!([file["id"]])),
            (&salon.token, &id, json!([of_owner["id"]])), (&cara.token, &id, json!([file["id"], file["id"]]))] {
            assert_eq!(send(token, conversation, files).await.fields(), ["attachments/NOT_SENDABLE"]);
        }
        assert_eq!((app.stored(&id).await, app.stored(&elsewhere).await), (0, 0), "a refused file takes its message along");
        let socket = app.socket(&cara.token).await;
        let refused = socket.emit_ack("send_message", json!({"conversationId": id, "message": "x", "attachments": [of_owner["id"]]})).await;
        assert_eq!(refused["errors"][0]["field"], "attachments");
        let body = json!({"conversationId": id, "message": "x", "attachments": [file["id"]], "clientMessageId": "once"});
        let first = socket.emit_ack("send_message", body.clone()).await;
        assert_eq!(first["message"]["attachments"][0]["id"], file["id"]);
        let second = socket.emit_ack("send_message", body).await;
        assert_eq!((&second["message"]["id"], &second["message"]["attachments"][0]["id"]), (&first["message"]["id"], &file["id"]), "a repeat finds its file sent");
        assert_eq!(send(&cara.token, &id, json!([file["id"]])).await.fields(), ["attachments/NOT_SENDABLE"]);
        assert_eq!(app.stored(&id).await, 1);
    }

    async fn the_files_of_a_deleted_message_are_gone_for_every_reader(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let file = uploaded(&app, &cara.token, &id, "n.txt", "hello").await;
        let sent = app.send_message(&cara.token, json!({"conversationId": id, "attachments": [file["id"]]})).await.expect(201);
        app.delete(&format!("/api/messages/{}", text(&sent["message"]["id"]))).bearer(&cara.token).send().await.expect(200);
        assert_eq!(app.thread(&salon.token, &id, "").await["messages"][0]["attachments"], json!([]));
        for reader in [&salon.token, &cara.token] {
            assert_eq!(app.get(path_of(&file["url"])).bearer(reader).send().await.refused(404), "NOT_FOUND");
        }
        assert_eq!(app.get(text(&file["url"])).send().await.refused(404), "NOT_FOUND");
    }

    async fn what_is_never_sent_goes_after_a_day(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let sent = uploaded(&app, &cara.token, &id, "kept.txt", "kept").await;
        app.send_message(&cara.token, json!({"conversationId": id, "attachments": [sent["id"]]})).await.expect(201);
        uploaded(&app, &cara.token, &id, "a.png", picture(9, 9)).await;
        assert_eq!(kept(&app).await, (3, 2));
        app.advance(Duration::from_secs(23 * 3600));
        app.run_due_jobs().await;
        assert_eq!(kept(&app).await, (3, 2));
        app.advance(Duration::from_secs(2 * 3600));
        app.run_due_jobs().await;
        assert_eq!(kept(&app).await, (1, 1), "what was sent stays");
    }

    async fn unsent_uploads_of_one_person_are_bounded(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        for n in 0..50 {
            uploaded(&app, &cara.token, &id, "n.txt", format!("hello {n}")).await;
        }
        assert_eq!(upload(&app, &cara.token, &id, "n.txt", "one more").await.refused(409), "TOO_MANY_UNSENT");
        uploaded(&app, &salon.token, &id, "n.txt", "others may").await;
    }

    async fn a_form_that_is_wrong_is_named_and_leaves_nothing(app: App) {
        use reqwest::multipart::{Form, Part};
        let salon = app.business("Salon").await;
        let (cara, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let (id, foreign) = (app.direct(&cara).await, app.direct(&ben).await);
        let part = |bytes: Vec<u8>| Part::bytes(bytes).file_name("a.txt");
        let hello = || part(b"hello".to_vec());
        let big = || part(vec![b'a'; 11 * 1024 * 1024]);
        let send = |form: Form| app.post("/api/messages/upload").bearer(&cara.token).multipart(form).send();
        assert_eq!(send(Form::new().part("file", hello())).await.fields(), ["conversationId/REQUIRED"]);
        assert_eq!(send(Form::new().text("conversationId", id.clone())).await.fields(), ["file/REQUIRED"]);
        assert_eq!(send(Form::new().text("conversationId", id.clone()).part("file", hello()).text("extra", "x")).await.fields(), ["extra/UNKNOWN_FIELD"]);
        assert_eq!(send(Form::new().text("conversationId", id.clone()).part("file", hello()).part("file", hello())).await.fields(), ["file/REPEATED"]);
        assert_eq!(send(Form::new().part("file", big()).text("conversationId", id.clone())).await.refused(413), "PAYLOAD_TOO_LARGE");
        assert_eq!(send(Form::new().part("file", hello()).text("conversationId", foreign)).await.refused(404), "NOT_FOUND");
        let body = format!("--XX\r\nContent-Disposition: form-data; name=\"conversationId\"\r\n\r\n{id}\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhel");
        let asked = || app.post("/api/messages/upload").bearer(&cara.token);
        let cut = asked().raw("multipart/form-data; boundary=XX", body).send().await;
        assert_eq!(cut.refused(400), "INVALID_BODY");
        assert_eq!(asked().raw("application/json", "{}").send().await.refused(415), "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(app.post("/api/messages/upload").send().await.refused(401), "UNAUTHORIZED");
        assert_eq!((kept(&app).await, files(&app.data_dir().join("spool"))), ((0, 0), 0));
    }

    async fn whoever_is_refused_in_the_middle_of_sending_hears_why(app: App) {
        let salon = app.business("Salon").await;
        let (cara, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let (id, foreign) = (app.direct(&cara).await, app.direct(&ben).await);
        let form = |id: &str, file: usize| {
            let mut body = format!("--XX\r\nContent-Disposition: form-data; name=\"conversationId\"\r\n\r\n{id}\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n").into_bytes();
            body.resize(body.len() + file, b'a');
            body.extend_from_slice(b"\r\n--XX--\r\n");
            body
        };
        let path = "/api/messages/upload";
        let bearer = format!("Authorization: Bearer {}\r\n", cara.token);
        let json = "application/json";
        let multipart = "multipart/form-data; boundary=XX";
        let mebibyte = 1024 * 1024;
        let cases = [
            (path, multipart, "", form(&id, 9 * mebibyte), 401, "UNAUTHORIZED"),
            (path, multipart, &*bearer, form(&foreign, 9 * mebibyte), 404, "NOT_FOUND"),
            (path, multipart, &*bearer, form(&id, 15 * mebibyte), 413, "at most 10 MB"),
            (path, multipart, &*bearer, form(&id, 60 * mebibyte), 413, "PAYLOAD_TOO_LARGE"),
            (path, json, &*bearer, form(&id, 9 * mebibyte), 415, "UNSUPPORTED_MEDIA_TYPE"),
            ("/api/messages/send", json, &*bearer, form(&id, 9 * mebibyte), 413, "PAYLOAD_TOO_LARGE"),
            ("/api/nowhere", json, "", form(&id, 9 * mebibyte), 404, "NOT_FOUND"),
        ];
        for (path, kind, bearer, body, status, words) in cases {
            let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{bearer}Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            // All of it is written before anything is read, as many libraries do.
            let reply = app.send_raw(&[head.as_bytes(), &body].concat()).await;
            assert_eq!(reply.status(), status, "{path} {}", body.len());
            assert!(reply.0.contains(words), "{words}: {}", reply.0);
        }
        assert_eq!((kept(&app).await, files(&app.data_dir().join("spool"))), ((0, 0), 0));
    }

    async fn a_file_keeps_a_name_that_its_form_had_to_escape(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let send = async |name: &str| {
            let body = format!("--XX\r\nContent-Disposition: form-data; name=\"conversationId\"\r\n\r\n{id}\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\nhello\r\n--XX--\r\n");
            app.post("/api/messages/upload").bearer(&cara.token).raw("multipart/form-data; boundary=XX", body).send().await
        };
        for (sent, stored) in [("a%22.txt", "a_.txt"), ("100%25.txt", "100%25.txt"), ("a%0D%0Ab.txt", "ab.txt")] {
            assert_eq!(send(sent).await.expect(201)["attachment"]["name"], json!(stored), "{sent}");
        }
        let refused = send("a\0.txt").await;
        assert!(text(&refused.body["detail"]).contains("control characters"), "{refused:?}");
        assert_eq!(refused.refused(400), "INVALID_BODY");
    }
}
