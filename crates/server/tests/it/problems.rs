//! How refusals look, and that what a client sends wrong is named to it. [`crate::harness::Reply::refused`] looks at the
//! whole shape each time.

use serde_json::json;

const REGISTER: &str = "/api/auth/register";

both_databases! {
    async fn unreadable_json_is_400_and_a_wrong_field_422(app: App) {
        for broken in ["{", "{\"email\":", "[1,", "\u{1}", "{\"email\":\"\\ud800\",\"password\":\"long enough\"}"] {
            assert_eq!(app.post(REGISTER).raw_json(broken.to_owned()).send().await.refused(400), "INVALID_BODY", "{broken}");
        }
        let invalid_utf8 = b"{\"email\":\"\xff\xfe\"}".to_vec();
        assert_eq!(app.post(REGISTER).raw_json(invalid_utf8).send().await.refused(400), "INVALID_BODY");
        let fields = app.post(REGISTER).json(json!({"email": 7, "password": "long enough"})).send().await.fields();
        assert_eq!(fields, ["email/INVALID_VALUE"]);
        let fields = app.post(REGISTER).json(json!({"email": "a@b.example", "password": "correct horse", "isAdmin": true})).send().await;
        assert_eq!(fields.fields(), ["isAdmin/UNKNOWN_FIELD"]);
        let fields = app.post(REGISTER).json(json!({"password": "correct horse"})).send().await.fields();
        assert_eq!(fields, ["email/REQUIRED"]);
        for no_object in [json!([]), json!("text"), json!(null), json!(7)] {
            let reply = app.post(REGISTER).json(no_object.clone()).send().await;
            assert_eq!(reply.refused(422), "VALIDATION_ERROR", "{no_object}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users", vec![]).await, 0, "nothing was stored");
    }

    async fn an_address_nobody_knows_is_404_and_a_wrong_method_405(app: App) {
        for path in ["/api", "/api/nothing", "/api/auth", "/auth/nothing", "/nothing", "/.env", "/api/../etc/passwd"] {
            assert_eq!(app.get(path).send().await.refused(404), "NOT_FOUND", "{path}");
            assert_eq!(app.post(path).send().await.refused(404), "NOT_FOUND", "{path}");
        }
        let wrong = [
            (app.get(REGISTER), vec!["POST"]),
            (app.delete("/health"), vec!["GET", "HEAD"]),
            (app.post("/dashboard"), vec!["GET", "HEAD"]),
            (app.delete("/api/services"), vec!["GET", "HEAD", "POST"]),
        ];
        for (asked, methods) in wrong {
            let reply = asked.send().await;
            let mut allowed: Vec<String> = reply.header("allow").split(',').map(|m| m.trim().to_owned()).collect();
            allowed.sort();
            assert_eq!(allowed, methods);
            assert_eq!(reply.refused(405), "METHOD_NOT_ALLOWED");
        }
    }

    async fn an_address_that_is_no_text_is_a_problem_too(app: App) {
        let salon = app.business("Salon").await;
        for path in ["/api/event-types/%ff%fe", "/whatsapp/qr/%ff", "/api/auth/oidc/%ff/start"] {
            assert_eq!(app.get(path).bearer(&salon.token).send().await.refused(400), "INVALID_ADDRESS", "{path}");
        }
        assert_eq!(app.get("/api/appointments/%ff").bearer(&salon.token).send().await.refused(404), "NOT_FOUND");
    }

    async fn a_401_says_which_credential_it_wants_and_whether_the_one_sent_was_bad(app: App) {
        const ASKS: &str = "Bearer realm=\"frontdesk\"";
        const REFUSES: &str = "Bearer realm=\"frontdesk\", error=\"invalid_token\"";
        let salon = app.business("Salon").await;
        let body = json!({"name": "Cut", "duration": 30, "price": 500});
        let cara = app.customer(&salon).await;
        for (token, challenge) in [("", ASKS), ("no token", REFUSES), (cara.token.as_str(), REFUSES)] {
            let read = app.get("/api/services").bearer(token).send().await;
            assert_eq!(read.header("www-authenticate"), challenge);
            assert_eq!(read.refused(401), "UNAUTHORIZED");
            let keyed = app.post("/api/services").bearer(token).key("k").json(body.clone()).send().await;
            assert_eq!(keyed.header("www-authenticate"), challenge, "also where answers are kept");
            assert_eq!(keyed.refused(401), "UNAUTHORIZED");
        }
        let wrong = json!({"email": salon.email, "password": "not the right one"});
        let login = app.post("/api/auth/login").bearer(&salon.token).json(wrong).send().await;
        assert_eq!(login.header("www-authenticate"), ASKS, "it is not the token that was wrong");
        assert_eq!(login.refused(401), "INVALID_CREDENTIALS");
        assert_eq!(app.get("/api/services").bearer(&salon.token).send().await.header("www-authenticate"), "");
    }

    async fn another_kind_of_body_is_415(app: App) {
        let reply = app.post(REGISTER).header("content-type", "text/xml").raw_json("<a/>").send().await;
        // Two content types were sent; the first counts.
        assert_eq!(reply.refused(415), "UNSUPPORTED_MEDIA_TYPE");
        let packed = app.post(REGISTER).header("content-encoding", "gzip").raw_json(vec![0x1f, 0x8b]).send().await;
        assert_eq!(packed.refused(415), "UNSUPPORTED_MEDIA_TYPE", "packed, and nobody unpacks it");
        let plain = app.post(REGISTER).header("content-encoding", "identity").raw_json("{}").send().await;
        plain.expect(422);
    }

    async fn a_large_body_is_413_whether_it_says_so_or_not(app: App) {
        let name = "x".repeat(1024 * 1024);
        let body = json!({"email": "a@b.example", "password": "correct horse", "name": name});
        assert_eq!(app.post(REGISTER).json(body.clone()).send().await.refused(413), "PAYLOAD_TOO_LARGE");
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
            body.to_string().into_bytes().chunks(64 * 1024).map(|piece| Ok(piece.to_vec())).collect();
        let streamed = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        assert_eq!(app.post(REGISTER).raw_json(streamed).send().await.refused(413), "PAYLOAD_TOO_LARGE");
        let keyed = app.post("/api/public/appointments").key("k").json(body).send().await;
        assert_eq!(keyed.refused(413), "PAYLOAD_TOO_LARGE");
    }

    async fn a_request_id_is_taken_when_it_is_sane_and_made_when_not(app: App) {
        let taken = app.get("/health").header("x-request-id", "client-7:a.b_c").send().await;
        assert_eq!(taken.header("x-request-id"), "client-7:a.b_c");
        let long = "x".repeat(101);
        for insane in ["", "with space", "<script>", long.as_str()] {
            let made = app.get("/api/nothing").header("x-request-id", insane).send().await;
            let id = made.header("x-request-id").to_owned();
            assert!(id.len() == 32 && id != insane, "{insane}: {id}");
            made.refused(404);
        }
        let (one, other) = (app.get("/health").send().await, app.get("/health").send().await);
        assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
    }

    async fn a_refusal_tells_nothing_about_the_inside(app: App) {
        app.expect_errors();
        let other = app.node(&[]).await;
        let salon = app.business("Salon").await;
        other.execute("ALTER TABLE services RENAME TO services_gone", vec![]).await;
        let reply = other.get("/api/services").bearer(&salon.token).send().await;
        let shown = reply.text().to_lowercase();
        assert!(!shown.contains("services_gone") && !shown.contains("sql") && !shown.contains("table"), "{shown}");
        let id = reply.header("x-request-id").to_owned();
        assert_eq!(reply.refused(500), "INTERNAL");
        let errors = app.errors().join("\n");
        assert!(errors.contains(&id) && errors.contains("services"), "the log has the cause under the id: {errors}");
    }

    async fn a_storefront_is_framed_by_the_sites_that_its_business_lists(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let patch = |origins: serde_json::Value| {
            app.patch("/api/settings/business").bearer(&salon.token).json(json!({"embedOrigins": origins})).send()
        };
        let policy = async |path: String| app.get(&path).send().await.header("content-security-policy").to_owned();
        let saved = patch(json!(["https://www.Salon.example", "https://shop.example:8443/", "https://www.salon.example"])).await.data(200);
        assert_eq!(saved["embedOrigins"], json!(["https://www.salon.example", "https://shop.example:8443"]));
        let ours = policy(format!("/s/{}/book", salon.slug)).await;
        assert!(ours.ends_with("frame-ancestors 'self' https://www.salon.example https://shop.example:8443"), "{ours}");
        for path in [format!("/s/{}", other.slug), "/s/nobody".to_owned(), "/s/".to_owned()] {
            let policy = policy(path.clone()).await;
            assert!(policy.ends_with("frame-ancestors 'self'"), "{path}: {policy}");
        }
        assert!(policy("/dashboard".to_owned()).await.ends_with("frame-ancestors 'none'"));
        for wrong in [json!(["https://salon.example/page"]), json!(["http://salon.example"]), json!(["https://a.example; script-src *"])] {
            assert_eq!(patch(wrong).await.fields(), ["embedOrigins/INVALID_VALUE"]);
        }
        assert_eq!(patch(json!(vec!["https://a.example"; 21])).await.fields(), ["embedOrigins/TOO_MANY"]);
        patch(json!([])).await.data(200);
        assert!(policy(format!("/s/{}", salon.slug)).await.ends_with("frame-ancestors 'self'"));
    }

    async fn browsers_are_told_how_to_treat_every_answer(app: App) {
        for path in ["/", "/health", "/api/nothing", "/api-docs/", "/s/salon", "/docs/errors"] {
            let reply = app.get(path).send().await;
            let policy = reply.header("content-security-policy");
            let is_data = reply.header("content-type").contains("json");
            let strict = if is_data { "default-src 'none';" } else { "script-src 'self';" };
            assert!(policy.contains(strict), "{path}: {policy}");
            assert!(is_data || policy.contains("object-src 'none'"), "{path}: {policy}");
            assert!(is_data || policy.contains("connect-src 'self' wss://desk.example.com;"), "{path}: {policy}");
            assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin-allow-popups", "{path}");
            let ancestors = if path.starts_with("/s/") { "frame-ancestors 'self'" } else { "frame-ancestors 'none'" };
            assert!(policy.ends_with(ancestors), "{path}: {policy}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
            assert!(!reply.header("referrer-policy").is_empty(), "{path}");
            assert!(reply.header("strict-transport-security").starts_with("max-age="), "{path}");
        }
        let plain = app.node(&[("CLIENT_URL", "http://localhost:3000")]).await;
        assert_eq!(plain.get("/").send().await.header("strict-transport-security"), "");
        assert_eq!(app.get("/api/nothing").send().await.header("cache-control"), "no-store");
    }
}
