//! The socket layer itself: who is let in, what is too large, and how it ends. What is said over it is tested with messaging.

use serde_json::json;

both_databases! {
    async fn nobody_connects_without_a_good_token(app: App) {
        let salon = app.business("Salon").await;
        for auth in [json!({}), json!({"token": ""}), json!({"token": "nonsense"}), json!({"token": 7}), json!(null),
            json!({"token": salon.refresh_token})] {
            let refusal = app.socket_with(auth.clone()).await.err().unwrap_or_else(|| panic!("{auth} was let in"));
            assert!(refusal.starts_with("Authentication error: "), "{auth}: {refusal}");
        }
        let in_query = app.get(&format!("/socket.io/?EIO=4&transport=polling&token={}", salon.token)).send().await;
        assert_eq!(in_query.status.as_u16(), 200, "the transport opens for anybody, the namespace does not");
        app.socket(&salon.token).await;
    }

    async fn an_event_nobody_knows_is_refused_in_its_acknowledgement(app: App) {
        let salon = app.business("Salon").await;
        let socket = app.socket(&salon.token).await;
        let refusal = socket.emit_ack("no_such_event", json!({})).await;
        assert_eq!((&refusal["success"], &refusal["code"]), (&json!(false), &json!("UNKNOWN_EVENT")), "{refusal}");
    }

    async fn a_message_beyond_the_limit_ends_the_socket_and_no_other(app: App) {
        let salon = app.business("Salon").await;
        let (large, small) = (app.socket(&salon.token).await, app.socket(&salon.token).await);
        let text = "x".repeat(frontdesk::sockets::MESSAGE_BYTES_MAX + 1);
        large.send_expecting_the_end(format!("42[\"send_message\",\"{text}\"]")).await;
        large.ended().await;
        assert_eq!(small.emit_ack("no_such_event", json!({})).await["code"], "UNKNOWN_EVENT");
    }

    async fn the_end_of_a_session_ends_its_sockets_and_says_so(app: App) {
        let salon = app.business("Salon").await;
        let socket = app.socket(&salon.token).await;
        app.post("/api/auth/logout").bearer(&salon.token).send().await.expect(200);
        socket.expect("session_ended").await;
        socket.ended().await;
        assert!(app.socket_with(json!({"token": salon.token})).await.is_err());
    }
}
