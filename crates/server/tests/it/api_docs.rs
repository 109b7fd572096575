//! The documents that are made from the code.

use serde_json::Value;

/// Every `$ref` in a document.
fn references(of: &Value, found: &mut Vec<String>) {
    match of {
        Value::Object(members) => {
            for (key, value) in members {
                if key == "$ref" {
                    found.push(value.as_str().unwrap().to_owned());
                }
                references(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[track_caller]
fn check_references(document: &Value) {
    let mut found = Vec::new();
    references(document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let place = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} points outside"));
        assert!(document.pointer(place).is_some(), "{reference} points to nothing");
    }
}

both_databases! {
    async fn the_rest_side_is_described_without_loose_ends(app: App) {
        let document = app.get("/api-docs/openapi.json").send().await.expect(200);
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        check_references(&document);
        for path in ["/api/auth/register", "/api/public/appointments", "/api/messages/send", "/health"] {
            assert!(document["paths"][path].is_object(), "{path} is missing");
        }
        let mut ids = std::collections::HashSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                assert!(!id.is_empty() && ids.insert(id.clone()), "{method} {path}: operationId {id:?} is missing or used twice");
                let answers = operation["responses"].as_object().unwrap();
                assert!(!answers.is_empty(), "{method} {path}");
                for (status, answer) in answers {
                    assert!(answer["description"].is_string(), "{method} {path} {status} has no description");
                }
            }
        }
    }

    async fn the_socket_side_is_described_from_its_table(app: App) {
        let document = app.get("/api-docs/asyncapi.json").send().await.expect(200);
        assert_eq!(document["asyncapi"], "3.0.0");
        check_references(&document);
        for event in ["send_message", "join_conversation", "message_received", "new_message", "presence", "appointment_created"] {
            assert!(document["components"]["messages"][event].is_object(), "{event} is missing");
        }
    }

    async fn the_page_needs_nothing_from_elsewhere(app: App) {
        let moved = app.get("/api-docs").send().await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (303, "/api-docs/"));
        let page = app.get("/api-docs/").send().await;
        let html = page.text();
        assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("<script>"), "{html}");
        for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"] {
            let reply = app.get(&format!("/api-docs/{file}")).send().await;
            assert_eq!(reply.status.as_u16(), 200, "{file}");
        }
        let start = app.get("/api-docs/swagger-initializer.js").send().await;
        assert!(start.text().contains("/api-docs/openapi.json"));
        assert_eq!(app.get("/api-docs/nothing.js").send().await.refused(404), "NOT_FOUND");
    }
}
