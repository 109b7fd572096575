//! What the house says about itself to load balancers and operators.

use crate::harness::text;

both_databases! {
    async fn a_healthy_house_says_so(app: App) {
        let health = app.get("/health").send().await.expect(200);
        assert_eq!(health["status"], "ok");
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(text(&health["timestamp"]), "2026-11-20T06:00:00.000Z");
        assert!(health["uptime"].is_number());
        assert_eq!(health["simulators"], false, "nothing stands in for the outside unless the operator asks for it");
        for path in ["/health/live", "/health/ready"] {
            assert_eq!(app.get(path).send().await.expect(200)["status"], "ok", "{path}");
        }
    }

    async fn a_draining_house_is_alive_but_not_ready(app: App) {
        app.house().phase.drain();
        let refused = app.get("/health/ready").send().await;
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.refused(503), "UNAVAILABLE");
        app.get("/health/live").send().await.expect(200);
    }

    async fn a_house_without_its_database_is_not_ready(app: App) {
        let other = app.node(&[]).await;
        other.house().platform.db().close().await.unwrap();
        assert_eq!(other.get("/health/ready").send().await.refused(503), "UNAVAILABLE");
        other.get("/health/live").send().await.expect(200);
        let detailed = other.get("/health/detailed").send().await.expect(503);
        assert_eq!((&detailed["status"], &detailed["dependencies"]["database"]["status"]), (&"degraded".into(), &"away".into()));
        app.get("/health/ready").send().await.expect(200);
    }

    async fn the_long_report_names_each_part(app: App) {
        app.business("Salon").await;
        let report = app.get("/health/detailed").send().await.expect(200);
        for part in ["database", "storage", "mail"] {
            assert_eq!(report["dependencies"][part]["status"], "ok", "{part}");
        }
        assert!(report["queue"]["dueEvents"].as_i64().unwrap() >= 1, "the sign-up stated a fact: {report:#}");
        assert_eq!(report["phase"], "ready");
        app.run_due_jobs().await;
        let report = app.get("/health/detailed").send().await.expect(200);
        assert_eq!(report["queue"]["dueEvents"], 0);
        assert_eq!(report["queue"]["dead"], 0);
    }

    async fn metrics_are_prometheus_text_with_bounded_routes(app: App) {
        app.get("/api/appointments/appt_00000000000000000000000000").send().await.refused(401);
        for path in ["/metrics", "/health/metrics"] {
            let reply = app.get(path).send().await;
            assert!(reply.header("content-type").starts_with("text/plain"), "{path}");
            let text = reply.text();
            assert!(text.contains("http_requests_total"), "{path}: {text}");
            assert!(text.contains("route=\"/api/appointments/{id}\""), "{path}: ids must not become labels: {text}");
        }
    }

    async fn a_house_with_a_token_shows_its_inside_only_for_it(app: App) {
        let guarded = app.node(&[("METRICS_TOKEN", "an operator's own token")]).await;
        let salon = app.business("Salon").await;
        for path in ["/metrics", "/health/metrics", "/health/detailed"] {
            assert_eq!(guarded.get(path).send().await.refused(401), "UNAUTHORIZED", "{path}");
            assert_eq!(guarded.get(path).bearer("a guess").send().await.refused(401), "UNAUTHORIZED", "{path}");
            assert_eq!(guarded.get(path).bearer(&salon.token).send().await.refused(403), "FORBIDDEN", "{path}");
            let shown = guarded.get(path).bearer("an operator's own token").send().await;
            assert_eq!(shown.status.as_u16(), 200, "{path}");
        }
    }

    async fn a_house_behind_a_proxy_shows_its_inside_to_nobody(app: App) {
        let proxied = app.node(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
        assert_eq!(proxied.get("/metrics").send().await.refused(401), "UNAUTHORIZED");
        let open = app.node(&[("HOST", "0.0.0.0")]).await;
        assert_eq!(open.get("/health/detailed").send().await.refused(401), "UNAUTHORIZED");
    }

    async fn whoever_finds_a_hole_is_told_where_to_report_it(app: App) {
        assert_eq!(app.get("/.well-known/security.txt").send().await.refused(404), "NOT_FOUND");
        let node = app.node(&[("SECURITY_CONTACT", "Security@desk.example.com")]).await;
        let page = node.get("/.well-known/security.txt").send().await;
        assert_eq!(page.header("content-type"), "text/plain; charset=utf-8");
        let text = page.text();
        assert!(text.starts_with("Contact: mailto:security@desk.example.com\n"), "{text}");
        assert!(text.contains("\nExpires: 2027-05-19T06:00:00.000Z\n"), "half a year from now: {text}");
        assert!(text.contains("\nCanonical: https://desk.example.com/.well-known/security.txt\n"), "{text}");
    }
}
