//! What the house says about itself to load balancers and operators.

use crate::harness::text;

both_databases! {
    async fn a_healthy_house_says_so(app: App) {
        let health = app.get("/health").send().await.expect(200);
        assert_eq!(health["status"], "ok");
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(text(&health["timestamp"]), "2026-11-20T06:00:00.000Z");
        assert!(health["uptime"].is_number());
        for path in ["/health/live", "/health/ready"] {
            assert_eq!(app.get(path).send().await.expect(200)["status"], "ok", "{path}");
        }
    }
}
