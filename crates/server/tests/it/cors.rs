//! Which sites' pages may call the API, and what they may read of its answers.

use reqwest::Method;

const LISTED: &str = "https://shop.example.com";

both_databases! {
    async fn only_listed_origins_may_call(app: App) {
        let app = app.node(&[("ALLOWED_ORIGINS", LISTED)]).await;
        for (origin, is_allowed) in [(LISTED, true), ("https://desk.example.com", true), ("https://evil.example", false),
            ("https://shop.example.com.evil.example", false), ("null", false), ("http://shop.example.com", false)] {
            let preflight = app.ask(Method::OPTIONS, "/api/auth/login").header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,authorization,idempotency-key").send().await;
            let reply = app.get("/api/auth/me").header("origin", origin).send().await;
            let expected = if is_allowed { origin } else { "" };
            assert_eq!(preflight.header("access-control-allow-origin"), expected, "preflight of {origin}");
            assert_eq!(reply.header("access-control-allow-origin"), expected, "answer to {origin}");
            if is_allowed {
                assert_eq!(preflight.status.as_u16(), 200);
                assert!(preflight.header("access-control-allow-headers").contains("idempotency-key"));
                assert_eq!(reply.header("access-control-allow-credentials"), "true");
            }
        }
    }

    async fn refusals_can_be_read_across_origins_with_all_their_headers(app: App) {
        let app = app.node(&[("ALLOWED_ORIGINS", LISTED)]).await;
        let reply = app.get("/api/nothing").header("origin", LISTED).send().await;
        assert_eq!(reply.header("access-control-allow-origin"), LISTED);
        let exposed = reply.header("access-control-expose-headers").to_owned();
        for name in ["x-total-count", "x-page", "x-limit", "x-request-id", "link", "retry-after", "ratelimit", "content-disposition"] {
            assert!(exposed.contains(name), "{name} is missing in {exposed}");
        }
        reply.refused(404);
    }

    async fn polling_sockets_may_come_from_listed_origins(app: App) {
        let app = app.node(&[("ALLOWED_ORIGINS", LISTED)]).await;
        let path = "/socket.io/?EIO=4&transport=polling";
        assert_eq!(app.get(path).header("origin", LISTED).send().await.header("access-control-allow-origin"), LISTED);
        assert_eq!(app.get(path).header("origin", "https://evil.example").send().await.header("access-control-allow-origin"), "");
    }
}
