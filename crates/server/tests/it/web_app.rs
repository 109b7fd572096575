//! The embedded app: its shell for its own addresses, its files packed and cached as they deserve.

use crate::harness::App;

/// A script of the build, by its address in the shell; `None` in a build without the app.
async fn find_script(app: &App) -> Option<String> {
    let shell = app.get("/").send().await;
    let (_, rest) = shell.text().split_once("src=\"/assets/")?;
    rest.split_once('"').map(|(name, _)| format!("/assets/{name}"))
}

both_databases! {
    async fn every_address_of_the_app_shows_its_shell(app: App) {
        let shell = app.get("/").send().await;
        for path in ["/dashboard", "/dashboard/messages/conv_1", "/client", "/client/sign-in?token=x", "/s/demo-salon", "/sign-in", "/sign-up", "/call/room"] {
            let page = app.get(path).send().await;
            assert_eq!((page.status, &page.bytes), (shell.status, &shell.bytes), "{path}");
            assert!(page.header("content-type").starts_with("text/html"), "{path}");
        }
    }

    async fn files_come_packed_and_are_kept_for_good_when_their_name_says_what_is_in_them(app: App) {
        let Some(script) = find_script(&app).await else {
            assert!(app.get("/").send().await.text().contains("without the web app"));
            return;
        };
        let plain = app.get(&script).send().await;
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(plain.header("content-encoding"), "");
        for (asked, given) in [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("identity", "")] {
            let packed = app.get(&script).header("accept-encoding", asked).send().await;
            assert_eq!(packed.header("content-encoding"), given, "{asked}: was the app built by `make build-web`?");
            assert!(packed.header("vary").contains("accept-encoding") && packed.header("content-type").contains("javascript"));
            assert!(given.is_empty() || packed.bytes.len() < plain.bytes.len() / 2, "{asked}");
        }
        assert_eq!(app.get(&format!("{script}.br")).send().await.refused(404), "NOT_FOUND");
    }

    async fn the_shell_is_asked_for_again_and_answered_briefly(app: App) {
        if find_script(&app).await.is_none() {
            return;
        }
        let shell = app.get("/").send().await;
        assert_eq!(shell.header("cache-control"), "no-cache");
        let again = app.get("/").header("if-none-match", shell.header("etag")).send().await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
        assert_eq!(app.get("/sw.js").send().await.header("cache-control"), "no-cache");
    }

    async fn scripts_for_pages_of_others_stay_where_they_are_and_do_not_grow_old(app: App) {
        if find_script(&app).await.is_none() {
            return;
        }
        for (path, kind) in [
            ("/assets/js/websocket-sidebar.js", "text/javascript; charset=utf-8"),
            ("/assets/js/whatsapp-sessions.js", "text/javascript; charset=utf-8"),
            ("/assets/css/whatsapp-sessions.css", "text/css; charset=utf-8"),
        ] {
            let file = app.get(path).header("accept-encoding", "br").send().await;
            assert_eq!((file.status.as_u16(), file.header("content-type")), (200, kind), "{path}: was the app built?");
            assert_eq!(file.header("cache-control"), "public, max-age=300, stale-while-revalidate=86400", "{path}");
            assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin", "{path}");
            assert_eq!(file.header("content-encoding"), "br", "{path}");
            let again = app.get(path).header("accept-encoding", "br").header("if-none-match", file.header("etag"));
            assert_eq!(again.send().await.status.as_u16(), 304, "{path}");
        }
    }

    async fn a_browser_at_an_address_without_a_page_sees_the_apps_own_words(app: App) {
        let shell = app.get("/").send().await;
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        let ask = |path: &str, accept: &str| app.get(path).header("accept", accept).header("if-none-match", shell.header("etag")).send();
        for path in ["/nowhere", "/nowhere/else?x=1", "/dashboardx", "/robots"] {
            let page = ask(path, browser).await;
            assert_eq!((page.status.as_u16(), &page.bytes), (404, &shell.bytes), "{path}");
            assert!(page.header("content-type").starts_with("text/html") && page.header("etag").is_empty(), "{path}");
            for program in ["application/json", "*/*"] {
                assert_eq!(ask(path, program).await.refused(404), "NOT_FOUND", "{path}");
            }
        }
        for path in ["/api/nowhere", "/auth/nowhere", "/health/nowhere", "/assets/nowhere.js", "/whatsapp/nowhere", "/.well-known/nowhere"] {
            assert_eq!(ask(path, browser).await.refused(404), "NOT_FOUND", "{path}");
        }
        for mailed in ["reset-password", "verify-email", "confirm-email", "restore-email"] {
            for path in [format!("/{mailed}?token=x"), format!("/client/{mailed}?business=salon&token=x")] {
                assert_eq!(ask(&path, browser).await.status.as_u16(), 304, "{path}: a link of a mail leads to a page");
            }
        }
        let posted = app.post("/nowhere").header("accept", browser).send().await;
        assert_eq!(posted.refused(404), "NOT_FOUND");
    }

    async fn a_head_has_no_body(app: App) {
        let head = app.ask(reqwest::Method::HEAD, "/").send().await;
        assert!(head.bytes.is_empty() && head.status == app.get("/").send().await.status);
    }
}
